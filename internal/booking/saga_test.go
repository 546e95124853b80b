package booking_test

import (
	"reflect"
	"slices"
	"testing"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
)

// short names for the table.
const (
	next  = booking.Next
	ahead = booking.Ahead
	late  = booking.Late
	known = booking.Known
	no    = booking.Contradicted
)

// TestVerdicts is what becomes of each event, for each booking that there can be.
func TestVerdicts(t *testing.T) {
	type history = []booking.Status
	tests := []struct {
		has                                                  history
		paid, declined, seated, unseated, ticketed, refunded booking.Verdict
	}{
		{history{}, next, next, ahead, ahead, ahead, ahead},
		{history{booking.PaymentDeclined}, no, known, no, no, no, no},
		{history{booking.Paid}, known, no, next, next, ahead, ahead},
		{history{booking.Seated}, late, no, known, no, next, no},
		{history{booking.Paid, booking.Seated}, known, no, known, no, next, no},
		{history{booking.Ticketed}, late, no, late, no, known, no},
		{history{booking.Seated, booking.Ticketed}, late, no, known, no, known, no},
		{history{booking.Paid, booking.Ticketed}, known, no, late, no, known, no},
		{history{booking.Paid, booking.Seated, booking.Ticketed}, known, no, known, no, known, no},
		{history{booking.Unseated}, late, no, no, known, no, next},
		{history{booking.Paid, booking.Unseated}, known, no, no, known, no, next},
		{history{booking.Refunded}, late, no, no, late, no, known},
		{history{booking.Paid, booking.Refunded}, known, no, no, late, no, known},
		{history{booking.Unseated, booking.Refunded}, late, no, no, known, no, known},
		{history{booking.Paid, booking.Unseated, booking.Refunded}, known, no, no, known, no, known},
	}
	for _, tt := range tests {
		b := booking.New(wanted, event.At(noon))
		for _, fact := range tt.has {
			b, _ = b.Learn(booking.Fact{Status: fact}, event.At(noon))
		}
		for fact, want := range map[booking.Status]booking.Verdict{
			booking.Paid: tt.paid, booking.PaymentDeclined: tt.declined, booking.Seated: tt.seated,
			booking.Unseated: tt.unseated, booking.Ticketed: tt.ticketed, booking.Refunded: tt.refunded,
		} {
			before := text(t, b)
			after, got := b.Learn(booking.Fact{Status: fact}, event.At(noon))
			if got != want {
				t.Errorf("%s for a booking with %v is %s, want %s", fact, statuses(b.History), got, want)
			}
			if text(t, b) != before {
				t.Errorf("%s changes the booking that it is given: %s, before %s", fact, text(t, b), before)
			}
			if changed := !reflect.DeepEqual(after, b); changed != want.Adds() {
				t.Errorf("%s for a booking with %v changes it: %v", fact, statuses(b.History), changed)
			}
		}
	}
}

func TestStatusesAreInTheirOrder(t *testing.T) {
	all := booking.Statuses()
	if len(all) != 8 || all[0] != booking.Created {
		t.Errorf("the statuses are %v, want 8, the first one first", all)
	}
	for _, way := range [][]booking.Status{
		{booking.Created, booking.PaymentDeclined, booking.Cancelled},
		{booking.Created, booking.Paid, booking.Seated, booking.Ticketed},
		{booking.Created, booking.Paid, booking.Unseated, booking.Refunded, booking.Cancelled},
	} {
		if !slices.IsSortedFunc(way, func(a, b booking.Status) int { return slices.Index(all, a) - slices.Index(all, b) }) {
			t.Errorf("the statuses are %v, want %v in this order", all, way)
		}
	}
	for _, status := range all {
		if want := status == booking.Ticketed || status == booking.Cancelled; status.Final() != want {
			t.Errorf("that %s is final is %v, want %v", status, status.Final(), want)
		}
		failed := []booking.Status{booking.PaymentDeclined, booking.Unseated, booking.Refunded, booking.Cancelled}
		if got, want := (booking.Booking{Status: status}).Fails(), slices.Contains(failed, status); got != want {
			t.Errorf("that a booking with %s fails is %v, want %v", status, got, want)
		}
	}
}

// Facts that tell the same say it in whatever order they come.
func TestWhatFactsTell(t *testing.T) {
	for _, tt := range []struct {
		facts                          []booking.Fact
		payment, seat, ticket, because string
	}{
		{[]booking.Fact{{Status: booking.Paid, PaymentID: "P1", Seat: "1A"}}, "P1", "", "", ""},
		{[]booking.Fact{{Status: booking.PaymentDeclined, PaymentID: "P1", Reason: "too much"}}, "P1", "", "", "too much"},
		{[]booking.Fact{{Status: booking.Seated, Seat: "2A"}, {Status: booking.Ticketed, TicketID: "T1", Seat: "3A"}}, "", "2A", "T1", ""},
		{[]booking.Fact{{Status: booking.Ticketed, TicketID: "T1", Seat: "3A"}}, "", "3A", "T1", ""},
		{[]booking.Fact{{Status: booking.Paid, PaymentID: "P1"}, {Status: booking.Refunded, PaymentID: "P2", Reason: "full"}}, "P1", "", "", "full"},
		{[]booking.Fact{{Status: booking.Unseated, Reason: "full"}, {Status: booking.Refunded, PaymentID: "P2", Reason: "very full"}}, "P2", "", "", "very full"},
		{[]booking.Fact{{Status: booking.Unseated, Reason: "full"}, {Status: booking.Refunded}}, "", "", "", "full"},
	} {
		for range 2 {
			b := booking.New(wanted, event.At(noon))
			for _, fact := range tt.facts {
				b, _ = b.Learn(fact, event.At(noon))
			}
			if b.PaymentID != tt.payment || b.Seat != tt.seat || b.TicketID != tt.ticket || b.Reason != tt.because {
				t.Errorf("after %+v the booking is %s", tt.facts, text(t, b))
			}
			slices.Reverse(tt.facts)
		}
	}
}
