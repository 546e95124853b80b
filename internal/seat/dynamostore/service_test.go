package dynamostore_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/seat"
)

// wantDecided checks what was decided of a booking, in one string: the status,
// and the seat or the reason.
func (w *world) wantDecided(bookingID, want string) {
	w.Helper()
	d, there := w.decided()[bookingID]
	if got := string(d.Status) + " " + d.Seat + d.Reason; !there || got != want {
		w.Errorf("%s: %q, want %q", bookingID, got, want)
	}
}

func (w *world) wantCalls(what string, want map[string]int) {
	w.Helper()
	if got := w.spy.calls(); !maps.Equal(got, want) {
		w.Errorf("%s: calls %v, want %v", what, got, want)
	}
}

func TestChosenSeat(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.handle(paid(t, "B1", "12A"))
	w.wantCalls("a chosen seat", map[string]int{transact: 1})
	w.handle(paid(t, "B2", "12A"), paid(t, "B3", "31A"), paid(t, "B4", "1G"), paid(t, "B5", strings.Repeat("x", 1000)), paid(t, "B6", "12B"))
	w.wantDecided("B1", "SeatAssigned 12A")
	w.wantDecided("B2", "SeatAssignmentFailed seat 12A is taken")
	w.wantDecided("B3", "SeatAssignmentFailed there is no seat 31A")
	w.wantDecided("B4", "SeatAssignmentFailed there is no seat 1G")
	w.wantDecided("B5", "SeatAssignmentFailed there is no such seat")
	w.wantDecided("B6", "SeatAssigned 12B")
	if seated := w.check([]string{"B1", "B2", "B3", "B4", "B5", "B6"}); seated != 2 {
		t.Errorf("%d bookings have a seat, want 2", seated)
	}
}

// TestReasonsCanBeTold: the payment is given back only for a reason that can be
// a line of a mail.
func TestReasonsCanBeTold(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	for i, chosen := range []string{"31A", "1\nA", "\x00", " ", "\u2028", strings.Repeat("x", 1000)} {
		id := fmt.Sprintf("B%d", i)
		w.handle(paid(t, id, chosen))
		if err := ident.CheckReason(w.decided()[id].Reason); err != nil {
			w.Errorf("the seat %.10q is refused: %v", chosen, err)
		}
	}
}

// TestEmptyFlight holds that on a flight with room nobody looks who is there.
func TestEmptyFlight(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.handle(paid(t, "B1", ""))
	w.wantCalls("a booking of an empty flight", map[string]int{getItem: 1, transact: 1})
}

// TestFullFlight holds that it is found out once, and then costs a read and a
// write.
func TestFullFlight(t *testing.T) {
	w := newWorld(t, "2", "AB")
	for _, id := range named(4) {
		w.handle(paid(t, id, ""))
	}
	if seated := w.check(named(4)); seated != 4 {
		t.Fatalf("%d bookings have a seat, want 4", seated)
	}
	w.spy.calls()
	w.handle(paid(t, "B4", ""))
	w.wantCalls("the first booking without a seat", map[string]int{getItem: 1, transact: 1, query: 1, putItem: 2})
	w.handle(paid(t, "B5", ""))
	w.wantCalls("the next one", map[string]int{getItem: 1, putItem: 1})
	w.wantDecided("B4", "SeatAssignmentFailed the flight is full")
	w.wantDecided("B5", "SeatAssignmentFailed the flight is full")
	w.handle(paid(t, "B6", "2B"))
	w.wantDecided("B6", "SeatAssignmentFailed seat 2B is taken")
}

// TestOtherLayouts has the aircraft changed while bookings come.
func TestOtherLayouts(t *testing.T) {
	w := newWorld(t, "1", "AB")
	w.handle(paid(t, "B1", ""), paid(t, "B2", ""), paid(t, "B3", ""))
	w.wantDecided("B3", "SeatAssignmentFailed the flight is full")
	w.fly("1", "ABC")
	w.handle(paid(t, "B4", ""), paid(t, "B5", ""))
	w.wantDecided("B4", "SeatAssigned 1C")
	w.wantDecided("B5", "SeatAssignmentFailed the flight is full")
	w.fly("1", "AB")
	w.handle(paid(t, "B6", ""))
	w.wantDecided("B6", "SeatAssignmentFailed the flight is full")
	w.fly("1", "ABC")
	w.handle(paid(t, "B7", ""))
	w.wantDecided("B7", "SeatAssignmentFailed the flight is full")
	w.fly("1", "D")
	w.handle(paid(t, "B8", ""))
	w.wantDecided("B8", "SeatAssigned 1D")
}

// TestAgain holds that what was decided stands: nothing is written.
func TestAgain(t *testing.T) {
	w := newWorld(t, "1", "A")
	events := []event.Envelope{paid(t, "B1", ""), paid(t, "B2", ""), paid(t, "B3", "1A"), paid(t, "B4", "1B"), withdrawn(t, "B5")}
	w.handle(events...)
	before := fmt.Sprint(w.decided(), w.holders())
	for range 3 {
		w.handle(events...)
		w.handle(paid(t, "B1", "1A"), paid(t, "B2", "1A"), withdrawn(t, "B2"), withdrawn(t, "B3"))
	}
	if after := fmt.Sprint(w.decided(), w.holders()); after != before {
		t.Errorf("after repetitions:\n%s\nwant\n%s", after, before)
	}
}

func TestWithdrawn(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.handle(withdrawn(t, "B1"), withdrawn(t, "B2"), withdrawn(t, "B3"))
	w.wantDecided("B1", "Withdrawn ")
	if d := w.decided()["B1"]; d.announced.EventID != "" {
		t.Errorf("a withdrawal is announced: %+v", d.announced)
	}
	w.handle(paid(t, "B1", ""), paid(t, "B2", "12A"), paid(t, "B3", "99Z"))
	first := w.decided()
	for _, id := range []string{"B1", "B2", "B3"} {
		w.wantDecided(id, "SeatAssignmentFailed the booking was cancelled")
		if first[id].changes != 1 {
			t.Errorf("%s was changed %d times, want once", id, first[id].changes)
		}
	}
	if seated := w.check([]string{"B1", "B2", "B3"}); seated != 0 {
		t.Errorf("%d bookings have a seat, want none", seated)
	}
	w.handle(paid(t, "B1", ""), withdrawn(t, "B1"), paid(t, "B2", "12A"))
	if again := w.decided(); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("after repetitions %v, want %v", again, first)
	}
}

// TestWithdrawnAndPaidTwice has a payment confirmed a second time just before
// the first is refused.
func TestWithdrawnAndPaidTwice(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.handle(withdrawn(t, "B1"))
	updates := 0
	w.spy.refuse = func(operation string, _ any) error {
		if operation == update {
			if updates++; updates == 1 {
				w.handle(paid(t, "B1", ""))
			}
		}
		return nil
	}
	w.handle(paid(t, "B1", ""))
	w.wantDecided("B1", "SeatAssignmentFailed the booking was cancelled")
	if d := w.decided()["B1"]; d.changes != 1 || updates != 2 {
		t.Errorf("changed %d times with %d attempts, want once with 2", d.changes, updates)
	}
}

// TestWithdrawnOnFullFlight holds that both reasons at once are no problem.
func TestWithdrawnOnFullFlight(t *testing.T) {
	w := newWorld(t, "1", "A")
	w.handle(paid(t, "B1", ""), paid(t, "B2", ""), withdrawn(t, "B3"), paid(t, "B3", ""))
	w.wantDecided("B3", "SeatAssignmentFailed the booking was cancelled")
}

func TestCancelledWithSeat(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.handle(paid(t, "B1", "12A"))
	if err := w.service.Handle(t.Context(), withdrawn(t, "B1")); !errors.Is(err, seat.ErrSeated) {
		t.Errorf("Handle = %v, want ErrSeated", err)
	}
	w.wantDecided("B1", "SeatAssigned 12A")
}

// TestSeatsAreReadPageByPage has pages of 7 seats.
func TestSeatsAreReadPageByPage(t *testing.T) {
	w := newWorld(t, "5", "ABCD")
	w.spy.refuse = func(_ string, input any) error {
		if in, is := input.(*dynamodb.QueryInput); is {
			limit := int32(7)
			in.Limit = &limit
			if in.ConsistentRead == nil || !*in.ConsistentRead {
				t.Errorf("the query is not consistent")
			}
		}
		return nil
	}
	w.atOnce(func() (all []event.Envelope) {
		for _, id := range named(25) {
			all = append(all, paid(t, id, ""))
		}
		return all
	}())
	if seated := w.check(named(25)); seated != 20 {
		t.Errorf("%d bookings have a seat, want 20", seated)
	}
	taken, err := w.store.Taken(t.Context(), flight)
	slices.SortFunc(taken, seat.Compare)
	if err != nil || len(taken) != 20 || taken[0] != "1A" || taken[19] != "5D" {
		t.Errorf("Taken = %v, %v", taken, err)
	}
	if other, err := w.store.Taken(t.Context(), "FLIGHT002"); err != nil || len(other) != 0 {
		t.Errorf("Taken of another flight = %v, %v", other, err)
	}
}
