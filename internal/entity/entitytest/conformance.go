package entitytest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
)

// Thing is what the contract is tried with. It has members of every kind, and
// some with names that stores have a meaning for.
type Thing struct {
	ID      string           `json:"id"`
	Count   int64            `json:"count"`
	Price   money.Amount     `json:"size"`
	At      event.Time       `json:"timestamp"`
	Name    string           `json:"name,omitempty"`
	Open    bool             `json:"status"`
	List    []string         `json:"list"`
	Parts   []*Part          `json:"values,omitempty"`
	ByName  map[string]*Part `json:"a.b#c:d"`
	Nothing *Part            `json:"null"`
}

// Part is a part of a Thing.
type Part struct {
	Key  string  `json:"key"`
	Note *string `json:"note"`
}

// Key implements entity.Keyed.
func (t Thing) Key() string { return t.ID }

// Subject is a store under test.
type Subject struct {
	Store entity.Store[string, Thing]
	// Pending returns the event that is stored with a value, or the zero value
	// for none.
	Pending func(t *testing.T, key string) event.Pending
}

// Run holds the store to the contract of entity.Store. It uses new keys each
// time, so the store may hold other values, and may be one on AWS.
func Run(t *testing.T, subject Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"Create":                  testCreate,
		"CreateSilently":          testCreateSilently,
		"CreateExisting":          testCreateExisting,
		"CreateConcurrently":      testCreateConcurrently,
		"GetMissing":              testGetMissing,
		"KeepsEverything":         testKeepsEverything,
		"KeepsTextOfTheEvent":     testKeepsText,
		"Change":                  testChange,
		"ChangeTakesAway":         testChangeTakesAway,
		"ChangeSilently":          testChangeSilently,
		"ChangeNothing":           testChangeNothing,
		"ChangeMissing":           testChangeMissing,
		"ChangeTheKey":            testChangeTheKey,
		"ChangeConcurrently":      testChangeConcurrently,
		"FailsWhenContextIsEnded": testEndedContext,
	} {
		t.Run(name, func(t *testing.T) { test(t, subject) })
	}
}

var start = time.Date(2026, 11, 2, 9, 15, 0, 120_000_000, time.UTC)

// freshKey is one that no other test uses.
func freshKey() string { return "thing-" + event.NewID() }

// announce is a new event.
func announce(detailType string) *event.Pending {
	id := event.NewID()
	return &event.Pending{EventID: id, DetailType: detailType, Detail: `{"thing":1}`, At: start, Trace: "Root=1-" + id}
}

// created stores a thing and returns it with the event it announced.
func created(t *testing.T, s Subject, wanted Thing) (Thing, *event.Pending) {
	t.Helper()
	announces := announce("ThingCreated")
	stored, isNew, err := s.Store.Create(context.Background(), wanted, announces)
	if err != nil || !isNew {
		t.Fatalf("Create = %v, %v, want true, nil", isNew, err)
	}
	wantThing(t, "Create", stored, wanted)
	return wanted, announces
}

func wantThing(t *testing.T, call string, got, want Thing) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s returns\n%+v\nwant\n%+v", call, got, want)
	}
}

// wantStored compares what the store has with a thing and its event, which is
// nil for none.
func wantStored(t *testing.T, s Subject, want Thing, announced *event.Pending) {
	t.Helper()
	got, err := s.Store.Get(context.Background(), want.ID)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	wantThing(t, "Get", got, want)
	if announced == nil {
		announced = &event.Pending{}
	}
	if pending := s.Pending(t, want.ID); pending != *announced {
		t.Errorf("the thing is stored with the event\n%+v\nwant\n%+v", pending, *announced)
	}
}

func wantMissing(t *testing.T, s Subject, key string) {
	t.Helper()
	if got, err := s.Store.Get(context.Background(), key); !errors.Is(err, entity.ErrNotFound) {
		t.Errorf("Get = %+v, %v, want the error %v", got, err, entity.ErrNotFound)
	}
}

func testGetMissing(t *testing.T, s Subject) { wantMissing(t, s, freshKey()) }

func testEndedContext(t *testing.T, s Subject) {
	there, announced := created(t, s, Thing{ID: freshKey()})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	key := freshKey()
	if _, _, err := s.Store.Create(ctx, Thing{ID: key}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Create with an ended context = %v, want the error %v", err, context.Canceled)
	}
	if _, err := s.Store.Get(ctx, there.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("Get with an ended context = %v, want the error %v", err, context.Canceled)
	}
	if _, _, err := s.Store.Change(ctx, there.ID, count(nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("Change with an ended context = %v, want the error %v", err, context.Canceled)
	}
	wantMissing(t, s, key)
	wantStored(t, s, there, announced)
}

// Together calls f n times at once and waits for the last to end.
func Together(n int, f func(i int)) {
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() { f(i) })
	}
	calls.Wait()
}
