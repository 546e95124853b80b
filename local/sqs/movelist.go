package sqs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

type listMovesInput struct {
	SourceArn  string
	MaxResults *resource.Int
}

type moveResult struct {
	TaskHandle                        string `json:",omitempty"` // of running tasks only
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitempty"`
	MaxNumberOfMessagesPerSecond      int    `json:",omitempty"`
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	FailureReason                     string `json:",omitempty"`
	StartedTimestamp                  int64
}

type listMovesOutput struct{ Results []moveResult }

func (s *Service) listMovesAccess(_ context.Context, in *listMovesInput) ([]iam.Access, error) {
	return []iam.Access{s.accessByARN("sqs:ListMessageMoveTasks", in.SourceArn)}, nil
}

// listMoves returns the latest tasks of a queue, the newest first; one unless
// more are asked for.
func (s *Service) listMoves(_ context.Context, in *listMovesInput) (*listMovesOutput, error) {
	source := s.byARN(in.SourceArn)
	if source == nil {
		return nil, noSuchResource()
	}
	limit := 1
	if in.MaxResults != nil {
		if !within(in.MaxResults, 1, maxBatch) {
			return nil, invalidValue(*in.MaxResults, "MaxResults", "Must be between 1 and 10.")
		}
		limit = int(*in.MaxResults)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := &listMovesOutput{Results: []moveResult{}}
	for _, task := range slices.Backward(s.tasks) {
		if task.source == source && len(out.Results) < limit {
			out.Results = append(out.Results, task.result())
		}
	}
	return out, nil
}

func (t *moveTask) result() moveResult {
	t.mu.Lock()
	defer t.mu.Unlock()
	result := moveResult{
		Status: t.Status, SourceArn: t.source.arn, DestinationArn: t.destination,
		MaxNumberOfMessagesPerSecond:      t.perSecond,
		ApproximateNumberOfMessagesMoved:  t.Moved,
		ApproximateNumberOfMessagesToMove: t.toMove,
		FailureReason:                     t.Reason, StartedTimestamp: t.started.UnixMilli(),
	}
	if t.Status == running {
		result.TaskHandle = t.handle()
	}
	return result
}

type cancelMoveInput struct{ TaskHandle string }

type cancelMoveOutput struct{ ApproximateNumberOfMessagesMoved int }

func (s *Service) cancelMoveAccess(_ context.Context, in *cancelMoveInput) ([]iam.Access, error) {
	var handle struct{ SourceArn string }
	raw, err := base64.StdEncoding.DecodeString(in.TaskHandle)
	if err != nil || json.Unmarshal(raw, &handle) != nil {
		return nil, invalidValue(in.TaskHandle, "TaskHandle", "It is not a valid task handle.")
	}
	return []iam.Access{s.accessByARN("sqs:CancelMessageMoveTask", handle.SourceArn)}, nil
}

func (s *Service) cancelMove(_ context.Context, in *cancelMoveInput) (*cancelMoveOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, task := range s.tasks {
		if task.handle() == in.TaskHandle {
			return task.stop()
		}
	}
	return nil, noSuchResource()
}

func (t *moveTask) stop() (*cancelMoveOutput, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Status != running {
		return nil, prefixed("UnsupportedOperation", "The task is not running: its status is %s.", t.Status)
	}
	if err := t.advance(progress{Status: cancelling, Moved: t.Moved}); err != nil {
		return nil, err
	}
	t.cancel()
	return &cancelMoveOutput{t.Moved}, nil
}
