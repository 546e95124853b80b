package delivery

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/store"
)

// plan says when tasks are delivered, by their payloads.
type plan struct {
	pauses  map[string][]time.Duration
	retried []string
}

func (p *plan) Deliveries(_ string, payload []byte) []time.Duration { return p.pauses[string(payload)] }

func (p *plan) Retried(kind string) { p.retried = append(p.retried, kind) }

func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := store.Memory()
		q := New(quiet(), 1, kept)
		defer q.Close()
		faults := &plan{pauses: map[string][]time.Duration{
			"late": {2 * time.Second}, "twice": {0, 3 * time.Second}, "soon": {0},
		}}
		q.Disturb(faults)
		start := time.Now()
		var got []string
		q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
			got = append(got, fmt.Sprint(string(task.Payload), " ", time.Since(start)))
			if string(task.Payload) == "soon" && task.Attempts == 0 {
				return RetryAfter(time.Second)
			}
			return Done()
		})
		for _, payload := range []string{"late", "twice", "soon"} {
			accept(t, q, "one", payload)
		}
		wantPending(t, q, 4)
		passes(time.Minute)
		if want := []string{"twice 0s", "soon 0s", "soon 1s", "late 2s", "twice 3s"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if want := []string{"one"}; !slices.Equal(faults.retried, want) {
			t.Errorf("told of retries of %q, want %q", faults.retried, want)
		}
		wantPending(t, q, 0)
	})
}
