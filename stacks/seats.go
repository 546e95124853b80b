package stacks

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// seats is the service that gives each paid booking a seat of its flight: the
// seats that are taken, what was decided for each booking, and the function
// that shows a flight.
type seats struct {
	taken       awsdynamodb.Table
	assignments awsdynamodb.Table
	get         function
}

func newSeats(s scope, b bus) seats {
	s = s.child("Seats")
	// Nothing is announced of a seat itself: no stream.
	taken := s.table("Taken", awsdynamodb.TableProps{
		TableName:    jsii.String(event.SeatsTable),
		PartitionKey: text("flightId"),
		SortKey:      text("seat"),
	})
	assignments := s.entities("Assignments", event.SeatAssignmentsTable, "bookingId")
	assign := toFunction(newAssignSeat(s, taken, assignments))
	b.route(s, "Confirmed", event.PaymentConfirmedRule, only(event.AircraftPayment, event.PaymentConfirmed), assign)
	b.route(s, "Withdrawal", event.SeatWithdrawalRule, only(event.AircraftBooking, event.BookingCancelled), assign)
	b.publisher(s, event.PublishSeatEventsFunction, event.AircraftSeats, assignments)
	return seats{taken: taken, assignments: assignments, get: newGetSeats(s, taken)}
}

// newAssignSeat creates the function that finds a seat. Its transactions are
// allowed by the actions on single items that they are made of.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func newAssignSeat(s scope, taken, assignments awsdynamodb.Table) function {
	return s.function("AssignSeat", functionProps{
		name:        event.AssignSeatFunction,
		pkg:         assignSeatPackage,
		description: "Gives a paid booking a seat, or says that there is none",
		environment: s.withLayout(map[string]*string{
			"SEATS_TABLE":            taken.TableName(),
			"SEAT_ASSIGNMENTS_TABLE": assignments.TableName(),
		}),
		// Hundreds of attempts at a seat that somebody else gets first, and well
		// below the minute after which Lambda delivers a failed event again.
		timeout: 20 * time.Second,
		allowed: statements{
			allow(taken.TableArn(), "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query"),
			allow(assignments.TableArn(), "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem"),
		},
		invocation: invocation{asynchronous: true},
	})
}

func newGetSeats(s scope, taken awsdynamodb.Table) function {
	return s.function("GetSeats", functionProps{
		name:        event.GetSeatsFunction,
		pkg:         getSeatsPackage,
		description: "GET /flight/{id}/seats: shows which seats of a flight are taken",
		environment: s.withLayout(map[string]*string{"SEATS_TABLE": taken.TableName()}),
		timeout:     apiTimeout,
		allowed:     statements{allow(taken.TableArn(), "dynamodb:Query")},
	})
}
