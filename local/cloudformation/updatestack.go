package cloudformation

import (
	"context"

	"eda-demo/local/provision"
)

type updateStackInput struct {
	request
	previousInput
	ClientRequestToken   string
	DisableRollback      bool
	RetainExceptOnCreate bool
}

// updateStack updates a stack and waits for it a little.
func (s *Service) updateStack(ctx context.Context, in *updateStackInput) (*stackIDOutput, error) {
	if err := checkToken(in.ClientRequestToken, "clientRequestToken"); err != nil {
		return nil, err
	}
	stack, err := s.active(in.StackName)
	if err != nil {
		return nil, err
	}
	if id := s.begun(in.StackName, in.ClientRequestToken); id != "" {
		return &stackIDOutput{id}, nil
	}
	spec, err := s.spec(ctx, &in.request, in.UsePreviousTemplate, &stack)
	if err != nil {
		return nil, err
	}
	operation, err := s.config.Engine.Update(stack.ID, spec, provision.Options{
		DisableRollback: in.DisableRollback || in.DeploymentConfig.disablesRollback(), RetainExceptOnCreate: in.RetainExceptOnCreate,
		Token: in.ClientRequestToken,
	})
	if err != nil {
		return nil, refusal(err)
	}
	settle(ctx, operation)
	return &stackIDOutput{operation.StackID}, nil
}
