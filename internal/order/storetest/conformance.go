package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
)

// Subject is a store under test.
type Subject struct {
	Store order.Store
	// Pending returns the event that is stored with an order.
	Pending func(t *testing.T, id order.ID) event.Pending
}

// Run holds the store to the contract of order.Store. It uses new order ids
// each time, so the store may hold other orders, and may be one on AWS. What
// goes for each entity.Store is left to package entitytest.
func Run(t *testing.T, subject Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"KeepsExtremes":       testKeepsExtremes,
		"Advance":             testAdvance,
		"AdvanceFinal":        testAdvanceFinal,
		"AdvanceMissing":      testAdvanceMissing,
		"AdvanceConcurrently": testAdvanceConcurrently,
	} {
		t.Run(name, func(t *testing.T) { test(t, subject) })
	}
}

var start = event.At(time.Date(2026, 11, 2, 9, 15, 0, 120_000_000, time.UTC))

// freshID is one that no other test uses.
func freshID() order.ID { return order.ID(rand.Int64N(int64(order.MaxID)-1) + 1) }

func announce(id order.ID, detailType string, at event.Time) event.Pending {
	eventID := fmt.Sprintf("%s-%d-%d", detailType, id, at.UnixMilli())
	return event.Pending{EventID: eventID, DetailType: detailType, Detail: fmt.Sprintf(`{"id":%d}`, id), At: at.Time, Trace: "Root=1-" + eventID}
}

// created stores a new order and returns it with the event it announced.
func created(t *testing.T, s Subject, id order.ID, amount money.Amount) (order.Order, event.Pending) {
	t.Helper()
	o, err := order.New(id, amount, start)
	if err != nil {
		t.Fatalf("order.New(%d, %s): %v", id, amount, err)
	}
	announces := announce(o.ID, event.OrderCreated, start)
	stored, isNew, err := s.Store.Create(context.Background(), o, &announces)
	if err != nil || !isNew {
		t.Fatalf("Create(%d) = %v, %v, want true, nil", o.ID, isNew, err)
	}
	if !reflect.DeepEqual(stored, o) {
		t.Fatalf("Create returns\n%+v\nwant\n%+v", stored, o)
	}
	return o, announces
}

// wantStored compares what the store has with an order and its event.
func wantStored(t *testing.T, s Subject, want order.Order, announces event.Pending) {
	t.Helper()
	got, err := s.Store.Get(context.Background(), want.ID)
	if err != nil {
		t.Fatalf("Get(%d): %v", want.ID, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the store has\n%+v\nwant\n%+v", got, want)
	}
	if pending := s.Pending(t, want.ID); pending != announces {
		t.Errorf("the order is stored with the event\n%+v\nwant\n%+v", pending, announces)
	}
}

func wantMissing(t *testing.T, s Subject, id order.ID) {
	t.Helper()
	if got, err := s.Store.Get(context.Background(), id); !errors.Is(err, entity.ErrNotFound) {
		t.Errorf("Get(%d) = %+v, %v, want the error %v", id, got, err, entity.ErrNotFound)
	}
}

func testKeepsExtremes(t *testing.T, s Subject) {
	for _, amount := range []money.Amount{money.MinPrice, 10, 99_99, 999_999_999_99, money.MaxPrice} {
		o, announces := created(t, s, freshID(), amount)
		wantStored(t, s, o, announces)
	}
}
