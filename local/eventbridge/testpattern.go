package eventbridge

import (
	"context"
	"encoding/json"

	"eda-demo/local/eventpattern"
	"eda-demo/local/frontdoor"
)

type testEventPatternInput struct {
	EventPattern string
	Event        string
}

type testEventPatternOutput struct{ Result bool }

// requiredInEvent are the members that TestEventPattern asks of an event.
var requiredInEvent = []string{"id", "account", "source", "time", "region", "resources", "detail-type"}

func (s *Service) testEventPattern(_ context.Context, in *testEventPatternInput) (*testEventPatternOutput, error) {
	pattern, err := eventpattern.Compile([]byte(in.EventPattern))
	if err != nil {
		return nil, frontdoor.Errorf("InvalidEventPatternException", "%v", err)
	}
	event, err := eventpattern.ParseEvent([]byte(in.Event))
	if err != nil {
		return nil, invalid("Parameter Event is not valid. Reason: %v", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(in.Event), &members); err != nil {
		return nil, invalid("Parameter Event is not valid. Reason: %v", err)
	}
	for _, name := range requiredInEvent {
		if _, ok := members[name]; !ok {
			return nil, invalid("Parameter Event is not valid. Reason: %s is a required field.", name)
		}
	}
	return &testEventPatternOutput{Result: pattern.Matches(event)}, nil
}
