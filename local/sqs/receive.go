package sqs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"eda-demo/local/resource"
)

type receiveMessageInput struct {
	onQueue
	MaxNumberOfMessages         *resource.Int
	VisibilityTimeout           *resource.Int
	WaitTimeSeconds             *resource.Int
	AttributeNames              []string // the older name of the next
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	ReceiveRequestAttemptId     string
}

type receivedMessage struct {
	MessageId              string
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	Attributes             map[string]string    `json:",omitempty"`
	MessageAttributes      map[string]attribute `json:",omitempty"`
	MD5OfMessageAttributes string               `json:",omitempty"`
}

type receiveMessageOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

func (s *Service) receiveMessage(ctx context.Context, in *receiveMessageInput) (*receiveMessageOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	received, err := s.await(ctx, q, in)
	if err != nil {
		return nil, err
	}
	out := &receiveMessageOutput{}
	for _, m := range received {
		out.Messages = append(out.Messages, in.show(m))
	}
	return out, nil
}

func (in *receiveMessageInput) check() error {
	if !within(in.MaxNumberOfMessages, 1, maxBatch) {
		return invalidValue(*in.MaxNumberOfMessages, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
	}
	if !within(in.WaitTimeSeconds, 0, 20) {
		return invalidValue(*in.WaitTimeSeconds, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
	}
	if !within(in.VisibilityTimeout, 0, maxVisibility) {
		return invalidValue(*in.VisibilityTimeout, "VisibilityTimeout", "Must be >= 0 and <= 43200, if provided.")
	}
	if in.ReceiveRequestAttemptId != "" {
		return invalidValue(in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId", "The request include parameter that is not valid for this queue type.")
	}
	for _, name := range slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames) {
		if !slices.Contains(systemAttributeNames, name) {
			return failure("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	return nil
}

func within(value *resource.Int, low, high resource.Int) bool {
	return value == nil || *value >= low && *value <= high
}

// await receives what there is, or waits for it as long as the call or the
// queue says.
func (s *Service) await(ctx context.Context, q *queue, in *receiveMessageInput) ([]message, error) {
	current := q.current()
	visibility := secondsOr(in.VisibilityTimeout, current.seconds("VisibilityTimeout"))
	wait := secondsOr(in.WaitTimeSeconds, current.seconds("ReceiveMessageWaitTimeSeconds"))
	limit := 1
	if in.MaxNumberOfMessages != nil {
		limit = int(*in.MaxNumberOfMessages)
	}
	deadline := time.Now().Add(wait)
	for {
		arrival, at := q.next()
		received, err := s.take(q, limit, visibility)
		if err != nil || len(received) > 0 || !time.Now().Before(deadline) {
			return received, err
		}
		if at.IsZero() || at.After(deadline) {
			at = deadline
		}
		if !sleep(ctx, arrival, at) {
			return nil, nil
		}
	}
}

func secondsOr(value *resource.Int, preset time.Duration) time.Duration {
	if value == nil {
		return preset
	}
	return time.Duration(*value) * time.Second
}

// sleep waits for an arrival or a time; false when the caller is gone.
func sleep(ctx context.Context, arrival <-chan struct{}, until time.Time) bool {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-arrival:
	case <-timer.C:
	}
	return true
}

// take receives from q and moves what was received too often to its
// dead-letter queue. Without such a queue, messages stay. No queue is deleted
// meanwhile, so that no letter goes to one that is.
func (s *Service) take(q *queue, limit int, visibility time.Duration) ([]message, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	to, maxReceives := s.deadLetterQueue(q)
	if to == nil {
		maxReceives = 0
	}
	received, dead, err := q.take(taking{limit, visibility, maxReceives, to})
	if len(dead) > 0 {
		to.admit(dead)
	}
	return received, err
}

var systemAttributeNames = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
	"SequenceNumber", "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
}

func (in *receiveMessageInput) show(m message) receivedMessage {
	user := selectAttributes(m.user, in.MessageAttributeNames)
	return receivedMessage{
		MessageId: m.id, ReceiptHandle: m.handle, Body: m.body, MD5OfBody: m.digest,
		Attributes:        m.systemAttributes(slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)),
		MessageAttributes: user, MD5OfMessageAttributes: digestOf(user),
	}
}

func (m message) systemAttributes(names []string) map[string]string {
	known := map[string]string{
		"SenderId": m.sender, "SentTimestamp": millis(m.sent),
		"ApproximateReceiveCount":          strconv.Itoa(m.received),
		"ApproximateFirstReceiveTimestamp": millis(m.first),
		"MessageGroupId":                   m.group, "AWSTraceHeader": m.trace, "DeadLetterQueueSourceArn": m.source,
	}
	shown := map[string]string{}
	for name, value := range known {
		if value != "" && (slices.Contains(names, name) || slices.Contains(names, "All")) {
			shown[name] = value
		}
	}
	return shown
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// selectAttributes returns those asked for by name, by a prefix such as
// "bar.*", or by All or ".*".
func selectAttributes(all map[string]attribute, names []string) map[string]attribute {
	selected := map[string]attribute{}
	for name, value := range all {
		if slices.ContainsFunc(names, func(asked string) bool {
			prefix, isPrefix := strings.CutSuffix(asked, ".*")
			return asked == "All" || asked == name || isPrefix && strings.HasPrefix(name, prefix)
		}) {
			selected[name] = value
		}
	}
	return selected
}
