package cloudformation

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

// maxDescribed is how many resources DescribeStackResources returns; there
// are no further pages.
const maxDescribed = 100

// resourceSummary is what all operations tell of a resource.
type resourceSummary struct {
	LogicalResourceId    string
	PhysicalResourceId   string `json:",omitempty"`
	ResourceType         string
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	DriftInformation     resourceDrift
}

type resourceDrift struct{ StackResourceDriftStatus string }

func summarize(r provision.Resource) resourceSummary {
	return resourceSummary{r.LogicalID, r.PhysicalID, r.Type, string(r.Status), r.Reason, resourceDrift{"NOT_CHECKED"}}
}

type listResourcesInput struct {
	stackInput
	NextToken string
}

type listResourcesOutput struct {
	StackResourceSummaries []listedResource
	NextToken              string `json:",omitempty"`
}

type listedResource struct {
	resourceSummary
	LastUpdatedTimestamp frontdoor.Timestamp
}

func (s *Service) listResources(_ context.Context, in *listResourcesInput) (*listResourcesOutput, error) {
	stack, err := s.stack(in.StackName)
	if err != nil {
		return nil, err
	}
	list, next, err := page(stack.Resources, in.NextToken, func(r provision.Resource) string { return r.LogicalID })
	out := &listResourcesOutput{NextToken: next}
	for _, r := range list {
		out.StackResourceSummaries = append(out.StackResourceSummaries, listedResource{summarize(r), frontdoor.At(r.Changed)})
	}
	return out, err
}

type describeResourceInput struct {
	stackInput
	LogicalResourceId string
}

type describeResourceOutput struct{ StackResourceDetail resourceDetail }

type resourceDetail struct {
	StackId   string
	StackName string
	resourceSummary
	LastUpdatedTimestamp frontdoor.Timestamp
	Metadata             string `json:",omitempty"` // JSON
}

func (s *Service) describeResource(_ context.Context, in *describeResourceInput) (*describeResourceOutput, error) {
	stack, err := s.stack(in.StackName)
	if err != nil {
		return nil, err
	}
	r, there := stack.Resource(in.LogicalResourceId)
	if !there {
		return nil, noResource(in.LogicalResourceId, in.StackName)
	}
	detail := resourceDetail{stack.ID, stack.Name, summarize(r), frontdoor.At(r.Changed), string(r.Metadata)}
	if detail.Metadata == "null" {
		detail.Metadata = ""
	}
	return &describeResourceOutput{detail}, nil
}

func noResource(logicalID, stack string) error {
	return invalid("Resource %s does not exist for stack %s", logicalID, stack)
}

type describeResourcesInput struct {
	stackInput
	LogicalResourceId  string
	PhysicalResourceId string
}

type describeResourcesOutput struct{ StackResources []describedResource }

type describedResource struct {
	StackId   string
	StackName string
	resourceSummary
	Timestamp frontdoor.Timestamp
}

// describeResources takes a stack, or the physical id of a resource whose
// stack is meant, and optionally one of its logical ids.
func (s *Service) describeResources(_ context.Context, in *describeResourcesInput) (*describeResourcesOutput, error) {
	stack, err := s.meant(in)
	if err != nil {
		return nil, err
	}
	out := &describeResourcesOutput{}
	for _, r := range stack.Resources {
		if len(out.StackResources) < maxDescribed && (in.LogicalResourceId == "" || in.LogicalResourceId == r.LogicalID) {
			out.StackResources = append(out.StackResources, describedResource{stack.ID, stack.Name, summarize(r), frontdoor.At(r.Changed)})
		}
	}
	if in.LogicalResourceId != "" && len(out.StackResources) == 0 {
		return nil, noResource(in.LogicalResourceId, stack.Name)
	}
	return out, nil
}

func (s *Service) meant(in *describeResourcesInput) (provision.Stack, error) {
	switch {
	case in.StackName != "" && in.PhysicalResourceId != "":
		return provision.Stack{}, invalid("Either stack name or physical resource id must be specified, not both")
	case in.StackName != "":
		return s.stack(in.StackName)
	case in.PhysicalResourceId == "":
		return provision.Stack{}, invalid("Either stack name or physical resource id must be specified")
	}
	for _, stack := range s.config.Engine.Stacks() {
		for _, r := range stack.Resources {
			if r.PhysicalID == in.PhysicalResourceId && stack.Status != provision.DeleteComplete {
				return stack, nil
			}
		}
	}
	return provision.Stack{}, invalid("Stack for %s does not exist", in.PhysicalResourceId)
}
