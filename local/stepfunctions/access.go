package stepfunctions

import (
	"context"

	"eda-demo/local/iam"
)

// Actions and the resources they act on:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html

// access is an access function of an operation.
type access[In any] = func(context.Context, *In) ([]iam.Access, error)

// onMachine is an action on the state machine whose ARN the input gives.
func onMachine[In any](s *Service, action string, arn func(*In) string) access[In] {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		if err := s.checkARN(arn(in), machineResource); err != nil {
			return nil, err
		}
		return []iam.Access{{Action: action, Resource: arn(in)}}, nil
	}
}

// onExecution is an action on the execution whose ARN the input gives.
func onExecution[In any](s *Service, action string, arn func(*In) string) access[In] {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		if err := s.checkARN(arn(in), executionResource); err != nil {
			return nil, err
		}
		return []iam.Access{{Action: action, Resource: arn(in)}}, nil
	}
}

// onAny is an action that is not on one resource.
func onAny[In any](action string) access[In] {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: "*"}}, nil
	}
}

func (s *Service) createAccess(_ context.Context, in *createInput) ([]iam.Access, error) {
	return append(passRole(in.RoleARN), iam.Access{Action: "states:CreateStateMachine", Resource: s.machineARN(in.Name)}), nil
}

func (s *Service) updateAccess(_ context.Context, in *updateInput) ([]iam.Access, error) {
	if err := s.checkARN(in.StateMachineARN, machineResource); err != nil {
		return nil, err
	}
	update := iam.Access{Action: "states:UpdateStateMachine", Resource: in.StateMachineARN}
	if in.RoleARN == "" {
		return []iam.Access{update}, nil
	}
	return append(passRole(in.RoleARN), update), nil
}

// passRole is what handing a role to the service needs.
func passRole(role string) []iam.Access {
	return []iam.Access{{
		Action: "iam:PassRole", Resource: role,
		Keys: map[string][]string{"iam:PassedToService": {servicePrincipal}},
	}}
}
