package storetest

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
)

func testCreate(t *testing.T, s Subject) {
	o, announces := created(t, s, 100_50)
	wantStored(t, s, o, announces)
}

func testCreateExisting(t *testing.T, s Subject) {
	o, announces := created(t, s, 100_00)
	other := newOrder(t, o.ID, 200_00)
	stored, isNew, err := s.Store.Create(context.Background(), other, announce(o.ID, event.OrderCreated, start.AddDate(0, 0, 1)))
	if err != nil || isNew || !reflect.DeepEqual(stored, o) {
		t.Errorf("Create of an existing order = %+v, %v, %v, want %+v, false, nil", stored, isNew, err, o)
	}
	wantStored(t, s, o, announces)
}

func testCreateConcurrently(t *testing.T, s Subject) {
	id := freshID()
	var creations atomic.Int64
	winner := make(chan money.Amount, 8)
	together(cap(winner), func(i int) {
		o := newOrder(t, id, money.Amount(i+1))
		stored, isNew, err := s.Store.Create(context.Background(), o, announce(id, event.OrderCreated, start))
		if err != nil {
			t.Errorf("Create: %v", err)
		}
		if isNew {
			creations.Add(1)
		}
		winner <- stored.Amount
	})
	if got := creations.Load(); got != 1 {
		t.Errorf("%d of %d calls created the order, want 1", got, cap(winner))
	}
	first := <-winner
	for range cap(winner) - 1 {
		if next := <-winner; next != first {
			t.Errorf("two calls saw the order with %s and with %s", first, next)
		}
	}
}

func testKeepsExtremes(t *testing.T, s Subject) {
	for _, amount := range []money.Amount{money.MinPrice, 10, 99_99, 999_999_999_99, money.MaxPrice} {
		o, announces := created(t, s, amount)
		wantStored(t, s, o, announces)
	}
}

func testKeepsText(t *testing.T, s Subject) {
	o := newOrder(t, freshID(), 1)
	announces := announce(o.ID, event.OrderCreated, start)
	announces.Detail = fmt.Sprintf(`{"id":%d,"text":"é \" \\ \u0000 💶"}`, o.ID)
	if _, _, err := s.Store.Create(context.Background(), o, announces); err != nil {
		t.Fatalf("Create: %v", err)
	}
	wantStored(t, s, o, announces)
}

func testEndedContext(t *testing.T, s Subject) {
	if _, inMemory := s.Store.(*Memory); inMemory {
		t.Skip("a store in memory does not wait for anything")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := newOrder(t, freshID(), 1)
	if _, _, err := s.Store.Create(ctx, o, announce(o.ID, event.OrderCreated, start)); err == nil {
		t.Error("Create with an ended context succeeds")
	}
	wantMissing(t, s, o.ID)
}
