package cloudformation

import (
	"context"
	"slices"
	"strings"
)

type describeEventsInput struct {
	changeSetInput
	OperationId string
	Filters     *struct{ FailedEvents bool }
	NextToken   string
}

type describeEventsOutput struct {
	OperationEvents []operationEvent
	NextToken       string `json:",omitempty"`
}

// operationEvent is an OperationEvent of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html
type operationEvent struct {
	stackEvent
	EventType string
}

// describeEvents shows what happened to a stack, the newest first, of one
// operation or only what failed. Of a change set there is nothing to tell: one
// that can't be planned does not come to be.
func (s *Service) describeEvents(_ context.Context, in *describeEventsInput) (*describeEventsOutput, error) {
	if in.ChangeSetName != "" {
		if _, err := s.changeSet(in.changeSetInput); err != nil {
			return nil, err
		}
		return &describeEventsOutput{}, nil
	}
	all, err := s.events(in.StackName)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e stackEvent) bool {
		failed := strings.HasSuffix(e.ResourceStatus, "_FAILED")
		return in.OperationId != "" && in.OperationId != e.OperationId || in.Filters != nil && in.Filters.FailedEvents && !failed
	})
	all, next, err := page(all, in.NextToken, func(e stackEvent) string { return e.EventId })
	out := &describeEventsOutput{NextToken: next}
	for _, e := range all {
		out.OperationEvents = append(out.OperationEvents, operationEvent{e, "STACK_EVENT"})
	}
	return out, err
}
