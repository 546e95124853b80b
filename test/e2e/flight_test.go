package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/event"
)

// TestFullFlight fills an aircraft of three seats: whoever comes too late is
// refunded and cancelled, and all hear of it.
func TestFullFlight(t *testing.T) {
	needRunner(t)
	r := startSmallFlights(t)
	defer aim(t, r)()
	confirm(t, r)
	flight := newName("F")
	seats := map[string]bool{}
	for range 3 {
		w := placeBooking(t, trip(flight))
		b := awaitWhole(t, w.BookingID, ticketed...)
		seats[b.Seat] = true
		awaitMail(t, r, w.BookingID, "Booking "+w.BookingID+": your ticket", b.Seat)
	}
	if got := seatsOf(t, flight); got.Seats != 3 || got.Free != 0 || !slices.Equal(got.Taken, []string{"1A", "1B", "1C"}) || len(seats) != 3 {
		t.Errorf("the flight has %+v, and the bookings seats %v; want 1A, 1B and 1C taken", got, seats)
	}
	for range 2 { // the second finds the flight marked as full
		w := placeBooking(t, trip(flight))
		b := awaitWhole(t, w.BookingID, refunded...)
		checkConversation(t, w.BookingID, refunded)
		checkPayment(t, b, "REFUNDED")
		if b.Reason != "the flight is full" {
			t.Errorf("the reason is %q, want that the flight is full", b.Reason)
		}
		awaitMail(t, r, w.BookingID, "Booking "+w.BookingID+" cancelled", b.Reason)
	}
	w := trip(flight)
	w.Amount = "1001"
	placeBooking(t, w)
	b := awaitWhole(t, w.BookingID, declined...)
	awaitMail(t, r, w.BookingID, "Booking "+w.BookingID+" cancelled", b.Reason)
	if got := seatsOf(t, flight); got.Free != 0 || len(got.Taken) != 3 {
		t.Errorf("in the end the flight has %+v, want three seats taken", got)
	}
}

// startSmallFlights starts a runner whose flights have three seats.
func startSmallFlights(t *testing.T) *runner {
	t.Helper()
	r, err := startRunner(t.TempDir()+"/out.json", "-context", "email="+email, "-context", "flightRows=1", "-context", "flightSeats=ABC", "-backoff", "0.001")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
	return r
}

// awaitMail waits for the one mail about a booking.
func awaitMail(t *testing.T, r *runner, id, subject, says string) {
	t.Helper()
	eventually(t, "a mail about booking "+id, func() error {
		got := findMails(t, r, id)
		if len(got) != 1 || got[0].To != email || got[0].Subject != subject || !strings.Contains(got[0].Body, says) {
			return fmt.Errorf("mails are %+v, want one with subject %q that says %q", got, subject, says)
		}
		return nil
	})
}

// TestFailedRefundComesBack has a refund fail until it is given up, and then
// mends the cause: put back, the payment is refunded and the booking cancelled.
// Until then the booking waits, and nobody is told anything wrong.
func TestFailedRefundComesBack(t *testing.T) {
	needRunner(t)
	r := startSmallFlights(t)
	defer aim(t, r)()
	confirm(t, r)
	ops := newOperator(t, r)
	first := trip(newName("F"))
	first.Seat = "1A"
	placeBooking(t, first)
	awaitWhole(t, first.BookingID, ticketed...)

	// The payment is made, and its refund is to fail: the booking is held up
	// between the two.
	late := trip(first.FlightID)
	late.Seat = "1A"
	mendPermission := forbidInvocation(t, event.AssignSeatFunction, event.PaymentConfirmedRule)
	placeBooking(t, late)
	ops.awaitListed(t, []string{"PaymentConfirmed " + late.BookingID, "rule " + event.PaymentConfirmedRule, "NO_PERMISSIONS (0 retries)"})
	mendPayments := mislead(t, event.ProcessPaymentFunction, "PAYMENTS_TABLE", sut.output("TicketsTableName"))
	mendPermission()
	if out := ops.run(t, "redrive", "-queue", "all", "-yes"); !strings.Contains(out, "1 message put back") {
		t.Errorf("redrive printed\n%s\nwant 1 message put back", out)
	}
	ops.awaitListed(t, []string{"SeatAssignmentFailed " + late.BookingID, "function " + event.ProcessPaymentFunction, "RetriesExhausted (3 invocations): ", "no identity-based policy allows"})
	b := awaitWhole(t, late.BookingID, refunded[:3]...)
	checkPayment(t, b, "SUCCESS")

	mendPayments()
	letters := copyLetters(t)
	for range 2 { // twice does what once does
		if out := ops.run(t, "redrive", "-queue", "all", "-yes"); !strings.Contains(out, "1 message put back") {
			t.Errorf("redrive printed\n%s\nwant 1 message put back", out)
		}
		b = awaitWhole(t, late.BookingID, refunded...)
		checkPayment(t, b, "REFUNDED")
		letters.send(t)
	}
	ops.run(t, "redrive", "-queue", "all", "-yes")
	checkConversation(t, late.BookingID, refunded)
	awaitMail(t, r, late.BookingID, "Booking "+late.BookingID+" cancelled", "seat 1A is taken")
	if got := ops.run(t, "redrive"); !strings.Contains(got, "No dead letters") {
		t.Errorf("at the end the list is\n%s\nwant no dead letters", got)
	}
	checkTimeline(t, ops.run(t, "timeline", "-booking", late.BookingID), refunded)
}

// checkTimeline looks for the events of a way in what ops prints, in its order.
func checkTimeline(t *testing.T, printed string, way []string) {
	t.Helper()
	rest := printed
	for _, name := range way {
		_, after, found := strings.Cut(rest, name)
		if !found {
			t.Errorf("the timeline is\n%s\nwant %v", printed, way)
			return
		}
		rest = after
	}
}
