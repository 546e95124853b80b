package storetest

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
)

var later = event.At(start.Add(1234 * time.Millisecond))

// advanced is what an order must look like after a change.
func advanced(o order.Order, to order.Change) order.Order {
	o.Status, o.Updated = to.Status, to.At
	o.History = append(o.History[:len(o.History):len(o.History)], to)
	return o
}

func testAdvance(t *testing.T, s Subject) {
	for _, status := range []order.Status{order.Completed, order.Cancelled} {
		o, _ := created(t, s, freshID(), 100_00)
		change := order.Change{Status: status, At: later}
		announces := announce(o.ID, string(status), later)
		stood, err := s.Store.Advance(context.Background(), o.ID, order.Created, change, announces)
		if !reflect.DeepEqual(stood, o) || err != nil {
			t.Errorf("Advance = %+v, %v, want %+v, nil", stood, err, o)
		}
		wantStored(t, s, advanced(o, change), announces)
	}
}

func testAdvanceFinal(t *testing.T, s Subject) {
	o, _ := created(t, s, freshID(), 100_00)
	change := order.Change{Status: order.Completed, At: later}
	announces := announce(o.ID, event.OrderCompleted, later)
	if _, err := s.Store.Advance(context.Background(), o.ID, order.Created, change, announces); err != nil {
		t.Fatalf("Advance: %v", err)
	}
	for _, status := range []order.Status{order.Completed, order.Cancelled} {
		late := event.At(later.Add(time.Minute))
		stood, err := s.Store.Advance(context.Background(), o.ID, order.Created,
			order.Change{Status: status, At: late}, announce(o.ID, string(status), late))
		if want := advanced(o, change); !reflect.DeepEqual(stood, want) || err != nil {
			t.Errorf("Advance of a final order = %+v, %v, want %+v, nil", stood, err, want)
		}
	}
	wantStored(t, s, advanced(o, change), announces)
}

func testAdvanceMissing(t *testing.T, s Subject) {
	id := freshID()
	change := order.Change{Status: order.Completed, At: later}
	stood, err := s.Store.Advance(context.Background(), id, order.Created, change, announce(id, event.OrderCompleted, later))
	if !errors.Is(err, entity.ErrNotFound) {
		t.Errorf("Advance of a missing order = %+v, %v, want the error %v", stood, err, entity.ErrNotFound)
	}
	wantMissing(t, s, id)
}

func testAdvanceConcurrently(t *testing.T, s Subject) {
	o, _ := created(t, s, freshID(), 100_00)
	statuses := []order.Status{order.Completed, order.Cancelled}
	var changes atomic.Int64
	entitytest.Together(8, func(i int) {
		change := order.Change{Status: statuses[i%2], At: later}
		stood, err := s.Store.Advance(context.Background(), o.ID, order.Created, change, announce(o.ID, string(change.Status), later))
		if err != nil {
			t.Errorf("Advance: %v", err)
		}
		if err == nil && stood.Status == order.Created {
			changes.Add(1)
		}
	})
	if got := changes.Load(); got != 1 {
		t.Errorf("%d of 8 calls changed the order, want 1", got)
	}
	got, err := s.Store.Get(context.Background(), o.ID)
	if err != nil || len(got.History) != 2 || !got.Status.Final() {
		t.Errorf("Get = %+v, %v, want a final order with 2 changes", got, err)
	}
	if pending := s.Pending(t, o.ID); pending.DetailType != string(got.Status) {
		t.Errorf("the order is %s and announces %s", got.Status, pending.DetailType)
	}
}
