package dynamostore_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/seat"
)

func named(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("B%d", i)
	}
	return ids
}

// TestMoreBookingsThanSeats has 500 bookings of a flight of 180 seats paid at
// once.
func TestMoreBookingsThanSeats(t *testing.T) {
	for _, tt := range []struct {
		name   string
		copies int
		faults bool
	}{
		{"once", 1, false}, {"twice at the same time", 2, false}, {"twice and with faults", 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "30", "ABCDEF")
			w.spy.refuse = w.wantFullWhenMarked
			if tt.faults {
				w.fault()
			}
			bookings := named(500)
			var events []event.Envelope
			for _, id := range bookings {
				events = append(events, slices.Repeat([]event.Envelope{paid(t, id, "")}, tt.copies)...)
			}
			w.atOnce(events)
			if seated := w.check(bookings); seated != 180 {
				t.Errorf("%d bookings have a seat, want 180", seated)
			}
			for _, d := range w.decided() {
				if d.changes != 0 || d.Status == seat.Failed && d.Reason != "the flight is full" {
					t.Errorf("%+v, changed %d times, want a seat, or that there is none, written once", d.Assignment, d.changes)
				}
			}
		})
	}
}

// wantFullWhenMarked fails the test if a flight is marked as full that is not.
func (w *world) wantFullWhenMarked(operation string, input any) error {
	put, is := input.(*dynamodb.PutItemInput)
	if is && *put.TableName == seats && len(w.holders()) != 180 {
		w.Errorf("the flight is marked as full with %d seats taken", len(w.holders()))
	}
	return nil
}

var errLost = errors.New("no answer")

// fault lets a third of all calls fail: of writes in every way there is.
func (w *world) fault() {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(500, 180))
	chance := func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return random.Float64()
	}
	watch := w.spy.refuse
	w.spy.refuse = func(operation string, input any) error {
		if c := chance(); c < 0.1 {
			return conflict(operation, c < 0.05)
		}
		if chance() < 0.1 {
			return errLost
		}
		return watch(operation, input)
	}
	w.spy.lose = func(string, any) error {
		if chance() < 0.15 {
			return errLost
		}
		return nil
	}
}

// conflict is how an operation fails while others write the same.
func conflict(operation string, ofSeat bool) error {
	switch {
	case operation != transact:
		return &types.TransactionConflictException{Message: aws.String("Transaction is ongoing for the item")}
	case ofSeat:
		return cancelledFor("None", "TransactionConflict")
	}
	return cancelledFor("TransactionConflict", "None")
}

// cancelledFor is the error of a transaction that is cancelled with the reasons.
func cancelledFor(codes ...string) error {
	cancelled := &types.TransactionCanceledException{Message: aws.String(fmt.Sprint(codes))}
	for _, code := range codes {
		cancelled.CancellationReasons = append(cancelled.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
	}
	return cancelled
}

// TestLastSeatTwice has two bookings, each delivered twice, go for one seat.
func TestLastSeatTwice(t *testing.T) {
	for range 20 {
		w := newWorld(t, "1", "A")
		a, b := paid(t, "B1", ""), paid(t, "B2", "1A")
		w.atOnce([]event.Envelope{a, b, b, a})
		if seated := w.check([]string{"B1", "B2"}); seated != 1 {
			t.Fatalf("%d bookings have the seat, want 1", seated)
		}
	}
}

// TestWithdrawnWhilePaid has bookings cancelled and paid at the same time:
// either is first.
func TestWithdrawnWhilePaid(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	bookings := named(60)
	var all sync.WaitGroup
	cancelled := make([]error, len(bookings))
	for i, id := range bookings {
		all.Go(func() { w.persist(paid(t, id, "")) })
		all.Go(func() { cancelled[i] = w.service.Handle(t.Context(), withdrawn(t, id)) })
	}
	all.Wait()
	w.check(bookings)
	decided := w.decided()
	for i, id := range bookings {
		seated := decided[id].Status == seat.Assigned
		if errors.Is(cancelled[i], seat.ErrSeated) != seated || !seated && decided[id].Reason != "the booking was cancelled" {
			t.Errorf("%+v, and the cancellation says %v", decided[id].Assignment, cancelled[i])
		}
	}
}

// TestSpread has the bookings of an empty flight go for different seats: 40
// that know nothing of each other meet at 4 of 180 seats on average.
func TestSpread(t *testing.T) {
	for _, name := range []string{"B%d", "BOOKING%04d", "%d-b7c1e0a2", "f81d4fae-7dec-11d0-a765-%012d"} {
		w := newWorld(t, "30", "ABCDEF")
		var events []event.Envelope
		for i := range 40 {
			events = append(events, paid(t, fmt.Sprintf(name, i), ""))
		}
		w.atOnce(events)
		if n := w.spy.calls()[transact]; n > 40+12 {
			t.Errorf("%s: %d transactions for 40 bookings, want few more than these", name, n)
		}
	}
}
