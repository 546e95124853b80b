package chaos

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func event(uuid, at string, order int) []byte {
	return fmt.Appendf(nil, `{"id":%q,"detail-type":"OrderCreated","time":%q,"detail":{"id":%d,"metadata":{"eventId":%q}}}`, uuid, at, order, uuid)
}

// run decides on the deliveries of orders, in an order and with ids and times
// of their own.
func run(seed uint64, uuid, at string, orders []int) map[int][]time.Duration {
	i := New(Spec{Delay: 0.3, Reorder: 0.3, Duplicate: 0.3}, seed, func(Injected) {})
	decided := map[int][]time.Duration{}
	for _, order := range orders {
		decided[order] = append(decided[order], i.Deliveries("events", event(uuid, at, order))...)
		decided[order] = append(decided[order], i.Deliveries("events", event(uuid, at, order))...)
	}
	return decided
}

// TestDecisionsAreTheSeeds: neither when something is decided on nor what is
// drawn at random changes a decision.
func TestDecisionsAreTheSeeds(t *testing.T) {
	var orders []int
	for order := range 500 {
		orders = append(orders, order)
	}
	first := run(1, "4ec081a9-eb41-4fbf-912a-0544a9501124", "2026-11-21T02:50:54Z", orders)
	slices.Reverse(orders)
	second := run(1, "1fa2202a-a0d5-4271-a0d5-0745f4f4f3dd", "2026-12-01T12:00:00.123Z", orders)
	other := run(2, "4ec081a9-eb41-4fbf-912a-0544a9501124", "2026-11-21T02:50:54Z", orders)
	different := 0
	for order, want := range first {
		if got := second[order]; !slices.Equal(got, want) {
			t.Errorf("order %d: got %v, want %v as in the run before", order, got, want)
		}
		if !slices.Equal(other[order], want) {
			different++
		}
	}
	if different < 400 {
		t.Errorf("another seed decides otherwise on %d of 500 orders only", different)
	}
}

func TestProbabilities(t *testing.T) {
	const times = 6000
	for _, probability := range []float64{0, 0.05, 0.5, 1} {
		hit := 0
		i := New(Spec{Throttle: probability}, 7, func(Injected) { hit++ })
		for order := range times {
			i.Throttles("f", event("", "", order/2)) // each twice
		}
		if got := float64(hit) / times; math.Abs(got-probability) > 0.02 {
			t.Errorf("probability %v: %v of the invocations were throttled", probability, got)
		}
	}
}

func TestNoInjectorLetsAllGoRight(t *testing.T) {
	var i *Injector
	if got := i.Deliveries("events", []byte(`{}`)); !slices.Equal(got, []time.Duration{0}) {
		t.Errorf("deliveries after %v, want one at once", got)
	}
	i.DelayBatch(t.Context(), "f", nil)
	i.Begin("trace", nil, nil, nil)()
	throttled, lost := i.Entry(t.Context(), "", nil)
	if i.Crashes("f", nil) != nil || i.Throttles("f", nil) || i.RepeatsBatch("f", nil) || throttled || lost {
		t.Error("something goes wrong without an injector")
	}
}

// TestDeliveries: a fault of probability 1 hits what it may, and nothing else.
func TestDeliveries(t *testing.T) {
	tests := []struct {
		kind   string
		spec   Spec
		copies int
		held   time.Duration // at most
	}{
		{"events", Spec{Duplicate: 1}, 2, 0},
		{"lambda-async", Spec{Duplicate: 1}, 2, 0},
		{"sns", Spec{Duplicate: 1}, 1, 0},
		{"events-dead-letter", Spec{Duplicate: 1, Delay: 1, Reorder: 1}, 1, 0},
		{"sns", Spec{Delay: 1}, 1, longestDelay},
		{"events", Spec{Reorder: 1}, 1, longestReorder},
		{"events", Spec{Crash: 1, Throttle: 1, DropAck: 1}, 1, 0},
	}
	for _, test := range tests {
		got := New(test.spec, 1, func(Injected) {}).Deliveries(test.kind, []byte(`{"ruleArn":"arn:aws:events:x:y:rule/bus/r","event":{"id":1}}`))
		if len(got) != test.copies || got[0] > test.held || (got[0] == 0) != (test.held == 0) {
			t.Errorf("%s with %v: deliveries after %v, want %d, held back for at most %v", test.kind, test.spec, got, test.copies, test.held)
		}
	}
}

func TestWhatIsTold(t *testing.T) {
	var got []string
	i := New(Spec{Duplicate: 1}, 1, func(f Injected) { got = append(got, fmt.Sprint(f.Fault, ": ", f.Where, ": ", f.About)) })
	i.Deliveries("lambda-async", append([]byte(`{"Function":"eda-demo-notification","RequestID":"x"}`+"\n"), event("u", "t", 7)...))
	i.Deliveries("events", []byte(`{"ruleArn":"arn:aws:events:us-east-1:000000000000:rule/eda-demo/cw-catch-all","event":`+string(event("u", "t", 8))+`}`))
	i.Retried("sns")
	want := []string{
		`duplicate: lambda-async eda-demo-notification: OrderCreated {"id":7,`, `duplicate: events cw-catch-all: OrderCreated {"id":8,`, `retry: sns: `,
	}
	for n := range want {
		if n >= len(got) || !strings.HasPrefix(got[n], want[n]) {
			t.Fatalf("told %q, want %q", got, want)
		}
	}
}
