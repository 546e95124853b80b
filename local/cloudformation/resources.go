package cloudformation

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/stack"
)

// maxDescribed is how many resources DescribeStackResources returns; there
// are no further pages.
const maxDescribed = 100

// resourceSummary is what all operations tell of a resource.
type resourceSummary struct {
	LogicalResourceId  string
	PhysicalResourceId string
	ResourceType       string
	ResourceStatus     string
	DriftInformation   resourceDrift
}

type resourceDrift struct{ StackResourceDriftStatus string }

func summarize(r stack.Resource) resourceSummary {
	return resourceSummary{r.LogicalID, r.PhysicalID, r.Type, createComplete, resourceDrift{"NOT_CHECKED"}}
}

type listResourcesInput struct {
	stackInput
	NextToken string
}

type listResourcesOutput struct{ StackResourceSummaries []listedResource }

type listedResource struct {
	resourceSummary
	LastUpdatedTimestamp frontdoor.Timestamp
}

func (s *Service) listResources(_ context.Context, in *listResourcesInput) (*listResourcesOutput, error) {
	if err := firstPage(in.NextToken); err != nil {
		return nil, err
	}
	there, err := s.find(in.StackName)
	if err != nil {
		return nil, err
	}
	out := &listResourcesOutput{}
	for _, r := range there.Resources() {
		out.StackResourceSummaries = append(out.StackResourceSummaries, listedResource{summarize(r), frontdoor.At(r.CreatedAt)})
	}
	return out, nil
}

type describeResourceInput struct {
	stackInput
	LogicalResourceId string
}

type describeResourceOutput struct{ StackResourceDetail detail }

type detail struct {
	StackId   string
	StackName string
	resourceSummary
	LastUpdatedTimestamp frontdoor.Timestamp
	Metadata             string `json:",omitempty"`
}

func (s *Service) describeResource(_ context.Context, in *describeResourceInput) (*describeResourceOutput, error) {
	there, err := s.find(in.StackName)
	if err != nil {
		return nil, err
	}
	for _, r := range there.Resources() {
		if r.LogicalID == in.LogicalResourceId {
			metadata, err := there.metadata(r.LogicalID)
			return &describeResourceOutput{detail{there.ID, there.Name, summarize(r), frontdoor.At(r.CreatedAt), metadata}}, err
		}
	}
	return nil, frontdoor.Errorf(validationError, "Resource %s does not exist for stack %s", in.LogicalResourceId, in.StackName)
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
	there, err := s.meant(in)
	if err != nil {
		return nil, err
	}
	out := &describeResourcesOutput{}
	for _, r := range there.Resources() {
		if in.LogicalResourceId == "" || in.LogicalResourceId == r.LogicalID {
			out.StackResources = append(out.StackResources, describedResource{there.ID, there.Name, summarize(r), frontdoor.At(r.CreatedAt)})
		}
	}
	if len(out.StackResources) == 0 {
		return nil, frontdoor.Errorf(validationError, "Resource %s does not exist for stack %s", in.LogicalResourceId, there.Name)
	}
	return &describeResourcesOutput{out.StackResources[:min(maxDescribed, len(out.StackResources))]}, nil
}

func (s *Service) meant(in *describeResourcesInput) (*shown, error) {
	switch {
	case in.StackName != "" && in.PhysicalResourceId != "":
		return nil, frontdoor.Errorf(validationError, "Either stack name or physical resource id must be specified, not both")
	case in.StackName != "":
		return s.find(in.StackName)
	case in.PhysicalResourceId == "":
		return nil, frontdoor.Errorf(validationError, "Either stack name or physical resource id must be specified")
	}
	if there := s.shown.Load(); there != nil {
		for _, r := range there.Resources() {
			if r.PhysicalID == in.PhysicalResourceId {
				return there, nil
			}
		}
	}
	return nil, frontdoor.Errorf(validationError, "Stack for %s does not exist", in.PhysicalResourceId)
}
