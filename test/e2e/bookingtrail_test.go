package e2e

import (
	"fmt"
	"slices"
	"testing"

	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// aboutBooking is the filter for a booking's events in the catch-all log group.
func aboutBooking(id string) string { return fmt.Sprintf(`{ $.detail.bookingId = %q }`, id) }

// checkConversation waits until a booking's events are in the catch-all log
// group, each once, and checks that each was caused by the one before.
func checkConversation(t *testing.T, id string, way []string) {
	t.Helper()
	awaitEvents(t, aboutBooking(id), way)
	events := map[string]logged{}
	for _, e := range allLogged(t, aboutBooking(id)) {
		events[e.DetailType] = e
	}
	for i, name := range way[1:] {
		before, this := events[way[i]].Detail.Metadata, events[name].Detail.Metadata
		if this.CausationID != before.EventID || this.CorrelationID != before.CorrelationID || this.EventID == "" {
			t.Errorf("%s has %+v, want it to be caused by %s with %+v", name, this, way[i], before)
		}
	}
}

// attributes are those of an item, as text.
func attributes(t *testing.T, output string, key map[string]string) map[string]string {
	t.Helper()
	at := map[string]dynamotypes.AttributeValue{}
	for name, value := range key {
		at[name] = &dynamotypes.AttributeValueMemberS{Value: value}
	}
	texts := map[string]string{}
	for name, value := range item(t, output, at) {
		switch v := value.(type) {
		case *dynamotypes.AttributeValueMemberS:
			texts[name] = v.Value
		case *dynamotypes.AttributeValueMemberN:
			texts[name] = v.Value
		}
	}
	return texts
}

func checkAttributes(t *testing.T, output string, key, want map[string]string) {
	t.Helper()
	got := attributes(t, output, key)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("the item %v of %s is %v, want %s %q", key, output, got, name, value)
		}
	}
}

// checkPayment looks at the payment of a booking, whose attributes are named as
// the seed's.
func checkPayment(t *testing.T, b booking, status string) {
	t.Helper()
	checkAttributes(t, "BookingPaymentsTableName", map[string]string{"BookingID": b.BookingID}, map[string]string{
		"CustomerID": b.CustomerID, "flightID": b.FlightID, "amount": b.Amount.String(), "status": status, "paymentId": b.PaymentID,
	})
	if attributes(t, "BookingPaymentsTableName", map[string]string{"BookingID": b.BookingID})["Timestamp"] == "" {
		t.Error("the payment has no Timestamp")
	}
}

// checkTrace looks at what a booking with a ticket has left in the services.
func checkTrace(t *testing.T, id string) {
	t.Helper()
	b := awaitBooking(t, id, "TicketIssued")
	checkPayment(t, b, "SUCCESS")
	checkAttributes(t, "SeatsTableName", map[string]string{"flightId": b.FlightID, "seat": b.Seat}, map[string]string{"bookingId": id})
	checkAttributes(t, "SeatAssignmentsTableName", map[string]string{"bookingId": id}, map[string]string{"status": "SeatAssigned", "seat": b.Seat})
	checkAttributes(t, "TicketsTableName", map[string]string{"bookingId": id}, map[string]string{"ticketId": b.TicketID, "seat": b.Seat, "customerId": b.CustomerID})
	if got := seatsOf(t, b.FlightID); got.FlightID != b.FlightID || got.Free != got.Seats-1 || !slices.Equal(got.Taken, []string{b.Seat}) {
		t.Errorf("the flight's seats are %+v, want all free but %s", got, b.Seat)
	}
}
