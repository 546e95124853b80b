package booking_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
)

var seed = flag.Uint64("seed", rand.Uint64(), "of the random events")

// sagas are all that can happen to a booking, in the order in which it does.
var sagas = [][]booking.Status{
	{booking.PaymentDeclined},
	{booking.Paid, booking.Seated, booking.Ticketed},
	{booking.Paid, booking.Unseated, booking.Refunded},
}

// TestEveryOrder: the events of a saga, or of the beginning of one, lead to the
// same booking in every order in which they can come, each of them twice.
func TestEveryOrder(t *testing.T) {
	for _, saga := range sagas {
		for n := range len(saga) + 1 {
			want := placed(t)
			for _, fact := range saga[:n] {
				want.follow(t, fact)
			}
			orders := permutations(append(saga[:n:n], saga[:n]...))
			for _, order := range orders {
				got := placed(t)
				for _, fact := range order {
					got.follow(t, fact)
				}
				if g, w := got.get(t), want.get(t); !reflect.DeepEqual(g, w) {
					t.Fatalf("the events %v lead to\n%s\nwant\n%s", order, text(t, g), text(t, w))
				}
				if g, w := got.cancellations(t), want.cancellations(t); !reflect.DeepEqual(g, w) {
					t.Fatalf("the events %v announce\n%s\nwant\n%s", order, text(t, g), text(t, w))
				}
			}
			wantEnd(t, saga, n, want)
		}
	}
}

// wantEnd says what a saga leads to after n of its events.
func wantEnd(t *testing.T, saga []booking.Status, n int, f *fixture) {
	t.Helper()
	want := append([]booking.Status{booking.Created}, saga[:n]...)
	cancels := n == len(saga) && saga[n-1] != booking.Ticketed
	if cancels {
		want = append(want, booking.Cancelled)
	}
	b := f.get(t)
	if got := statuses(b.History); !slices.Equal(got, want) || b.Status != want[len(want)-1] {
		t.Errorf("the events %v lead to %s with the history %v, want %v", saga[:n], b.Status, got, want)
	}
	var announced []event.BookingCancelledDetail
	if cancels {
		announced = []event.BookingCancelledDetail{{BookingID: "B1", CustomerID: "C-secret", FlightID: "F1", Reason: "a reason"}}
	}
	if got := f.cancellations(t); !reflect.DeepEqual(got, announced) {
		t.Errorf("the events %v announce %+v, want %+v", saga[:n], got, announced)
	}
}

// permutations are all different orders of a list.
func permutations(list []booking.Status) [][]booking.Status {
	if len(list) == 0 {
		return [][]booking.Status{nil}
	}
	var all [][]booking.Status
	for i, first := range list {
		if slices.Contains(list[:i], first) {
			continue
		}
		for _, rest := range permutations(slices.Delete(slices.Clone(list), i, i+1)) {
			all = append(all, append([]booking.Status{first}, rest...))
		}
	}
	return all
}

func TestPermutations(t *testing.T) {
	for _, saga := range sagas {
		twice := append(slices.Clone(saga), saga...)
		if got, want := len(permutations(twice)), map[int]int{1: 1, 3: 90}[len(saga)]; got != want {
			t.Errorf("%v has %d orders, want %d", twice, got, want)
		}
	}
}

// TestRandomEvents: whatever comes, contradictions included, some things hold.
func TestRandomEvents(t *testing.T) {
	random := rand.New(rand.NewPCG(*seed, 0))
	for run := range 500 {
		f := placed(t)
		var events []booking.Status
		for range random.IntN(14) {
			before, announced := f.get(t), len(f.store.Announced())
			fact := facts[random.IntN(len(facts))]
			events = append(events, fact)
			f.now = noon.Add(time.Duration(random.IntN(60)-5) * time.Second)
			f.follow(t, fact)
			f.wantSound(t, before, announced)
			f.wantNothingNew(t, fact)
		}
		if t.Failed() {
			t.Fatalf("run %d of -seed=%d: the events %v", run, *seed, events)
		}
	}
}

// wantSound holds what must be true of every booking after an event.
func (f *fixture) wantSound(t *testing.T, before booking.Booking, announced int) {
	t.Helper()
	b := f.get(t)
	has := statuses(b.History)
	if slices.Contains(has, booking.Ticketed) && slices.Contains(has, booking.Cancelled) {
		t.Errorf("the booking is ticketed and cancelled: %v", has)
	}
	if before.Status.Final() && b.Status != before.Status {
		t.Errorf("the booking was %s and is %s", before.Status, b.Status)
	}
	if b.Status != has[len(has)-1] || has[0] != booking.Created {
		t.Errorf("the booking is %s with the history %v", b.Status, has)
	}
	for i, change := range b.History {
		if slices.Contains(has[:i], change.Status) {
			t.Errorf("the history has %s twice: %v", change.Status, has)
		}
	}
	for _, change := range before.History {
		if !slices.Contains(b.History, change) {
			t.Errorf("the history lost %v: it was %v and is %v", change, before.History, b.History)
		}
	}
	f.wantOfHistory(t, b)
	cancelled := 0
	if b.Status == booking.Cancelled {
		cancelled = 1
	}
	if got := len(f.cancellations(t)); got != cancelled || len(f.store.Announced()) > announced+1 {
		t.Errorf("the booking is %s, and BookingCancelled was announced %d times", b.Status, got)
	}
}

// wantOfHistory holds that status and order of the history are a function of
// the facts in it: the same, learned backwards, are the same.
func (f *fixture) wantOfHistory(t *testing.T, b booking.Booking) {
	t.Helper()
	again := booking.New(wanted, b.Created)
	for _, change := range slices.Backward(b.History) {
		if slices.Contains(facts, change.Status) {
			again, _ = again.Learn(booking.Fact{Status: change.Status}, b.Updated)
		}
	}
	if got, want := statuses(again.History), statuses(b.History); !slices.Equal(got, want) || again.Status != b.Status {
		t.Errorf("the facts of %v, learned backwards, are %s with %v", want, again.Status, got)
	}
}

// wantNothingNew repeats an event.
func (f *fixture) wantNothingNew(t *testing.T, fact booking.Status) {
	t.Helper()
	before, announced := f.get(t), len(f.store.Announced())
	f.now = f.now.Add(time.Minute)
	if err := f.Follow(context.Background(), tells(t, fact)); err != nil {
		t.Errorf("Follow(%s) again: %v", fact, err)
	}
	if after := f.get(t); !reflect.DeepEqual(before, after) || len(f.store.Announced()) != announced {
		t.Errorf("%s again changes\n%s\nto\n%s", fact, text(t, before), text(t, after))
	}
}
