package entitytest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
)

// count adds one to a thing's count, which an event announces unless it is nil.
func count(announces *event.Pending) entity.Decision[Thing] {
	return func(stands Thing) (Thing, *event.Pending, bool, error) {
		stands.Count++
		return stands, announces, true, nil
	}
}

func testChange(t *testing.T, s Subject) {
	thing, _ := created(t, s, Thing{ID: freshKey(), Count: 40, Name: "name"})
	for range 2 {
		announces := announce("ThingCounted")
		stands, changed, err := s.Store.Change(context.Background(), thing.ID, count(announces))
		if !changed || err != nil {
			t.Errorf("Change = %v, %v, want true, nil", changed, err)
		}
		thing.Count++
		wantThing(t, "Change", stands, thing)
		wantStored(t, s, thing, announces)
	}
}

func testChangeTakesAway(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey(), Name: "name", Parts: []*Part{{Key: "k"}}, Nothing: &Part{}, List: []string{"a"}})
	want := Thing{ID: thing.ID, Count: 1}
	stands, changed, err := s.Store.Change(context.Background(), thing.ID, func(Thing) (Thing, *event.Pending, bool, error) {
		return want, nil, true, nil
	})
	if !changed || err != nil {
		t.Errorf("Change = %v, %v, want true, nil", changed, err)
	}
	wantThing(t, "Change", stands, want)
	wantStored(t, s, want, announces)
}

// testChangeSilently: a change without an event leaves the one before.
func testChangeSilently(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey()})
	if _, changed, err := s.Store.Change(context.Background(), thing.ID, count(nil)); !changed || err != nil {
		t.Errorf("Change = %v, %v, want true, nil", changed, err)
	}
	thing.Count++
	wantStored(t, s, thing, announces)
}

func testChangeNothing(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey()})
	failed := errors.New("decided to fail")
	for _, want := range []error{nil, failed} {
		for _, yes := range []bool{false, want != nil} {
			stands, changed, err := s.Store.Change(context.Background(), thing.ID, func(Thing) (Thing, *event.Pending, bool, error) {
				return Thing{ID: thing.ID, Name: "other"}, announce("ThingChanged"), yes, want
			})
			if changed || !errors.Is(err, want) {
				t.Errorf("Change = %v, %v, want false, %v", changed, err, want)
			}
			wantThing(t, "Change", stands, thing)
		}
	}
	wantStored(t, s, thing, announces)
}

func testChangeMissing(t *testing.T, s Subject) {
	key := freshKey()
	_, changed, err := s.Store.Change(context.Background(), key, func(stands Thing) (Thing, *event.Pending, bool, error) {
		t.Errorf("decide is asked about %+v, which is missing", stands)
		return stands, nil, true, nil
	})
	if changed || !errors.Is(err, entity.ErrNotFound) {
		t.Errorf("Change of a missing thing = %v, %v, want false and the error %v", changed, err, entity.ErrNotFound)
	}
	wantMissing(t, s, key)
}

func testChangeTheKey(t *testing.T, s Subject) {
	thing, announces := created(t, s, Thing{ID: freshKey()})
	other := freshKey()
	_, changed, err := s.Store.Change(context.Background(), thing.ID, func(stands Thing) (Thing, *event.Pending, bool, error) {
		stands.ID = other
		return stands, announce("ThingMoved"), true, nil
	})
	if changed || !errors.Is(err, entity.ErrKey) {
		t.Errorf("Change of the key = %v, %v, want false and the error %v", changed, err, entity.ErrKey)
	}
	wantStored(t, s, thing, announces)
	wantMissing(t, s, other)
}

// testChangeConcurrently: every change counts, with its event or without.
func testChangeConcurrently(t *testing.T, s Subject) {
	thing, _ := created(t, s, Thing{ID: freshKey()})
	const callers, each = 8, 5
	var changes atomic.Int64
	Together(callers, func(i int) {
		for n := range each {
			var announces *event.Pending
			if n%2 == i%2 {
				announces = announce("ThingCounted")
			}
			_, changed, err := s.Store.Change(context.Background(), thing.ID, count(announces))
			if err != nil {
				t.Errorf("Change: %v", err)
			}
			if changed {
				changes.Add(1)
			}
		}
	})
	got, err := s.Store.Get(context.Background(), thing.ID)
	if err != nil || got.Count != callers*each || changes.Load() != callers*each {
		t.Errorf("after %d changes, %d of which are told to be made, the count is %d, %v, want all of them",
			callers*each, changes.Load(), got.Count, err)
	}
}
