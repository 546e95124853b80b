package cloudformation

import (
	"context"
	"strings"
	"sync/atomic"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/stack"
)

// Service is CloudFormation for one account and Region. It is safe for
// concurrent use.
type Service struct {
	account, region string
	shown           atomic.Pointer[shown]
}

// shown is a stack and the text of its template.
type shown struct {
	*stack.Stack
	text string
}

// New returns the service without stacks.
func New(account, region string) *Service { return &Service{account: account, region: region} }

// Show has the service know a stack whose resources exist, made from template.
// It takes the place of the one shown before.
func (s *Service) Show(created *stack.Stack, template []byte) {
	s.shown.Store(&shown{created, string(template)})
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "cloudformation", Protocol: frontdoor.Query, Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
		DeniedCode: "AccessDenied", InvalidCode: validationError,
		Operations: []frontdoor.Operation{
			frontdoor.Op("DescribeStacks", onStack[describeStacksInput](s, "DescribeStacks"), s.describeStacks),
			frontdoor.Op("ListStacks", listStacksAccess, s.listStacks),
			frontdoor.Op("ListStackResources", onStack[listResourcesInput](s, "ListStackResources"), s.listResources),
			frontdoor.Op("DescribeStackResource", onStack[describeResourceInput](s, "DescribeStackResource"), s.describeResource),
			frontdoor.Op("DescribeStackResources", onStack[describeResourcesInput](s, "DescribeStackResources"), s.describeResources),
			frontdoor.Op("DescribeStackEvents", onStack[describeEventsInput](s, "DescribeStackEvents"), s.describeEvents),
			frontdoor.Op("GetTemplate", onStack[getTemplateInput](s, "GetTemplate"), s.getTemplate),
		},
	}}
}

// Resources returns no handlers: nested stacks are not run.
func (s *Service) Resources() map[string]resource.Type { return nil }

// stackInput is the member that names a stack, by its name or its id.
type stackInput struct{ StackName string }

func (in stackInput) named() string { return in.StackName }

// onStack is the access to the stack that the input names; to all of them, if
// it names none.
func onStack[In any, P interface {
	*In
	named() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		return []iam.Access{{Action: "cloudformation:" + action, Resource: s.arn(P(in).named())}}, nil
	}
}

func (s *Service) arn(name string) string {
	if name == "" {
		return "*"
	}
	if found := s.stack(name); found != nil {
		return found.ID
	}
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:aws:cloudformation:" + s.region + ":" + s.account + ":stack/" + name + "/*"
}

// stack returns the stack with a name or id, nil if there is none.
func (s *Service) stack(name string) *shown {
	if there := s.shown.Load(); there != nil && (there.Name == name || there.ID == name) {
		return there
	}
	return nil
}

const validationError = "ValidationError"

// find returns the stack with a name or id.
func (s *Service) find(name string) (*shown, error) {
	if name == "" {
		return nil, frontdoor.Errorf(validationError, "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null")
	}
	if found := s.stack(name); found != nil {
		return found, nil
	}
	return nil, frontdoor.Errorf(validationError, "Stack with id %s does not exist", name)
}

// firstPage refuses the token of a further page: everything is on the first.
func firstPage(token string) error {
	if token == "" {
		return nil
	}
	return frontdoor.Errorf(validationError, "Invalid token: %s", token)
}
