package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// newBookingPayments creates the payment service of the bookings, which takes
// the money and gives it back, and returns its table.
func newBookingPayments(s scope, b bus) awsdynamodb.Table {
	s = s.child("BookingPayments")
	table := s.entities("Table", event.PaymentTable, "BookingID")
	process := toFunction(newProcessPayment(s, table))
	b.route(s, "Processing", event.PaymentProcessingRule, only(event.AircraftBooking, event.BookingCreated), process)
	b.route(s, "Refund", event.PaymentRefundRule, only(event.AircraftSeats, event.SeatAssignmentFailed), process)
	b.publisher(s, event.PublishPaymentEventsFunction, event.AircraftPayment, table)
	return table
}

func newProcessPayment(s scope, table awsdynamodb.Table) function {
	return s.function("ProcessPayment", functionProps{
		name:        event.ProcessPaymentFunction,
		pkg:         processPaymentPackage,
		description: "Takes the payment of a booking, and gives it back if there is no seat",
		environment: map[string]*string{
			"PAYMENTS_TABLE": table.TableName(),
			"PAYMENT_LIMIT":  jsii.String(s.cfg.PaymentLimit),
		},
		timeout:    10 * time.Second, // one write, or a read and a write, and their retries
		allowed:    statements{allow(table.TableArn(), "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem")},
		invocation: invocation{asynchronous: true},
	})
}
