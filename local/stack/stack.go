// Package stack creates the resources of a template in the order of their
// dependencies, as CloudFormation does, and remembers what it created.
package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eda-demo/local/resource"
	"eda-demo/local/template"
)

// Stack is a stack whose resources exist.
type Stack struct {
	resource.Stack
	template *template.Template
	scope    *template.Scope
	created  map[string]Resource
	order    []string
	outputs  map[string]string
	begun    time.Time
}

// Resource is a created resource.
type Resource struct {
	LogicalID  string
	PhysicalID string
	Type       string
	CreatedAt  time.Time
	attributes map[string]any
}

// Create creates every resource of a template. Types that the registry does
// not have are refused, all by name, before anything is created; a resource
// that can't be created ends it with an error naming the resource.
func Create(ctx context.Context, identity resource.Stack, t *template.Template, registry resource.Registry) (*Stack, error) {
	s := &Stack{Stack: identity, template: t, created: map[string]Resource{}, outputs: map[string]string{}, begun: time.Now()}
	s.scope = &template.Scope{Template: t, Pseudo: pseudoParameters(identity), Ref: s.ref, GetAtt: s.getAtt}
	if err := s.scope.EvaluateConditions(); err != nil {
		return nil, err
	}
	order, err := t.Order(s.scope.Conditions)
	if err != nil {
		return nil, err
	}
	if err := checkTypes(t, order, registry); err != nil {
		return nil, err
	}
	for _, id := range order {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("create %s (%s): %w", id, t.Resources[id].Type, err)
		}
		if err := s.createOne(ctx, id, registry); err != nil {
			return nil, fmt.Errorf("create %s (%s): %w", id, t.Resources[id].Type, err)
		}
	}
	s.order = order
	if err := s.resolveOutputs(); err != nil {
		return nil, err
	}
	return s, nil
}

func pseudoParameters(identity resource.Stack) map[string]any {
	return map[string]any{
		"AWS::AccountId": identity.Account, "AWS::Region": identity.Region, "AWS::Partition": identity.Partition,
		"AWS::StackName": identity.Name, "AWS::StackId": identity.ID, "AWS::URLSuffix": "amazonaws.com",
		"AWS::NotificationARNs": []any{},
	}
}

func checkTypes(t *template.Template, order []string, registry resource.Registry) error {
	var unknown []string
	for _, id := range order {
		kind := t.Resources[id].Type
		if _, known := registry[kind]; !known {
			unknown = append(unknown, fmt.Sprintf("%s (%s)", id, kind))
		}
	}
	if unknown != nil {
		return fmt.Errorf("resource types that can't be run here: %s", strings.Join(unknown, ", "))
	}
	return nil
}

func (s *Stack) createOne(ctx context.Context, id string, registry resource.Registry) error {
	declared := s.template.Resources[id]
	properties, err := s.resolvedJSON(declared.Properties)
	if err != nil {
		return fmt.Errorf("properties: %w", err)
	}
	metadata, err := json.Marshal(declared.Metadata)
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	instance, err := registry[declared.Type].Create(ctx, resource.Definition{
		LogicalID: id, Type: declared.Type, Properties: properties, Metadata: metadata, Stack: s.Stack,
	})
	if err != nil {
		return err
	}
	for other, existing := range s.created {
		if existing.Type == declared.Type && existing.PhysicalID == instance.ID {
			return fmt.Errorf("%s already exists in stack %s, as %s", instance.ID, s.Name, other)
		}
	}
	s.created[id] = Resource{
		LogicalID: id, PhysicalID: instance.ID, Type: declared.Type, CreatedAt: time.Now(), attributes: instance.Attributes,
	}
	return nil
}

func (s *Stack) resolvedJSON(properties map[string]any) (json.RawMessage, error) {
	if properties == nil {
		return json.RawMessage("{}"), nil
	}
	resolved, err := s.scope.Resolve(properties)
	if err != nil {
		return nil, err
	}
	return json.Marshal(resolved)
}

func (s *Stack) ref(id string) (any, error) {
	instance, ok := s.created[id]
	if !ok {
		return nil, fmt.Errorf("resource %s does not exist", id)
	}
	return instance.PhysicalID, nil
}

func (s *Stack) getAtt(id, attribute string) (any, error) {
	instance, ok := s.created[id]
	if !ok {
		return nil, fmt.Errorf("resource %s does not exist", id)
	}
	value, ok := instance.attributes[attribute]
	if !ok {
		return nil, fmt.Errorf("%s (%s) has no attribute %s", id, instance.Type, attribute)
	}
	return value, nil
}

func (s *Stack) resolveOutputs() error {
	for _, name := range slices.Sorted(maps.Keys(s.template.Outputs)) {
		output := s.template.Outputs[name]
		if output.Condition != "" && !s.scope.Conditions[output.Condition] {
			continue
		}
		value, err := s.scope.Resolve(output.Value)
		if err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
		switch value.(type) {
		case string, json.Number, bool:
			s.outputs[name] = fmt.Sprint(value)
		default:
			return fmt.Errorf("output %s: %v is not a text", name, value)
		}
	}
	return nil
}

// CreatedAt returns when the creation of the stack began.
func (s *Stack) CreatedAt() time.Time { return s.begun }

// Template returns what the stack was made from. It must not be changed.
func (s *Stack) Template() *template.Template { return s.template }

// Outputs returns the stack's outputs by name.
func (s *Stack) Outputs() map[string]string { return maps.Clone(s.outputs) }

// Resources returns the created resources in the order of their creation.
func (s *Stack) Resources() []Resource {
	list := make([]Resource, len(s.order))
	for i, id := range s.order {
		list[i] = s.created[id]
	}
	return list
}
