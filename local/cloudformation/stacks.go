package cloudformation

import (
	"context"
	"slices"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
)

type describeStacksInput struct {
	stackInput
	NextToken string
}

type describeStacksOutput struct {
	Stacks    []describedStack
	NextToken string `json:",omitempty"`
}

// describedStack is a Stack of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
type describedStack struct {
	StackId                     string
	StackName                   string
	ChangeSetId                 string `json:",omitempty"`
	Description                 string `json:",omitempty"`
	Parameters                  []shownParameter
	CreationTime                frontdoor.Timestamp
	DeletionTime                *frontdoor.Timestamp
	LastUpdatedTime             *frontdoor.Timestamp
	RollbackConfiguration       struct{}
	StackStatus                 string
	StackStatusReason           string `json:",omitempty"`
	DisableRollback             bool
	NotificationARNs            []string
	Capabilities                []string
	Outputs                     []output
	RoleARN                     string `json:",omitempty"`
	Tags                        []resource.Tag
	EnableTerminationProtection bool
	DriftInformation            stackDrift
}

type output struct {
	OutputKey   string
	OutputValue string
	Description string `json:",omitempty"`
	ExportName  string `json:",omitempty"`
}

type stackDrift struct{ StackDriftStatus string }

var notChecked = stackDrift{"NOT_CHECKED"}

// describeStacks shows a stack, one that is deleted by its id only, or all that
// are not deleted.
func (s *Service) describeStacks(_ context.Context, in *describeStacksInput) (*describeStacksOutput, error) {
	list, err := s.described(in.StackName)
	if err != nil {
		return nil, err
	}
	out := &describeStacksOutput{}
	list, out.NextToken, err = page(list, in.NextToken, func(stack provision.Stack) string { return stack.ID })
	if err != nil {
		return nil, err
	}
	for _, stack := range list {
		shown, err := s.describe(stack)
		if err != nil {
			return nil, err
		}
		out.Stacks = append(out.Stacks, shown)
	}
	return out, nil
}

func (s *Service) described(name string) ([]provision.Stack, error) {
	if name != "" {
		stack, err := s.stack(name)
		return []provision.Stack{stack}, err
	}
	return slices.DeleteFunc(s.config.Engine.Stacks(), func(stack provision.Stack) bool {
		return stack.Status == provision.DeleteComplete
	}), nil
}

func (s *Service) describe(stack provision.Stack) (describedStack, error) {
	shown := describedStack{
		StackId: stack.ID, StackName: stack.Name, ChangeSetId: s.lastExecuted(stack.ID), Description: stack.Description,
		CreationTime: frontdoor.At(stack.Created), DeletionTime: optional(stack.Deleted), LastUpdatedTime: optional(stack.Updated),
		StackStatus: string(stack.Status), StackStatusReason: stack.Reason, DisableRollback: stack.DisableRollback,
		Capabilities: stack.Spec.Capabilities, RoleARN: stack.Spec.RoleARN, Tags: stack.Spec.Tags,
		EnableTerminationProtection: stack.Protected, DriftInformation: notChecked,
	}
	for _, o := range stack.Outputs {
		shown.Outputs = append(shown.Outputs, output{o.Key, o.Value, o.Description, o.Export})
	}
	var err error
	shown.Parameters, err = shownParameters(stack.Spec)
	return shown, err
}

// optional is a time that may not have come.
func optional(t time.Time) *frontdoor.Timestamp {
	if t.IsZero() {
		return nil
	}
	at := frontdoor.At(t)
	return &at
}

type listStacksInput struct {
	StackStatusFilter []string
	NextToken         string
}

type listStacksOutput struct {
	StackSummaries []stackSummary
	NextToken      string `json:",omitempty"`
}

type stackSummary struct {
	StackId             string
	StackName           string
	TemplateDescription string `json:",omitempty"`
	CreationTime        frontdoor.Timestamp
	LastUpdatedTime     *frontdoor.Timestamp
	DeletionTime        *frontdoor.Timestamp
	StackStatus         string
	StackStatusReason   string `json:",omitempty"`
	DriftInformation    stackDrift
}

// listStacks shows the stacks with one of the statuses, deleted ones too.
func (s *Service) listStacks(_ context.Context, in *listStacksInput) (*listStacksOutput, error) {
	for _, status := range in.StackStatusFilter {
		if !slices.Contains(statuses, status) {
			return nil, constraint("["+strings.Join(in.StackStatusFilter, ", ")+"]", "stackStatusFilter",
				"satisfy constraint: [Member must satisfy enum value set: ["+strings.Join(statuses, ", ")+"]]")
		}
	}
	list := slices.DeleteFunc(s.config.Engine.Stacks(), func(stack provision.Stack) bool {
		return len(in.StackStatusFilter) > 0 && !slices.Contains(in.StackStatusFilter, string(stack.Status))
	})
	out, err := &listStacksOutput{}, error(nil)
	list, out.NextToken, err = page(list, in.NextToken, func(stack provision.Stack) string { return stack.ID })
	for _, stack := range list {
		out.StackSummaries = append(out.StackSummaries, stackSummary{
			stack.ID, stack.Name, stack.Description, frontdoor.At(stack.Created), optional(stack.Updated), optional(stack.Deleted),
			string(stack.Status), stack.Reason, notChecked,
		})
	}
	return out, err
}

// statuses are all that a stack can have on AWS.
var statuses = strings.Fields(`
	CREATE_IN_PROGRESS CREATE_FAILED CREATE_COMPLETE
	ROLLBACK_IN_PROGRESS ROLLBACK_FAILED ROLLBACK_COMPLETE
	DELETE_IN_PROGRESS DELETE_FAILED DELETE_COMPLETE
	UPDATE_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_COMPLETE UPDATE_FAILED
	UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_FAILED UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE
	REVIEW_IN_PROGRESS
	IMPORT_IN_PROGRESS IMPORT_COMPLETE IMPORT_ROLLBACK_IN_PROGRESS IMPORT_ROLLBACK_FAILED IMPORT_ROLLBACK_COMPLETE`)
