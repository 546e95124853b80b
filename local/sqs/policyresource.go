package sqs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"eda-demo/local/resource"
)

// policyProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
type policyProperties struct {
	PolicyDocument json.RawMessage
	Queues         []string // URLs
}

func readPolicy(definition resource.Definition) (policyProperties, error) {
	var properties policyProperties
	if err := definition.Decode(&properties); err != nil {
		return policyProperties{}, err
	}
	if len(properties.Queues) == 0 {
		return policyProperties{}, fmt.Errorf("property Queues names no queue")
	}
	return properties, nil
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.setPolicyResource(definition, nil)
}

// updatePolicyResource also takes the policy from the queues that are left out
// now.
func (s *Service) updatePolicyResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	before, err := readPolicy(previous)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("read the policy as it was: %w", err)
	}
	return s.setPolicyResource(next, before.Queues)
}

// setPolicyResource sets the policy of the queues that a definition names, and
// takes it from others.
func (s *Service) setPolicyResource(definition resource.Definition, others []string) (resource.Instance, error) {
	properties, err := readPolicy(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	named, err := s.allAt(properties.Queues)
	if err != nil {
		return resource.Instance{}, err
	}
	policies := map[*queue]string{}
	for _, q := range s.existing(others) {
		policies[q] = ""
	}
	for _, q := range named {
		policies[q] = string(properties.PolicyDocument)
	}
	if err := s.setPolicies(policies); err != nil {
		return resource.Instance{}, fmt.Errorf("set the policy of queues %v: %w", properties.Queues, err)
	}
	id := cmp.Or(definition.PhysicalID, definition.Name(128))
	return resource.Instance{ID: id, Attributes: map[string]any{"Id": id}}, nil
}

func (s *Service) deletePolicyResource(_ context.Context, definition resource.Definition) error {
	properties, err := readPolicy(definition)
	if err != nil {
		return err
	}
	for _, q := range s.existing(properties.Queues) {
		if err := s.setPolicies(map[*queue]string{q: ""}); err != nil && !isNoSuchQueue(err) {
			return fmt.Errorf("remove the policy of queue %s: %w", q.name, err)
		}
	}
	return nil
}

// setPolicies sets the policies of queues, or removes those that are "": all
// or, with an error, none.
func (s *Service) setPolicies(policies map[*queue]string) error {
	queues := slices.Collect(maps.Keys(policies))
	return s.configure(queues, func(c *change) (err error) {
		c.settings, err = c.settings.with(map[string]string{"Policy": policies[c.queue]})
		return err
	})
}

// allAt returns the queues that URLs lead to.
func (s *Service) allAt(urls []string) ([]*queue, error) {
	var queues []*queue
	for _, url := range urls {
		q, err := s.at(url)
		if err != nil {
			return nil, fmt.Errorf("find queue %s: %w", url, err)
		}
		queues = append(queues, q)
	}
	return queues, nil
}

// existing returns those of the queues that are still there.
func (s *Service) existing(urls []string) []*queue {
	var queues []*queue
	for _, url := range urls {
		if q, err := s.at(url); err == nil {
			queues = append(queues, q)
		}
	}
	return queues
}
