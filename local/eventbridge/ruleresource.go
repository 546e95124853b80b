package eventbridge

import (
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/resource"
)

// ruleProperties is what is supported of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
type ruleProperties struct {
	Name               string
	Description        string
	EventBusName       string
	EventPattern       json.RawMessage
	ScheduleExpression string
	State              string
	RoleArn            string
	Targets            []targetProperties
	Tags               []resource.Tag
}

type targetProperties struct {
	Id               string
	Arn              string
	RoleArn          string
	Input            string
	InputPath        string
	InputTransformer *InputTransformer
	RetryPolicy      *struct {
		MaximumRetryAttempts     *resource.Int
		MaximumEventAgeInSeconds *resource.Int
	}
	DeadLetterConfig *DeadLetterConfig
}

func (s *Service) createRuleResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	return s.putRuleResource(definition, "create", func(t *tables, r *rule) error {
		taken := t.rules[r.bus][r.name] != nil
		if taken && definition.PhysicalID == "" {
			return alreadyExists(definition, ruleID(r))
		}
		return t.addRule(r)
	})
}

// updateRuleResource replaces everything that the rule is, its targets
// included, at once: an event is matched against the old rule or the new one.
func (s *Service) updateRuleResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	return s.putRuleResource(next, "update", func(t *tables, r *rule) error {
		if _, err := t.rule(r.bus, r.name); err != nil {
			return err
		}
		t.putRule(r)
		return nil
	})
}

// deleteRuleResource removes the rule with its targets, as CloudFormation does.
func (s *Service) deleteRuleResource(_ context.Context, definition resource.Definition) error {
	bus, name := splitID(definition.PhysicalID)
	return s.store.change(func(t *tables) error {
		t.deleteRule(bus, name)
		return nil
	})
}

// putRuleResource has put store the rule that a definition describes.
func (s *Service) putRuleResource(definition resource.Definition, doing string, put func(*tables, *rule) error) (resource.Instance, error) {
	var p ruleProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if definition.PhysicalID != "" {
		_, p.Name = splitID(definition.PhysicalID)
	}
	if p.Name == "" {
		p.Name = definition.Name(maxRuleName)
	}
	r, err := s.ruleWithTargets(&p)
	if err == nil {
		err = s.store.change(func(t *tables) error { return put(t, r) })
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("%s rule %s: %w", doing, p.Name, err)
	}
	return resource.Instance{ID: ruleID(r), Attributes: map[string]any{"Arn": r.arn}}, nil
}

func (s *Service) ruleWithTargets(p *ruleProperties) (*rule, error) {
	r, err := s.newRule(&putRuleInput{
		Name: p.Name, EventBusName: p.EventBusName, EventPattern: patternText(p.EventPattern),
		ScheduleExpression: p.ScheduleExpression, State: p.State, Description: p.Description, RoleArn: p.RoleArn,
	})
	if err != nil {
		return nil, err
	}
	targets := make([]Target, len(p.Targets))
	for i := range p.Targets {
		targets[i] = p.Targets[i].target()
	}
	if err := s.checkTargets(targets); err != nil {
		return nil, err
	}
	return r, r.putTargets(targets)
}

// ruleID is what Ref returns: the bus is left out if it is the default one.
func ruleID(r *rule) string {
	if r.bus == defaultBus {
		return r.name
	}
	return onBusID(r.bus, r.name)
}

// patternText returns a pattern written as an object or as its JSON text.
func patternText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func (p *targetProperties) target() Target {
	t := Target{
		Id: p.Id, Arn: p.Arn, RoleArn: p.RoleArn, Input: p.Input, InputPath: p.InputPath,
		InputTransformer: p.InputTransformer, DeadLetterConfig: p.DeadLetterConfig,
	}
	if p.RetryPolicy != nil {
		t.RetryPolicy = &RetryPolicy{
			MaximumRetryAttempts:     intOf(p.RetryPolicy.MaximumRetryAttempts),
			MaximumEventAgeInSeconds: intOf(p.RetryPolicy.MaximumEventAgeInSeconds),
		}
	}
	return t
}

func intOf(n *resource.Int) *int {
	if n == nil {
		return nil
	}
	value := int(*n)
	return &value
}
