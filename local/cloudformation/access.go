package cloudformation

import (
	"context"
	"strings"

	"eda-demo/local/iam"
)

// Actions and resources are those of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html

// stackInput is the member that names a stack, by its name or its id.
type stackInput struct{ StackName string }

func (in stackInput) named(*Service) string { return in.StackName }

func (stackInput) role() string { return "" }

// changeSetInput names a change set, by its id or by its name and its stack.
type changeSetInput struct {
	stackInput
	ChangeSetName string
}

// named is the stack's name or id, that of a change set's id included.
func (in changeSetInput) named(s *Service) string {
	if in.StackName != "" {
		return in.StackName
	}
	return s.stackOf(in.ChangeSetName)
}

// onStack is the access to the stack that the input names; to all of them, if
// it names none. Whoever gives CloudFormation a role must be allowed to pass it.
func onStack[In any, P interface {
	*In
	named(*Service) string
	role() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		accesses := []iam.Access{{Action: "cloudformation:" + action, Resource: s.arn(P(in).named(s))}}
		role := P(in).role()
		if role == "" {
			return accesses, nil
		}
		return append(accesses, iam.Access{
			Action: "iam:PassRole", Resource: role,
			Keys: map[string][]string{"iam:PassedToService": {"cloudformation.amazonaws.com"}},
		}), checkRole(role)
	}
}

// onAll is the access of an operation that is not about one stack.
func onAll[In any](action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: "cloudformation:" + action, Resource: "*"}}, nil
	}
}

func (s *Service) arn(name string) string {
	if name == "" {
		return "*"
	}
	if found, there := s.config.Engine.Stack(name); there {
		return found.ID
	}
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:aws:cloudformation:" + s.config.Region + ":" + s.config.Account + ":stack/" + name + "/*"
}
