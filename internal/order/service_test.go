package order_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
	"eda-demo/internal/order/storetest"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// fixture is a service with a clock that a second passes on at each look, and
// ids that count up: id-1, id-2.
type fixture struct {
	*order.Service
	store *storetest.Memory
	ids   atomic.Int64
	looks atomic.Int64
}

func newFixture() *fixture {
	f := &fixture{store: &storetest.Memory{}}
	now := func() time.Time { return noon.Add(time.Duration(f.looks.Add(1)) * time.Second) }
	newID := func() string { return fmt.Sprintf("id-%d", f.ids.Add(1)) }
	f.Service = order.NewService(f.store, now, newID, slog.New(slog.DiscardHandler))
	return f
}

func (f *fixture) place(t *testing.T, id order.ID, amount money.Amount) order.Order {
	t.Helper()
	o, err := f.Place(context.Background(), id, amount)
	if err != nil {
		t.Fatalf("Place(%d, %s): %v", id, amount, err)
	}
	return o
}

func (f *fixture) wantStatus(t *testing.T, id order.ID, want ...order.Status) {
	t.Helper()
	o, err := f.store.Get(context.Background(), id)
	if err != nil {
		t.Fatalf("Get(%d): %v", id, err)
	}
	var history []order.Status
	for _, c := range o.History {
		history = append(history, c.Status)
	}
	var announced []order.Status
	for _, p := range f.store.Announced(id) {
		announced = append(announced, order.Status(p.DetailType))
	}
	if !reflect.DeepEqual(history, want) || o.Status != want[len(want)-1] {
		t.Errorf("order %d is %s with the history %v, want %v", id, o.Status, history, want)
	}
	if !reflect.DeepEqual(announced, want) {
		t.Errorf("order %d announced %v, want %v", id, announced, want)
	}
}

func payment(detailType, id, detail string) event.Envelope {
	return event.Envelope{ID: id, Source: event.PaymentService, DetailType: detailType, Detail: json.RawMessage(detail)}
}

func TestPlaceAnnounces(t *testing.T) {
	f := newFixture()
	o := f.place(t, 101, 100_50)
	if o.Status != order.Created || o.Amount != 100_50 || o.Created.Time != noon.Add(time.Second) {
		t.Errorf("Place = %+v, want it created with 100.5 at %v", o, noon.Add(time.Second))
	}
	want := []event.Pending{{
		EventID: "id-1", DetailType: "OrderCreated", At: noon.Add(time.Second),
		Detail: `{"id":101,"amount":100.5,"metadata":{"eventId":"id-1","correlationId":"id-2","schemaVersion":"1"}}`,
	}}
	if got := f.store.Announced(101); !reflect.DeepEqual(got, want) {
		t.Errorf("announced\n%+v\nwant\n%+v", got, want)
	}
}

func TestPlaceAgain(t *testing.T) {
	f := newFixture()
	first := f.place(t, 101, 100_00)
	if again := f.place(t, 101, 100_00); !reflect.DeepEqual(again, first) {
		t.Errorf("placing again = %+v, want %+v", again, first)
	}
	if _, err := f.Place(context.Background(), 101, 200_00); !errors.Is(err, order.ErrConflict) {
		t.Errorf("placing with another amount: %v, want %v", err, order.ErrConflict)
	}
	f.wantStatus(t, 101, order.Created)

	if err := f.HandlePayment(context.Background(), payment("PaymentSucceeded", "e", `{"id":101}`)); err != nil {
		t.Fatalf("HandlePayment: %v", err)
	}
	if again := f.place(t, 101, 100_00); again.Status != order.Completed {
		t.Errorf("placing again when completed: status %s, want %s", again.Status, order.Completed)
	}
	f.wantStatus(t, 101, order.Created, order.Completed)
}

func TestPlaceRefuses(t *testing.T) {
	f := newFixture()
	if _, err := f.Place(context.Background(), 0, 0); !errors.Is(err, order.ErrID) || !errors.Is(err, money.ErrPrice) {
		t.Errorf("Place(0, 0) = %v, want %v and %v", err, order.ErrID, money.ErrPrice)
	}
	if n := f.store.Len(); n != 0 {
		t.Errorf("%d orders are stored, want none", n)
	}
}

func TestPlaceWhenTheStoreFails(t *testing.T) {
	f := newFixture()
	down := errors.New("the store is down")
	f.store.Fail = func(string) error { return down }
	if _, err := f.Place(context.Background(), 101, 1); !errors.Is(err, down) {
		t.Errorf("Place = %v, want %v", err, down)
	}
}

func TestSettleNeedsAFinalStatus(t *testing.T) {
	f := newFixture()
	f.place(t, 101, 1)
	if err := f.Settle(context.Background(), 101, order.Created, event.Metadata{}); err == nil {
		t.Errorf("Settle as %s succeeds", order.Created)
	}
	f.wantStatus(t, 101, order.Created)
}

// TestConcurrentPayments lets contradicting events about the same orders arrive
// together, each twice: every order ends in one status, announced once.
func TestConcurrentPayments(t *testing.T) {
	f := newFixture()
	const orders = 20
	var deliveries sync.WaitGroup
	for i := range orders {
		f.place(t, order.ID(i+1), 1)
		for range 2 {
			for _, detailType := range []string{event.PaymentSucceeded, event.PaymentFailed} {
				e := payment(detailType, detailType+fmt.Sprint(i), fmt.Sprintf(`{"id":%d}`, i+1))
				deliveries.Go(func() {
					if err := f.HandlePayment(context.Background(), e); err != nil {
						t.Errorf("HandlePayment: %v", err)
					}
				})
			}
		}
	}
	deliveries.Wait()
	for i := range orders {
		o, err := f.store.Get(context.Background(), order.ID(i+1))
		if err != nil {
			t.Fatalf("Get(%d): %v", i+1, err)
		}
		f.wantStatus(t, o.ID, order.Created, o.Status)
	}
}
