package logs

import (
	"context"
	"fmt"
	"regexp"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

// policyName is the pattern in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-resourcepolicy.html
var policyName = regexp.MustCompile(`^([^:*/]+/?)*[^:*/]+$`)

const maxPolicyName = 255 // characters

type policyProperties struct {
	PolicyName     string
	PolicyDocument string // a JSON text
}

func readPolicy(definition resource.Definition) (resourcePolicy, error) {
	var p policyProperties
	if err := definition.Decode(&p); err != nil {
		return resourcePolicy{}, err
	}
	if !policyName.MatchString(p.PolicyName) || len(p.PolicyName) > maxPolicyName {
		return resourcePolicy{}, fmt.Errorf("property PolicyName: %q has not 1 to %d characters without :, * and //", p.PolicyName, maxPolicyName)
	}
	policy, err := newPolicy(p.PolicyName, p.PolicyDocument)
	if err != nil {
		return resourcePolicy{}, fmt.Errorf("resource policy %s: %w", p.PolicyName, err)
	}
	return policy, nil
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	policy, err := readPolicy(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	return s.put(policy, func(exists bool) error {
		if exists && !definition.TakesUp() {
			return declared.Taken(definition, policy.name)
		}
		return nil
	})
}

func (s *Service) updatePolicyResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	policy, err := readPolicy(next)
	if err != nil {
		return resource.Instance{}, err
	}
	return s.put(policy, func(exists bool) error {
		if !exists {
			return declared.Gone(next)
		}
		return nil
	})
}

func (s *Service) put(policy resourcePolicy, check func(exists bool) error) (resource.Instance, error) {
	if err := s.setPolicy(policy, check); err != nil {
		return resource.Instance{}, fmt.Errorf("put resource policy %s: %w", policy.name, err)
	}
	return resource.Instance{ID: policy.name}, nil
}

func (s *Service) deletePolicyResource(_ context.Context, definition resource.Definition) error {
	if err := s.removePolicy(definition.PhysicalID); err != nil && !isNotFound(err) {
		return fmt.Errorf("delete resource policy %s: %w", definition.PhysicalID, err)
	}
	return nil
}
