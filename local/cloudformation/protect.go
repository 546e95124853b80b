package cloudformation

import "context"

type protectInput struct {
	stackInput
	EnableTerminationProtection *bool
}

func (s *Service) updateTerminationProtection(_ context.Context, in *protectInput) (*stackIDOutput, error) {
	if in.EnableTerminationProtection == nil {
		return nil, missing("enableTerminationProtection")
	}
	stack, err := s.active(in.StackName)
	if err != nil {
		return nil, err
	}
	if _, err := s.config.Engine.Protect(stack.ID, *in.EnableTerminationProtection); err != nil {
		return nil, refusal(err)
	}
	return &stackIDOutput{stack.ID}, nil
}
