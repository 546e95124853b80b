package eventbridge

import (
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/resource"
)

// busProperties is what is supported of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html
type busProperties struct {
	Name        string
	Description string
	Policy      json.RawMessage
	LogConfig   *struct{ Level, IncludeDetail string }
	Tags        []resource.Tag
}

func (s *Service) createBusResource(ctx context.Context, definition resource.Definition) (resource.Instance, error) {
	wanted, err := s.decodeBus(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	if definition.PhysicalID != "" && s.store.bus(wanted.name) != nil {
		return s.updateBusResource(ctx, definition, definition)
	}
	if err := s.store.change(func(t *tables) error { return t.createBus(wanted) }); err != nil {
		return resource.Instance{}, fmt.Errorf("create event bus %s: %w", wanted.name, err)
	}
	return s.busInstance(wanted), nil
}

// updateBusResource leaves rules, and the statements of
// AWS::Events::EventBusPolicy, as they are.
func (s *Service) updateBusResource(_ context.Context, _, next resource.Definition) (resource.Instance, error) {
	wanted, err := s.decodeBus(next)
	if err != nil {
		return resource.Instance{}, err
	}
	updated, err := s.changeBus(wanted.name, func(b *bus) error {
		b.description, b.document = wanted.description, wanted.document
		return nil
	})
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update event bus %s: %w", wanted.name, err)
	}
	return s.busInstance(updated), nil
}

func (s *Service) deleteBusResource(_ context.Context, definition resource.Definition) error {
	if err := s.store.change(func(t *tables) error { return t.removeBus(definition.PhysicalID) }); err != nil {
		return fmt.Errorf("delete event bus %s: %w", definition.PhysicalID, err)
	}
	return nil
}

// decodeBus returns the bus that a definition describes, without rules.
func (s *Service) decodeBus(definition resource.Definition) (*bus, error) {
	var p busProperties
	if err := definition.Decode(&p); err != nil {
		return nil, err
	}
	if p.LogConfig != nil && p.LogConfig.Level != "OFF" {
		return nil, fmt.Errorf("LogConfig level %q is not supported, only OFF is", p.LogConfig.Level)
	}
	if err := checkBus(&createEventBusInput{Name: p.Name, Description: p.Description}); err != nil {
		return nil, fmt.Errorf("event bus %s: %w", p.Name, err)
	}
	b := s.newBus(p.Name, p.Description)
	var err error
	if b.document, err = statementsOf(p.Policy); err == nil {
		err = b.compile()
	}
	if err != nil {
		return nil, fmt.Errorf("policy of event bus %s: %w", p.Name, err)
	}
	return b, nil
}

func statementsOf(policy json.RawMessage) ([]json.RawMessage, error) {
	if len(policy) == 0 {
		return nil, nil
	}
	var document struct {
		Version   string
		Id        string
		Statement []json.RawMessage
	}
	err := json.Unmarshal(policy, &document)
	return document.Statement, err
}

func (s *Service) busInstance(b *bus) resource.Instance {
	attributes := map[string]any{"Arn": s.busARN(b.name), "Name": b.name}
	if document := b.policyDocument(); document != "" {
		attributes["Policy"] = document
	}
	return resource.Instance{ID: b.name, Attributes: attributes}
}
