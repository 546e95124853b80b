package saga_test

import (
	"bytes"
	"flag"
	"fmt"
	"strings"
	"testing"

	"eda-demo/internal/booking"
)

var (
	oneSeed = flag.Uint64("seed", 0, "run TestSaga with this seed only, and tell what happens")
	seeds   = flag.Uint64("seeds", 300, "how many seeds TestSaga runs with")
)

// TestSaga has bookings compete for seats, with everything that may go wrong on
// the way, and holds each to its end, before and after late repetitions.
func TestSaga(t *testing.T) {
	if *oneSeed != 0 {
		saga(t, *oneSeed, func(line string) { t.Log(line) })
		return
	}
	seen := map[string]int{}
	for seed := uint64(1); seed <= *seeds; seed++ {
		w := saga(t, seed, nil)
		if t.Failed() {
			t.Fatalf("again, with what happens: go test ./test/saga -run TestSaga -v -seed %d", seed)
		}
		for _, e := range w.published {
			seen[e.DetailType]++
		}
	}
	t.Log(seen)
	if want := len(booking.Statuses()); len(seen) != want {
		t.Errorf("there were the events %v, want each of %d kinds", seen, want)
	}
}

// saga runs the bookings of a seed to their end.
func saga(t *testing.T, seed uint64, trace func(string)) *world {
	t.Helper()
	s := newSim(seed, trace)
	w := newWorld(s, fmt.Sprint(1+s.IntN(3)), "ABC"[:1+s.IntN(3)], nil)
	choices := s.chance(2)
	for i := range 1 + s.IntN(16) {
		w.book(w.wanted(i, choices))
	}
	w.settle()
	if err := w.check(); err != nil {
		t.Errorf("seed %d: %v", seed, err)
	}
	before := len(w.published)
	w.deliverLate()
	if err := w.check(); err != nil || len(w.published) != before {
		t.Errorf("seed %d, after late repetitions, which %d events follow from: %v", seed, len(w.published)-before, err)
	}
	return w
}

// wanted is a booking at random: of one of two flights, too expensive or not,
// for a seat that there may be, or any.
func (w *world) wanted(i int, choices bool) booking.Request {
	r := booking.Request{
		ID: fmt.Sprintf("B%d", i), CustomerID: fmt.Sprintf("CUST%d", i),
		FlightID: fmt.Sprintf("FLIGHT%d", w.IntN(2)), Amount: limit,
	}
	if w.chance(5) {
		r.Amount++
	}
	if choices && w.chance(3) {
		r.ChosenSeat = fmt.Sprintf("%d%c", 1+w.IntN(4), 'A'+w.IntN(3))
	}
	return r
}

// TestLogs holds that each line says which booking it is about, and none whose.
func TestLogs(t *testing.T) {
	var logs bytes.Buffer
	w := newWorld(newSim(1, nil), "1", "AB", &logs)
	for i := range 10 {
		w.book(w.wanted(i, false))
	}
	w.settle()
	for line := range strings.Lines(logs.String()) {
		if strings.Contains(line, "CUST") || !strings.Contains(line, `"bookingId":"B`) {
			t.Errorf("logged %s, want the booking's id and not the customer's", line)
		}
	}
	if logs.Len() == 0 {
		t.Error("nothing is logged")
	}
}

// TestSeedsRepeat holds that a seed does the same each time.
func TestSeedsRepeat(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		var told [2]string
		for i := range told {
			saga(t, seed, func(line string) { told[i] += line + "\n" })
		}
		if told[0] != told[1] || told[0] == "" {
			t.Errorf("seed %d does something else the second time", seed)
		}
	}
}
