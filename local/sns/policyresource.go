package sns

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

// policyProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
type policyProperties struct {
	PolicyDocument json.RawMessage
	Topics         []string // ARNs
}

func readPolicy(definition resource.Definition) (policyProperties, error) {
	var p policyProperties
	if err := definition.Decode(&p); err != nil {
		return p, err
	}
	if len(p.Topics) == 0 {
		return p, fmt.Errorf("property Topics names no topic")
	}
	return p, nil
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.setPolicyResource(definition, nil)
}

// updatePolicyResource also gives the topics that are left out now their
// first policy back.
func (s *Service) updatePolicyResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	before, err := readPolicy(previous)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("read the policy as it was: %w", err)
	}
	return s.setPolicyResource(next, before.Topics)
}

// setPolicyResource sets the policy of the topics that a definition names, and
// takes it from others.
func (s *Service) setPolicyResource(definition resource.Definition, others []string) (resource.Instance, error) {
	p, err := readPolicy(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	changes := edit{topics: s.withoutPolicies(others, p.Topics)}
	for _, arn := range p.Topics {
		t := s.topics[arn]
		if t == nil {
			return resource.Instance{}, fmt.Errorf("set the policy of topic %s: %w", arn, notFound("Topic"))
		}
		changed, err := t.with("Policy", string(p.PolicyDocument))
		if err != nil {
			return resource.Instance{}, fmt.Errorf("set the policy of topic %s: %w", arn, err)
		}
		changes.topics = append(changes.topics, changed)
	}
	if err := s.commit(changes); err != nil {
		return resource.Instance{}, fmt.Errorf("set the policy of topics %v: %w", p.Topics, err)
	}
	id := cmp.Or(definition.PhysicalID, definition.Name(128))
	return resource.Instance{ID: id, Attributes: map[string]any{"Id": id}}, nil
}

// withoutPolicies returns the topics that exist, but for some, without their
// policies; s.mu is held.
func (s *Service) withoutPolicies(arns, butFor []string) []*topic {
	var topics []*topic
	for _, arn := range arns {
		if t := s.topics[arn]; t != nil && !slices.Contains(butFor, arn) {
			topics = append(topics, t.withoutPolicy())
		}
	}
	return topics
}

func (s *Service) deletePolicyResource(_ context.Context, definition resource.Definition) error {
	p, err := readPolicy(definition)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.commit(edit{topics: s.withoutPolicies(p.Topics, nil)}); err != nil {
		return fmt.Errorf("remove the policy of topics %v: %w", p.Topics, err)
	}
	return nil
}
