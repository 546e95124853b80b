package cloudformation

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
)

type describeChangeSetInput struct {
	changeSetInput
	IncludePropertyValues bool
	NextToken             string
}

// describeChangeSetOutput is that of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
type describeChangeSetOutput struct {
	changeSetSummary
	Capabilities     []string
	Parameters       []shownParameter
	Tags             []resource.Tag
	NotificationARNs []string
	DeploymentConfig *deploymentConfig
	Changes          []change
	NextToken        string `json:",omitempty"`
}

// changeSetSummary is what all operations tell of a change set.
type changeSetSummary struct {
	ChangeSetId             string
	ChangeSetName           string
	StackId                 string
	StackName               string
	Description             string `json:",omitempty"`
	CreationTime            frontdoor.Timestamp
	Status                  string
	StatusReason            string `json:",omitempty"`
	ExecutionStatus         string
	IncludeNestedStacks     bool
	ImportExistingResources bool
}

// summary tells a change set. The service is locked.
func (s *Service) summary(c *changeSet) changeSetSummary {
	now, _ := s.config.Engine.Stack(c.stack.ID)
	return changeSetSummary{
		ChangeSetId: c.id, ChangeSetName: c.name, StackId: c.stack.ID, StackName: c.stack.Name,
		Description: c.description, CreationTime: frontdoor.At(c.created), Status: c.status(), StatusReason: c.reason,
		ExecutionStatus: c.execution(now), IncludeNestedStacks: c.nested, ImportExistingResources: c.imports,
	}
}

func (s *Service) describeChangeSet(_ context.Context, in *describeChangeSetInput) (*describeChangeSetOutput, error) {
	c, err := s.changeSet(in.changeSetInput)
	if err != nil {
		return nil, err
	}
	changes, next, err := page(c.plan.Changes, in.NextToken, func(c provision.Change) string { return string(c.Action) + c.LogicalID })
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	out := &describeChangeSetOutput{changeSetSummary: s.summary(c)}
	s.mu.Unlock()
	out.Capabilities, out.Tags, out.DeploymentConfig, out.NextToken = c.spec.Capabilities, c.spec.Tags, c.deployment, next
	if out.Parameters, err = shownParameters(c.spec); err != nil {
		return nil, err
	}
	for _, planned := range changes {
		shown, err := describeChange(planned, in.IncludePropertyValues)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, shown)
	}
	return out, nil
}

type listChangeSetsInput struct {
	stackInput
	NextToken string
}

type listChangeSetsOutput struct {
	Summaries []changeSetSummary
	NextToken string `json:",omitempty"`
}

// listChangeSets tells those that were not executed.
func (s *Service) listChangeSets(_ context.Context, in *listChangeSetsInput) (*listChangeSetsOutput, error) {
	stack, err := s.active(in.StackName)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []changeSetSummary
	for _, c := range s.changeSets[stack.ID] {
		if !c.claimed {
			list = append(list, s.summary(c))
		}
	}
	out := &listChangeSetsOutput{}
	out.Summaries, out.NextToken, err = page(list, in.NextToken, func(c changeSetSummary) string { return c.ChangeSetId })
	return out, err
}
