package cloudformation

import (
	"context"

	"eda-demo/local/provision"
)

type deleteStackInput struct {
	stackInput
	ClientRequestToken string
	RoleARN            string
	RetainResources    []string
	DeletionMode       string // STANDARD, which "" stands for
	DeploymentConfig   *deploymentConfig
}

func (in deleteStackInput) role() string { return in.RoleARN }

// deleteStack deletes a stack and waits for it a little. One that does not
// exist, or is being deleted, is deleted with success.
func (s *Service) deleteStack(ctx context.Context, in *deleteStackInput) (*struct{}, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if stack, there := s.config.Engine.Stack(in.StackName); there && stack.Status == provision.DeleteInProgress {
		return nil, nil
	}
	options := provision.Options{Retain: in.RetainResources, Token: in.ClientRequestToken}
	operation, err := s.config.Engine.Delete(in.StackName, options)
	if err != nil {
		return nil, refusal(err)
	}
	settle(ctx, operation)
	return nil, nil
}

func (in *deleteStackInput) check() error {
	if in.StackName == "" {
		return missing("stackName")
	}
	switch in.DeletionMode {
	case "", "STANDARD":
	case "FORCE_DELETE_STACK":
		return unsupported("DeletionMode FORCE_DELETE_STACK")
	default:
		return constraint(in.DeletionMode, "deletionMode", "satisfy enum value set: [STANDARD, FORCE_DELETE_STACK]")
	}
	if err := in.DeploymentConfig.check(); err != nil {
		return err
	}
	return checkToken(in.ClientRequestToken, "clientRequestToken")
}
