package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"
)

// How long deliveries are held back at most.
const (
	longestDelay   = 2 * time.Second
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
	receiver, payload := addressed(payload)
	what, where := newThing(payload), kind+" "+receiver
	pauses := []time.Duration{i.hold(where, what)}
	if doubles {
		if drawn, hit := i.hits(Duplicate, where, what); hit {
			pauses = append(pauses, drawn.within(1, longestDelay))
		}
	}
	return pauses
}

// addressed returns who a task is for, and what it brings. An asynchronous
// invocation has its event in a line after the first.
func addressed(task []byte) (receiver string, payload []byte) {
	head, payload, found := bytes.Cut(task, []byte{'\n'})
	if !found {
		payload = task
	}
	var to struct {
		RuleARN         string `json:"ruleArn"`
		Function        string
		SubscriptionARN string
	}
	if json.Unmarshal(head, &to) != nil {
		return "", payload
	}
	arn := to.RuleARN + to.Function + to.SubscriptionARN
	name := arn[strings.LastIndexAny(arn, ":/")+1:]
	return volatile.ReplaceAllString(name, "*"), payload
}

func (i *Injector) hold(where string, what thing) (pause time.Duration) {
	if drawn, hit := i.hits(Delay, where, what); hit {
		pause += drawn.within(1, longestDelay)
	}
	if drawn, hit := i.hits(Reorder, where, what); hit {
		pause += drawn.within(1, longestReorder)
	}
	return pause
}

// DelayBatch waits before a batch of records goes to a function, if it is to
// come late. It returns early when ctx is done.
func (i *Injector) DelayBatch(ctx context.Context, function string, payload []byte) {
	if i == nil {
		return
	}
	drawn, hit := i.hits(Delay, "batch for "+function, newThing(payload))
	if !hit {
		return
	}
	timer := time.NewTimer(drawn.within(1, longestBatchDelay))
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
