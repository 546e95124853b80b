package strict

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Orders of the scenario.
const (
	completed = 101
	cancelled = 102
)

// part makes use of all that one system of the app can do, failures that end in
// each failure destination included. It returns what did not happen, or the
// first denials.
type part func(*world, context.Context) error

// parts are the parts of the scenario. The functions of the bookings are in
// constructs of their own; what is not theirs, the orders make use of.
var parts = map[string]part{
	"orders": inOrder(
		(*world).orders,
		failures{
			events:  []published{{"EventBusName", "payment-service", "PaymentSucceeded", `{"id":"none"}`}},
			letters: []string{"update-order", "notification"},
			tables:  map[string]string{"publish-order-events": "OrdersTableName"},
		}.happen,
		logs("create-order", "get-order", "update-order", "notification", "publish-order-events"),
	),
	"bookings": inOrder(
		(*world).bookings, (*world).withdrawal,
		failures{
			events: []published{
				{"BookingBusName", "aircraft.booking", "BookingCreated", `{"bookingId":"none!"}`},
				{"BookingBusName", "aircraft.payment", "PaymentConfirmed", `{"bookingId":"none!"}`},
				{"BookingBusName", "aircraft.seat-assignment", "SeatAssigned", `{"bookingId":"none!"}`},
			},
			letters: []string{"process-payment", "assign-seat", "update-booking", "issue-ticket"},
			tables: map[string]string{
				"publish-booking-events": "BookingsTableName", "publish-payment-events": "BookingPaymentsTableName",
				"publish-seat-events": "SeatAssignmentsTableName", "publish-ticket-events": "TicketsTableName",
			},
		}.happen,
		logs("create-booking", "get-booking", "update-booking", "process-payment", "assign-seat", "get-seats", "issue-ticket",
			"publish-booking-events", "publish-payment-events", "publish-seat-events", "publish-ticket-events"),
	),
}

// partOf is the part that makes use of a role.
func partOf(role string) part {
	for _, service := range []string{"Bookings", "BookingPayments", "Seats", "Tickets"} {
		if strings.HasPrefix(role, service) {
			return parts["bookings"]
		}
	}
	return parts["orders"]
}

// scenario is all parts.
func (w *world) scenario(ctx context.Context) error {
	return errors.Join(parts["orders"](w, ctx), parts["bookings"](w, ctx))
}

func inOrder(steps ...part) part {
	return func(w *world, ctx context.Context) error {
		for _, step := range steps {
			if err := step(w, ctx); err != nil {
				return err
			}
		}
		return w.denied()
	}
}

// orders takes one order to each final status, with its mails and events.
func (w *world) orders(ctx context.Context) error {
	if err := until(ctx, "the subscription", w.confirm, w.denied); err != nil {
		return err
	}
	tests := []struct {
		id, amount     int
		payment, final string
	}{
		{completed, 100, "PaymentSucceeded", "OrderCompleted"},
		{cancelled, 900, "PaymentFailed", "OrderCancelled"},
	}
	for _, o := range tests {
		// A repeated order changes nothing. Waiting is for the denials that the
		// answer does not tell of.
		if err := until(ctx, "POST /order", func() error { return w.placeOrder(o.id, o.amount) }, w.denied); err != nil {
			return err
		}
	}
	for _, o := range tests {
		events := []string{"OrderCreated", o.payment, o.final}
		checks := []func() error{
			func() error { return w.hasStatus(fmt.Sprintf("/order/%d", o.id), o.final) },
			func() error { return w.hasMails(o.id, events...) },
		}
		for _, event := range events {
			checks = append(checks, func() error {
				return w.logged(ctx, w.outputs["CatchAllLogGroupName"], event, fmt.Sprintf(`"id":%d`, o.id))
			})
		}
		for _, check := range checks {
			if err := until(ctx, fmt.Sprintf("order %d", o.id), check, w.denied); err != nil {
				return err
			}
		}
	}
	return nil
}

// bookings fills a flight, which has two seats here, and goes on: a seat that
// was to be found, the only one left, none left, a payment that is declined.
func (w *world) bookings(ctx context.Context) error {
	for _, b := range []struct {
		id, amount string
		events     []string
	}{
		{"B1", "100", []string{"BookingCreated", "PaymentConfirmed", "SeatAssigned", "TicketIssued"}},
		{"B2", "100", []string{"BookingCreated", "PaymentConfirmed", "SeatAssigned", "TicketIssued"}},
		{"B3", "100", []string{"BookingCreated", "PaymentConfirmed", "SeatAssignmentFailed", "PaymentRefunded", "BookingCancelled"}},
		{"B4", "1000.01", []string{"BookingCreated", "PaymentFailed", "BookingCancelled"}},
	} {
		place := func() error { return w.placeBooking(b.id, b.amount) }
		if err := until(ctx, "POST /booking", place, w.denied); err != nil {
			return err
		}
		checks := []func() error{func() error { return w.hasStatus("/booking/"+b.id, b.events[len(b.events)-1]) }}
		for _, event := range b.events {
			checks = append(checks, func() error {
				return w.logged(ctx, w.outputs["CatchAllLogGroupName"], `"`+event+`"`, fmt.Sprintf(`"bookingId":"%s"`, b.id))
			})
		}
		for _, check := range checks {
			if err := until(ctx, "booking "+b.id, check, w.denied); err != nil {
				return err
			}
		}
	}
	return until(ctx, "the flight's seats", func() error { return w.hasNoSeats("LH1") }, w.denied)
}

// withdrawal has a booking cancelled before its payment is confirmed, which the
// services never do: the seat assignment remembers, and fails then.
func (w *world) withdrawal(ctx context.Context) error {
	const ids = `"bookingId":"B5","customerId":"C1","flightId":"LH2"`
	cancelled := published{"BookingBusName", "aircraft.booking", "BookingCancelled", `{` + ids + `,"reason":"withdrawn"}`}
	confirmed := published{"BookingBusName", "aircraft.payment", "PaymentConfirmed",
		`{"status":"SUCCESS",` + ids + `,"paymentId":"P5","amount":100}`}
	if err := w.publish(ctx, cancelled); err != nil {
		return err
	}
	remembered := func() error { return w.logged(ctx, "/aws/lambda/eda-demo-assign-seat", `"bookingId":"B5"`) }
	if err := until(ctx, "the withdrawal", remembered, w.denied); err != nil {
		return err
	}
	if err := w.publish(ctx, confirmed); err != nil {
		return err
	}
	return until(ctx, "the payment after it", func() error {
		return w.logged(ctx, w.outputs["CatchAllLogGroupName"], `"SeatAssignmentFailed"`, `"bookingId":"B5"`)
	}, w.denied)
}

// failures are what functions cannot do.
type failures struct {
	events  []published       // that no function can handle
	letters []string          // the functions whose failures are kept then
	tables  map[string]string // the publisher of each table, by the output that names the table
}

func (f failures) happen(w *world, ctx context.Context) error {
	for _, event := range f.events {
		if err := w.publish(ctx, event); err != nil {
			return err
		}
	}
	for _, table := range f.tables {
		if err := w.poison(ctx, w.outputs[table]); err != nil {
			return err
		}
	}
	for _, function := range f.letters {
		if err := w.kept(ctx, function, "RetriesExhausted", "none"); err != nil {
			return err
		}
	}
	for _, function := range slices.Sorted(maps.Keys(f.tables)) {
		if err := w.kept(ctx, function, "RetryAttemptsExhausted", "DDBStreamBatchInfo"); err != nil {
			return err
		}
	}
	return nil
}

// kept waits until a function's failure destination has a message with the texts.
func (w *world) kept(ctx context.Context, function string, texts ...string) error {
	return until(ctx, "the failure destination of "+function, func() error {
		_, err := w.message(ctx, "eda-demo-"+function+"-failures", texts...)
		return err
	}, w.denied)
}

// poison writes an item whose announced event can't be published.
func (w *world) poison(ctx context.Context, table string) error {
	client := dynamodb.NewFromConfig(w.aws)
	described, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		return err
	}
	var key dynamotypes.AttributeValue = &dynamotypes.AttributeValueMemberS{Value: "poison"}
	attribute := described.Table.AttributeDefinitions[0]
	if attribute.AttributeType == dynamotypes.ScalarAttributeTypeN {
		key = &dynamotypes.AttributeValueMemberN{Value: "103"}
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(table),
		Item: map[string]dynamotypes.AttributeValue{
			*attribute.AttributeName: key,
			"outbox": &dynamotypes.AttributeValueMemberM{Value: map[string]dynamotypes.AttributeValue{
				"eventId": &dynamotypes.AttributeValueMemberS{Value: "poison"},
			}},
		},
	})
	return err
}

// logs waits until each of the functions has logged an invocation.
func logs(functions ...string) part {
	return func(w *world, ctx context.Context) error {
		for _, name := range functions {
			check := func() error { return w.logged(ctx, "/aws/lambda/eda-demo-"+name, "platform.report") }
			if err := until(ctx, "the log of "+name, check, w.denied); err != nil {
				return err
			}
		}
		return nil
	}
}
