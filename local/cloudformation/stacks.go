package cloudformation

import (
	"context"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// createComplete is the status of stacks and resources: those that are shown
// exist.
const createComplete = "CREATE_COMPLETE"

type describeStacksInput struct {
	stackInput
	NextToken string
}

type describeStacksOutput struct{ Stacks []describedStack }

// describedStack is a Stack of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
type describedStack struct {
	StackId                     string
	StackName                   string
	Description                 string `json:",omitempty"`
	CreationTime                frontdoor.Timestamp
	StackStatus                 string
	DisableRollback             bool
	EnableTerminationProtection bool
	Capabilities                []string
	NotificationARNs            []string
	Tags                        []struct{}
	Outputs                     []output
	DriftInformation            drift
}

type output struct {
	OutputKey   string
	OutputValue string
	Description string `json:",omitempty"`
}

type drift struct{ StackDriftStatus string }

var notChecked = drift{"NOT_CHECKED"}

// capabilities are those that `cdk deploy` acknowledges for every stack.
var capabilities = []string{"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}

func (s *Service) describeStacks(_ context.Context, in *describeStacksInput) (*describeStacksOutput, error) {
	if err := firstPage(in.NextToken); err != nil {
		return nil, err
	}
	there := s.shown.Load()
	if in.StackName != "" {
		var err error
		if there, err = s.find(in.StackName); err != nil {
			return nil, err
		}
	}
	if there == nil {
		return &describeStacksOutput{}, nil
	}
	return &describeStacksOutput{[]describedStack{there.describe()}}, nil
}

func (s *shown) describe() describedStack {
	return describedStack{
		StackId: s.ID, StackName: s.Name, Description: s.Template().Description,
		CreationTime: frontdoor.At(s.CreatedAt()), StackStatus: createComplete, Capabilities: capabilities,
		Outputs: s.describeOutputs(), DriftInformation: notChecked,
	}
}

func (s *shown) describeOutputs() []output {
	values, declared := s.Outputs(), s.Template().Outputs
	var list []output
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, output{name, values[name], declared[name].Description})
	}
	return list
}

type listStacksInput struct {
	StackStatusFilter []string
	NextToken         string
}

type listStacksOutput struct{ StackSummaries []summary }

type summary struct {
	StackId             string
	StackName           string
	TemplateDescription string `json:",omitempty"`
	CreationTime        frontdoor.Timestamp
	StackStatus         string
	DriftInformation    drift
}

func listStacksAccess(context.Context, *listStacksInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "cloudformation:ListStacks", Resource: "*"}}, nil
}

func (s *Service) listStacks(_ context.Context, in *listStacksInput) (*listStacksOutput, error) {
	if err := firstPage(in.NextToken); err != nil {
		return nil, err
	}
	for _, status := range in.StackStatusFilter {
		if !slices.Contains(statuses, status) {
			return nil, frontdoor.Errorf(validationError, "1 validation error detected: Value '[%s]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [%s]]",
				strings.Join(in.StackStatusFilter, ", "), strings.Join(statuses, ", "))
		}
	}
	there := s.shown.Load()
	if there == nil || len(in.StackStatusFilter) > 0 && !slices.Contains(in.StackStatusFilter, createComplete) {
		return &listStacksOutput{}, nil
	}
	return &listStacksOutput{[]summary{{
		there.ID, there.Name, there.Template().Description, frontdoor.At(there.CreatedAt()), createComplete, notChecked,
	}}}, nil
}

// statuses are all that a stack can have.
var statuses = strings.Fields(`
	CREATE_IN_PROGRESS CREATE_FAILED CREATE_COMPLETE
	ROLLBACK_IN_PROGRESS ROLLBACK_FAILED ROLLBACK_COMPLETE
	DELETE_IN_PROGRESS DELETE_FAILED DELETE_COMPLETE
	UPDATE_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_COMPLETE UPDATE_FAILED
	UPDATE_ROLLBACK_IN_PROGRESS UPDATE_ROLLBACK_FAILED UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE
	REVIEW_IN_PROGRESS
	IMPORT_IN_PROGRESS IMPORT_COMPLETE IMPORT_ROLLBACK_IN_PROGRESS IMPORT_ROLLBACK_FAILED IMPORT_ROLLBACK_COMPLETE`)
