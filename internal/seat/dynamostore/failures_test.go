package dynamostore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/event"
)

func TestEventsThatAreNotUnderstood(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	edited := func(e event.Envelope, edit func(*event.Envelope)) event.Envelope {
		edit(&e)
		return e
	}
	for _, e := range []event.Envelope{
		edited(paid(t, "B1", ""), func(e *event.Envelope) { e.DetailType = event.PaymentFailed }),
		edited(paid(t, "B1", ""), func(e *event.Envelope) { e.Source = event.AircraftBooking }),
		edited(withdrawn(t, "B1"), func(e *event.Envelope) { e.DetailType = event.BookingCreated }),
		edited(withdrawn(t, "B1"), func(e *event.Envelope) { e.Source = event.AircraftPayment }),
	} {
		if err := w.service.Handle(t.Context(), e); !errors.Is(err, event.ErrUnknown) {
			t.Errorf("%s from %s: %v, want ErrUnknown", e.DetailType, e.Source, err)
		}
	}
	for _, detail := range []string{
		``, `null`, `[]`, `"B1"`, `{}`, `{"bookingId":1,"customerId":"C","flightId":"F"}`,
		`{"customerId":"C","flightId":"F"}`, `{"bookingId":"B","flightId":"F"}`, `{"bookingId":"B","customerId":"C"}`,
		`{"bookingId":"B B","customerId":"C","flightId":"F"}`,
	} {
		for _, e := range []event.Envelope{paid(t, "B1", ""), withdrawn(t, "B1")} {
			e.Detail = json.RawMessage(detail)
			if err := w.service.Handle(t.Context(), e); err == nil {
				t.Errorf("%s %s: no error", e.DetailType, detail)
			}
		}
	}
	w.wantCalls("what is not understood", map[string]int{})
}

// TestErrorsGoUp holds that each operation's failure is the event's, and that
// the event succeeds when it comes again, with one decision announced.
func TestErrorsGoUp(t *testing.T) {
	for _, operation := range []string{getItem, putItem, update, query, transact} {
		for _, answerLost := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, answer lost %v", operation, answerLost), func(t *testing.T) {
				w := newWorld(t, "1", "A")
				w.handle(paid(t, "B0", ""), withdrawn(t, "B2"))
				failed := false
				fail := func(called string, _ any) error {
					if called != operation || failed {
						return nil
					}
					failed = true
					return errLost
				}
				if answerLost {
					w.spy.lose = fail
				} else {
					w.spy.refuse = fail
				}
				up := 0
				for _, e := range []event.Envelope{paid(t, "B1", ""), paid(t, "B2", "1A")} {
					if err := w.service.Handle(t.Context(), e); err != nil {
						up++
						if !errors.Is(err, errLost) || !strings.Contains(err.Error(), e.ID) {
							t.Errorf("Handle: %v, want the cause and the event", err)
						}
						w.handle(e)
					}
				}
				if operation == transact && answerLost {
					failed, up = true, 1 // no transaction succeeds here
				}
				if !failed || up != 1 {
					t.Errorf("failed %v, and %d events with it, want 1", failed, up)
				}
				w.wantDecided("B1", "SeatAssignmentFailed the flight is full")
				w.wantDecided("B2", "SeatAssignmentFailed the booking was cancelled")
				w.check([]string{"B0", "B1", "B2"})
			})
		}
	}
}

// TestLostClaim has the one answer lost that says that a seat is given.
func TestLostClaim(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	lost := 0
	w.spy.lose = func(operation string, _ any) error {
		if operation == transact {
			lost++
			return errLost
		}
		return nil
	}
	if err := w.service.Handle(t.Context(), paid(t, "B1", "")); !errors.Is(err, errLost) || lost != 1 {
		t.Fatalf("Handle = %v, with %d answers lost", err, lost)
	}
	first := w.decided()
	w.handle(paid(t, "B1", ""))
	if again := w.decided(); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("decided %v, and then %v", first, again)
	}
	w.check([]string{"B1"})
}

// TestDeadline has a seat that never comes free of others' transactions: the
// service says so while there is time to.
func TestDeadline(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	w.spy.refuse = func(operation string, _ any) error {
		if operation != getItem {
			return conflict(operation, true)
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	err := w.service.Handle(ctx, paid(t, "B1", ""))
	if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
		t.Errorf("Handle = %v, and the invocation's own deadline: %v", err, ctx.Err())
	}
	if n := w.spy.calls()[transact]; n < 2 {
		t.Errorf("%d attempts, want more", n)
	}
}
