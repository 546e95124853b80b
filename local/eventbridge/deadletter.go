package eventbridge

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"eda-demo/local/delivery"
	"eda-demo/local/iam"
)

// deadLetter is a delivery that was given up: the payload of a task of its own,
// so that a dead-letter queue out of reach for a while loses nothing.
type deadLetter struct {
	Job       job    `json:"job"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Condition string `json:"condition"` // the limit reached; "" if it was not tried again
	Retries   int    `json:"retries"`
}

func (s *Service) giveUp(letter *deadLetter) {
	letter.Job.Target.DeadLetterConfig = s.currentQueue(&letter.Job)
	if letter.Job.Target.DeadLetterConfig == nil {
		s.lose(letter, "the target has no dead-letter queue")
		return
	}
	payload, err := encode(letter)
	if err == nil {
		err = s.Queue.Accept(deadLetterKind, payload)
	}
	if err != nil {
		s.lose(letter, err.Error())
	}
}

// currentQueue returns the dead-letter queue that the rule's target has now, so
// that a queue that was replaced while the event was retried loses nothing. If
// the rule or the target is gone, or has no queue any more, it is the one that
// the target had when the event was accepted.
func (s *Service) currentQueue(j *job) *DeadLetterConfig {
	bus, name := j.rule()
	r, err := s.store.rule(bus, name)
	if err != nil {
		return j.Target.DeadLetterConfig
	}
	for _, t := range r.targets {
		if t.Id == j.Target.Id && t.DeadLetterConfig != nil {
			return t.DeadLetterConfig
		}
	}
	return j.Target.DeadLetterConfig
}

// lose is the end of an event that is in no queue: counted, logged, observed.
func (s *Service) lose(letter *deadLetter, reason string) {
	s.counts.lost.Add(1)
	s.Log.Error("event lost", "because", reason, "rule", letter.Job.RuleARN, "target", letter.Job.Target.Arn,
		"code", letter.Code, "message", letter.Message, "event", string(letter.Job.Event))
	s.observe(letter, true, reason)
}

func (s *Service) observe(letter *deadLetter, lost bool, reason string) {
	if s.Observer.DeadLettered == nil {
		return
	}
	head, err := letter.Job.head()
	if err != nil {
		s.Log.Error("dead letter without an event id", "rule", letter.Job.RuleARN, "error", err)
	}
	s.Observer.DeadLettered(DeadLettered{
		RuleARN: letter.Job.RuleARN, TargetARN: letter.Job.Target.Arn, EventID: head.ID,
		Code: letter.Code, Message: letter.Message, Retries: letter.Retries,
		Queue: letter.queueARN(), Lost: lost, LostBecause: reason,
	})
}

func (l *deadLetter) queueARN() string {
	if l.Job.Target.DeadLetterConfig == nil {
		return ""
	}
	return l.Job.Target.DeadLetterConfig.Arn
}

func (s *Service) deliverDeadLetter(ctx context.Context, task delivery.Task) delivery.Verdict {
	var letter deadLetter
	if err := json.Unmarshal(task.Payload, &letter); err != nil {
		s.Log.Error("dead letter lost: unreadable task", "task", task.ID, "error", err)
		s.counts.lost.Add(1)
		return delivery.Done()
	}
	err := s.sendDeadLetter(ctx, &letter)
	if err == nil {
		s.counts.deadLettered.Add(1)
		s.observe(&letter, false, "")
		return delivery.Done()
	}
	if ctx.Err() != nil {
		return delivery.RetryAfter(0)
	}
	if f := failureOf(err); f.retry && task.Attempts < maxRetries {
		return delivery.RetryAfter(pause(task.Attempts))
	}
	s.lose(&letter, "the dead-letter queue refuses it: "+err.Error())
	return delivery.Done()
}

// sendDeadLetter sends the event, as it was before any transformation, with the
// message attributes of
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (s *Service) sendDeadLetter(ctx context.Context, letter *deadLetter) error {
	attributes := map[string]any{}
	set := func(name, value string) {
		if value != "" {
			attributes[name] = map[string]any{"DataType": "String", "StringValue": value}
		}
	}
	set("RULE_ARN", letter.Job.RuleARN)
	set("TARGET_ARN", letter.Job.Target.Arn)
	set("ERROR_CODE", letter.Code)
	set("ERROR_MESSAGE", letter.Message)
	set("EXHAUSTED_RETRY_CONDITION", letter.Condition)
	set("RETRY_ATTEMPTS", strconv.Itoa(letter.Retries))
	arn := letter.queueARN()
	return s.Door.Call(ctx, iam.Service(principalName, s.Account, letter.Job.RuleARN), "sqs", "SendMessage", map[string]any{
		"QueueUrl":    "/" + s.Account + "/" + arn[strings.LastIndexByte(arn, ':')+1:],
		"MessageBody": string(letter.Job.Event), "MessageAttributes": attributes,
	}, nil)
}
