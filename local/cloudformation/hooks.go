package cloudformation

import "context"

type listHookResultsInput struct {
	TargetType string
	TargetId   string
	NextToken  string
}

type listHookResultsOutput struct {
	TargetType  string     `json:",omitempty"`
	TargetId    string     `json:",omitempty"`
	HookResults []struct{} // always empty
}

// listHookResults tells that no hook was invoked: there are none. The CDK CLI
// asks for them when a change set has failed.
func (s *Service) listHookResults(_ context.Context, in *listHookResultsInput) (*listHookResultsOutput, error) {
	if in.NextToken != "" {
		return nil, invalid("Invalid token: %s", in.NextToken)
	}
	return &listHookResultsOutput{TargetType: in.TargetType, TargetId: in.TargetId}, nil
}
