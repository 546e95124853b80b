package cloudformation

import (
	"context"

	"eda-demo/local/provision"
)

type createStackInput struct {
	request
	ClientRequestToken          string
	DisableRollback             *bool
	OnFailure                   string // ROLLBACK or DO_NOTHING
	EnableTerminationProtection bool
	RetainExceptOnCreate        bool
}

type stackIDOutput struct{ StackId string }

// createStack makes a stack and waits for it a little.
func (s *Service) createStack(ctx context.Context, in *createStackInput) (*stackIDOutput, error) {
	keep, err := in.keepsFailed()
	if err != nil {
		return nil, err
	}
	if err := checkToken(in.ClientRequestToken, "clientRequestToken"); err != nil {
		return nil, err
	}
	if id := s.begun(in.StackName, in.ClientRequestToken); id != "" {
		return &stackIDOutput{id}, nil
	}
	spec, err := s.spec(ctx, &in.request, false, nil)
	if err != nil {
		return nil, err
	}
	options := provision.Options{DisableRollback: keep, RetainExceptOnCreate: in.RetainExceptOnCreate, Token: in.ClientRequestToken}
	operation, err := s.config.Engine.Create(in.StackName, spec, options)
	if err != nil {
		return nil, refusal(err)
	}
	if in.EnableTerminationProtection {
		if _, err := s.config.Engine.Protect(operation.StackID, true); err != nil {
			return nil, refusal(err)
		}
	}
	settle(ctx, operation)
	return &stackIDOutput{operation.StackID}, nil
}

// keepsFailed tells whether a stack is left as it is when its creation fails.
func (in *createStackInput) keepsFailed() (bool, error) {
	disabled := in.DisableRollback != nil && *in.DisableRollback || in.DeploymentConfig.disablesRollback()
	switch in.OnFailure {
	case "":
		return disabled, nil
	case "ROLLBACK", "DO_NOTHING":
		if in.DisableRollback != nil {
			return false, invalid("You can specify either OnFailure or DisableRollback, but not both.")
		}
		return in.OnFailure == "DO_NOTHING" || disabled, nil
	case "DELETE":
		return false, unsupported("OnFailure DELETE")
	}
	return false, constraint(in.OnFailure, "onFailure", "satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]")
}

// begun returns the id of a stack whose last operation was begun by a request
// with this token: by the same one, sent again.
func (s *Service) begun(name, token string) string {
	if token == "" {
		return ""
	}
	events := s.config.Engine.Events(name)
	if len(events) == 0 || events[0].Token != token {
		return ""
	}
	return events[0].Stack.ID
}
