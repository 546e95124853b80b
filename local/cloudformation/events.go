package cloudformation

import (
	"context"
	"slices"
	"time"

	"eda-demo/local/frontdoor"
)

type describeEventsInput struct {
	stackInput
	NextToken string
}

type describeEventsOutput struct{ StackEvents []event }

type event struct {
	StackId              string
	EventId              string
	StackName            string
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	Timestamp            frontdoor.Timestamp
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
}

// describeEvents tells, the newest first, how the stack came to be. Creations
// are told once they are complete.
func (s *Service) describeEvents(_ context.Context, in *describeEventsInput) (*describeEventsOutput, error) {
	if err := firstPage(in.NextToken); err != nil {
		return nil, err
	}
	there, err := s.find(in.StackName)
	if err != nil {
		return nil, err
	}
	begin := there.event("CREATE_IN_PROGRESS", there.CreatedAt())
	begin.ResourceStatusReason = "User Initiated"
	events, last := []event{begin}, there.CreatedAt()
	for _, r := range there.Resources() {
		last = r.CreatedAt
		events = append(events, event{
			StackId: there.ID, StackName: there.Name, EventId: r.LogicalID + "-" + createComplete,
			LogicalResourceId: r.LogicalID, PhysicalResourceId: r.PhysicalID, ResourceType: r.Type,
			Timestamp: frontdoor.At(r.CreatedAt), ResourceStatus: createComplete,
		})
	}
	events = append(events, there.event(createComplete, last))
	slices.Reverse(events)
	return &describeEventsOutput{events}, nil
}

// event is one of the stack itself.
func (s *shown) event(status string, at time.Time) event {
	return event{
		StackId: s.ID, StackName: s.Name, EventId: s.Name + "-" + status, LogicalResourceId: s.Name, PhysicalResourceId: s.ID,
		ResourceType: "AWS::CloudFormation::Stack", Timestamp: frontdoor.At(at), ResourceStatus: status,
	}
}
