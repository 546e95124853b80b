package cloudformation

import (
	"context"

	"eda-demo/local/provision"
)

type rollbackInput struct {
	stackInput
	ClientRequestToken   string
	RoleARN              string
	RetainExceptOnCreate bool
	DeploymentConfig     *deploymentConfig
}

func (in rollbackInput) role() string { return in.RoleARN }

// rollbackStack takes back what a stack has of an operation that failed and was
// not to be rolled back.
func (s *Service) rollbackStack(ctx context.Context, in *rollbackInput) (*stackIDOutput, error) {
	stack, err := s.active(in.StackName)
	if err != nil {
		return nil, err
	}
	if err := in.DeploymentConfig.check(); err != nil {
		return nil, err
	}
	if stack.Status != provision.CreateFailed && stack.Status != provision.UpdateFailed {
		return nil, invalid("Stack:%s is in %s state and can not be rolled back.", stack.ID, stack.Status)
	}
	return &stackIDOutput{stack.ID}, s.rollBack(ctx, stack, provision.Options{Token: in.ClientRequestToken, RetainExceptOnCreate: in.RetainExceptOnCreate})
}

type continueInput struct {
	stackInput
	ClientRequestToken string
	RoleARN            string
	ResourcesToSkip    []string
	ForceRollback      bool
}

func (in continueInput) role() string { return in.RoleARN }

// continueUpdateRollback tries once more to take back an update.
func (s *Service) continueUpdateRollback(ctx context.Context, in *continueInput) (*struct{}, error) {
	stack, err := s.active(in.StackName)
	if err != nil {
		return nil, err
	}
	switch {
	case len(in.ResourcesToSkip) > 0:
		return nil, unsupported("ResourcesToSkip")
	case in.ForceRollback:
		return nil, unsupported("ForceRollback")
	case stack.Status != provision.UpdateRollbackFailed:
		return nil, invalid("Stack:%s is in %s state and can not continue update rollback.", stack.ID, stack.Status)
	}
	return nil, s.rollBack(ctx, stack, provision.Options{Token: in.ClientRequestToken})
}

func (s *Service) rollBack(ctx context.Context, stack provision.Stack, options provision.Options) error {
	if err := checkToken(options.Token, "clientRequestToken"); err != nil {
		return err
	}
	operation, err := s.config.Engine.Rollback(stack.ID, options)
	if err != nil {
		return refusal(err)
	}
	settle(ctx, operation)
	return nil
}
