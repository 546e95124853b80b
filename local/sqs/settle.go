package sqs

import (
	"context"
	"time"

	"eda-demo/local/resource"
)

// maxVisibility is the longest visibility timeout, in seconds: 12 hours.
const maxVisibility = 43200

type deleteMessageInput struct {
	onQueue
	ReceiptHandle string
}

func (s *Service) deleteMessage(_ context.Context, in *deleteMessageInput) (*empty, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &empty{}, q.remove(in.ReceiptHandle)
}

type deleteBatchInput struct {
	onQueue
	Entries []struct{ Id, ReceiptHandle string }
}

func (s *Service) deleteBatch(_ context.Context, in *deleteBatchInput) (*batchOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, entry := range in.Entries {
		ids = append(ids, entry.Id)
	}
	if err := checkBatch("DeleteMessageBatchRequestEntry", ids); err != nil {
		return nil, err
	}
	out := &batchOutput{}
	for _, entry := range in.Entries {
		out.note(entry.Id, q.remove(entry.ReceiptHandle))
	}
	return out, nil
}

// visibilityChange is a new visibility timeout, in seconds from now on.
type visibilityChange struct {
	ReceiptHandle     string
	VisibilityTimeout *resource.Int
}

func (c visibilityChange) apply(q *queue) error {
	if c.VisibilityTimeout == nil {
		return missing("VisibilityTimeout")
	}
	if !within(c.VisibilityTimeout, 0, maxVisibility) {
		return invalidValue(*c.VisibilityTimeout, "VisibilityTimeout", "VisibilityTimeout must be an integer between 0 and 43200.")
	}
	return q.postpone(c.ReceiptHandle, time.Duration(*c.VisibilityTimeout)*time.Second)
}

type visibilityInput struct {
	onQueue
	visibilityChange
}

func (s *Service) changeVisibility(_ context.Context, in *visibilityInput) (*empty, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &empty{}, in.apply(q)
}

type visibilityBatchInput struct {
	onQueue
	Entries []struct {
		Id string
		visibilityChange
	}
}

func (s *Service) changeVisibilityBatch(_ context.Context, in *visibilityBatchInput) (*batchOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, entry := range in.Entries {
		ids = append(ids, entry.Id)
	}
	if err := checkBatch("ChangeMessageVisibilityBatchRequestEntry", ids); err != nil {
		return nil, err
	}
	out := &batchOutput{}
	for _, entry := range in.Entries {
		out.note(entry.Id, entry.apply(q))
	}
	return out, nil
}
