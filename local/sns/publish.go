package sns

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

type publishInput struct {
	TopicArn    string
	TargetArn   string // another name of TopicArn here: there are no other targets
	PhoneNumber string
	notice
}

type publishOutput struct{ MessageId string }

func (s *Service) publishAccess(_ context.Context, in *publishInput) ([]iam.Access, error) {
	if in.PhoneNumber != "" {
		return nil, invalid("PhoneNumber: text messages are not supported here")
	}
	if in.TopicArn != "" && in.TargetArn != "" {
		return nil, invalid("TopicArn Reason: Both TopicArn and TargetArn are given")
	}
	return s.accessTo("sns:Publish", in.TopicArn+in.TargetArn)
}

func (s *Service) publish(_ context.Context, in *publishInput) (*publishOutput, error) {
	t, err := s.topicAt(in.TopicArn + in.TargetArn)
	if err != nil {
		return nil, err
	}
	id, err := s.send(t, &in.notice)
	if err != nil {
		return nil, err
	}
	return &publishOutput{id}, nil
}

// send accepts a message for every subscription that wants it.
func (s *Service) send(t *topic, n *notice) (id string, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	m := &message{
		ID: uuid.NewString(), TopicARN: t.arn, Text: n.Message, Attributes: n.MessageAttributes, Published: time.Now().UTC(),
	}
	if n.Subject != nil {
		m.Subject = *n.Subject
	}
	if n.MessageStructure == "json" {
		if m.ByProtocol, err = byProtocol(n.Message); err != nil {
			return "", err
		}
		m.Text = m.ByProtocol["default"]
	}
	receivers := s.subscriptionsWhere(func(sub *subscription) bool { return sub.topicARN == t.arn && sub.confirmed })
	var deliveries []task
	for _, sub := range receivers {
		if sub.settings.filter.wants(m) {
			deliveries = append(deliveries, task{SubscriptionARN: sub.arn, Message: m})
		}
	}
	if err := s.accept(deliveries...); err != nil {
		return "", fmt.Errorf("accept message %s: %w", m.ID, err)
	}
	return m.ID, nil
}

const maxBatch = 10

var batchEntryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

type batchEntry struct {
	Id string
	notice
}

type publishBatchInput struct {
	onTopic
	PublishBatchRequestEntries []batchEntry
}

type publishedEntry struct{ Id, MessageId string }

type failedEntry struct {
	Id          string
	Code        string
	Message     string
	SenderFault bool
}

type publishBatchOutput struct {
	Successful []publishedEntry
	Failed     []failedEntry
}

func (s *Service) publishBatch(_ context.Context, in *publishBatchInput) (*publishBatchOutput, error) {
	t, err := s.topicAt(in.TopicArn)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	out := &publishBatchOutput{}
	for _, entry := range in.PublishBatchRequestEntries {
		id, err := s.send(t, &entry.notice)
		if err == nil {
			out.Successful = append(out.Successful, publishedEntry{entry.Id, id})
			continue
		}
		failure := failedEntry{entry.Id, frontdoor.Code(err), err.Error(), true}
		if failure.Code == "" {
			failure.Code, failure.SenderFault = "InternalError", false
		}
		out.Failed = append(out.Failed, failure)
	}
	return out, nil
}

func (in *publishBatchInput) check() error {
	entries := in.PublishBatchRequestEntries
	if len(entries) == 0 {
		return frontdoor.Errorf("EmptyBatchRequest", "The batch request doesn't contain any entries.")
	}
	if len(entries) > maxBatch {
		return frontdoor.Errorf("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
	}
	seen, size := map[string]bool{}, 0
	for _, entry := range entries {
		if !batchEntryID.MatchString(entry.Id) {
			return frontdoor.Errorf("InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.")
		}
		if seen[entry.Id] {
			return frontdoor.Errorf("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
		}
		seen[entry.Id] = true
		size += entry.size()
	}
	if size > maxMessage {
		return frontdoor.Errorf("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.")
	}
	return nil
}
