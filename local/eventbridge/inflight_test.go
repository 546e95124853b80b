package eventbridge_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
)

// TestAcceptedEventsOutliveTheirRule changes or removes what an event is on its
// way for: it reaches the target that it was accepted for, or a queue.
func TestAcceptedEventsOutliveTheirRule(t *testing.T) {
	target := func(arn, queue string) string {
		return rule(`,"Targets":[{"Id":"t","Arn":"` + arn + `","RetryPolicy":{"MaximumRetryAttempts":2},"DeadLetterConfig":{"Arn":"` + queue + `"}}]`)
	}
	const otherDead = "arn:aws:sqs:us-east-1:000000000000:other-dead"
	tests := []struct {
		name     string
		change   func(f *fixture, bus, r *thing)
		attempts int // that fail
		want     string
	}{
		{"rule removed", func(_ *fixture, bus, r *thing) { r.delete(); bus.delete() }, 2, "lambda.Invoke"},
		{"target removed", func(_ *fixture, _, r *thing) { r.update(rule("")) }, 2, "lambda.Invoke"},
		{"target replaced", func(_ *fixture, _, r *thing) { r.update(target(queueARN, deadARN)) }, 2, "lambda.Invoke"},
		{"rule removed, given up", func(_ *fixture, bus, r *thing) { r.delete(); bus.delete() }, 3, "sqs.SendMessage /000000000000/dead"},
		{"target removed, given up", func(f *fixture, _, _ *thing) {
			f.as(t, "RemoveTargets", `{"Rule":"r","EventBusName":"orders","Ids":["t"]}`)
		}, 3, "sqs.SendMessage /000000000000/dead"},
		{"queue replaced, given up", func(_ *fixture, _, r *thing) { r.update(target(lambdaARN, otherDead)) }, 3, "sqs.SendMessage /000000000000/other-dead"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				attempts := 0
				f.answer = func(c call) error {
					if attempts++; c.operation == "lambda.Invoke" && attempts <= test.attempts {
						return frontdoor.Errorf("ThrottlingException", "slow down")
					}
					return nil
				}
				bus, r := made(t, f, "EventBus", `{"Name":"orders"}`), made(t, f, "Rule", target(lambdaARN, deadARN))
				f.put(t, `{"id":1}`)
				synctest.Wait()
				bus.t, r.t = t, t
				test.change(f, bus, r)
				time.Sleep(time.Hour)
				synctest.Wait()
				calls := f.received()
				last := calls[len(calls)-1]
				got := strings.TrimSpace(fmt.Sprint(last.operation, " ", last.input["QueueUrl"]))
				if got = strings.TrimSuffix(got, " <nil>"); got != test.want || f.queue.Pending() != 0 || len(calls) != attempts {
					t.Errorf("got %s after %d calls, %d pending; want %s and nothing pending", got, len(calls), f.queue.Pending(), test.want)
				}
			})
		})
	}
}

// TestEverythingGone removes the rule, its target and its dead-letter queue
// under an event: that is seen, once, and not tried for ever.
func TestEverythingGone(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		made(t, f, "EventBus", `{"Name":"orders"}`)
		r := made(t, f, "Rule", rule(`,"Targets":[{"Id":"t","Arn":"`+lambdaARN+`","DeadLetterConfig":{"Arn":"`+deadARN+`"}}]`))
		var gone atomic.Bool
		f.answer = func(call) error {
			if gone.Load() {
				return frontdoor.Errorf("ResourceNotFoundException", "gone")
			}
			return frontdoor.Errorf("ThrottlingException", "slow down")
		}
		id := f.put(t, `{}`)
		synctest.Wait()
		r.delete()
		gone.Store(true)
		time.Sleep(time.Minute)
		synctest.Wait()
		_, given := f.observed()
		if len(given) != 1 || !given[0].Lost || given[0].EventID != id || given[0].Code != "NO_RESOURCE" || f.queue.Pending() != 0 {
			t.Errorf("got %+v, %d pending; want event %s lost because of NO_RESOURCE", given, f.queue.Pending(), id)
		}
	})
}

// TestRuleIsUpdatedWhileEventsPass has every event find the old rule or the new.
func TestRuleIsUpdatedWhileEventsPass(t *testing.T) {
	f := newFixture(t)
	made(t, f, "EventBus", `{"Name":"orders"}`)
	versions := []string{
		rule(`,"Targets":[{"Id":"a","Arn":"` + queueARN + `"},{"Id":"b","Arn":"` + queueARN + `"}]`),
		rule(`,"Targets":[{"Id":"c","Arn":"` + queueARN + `"},{"Id":"d","Arn":"` + queueARN + `"}]`),
	}
	r := made(t, f, "Rule", versions[0])
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 100 {
			if _, err := r.tryUpdate(versions[(i+1)%2]); err != nil {
				t.Errorf("update %d: %v", i, err)
			}
		}
	}()
	const events = 100
	for range events {
		f.put(t, `{}`)
	}
	<-done
	for deadline := time.Now().Add(5 * time.Second); f.queue.Pending() > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if got := len(f.received()); got != 2*events {
		t.Errorf("got %d deliveries of %d events, want two of each", got, events)
	}
}
