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

func (s *Service) createRuleResource(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	var p ruleProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if p.Name == "" {
		p.Name = definition.Name(maxRuleName)
	}
	bus, err := s.busName(p.EventBusName)
	if err != nil {
		return resource.Instance{}, err
	}
	arn, err := s.createRule(ctx, &p)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create rule %s on event bus %s: %w", p.Name, bus, err)
	}
	id := p.Name
	if bus != defaultBus {
		id = bus + "|" + p.Name
	}
	return resource.Instance{ID: id, Attributes: map[string]any{"Arn": arn}}, nil
}

func (s *Service) createRule(ctx context.Context, p *ruleProperties) (arn string, err error) {
	out, err := s.putRule(ctx, &putRuleInput{
		Name: p.Name, EventBusName: p.EventBusName, EventPattern: patternText(p.EventPattern),
		ScheduleExpression: p.ScheduleExpression, State: p.State, Description: p.Description, RoleArn: p.RoleArn,
	})
	if err != nil {
		return "", err
	}
	if len(p.Targets) == 0 {
		return out.RuleArn, nil
	}
	in := &putTargetsInput{Rule: p.Name, EventBusName: p.EventBusName}
	for i := range p.Targets {
		in.Targets = append(in.Targets, p.Targets[i].target())
	}
	if _, err := s.putTargets(ctx, in); err != nil {
		return "", fmt.Errorf("put targets: %w", err)
	}
	return out.RuleArn, nil
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
