package sns

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// taskKind is the kind of SNS's tasks in the delivery queue, workers how many
// of them run at a time.
const (
	taskKind = "sns"
	workers  = 8
)

// task is one delivery: of a message, or of the mail that asks for
// confirmation, to one subscription.
type task struct {
	SubscriptionARN string
	Confirmation    bool     `json:",omitempty"`
	Message         *message `json:",omitempty"`
}

// accept takes deliveries: all or, with an error, none.
func (s *Service) accept(tasks ...task) error {
	payloads := make([][]byte, len(tasks))
	for i, t := range tasks {
		payload, err := json.Marshal(t)
		if err != nil {
			return fmt.Errorf("encode a delivery: %w", err)
		}
		payloads[i] = payload
	}
	return s.Queue.Accept(taskKind, payloads...)
}

// deliver makes one attempt. What the receiver refuses, or is tried too often,
// goes to the subscription's dead-letter queue.
func (s *Service) deliver(ctx context.Context, queued delivery.Task) delivery.Verdict {
	var t task
	if err := json.Unmarshal(queued.Payload, &t); err != nil {
		s.Log.Error("a notification can't be read", "task", queued.ID, "error", err)
		return delivery.Done()
	}
	sub := s.subscriptionAt(t.SubscriptionARN)
	if sub == nil {
		return delivery.Done() // unsubscribed since
	}
	err := s.hand(ctx, sub, t)
	if err == nil {
		return delivery.Done()
	}
	if ctx.Err() != nil { // the runner shuts down: it is no refusal
		return delivery.RetryAfter(0)
	}
	if pause, again := retryPause(queued.Attempts); again && isTemporary(err) {
		return delivery.RetryAfter(pause)
	}
	s.Log.Warn("a notification can't be delivered", "topic", sub.topicARN, "protocol", sub.protocol, "endpoint", sub.endpoint, "error", err)
	return s.bury(ctx, sub, t.Message, queued.Attempts)
}

// hand gives a message to the receiver.
func (s *Service) hand(ctx context.Context, sub *subscription, t task) error {
	switch {
	case t.Confirmation:
		return s.mail(s.confirmationMail(sub))
	case sub.isMail():
		return s.mail(s.notificationMail(sub, t.Message))
	case sub.protocol == "lambda":
		payload, err := json.Marshal(s.lambdaEvent(sub, t.Message))
		if err != nil {
			return fmt.Errorf("encode the event for %s: %w", sub.endpoint, err)
		}
		return s.Door.Call(ctx, s.principal(sub), "lambda", "Invoke", map[string]any{
			"FunctionName": sub.endpoint, "InvocationType": "Event", "Payload": json.RawMessage(payload),
		}, nil)
	}
	return s.sendTo(ctx, sub, sub.endpoint, t.Message)
}

func (s *Service) mail(m Mail, err error) error {
	if err != nil {
		return err
	}
	return s.Mailer.Send(m)
}

func (s *Service) principal(sub *subscription) iam.Principal {
	return iam.Service("sns.amazonaws.com", s.Account, sub.topicARN)
}

// sendTo sends a message to a queue: as it is if the subscription is raw, with
// its attributes, else in its envelope.
func (s *Service) sendTo(ctx context.Context, sub *subscription, queueARN string, m *message) error {
	in := map[string]any{"QueueUrl": queueURL(queueARN)}
	if sub.settings.raw && sub.protocol == "sqs" {
		in["MessageBody"] = m.textFor(sub.protocol)
		in["MessageAttributes"] = m.queueAttributes()
	} else {
		text, err := s.envelope(sub, m).text()
		if err != nil {
			return fmt.Errorf("encode message %s: %w", m.ID, err)
		}
		in["MessageBody"] = text
	}
	return s.Door.Call(ctx, s.principal(sub), "sqs", "SendMessage", in, nil)
}

// queueURL returns the part of a queue's URL that matters here.
func queueURL(arn string) string {
	parts := strings.Split(arn, ":")
	return "/" + parts[4] + "/" + parts[5]
}

type queueAttribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue []byte `json:",omitempty"`
}

func (m *message) queueAttributes() map[string]queueAttribute {
	attributes := map[string]queueAttribute{}
	for name, a := range m.Attributes {
		attributes[name] = queueAttribute(a)
	}
	return attributes
}

// bury sends what can't be delivered to the dead-letter queue, if there is one.
func (s *Service) bury(ctx context.Context, sub *subscription, m *message, attempts int) delivery.Verdict {
	if sub.settings.deadLetters == "" || m == nil {
		return delivery.Done()
	}
	err := s.sendTo(ctx, sub, sub.settings.deadLetters, m)
	if err == nil {
		return delivery.Done()
	}
	if ctx.Err() != nil {
		return delivery.RetryAfter(0)
	}
	if pause, again := retryPause(attempts); again && isTemporary(err) {
		return delivery.RetryAfter(pause)
	}
	s.Log.Error("a notification is lost: its dead-letter queue refuses it", "topic", sub.topicARN, "queue", sub.settings.deadLetters, "error", err)
	return delivery.Done()
}

// isTemporary tells whether trying again may help: not when the receiver does
// not exist or refuses. An error that no service names, such as that of a full
// disk, may pass.
func isTemporary(err error) bool {
	var known *frontdoor.Error
	if !errors.As(err, &known) {
		return true
	}
	return known.Status >= http.StatusInternalServerError || known.Status == http.StatusTooManyRequests ||
		strings.Contains(known.Code, "Throttl")
}

// The phases of retries to queues and functions, applied to mail as well: 3
// without delay, 2 after a second each, 10 with growing pauses, then one every
// 20 seconds, for 23 days in all.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const (
	immediateRetries = 3
	earlyRetries     = 2
	growingRetries   = 10
	lateRetries      = 100000
	longestPause     = 20 * time.Second
)

// retryPause returns the pause after so many attempts and one more.
func retryPause(attempts int) (pause time.Duration, again bool) {
	growing := attempts - immediateRetries - earlyRetries
	switch {
	case attempts < immediateRetries:
		return 0, true
	case growing < 0:
		return time.Second, true
	case growing < growingRetries:
		return min(longestPause, time.Second<<(growing/2)), true
	}
	return longestPause, growing-growingRetries < lateRetries
}
