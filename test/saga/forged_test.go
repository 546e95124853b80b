package saga_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"eda-demo/internal/booking"
	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/seat"
	"eda-demo/internal/ticket"
)

// forge publishes an event that no service announced, about the booking B0
// unless the detail says otherwise.
func (w *world) forge(source, detailType, detail string) {
	w.publish(source, event.Pending{
		DetailType: detailType, At: w.now(),
		Detail: `{"bookingId":"B0","customerId":"CUST0","flightId":"FLIGHT0","paymentId":"FORGED","ticketId":"FORGED","amount":1,` + detail + `}`,
	})
}

// forged runs a test of events that nobody should send with several seeds, on
// a flight with two seats.
func forged(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for seed := uint64(1); seed <= 30 && !t.Failed(); seed++ {
		w := newWorld(newSim(seed, nil), "1", "AB", nil)
		test(t, w)
		if t.Failed() {
			t.Errorf("that was seed %d", seed)
		}
	}
}

func (w *world) bookB0(amount string) {
	r := booking.Request{ID: "B0", CustomerID: "CUST0", FlightID: "FLIGHT0", Amount: limit}
	if amount == "too much" {
		r.Amount++
	}
	w.book(r)
}

// wantDead checks which jobs failed for good, and that all did for a reason.
func (w *world) wantDead(t *testing.T, reason error, want ...string) {
	t.Helper()
	got := map[string]bool{}
	for _, j := range w.dead {
		got[j.name] = true
		if !errors.Is(j.err, reason) {
			t.Errorf("%s fails with %v, want %v", j.name, j.err, reason)
		}
	}
	slices.Sort(want)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("dead letters are %q, want %q", names, want)
	}
}

// wantB0 checks what the services know of the booking.
func (w *world) wantB0(t *testing.T, history []booking.Status, payment string, assigned seat.Status, mails ...string) {
	t.Helper()
	k, err := w.known("B0")
	if err != nil {
		t.Fatal(err)
	}
	if got := statuses(k.History); !slices.Equal(got, history) || k.Status != history[len(history)-1] {
		t.Errorf("the booking is %s with the history %v, want %v", k.Status, got, history)
	}
	if k.payment.Status != payment || k.seat.Status != assigned || (k.ticket.TicketID != "") != (assigned == seat.Assigned) {
		t.Errorf("the payment is %+v, the seat %+v and the ticket %+v, want %s and %s", k.payment, k.seat, k.ticket, payment, assigned)
	}
	var got []string
	for _, m := range w.mails {
		got = append(got, m.Subject)
	}
	slices.Sort(got)
	slices.Sort(mails)
	if !slices.Equal(got, mails) {
		t.Errorf("the mails are %q, want %q", got, mails)
	}
}

const (
	cancelledMail = "Booking B0 cancelled"
	ticketMail    = "Booking B0: your ticket"
	confirmed     = `"status":"SUCCESS"`
)

// TestPaymentAfterTheCancellation: the seat service knows that the booking is
// cancelled, so there is no seat, and the payment would be given back if there
// was one.
func TestPaymentAfterTheCancellation(t *testing.T) {
	forged(t, func(t *testing.T, w *world) {
		w.bookB0("too much")
		w.settle()
		w.forge(event.AircraftPayment, event.PaymentConfirmed, confirmed)
		w.settle()
		w.deliverLate()
		w.wantDead(t, nil)
		w.wantB0(t, declined.history, "FAILED", seat.Failed, cancelledMail)
		if announced, _ := w.count(); len(announced["B0"]) != len(declined.history)+2 || len(w.seats.taken["FLIGHT0"]) != 0 {
			t.Errorf("taken are %v after %v, want none after one SeatAssignmentFailed", w.seats.taken, announced)
		}
	})
}

// TestPaymentBeforeTheCancellationIsKnown: the seat service can't know better,
// and the cancellation of a booking with a seat is left to a person.
func TestPaymentBeforeTheCancellationIsKnown(t *testing.T) {
	forged(t, func(t *testing.T, w *world) {
		w.hold = func(function, detailType string) bool {
			return function == event.AssignSeatFunction && detailType == event.BookingCancelled
		}
		w.bookB0("too much")
		w.settle()
		w.forge(event.AircraftPayment, event.PaymentConfirmed, confirmed)
		w.settle()
		w.wantDead(t, nil)
		w.deliverLate()
		w.wantDead(t, seat.ErrSeated, "eda-demo-assign-seat of BookingCancelled B0")
		w.wantB0(t, declined.history, "FAILED", seat.Assigned, cancelledMail, ticketMail)
	})
}

// TestDeclineAfterTheTicket changes nothing.
func TestDeclineAfterTheTicket(t *testing.T) {
	forged(t, func(t *testing.T, w *world) {
		w.bookB0("")
		w.settle()
		w.forge(event.AircraftPayment, event.PaymentFailed, `"reason":"forged"`)
		w.forge(event.AircraftPayment, event.PaymentRefunded, `"reason":"forged"`)
		w.settle()
		w.deliverLate()
		w.wantDead(t, nil)
		w.wantB0(t, ticketed.history, "SUCCESS", seat.Assigned, ticketMail)
	})
}

// TestDeclineOfWhatIsPaid, of which the booking service hears before it hears of
// the payment: it cancels, and if the seat service hears that in time, the
// payment is given back; else the rest is left to a person.
func TestDeclineOfWhatIsPaid(t *testing.T) {
	for _, inTime := range []bool{true, false} {
		forged(t, func(t *testing.T, w *world) {
			w.hold = func(function, detailType string) bool {
				return function == event.UpdateBookingFunction || inTime && detailType == event.PaymentConfirmed
			}
			w.bookB0("")
			w.settle()
			held := w.late
			w.late, w.hold = nil, nil
			w.forge(event.AircraftPayment, event.PaymentFailed, `"reason":"forged"`)
			w.settle()
			w.late = append(w.late, held...)
			w.deliverLate()
			if inTime {
				w.wantDead(t, nil)
				w.wantB0(t, declined.history, "REFUNDED", seat.Failed, cancelledMail)
			} else {
				w.wantDead(t, seat.ErrSeated, "eda-demo-assign-seat of BookingCancelled B0")
				w.wantB0(t, declined.history, "SUCCESS", seat.Assigned, cancelledMail, ticketMail)
			}
		})
	}
}

// TestTwoSeats for a booking leave it with the first.
func TestTwoSeats(t *testing.T) {
	forged(t, func(t *testing.T, w *world) {
		w.bookB0("")
		w.settle()
		k, err := w.known("B0")
		if err != nil {
			t.Fatal(err)
		}
		other := map[string]string{"1A": "1B", "1B": "1A"}[k.Seat]
		w.forge(event.AircraftSeats, event.SeatAssigned, `"seat":"`+other+`"`)
		w.settle()
		w.deliverLate()
		w.wantDead(t, ticket.ErrOther, "eda-demo-issue-ticket of SeatAssigned B0")
		w.wantB0(t, ticketed.history, "SUCCESS", seat.Assigned, ticketMail)
		if after, err := w.known("B0"); after.Seat != k.Seat || after.ticket != k.ticket || err != nil {
			t.Errorf("the seat is %s and the ticket %+v, %v, want still %s and %+v", after.Seat, after.ticket, err, k.Seat, k.ticket)
		}
	})
}

// TestUnknownBookings ends in dead letters for each function that can't do
// without the booking or the payment.
func TestUnknownBookings(t *testing.T) {
	update := func(detailTypes ...string) (names []string) {
		for _, d := range detailTypes {
			names = append(names, "eda-demo-update-booking of "+d+" B0")
		}
		return names
	}
	for _, tt := range []struct {
		source, detailType, detail string
		dead                       []string
	}{
		{event.AircraftPayment, event.PaymentFailed, `"reason":"forged"`, update("PaymentFailed")},
		{event.AircraftPayment, event.PaymentRefunded, `"reason":"forged"`, update("PaymentRefunded")},
		{event.AircraftPayment, event.PaymentConfirmed, confirmed, update("PaymentConfirmed", "SeatAssigned", "TicketIssued")},
		{event.AircraftSeats, event.SeatAssigned, `"seat":"1A"`, update("SeatAssigned", "TicketIssued")},
		{event.AircraftSeats, event.SeatAssignmentFailed, `"reason":"forged"`,
			append(update("SeatAssignmentFailed"), "eda-demo-process-payment of SeatAssignmentFailed B0")},
		{event.AircraftTicket, event.TicketIssued, `"seat":"1A"`, update("TicketIssued")},
		{event.AircraftBooking, event.BookingCreated, `"seat":"1A"`, update("PaymentConfirmed", "SeatAssigned", "TicketIssued")},
		{event.AircraftBooking, event.BookingCancelled, `"reason":"forged"`, nil},
	} {
		t.Run(tt.detailType, func(t *testing.T) {
			forged(t, func(t *testing.T, w *world) {
				w.forge(tt.source, tt.detailType, tt.detail)
				w.settle()
				w.deliverLate()
				w.wantDead(t, entity.ErrNotFound, tt.dead...)
			})
		})
	}
}
