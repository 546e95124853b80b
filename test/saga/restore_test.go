package saga_test

import (
	"context"
	"testing"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/payment"
)

// TestLostPayments brings back payments that were lost as the runbook says, by
// replays to one rule after the other. The first decides on them again, as if
// none had been given back, and the seat assignment has said what it says.
func TestLostPayments(t *testing.T) {
	forged(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.book(w.wanted(i, false))
		}
		w.settle()
		before, published := w.paid(t), w.published
		w.payments.Memory = entitytest.Memory[string, payment.Payment]{}
		for _, replayed := range []string{event.BookingCreated, event.SeatAssignmentFailed} {
			for _, e := range published {
				if e.DetailType == replayed {
					w.deliver(event.ProcessPaymentFunction, e)
				}
			}
			w.settle()
		}
		for id, status := range w.paid(t) {
			if status != before[id] {
				t.Errorf("the payment of %s is %s, want %s as before", id, status, before[id])
			}
		}
	})
}

// paid has the statuses of the payments of all bookings.
func (w *world) paid(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range w.requests {
		p, err := w.payments.Memory.Get(context.Background(), r.ID)
		if err != nil {
			t.Errorf("the payment of %s: %v", r.ID, err)
		}
		all[r.ID] = p.Status
	}
	return all
}
