package entitytest

import (
	"context"
	"math"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
)

func testCreate(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey(), Count: 1})
	wantStored(t, s, thing, announces)
}

func testCreateSilently(t *testing.T, s Subject) {
	thing := Thing{ID: freshKey(), Count: 1}
	if _, isNew, err := s.Store.Create(context.Background(), thing, nil); !isNew || err != nil {
		t.Fatalf("Create = %v, %v, want true, nil", isNew, err)
	}
	wantStored(t, s, thing, nil)
}

func testCreateExisting(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey(), Count: 1})
	for _, other := range []*event.Pending{announce("ThingCreated"), nil} {
		stored, isNew, err := s.Store.Create(context.Background(), Thing{ID: thing.ID, Count: 2, Name: "other"}, other)
		if err != nil || isNew || !reflect.DeepEqual(stored, thing) {
			t.Errorf("Create of an existing thing = %+v, %v, %v, want %+v, false, nil", stored, isNew, err, thing)
		}
	}
	wantStored(t, s, thing, announces)
}

func testCreateConcurrently(t *testing.T, s Subject) {
	key := freshKey()
	var creations atomic.Int64
	winner := make(chan int64, 8)
	Together(cap(winner), func(i int) {
		stored, isNew, err := s.Store.Create(context.Background(), Thing{ID: key, Count: int64(i)}, announce("ThingCreated"))
		if err != nil {
			t.Errorf("Create: %v", err)
		}
		if isNew {
			creations.Add(1)
		}
		winner <- stored.Count
	})
	if got := creations.Load(); got != 1 {
		t.Errorf("%d of %d calls created the thing, want 1", got, cap(winner))
	}
	first := <-winner
	for range cap(winner) - 1 {
		if next := <-winner; next != first {
			t.Errorf("two calls saw the thing with %d and with %d", first, next)
		}
	}
}

// testKeepsEverything has numbers that no binary float holds, and what is
// empty, missing or null.
func testKeepsEverything(t *testing.T, s Subject) {
	note, empty := "é \" \\ \u0000 <💶>", ""
	for _, thing := range []Thing{
		{Count: math.MaxInt64, Price: money.MaxPrice, At: event.At(start.Add(7 * time.Hour))},
		{Count: math.MinInt64, Price: money.MinPrice, Name: note, Open: true, List: []string{"b", "a", "", "b"}},
		{Count: 1<<53 + 1, Price: 999_999_999_99, List: []string{}, ByName: map[string]*Part{}},
		{Price: math.MaxInt64 / 1000, Parts: []*Part{nil, {Key: "x", Note: &note}, nil, {Note: &empty}}},
		{Price: -1, ByName: map[string]*Part{"": {}, "nil": nil, "select": {Key: "k"}, "a.b": {Note: &note}}, Nothing: &Part{}},
	} {
		thing.ID = freshKey()
		thing, announces := created(t, s, thing)
		wantStored(t, s, thing, announces)
		thing.Name += "changed"
		announces = announce("ThingChanged")
		_, changed, err := s.Store.Change(context.Background(), thing.ID, func(stands Thing) (Thing, *event.Pending, bool, error) {
			stands.Name += "changed"
			return stands, announces, true, nil
		})
		if !changed || err != nil {
			t.Errorf("Change = %v, %v, want true, nil", changed, err)
		}
		wantStored(t, s, thing, announces)
	}
}

func testKeepsText(t *testing.T, s Subject) {
	thing := Thing{ID: freshKey()}
	announces := announce("ThingCreated")
	announces.Detail = `{"text":"é \" \\ \u0000 💶"}`
	announces.Trace = ""
	if _, _, err := s.Store.Create(context.Background(), thing, announces); err != nil {
		t.Fatalf("Create: %v", err)
	}
	wantStored(t, s, thing, announces)
}
