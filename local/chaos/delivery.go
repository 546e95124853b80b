package chaos

import (
	"bytes"
	"context"
	"time"
)

// How long deliveries are held back at most.
const (
	longestDelay   = 3 * time.Second
	longestReorder = 300 * time.Millisecond
	// longestBatchDelay is shorter because all later records of the shard wait.
	longestBatchDelay = 500 * time.Millisecond
)

// disturbed are the kinds of deliveries that faults hit, and whether they may
// be doubled: a mail is not, as nobody but its reader could tell.
var disturbed = map[string]bool{"events": true, "lambda-async": true, "sns": false}

// Deliveries returns after which pauses a task of the delivery queue, just
// accepted, is delivered: once for each of them.
func (i *Injector) Deliveries(kind string, payload []byte) []time.Duration {
	doubles, known := disturbed[kind]
	if i == nil || !known {
		return []time.Duration{0}
	}
	if head, rest, found := bytes.Cut(payload, []byte{'\n'}); found && kind == "lambda-async" {
		payload = rest
		kind += " " + functionIn(head)
	}
	what := newThing(payload)
	pauses := []time.Duration{i.hold(kind, what)}
	if doubles {
		if draw, hit := i.hits(Duplicate, kind, what); hit {
			pauses = append(pauses, draw.within(1, longestDelay))
		}
	}
	return pauses
}

func (i *Injector) hold(where string, what thing) (pause time.Duration) {
	if draw, hit := i.hits(Delay, where, what); hit {
		pause += draw.within(1, longestDelay)
	}
	if draw, hit := i.hits(Reorder, where, what); hit {
		pause += draw.within(1, longestReorder)
	}
	return pause
}

// DelayBatch waits before a batch of records goes to a function, if it is to
// come late. It returns early when ctx is done.
func (i *Injector) DelayBatch(ctx context.Context, function string, payload []byte) {
	if i == nil {
		return
	}
	draw, hit := i.hits(Delay, "batch for "+function, newThing(payload))
	if !hit {
		return
	}
	timer := time.NewTimer(draw.within(1, longestBatchDelay))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// RepeatsBatch tells whether a batch of records goes to a function once more
// although it was successful with it.
func (i *Injector) RepeatsBatch(function string, payload []byte) bool {
	if i == nil {
		return false
	}
	_, hit := i.hits(Duplicate, "batch for "+function, newThing(payload))
	return hit
}

// Retried tells the observer of a further attempt of a delivery.
func (i *Injector) Retried(kind string) { i.observe(Injected{Retry, kind, ""}) }
