package eventbridge

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"eda-demo/local/delivery"
)

// Kinds of tasks in the delivery queue, and how many of each run at a time.
const (
	deliveryKind      = "events"
	deliveryWorkers   = 32
	deadLetterKind    = "events-dead-letter"
	deadLetterWorkers = 4
)

// AWS documents exponential backoff with jitter, 185 retries and 24 hours, but
// no times. With these the two limits are met at about the same time.
const (
	firstPause = time.Second
	lastPause  = 8 * time.Minute
)

// pause returns how long to wait after a number of retries: doubling, half more
// or less at random.
func pause(retries int) time.Duration {
	full := lastPause
	if retries < 9 { // 2^9 seconds are more than lastPause
		full = firstPause << retries
	}
	return full/2 + rand.N(full)
}

func (s *Service) deliver(ctx context.Context, task delivery.Task) delivery.Verdict {
	var j job
	if err := json.Unmarshal(task.Payload, &j); err != nil {
		s.Log.Error("delivery lost: unreadable task", "task", task.ID, "error", err)
		s.counts.lost.Add(1)
		return delivery.Done()
	}
	err := s.send(ctx, task.ID, &j)
	if err == nil {
		s.counts.delivered.Add(1)
		return delivery.Done()
	}
	if ctx.Err() != nil {
		return delivery.RetryAfter(0) // the runner is stopping
	}
	f := failureOf(err)
	next, condition := nextAttempt(&j.Target, f, task.Attempts, time.Since(task.Accepted))
	if next > 0 {
		s.Log.Debug("delivery failed", "rule", j.RuleARN, "target", j.Target.Arn, "retries", task.Attempts, "error", f)
		return delivery.RetryAfter(next)
	}
	s.giveUp(&deadLetter{Job: j, Code: f.code, Message: f.message, Condition: condition, Retries: task.Attempts})
	return delivery.Done()
}

// nextAttempt returns the pause before the next attempt; 0 if there is none,
// with the limit of the retry policy that was reached, if that is why.
func nextAttempt(t *Target, f *failure, retries int, age time.Duration) (next time.Duration, condition string) {
	attempts, limit := t.retries()
	switch {
	case !f.retry:
		return 0, ""
	case retries >= attempts:
		return 0, "MaximumRetryAttempts"
	case age >= limit:
		return 0, "MaximumEventAgeInSeconds"
	}
	return min(pause(retries), limit-age), ""
}

// send makes the target's input and has the target's service take it.
func (s *Service) send(ctx context.Context, taskID string, j *job) error {
	d, err := s.parseDestination(j.Target.Arn)
	if err != nil {
		return err
	}
	transform, err := newInput(&j.Target)
	if err != nil {
		return err
	}
	body, err := transform(j)
	if err != nil {
		return err
	}
	return carriers[d.service](s, ctx, &parcel{job: j, taskID: taskID, destination: d, body: body})
}
