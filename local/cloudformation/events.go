package cloudformation

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

type stackEventsInput struct {
	stackInput
	NextToken string
}

type stackEventsOutput struct {
	StackEvents []stackEvent
	NextToken   string `json:",omitempty"`
}

// stackEvent is a StackEvent of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
type stackEvent struct {
	StackId              string
	EventId              string
	StackName            string
	OperationId          string
	LogicalResourceId    string
	PhysicalResourceId   string `json:",omitempty"`
	ResourceType         string
	Timestamp            frontdoor.Timestamp
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	ResourceProperties   string `json:",omitempty"` // JSON
	ClientRequestToken   string `json:",omitempty"`
}

// describeStackEvents shows what happened to a stack, the newest first.
func (s *Service) describeStackEvents(_ context.Context, in *stackEventsInput) (*stackEventsOutput, error) {
	all, err := s.events(in.StackName)
	if err != nil {
		return nil, err
	}
	out := &stackEventsOutput{}
	out.StackEvents, out.NextToken, err = page(all, in.NextToken, func(e stackEvent) string { return e.EventId })
	return out, err
}

// events are those of a stack, the newest first.
func (s *Service) events(name string) ([]stackEvent, error) {
	if name == "" {
		return nil, missing("stackName")
	}
	if _, there := s.config.Engine.Stack(name); !there {
		return nil, invalid("Stack [%s] does not exist", name)
	}
	var list []stackEvent
	operation := ""
	for _, e := range slices.Backward(s.config.Engine.Events(name)) {
		if operation == "" || begins(e) {
			operation = uuid.NewSHA1(uuid.NameSpaceURL, []byte(e.Stack.ID+" "+e.ID)).String()
		}
		list = append(list, stackEvent{
			StackId: e.Stack.ID, EventId: e.ID, StackName: e.Stack.Name, OperationId: operation,
			LogicalResourceId: e.LogicalID, PhysicalResourceId: e.PhysicalID, ResourceType: e.Type, Timestamp: frontdoor.At(e.At),
			ResourceStatus: string(e.Status), ResourceStatusReason: e.Reason, ResourceProperties: e.Properties,
			ClientRequestToken: e.Token,
		})
	}
	slices.Reverse(list)
	return list, nil
}

// begins tells whether an event is the first of an operation. A rollback is one
// of its own.
func begins(e provision.Event) bool {
	return e.Type == provision.StackType && e.LogicalID == e.Stack.Name && slices.Contains([]provision.Status{
		provision.ReviewInProgress, provision.CreateInProgress, provision.UpdateInProgress, provision.DeleteInProgress,
		provision.RollbackInProgress, provision.UpdateRollbackInProgress,
	}, e.Status)
}
