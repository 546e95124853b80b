package provision

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/resource"
	"eda-demo/local/template"
)

// target is what a stack is to become: a template with its parameters and
// conditions evaluated.
type target struct {
	spec     Spec
	template *template.Template
	scope    *template.Scope
	// parameters are the values of all parameters, in the order of their names.
	parameters []template.ParameterValue
	// prepare changes a value before its functions are called; nil: it does not.
	prepare func(value any) any
	order   []string          // of creation
	imports []string          // names of exports
	exports map[string]string // names, by output
}

// lookup finds what resources of a stack are.
type lookup interface {
	ref(logicalID string) (any, error)
	getAtt(logicalID, attribute string) (any, error)
}

// aim reads a template and evaluates what can be without resources. What it
// refuses is refused before anything is changed.
func (e *Engine) aim(identity resource.Stack, spec Spec, resources lookup, stored storedParameter) (*target, error) {
	parsed, err := template.Parse(spec.Template)
	if err != nil {
		return nil, invalidf("%w", err)
	}
	t := &target{spec: spec, template: parsed}
	t.scope = &template.Scope{
		Template: parsed, Pseudo: pseudoParameters(identity, spec), Ref: resources.ref, GetAtt: resources.getAtt,
		StoredParameter: stored, Import: e.exported,
	}
	if err := t.evaluate(); err != nil {
		return nil, invalidf("%w", err)
	}
	return t, e.checkTypes(t)
}

func pseudoParameters(identity resource.Stack, spec Spec) map[string]any {
	notified := make([]any, 0, len(spec.NotificationARNs))
	for _, arn := range spec.NotificationARNs {
		notified = append(notified, arn)
	}
	return map[string]any{
		"AWS::AccountId": identity.Account, "AWS::Region": identity.Region, "AWS::Partition": identity.Partition,
		"AWS::StackName": identity.Name, "AWS::StackId": identity.ID, "AWS::URLSuffix": "amazonaws.com",
		"AWS::NotificationARNs": notified,
	}
}

func (e *Engine) checkTypes(t *target) error {
	var unknown []string
	for _, id := range t.order {
		kind := t.template.Resources[id].Type
		if _, known := e.config.Registry[kind]; !known {
			unknown = append(unknown, fmt.Sprintf("%s (%s)", id, kind))
		}
	}
	if unknown != nil {
		return invalidf("resource types that can't be run here: %s", strings.Join(unknown, ", "))
	}
	return t.checkPolicies()
}

// checkPolicies refuses snapshots: none of the types has them.
func (t *target) checkPolicies() error {
	for _, id := range t.order {
		r := t.template.Resources[id]
		if r.DeletionPolicy == "Snapshot" || r.UpdateReplacePolicy == "Snapshot" {
			return invalidf("Template error: resource type %s does not support deletion policy Snapshot", r.Type)
		}
	}
	return nil
}

// resource resolves what a resource is to be. What it refers to exists.
func (t *target) resource(identity resource.Stack, id string) (Resource, error) {
	declared := t.template.Resources[id]
	properties, err := t.resolved(declared.Properties)
	if err != nil {
		return Resource{}, fmt.Errorf("properties: %w", err)
	}
	metadata, err := json.Marshal(declared.Metadata)
	if err != nil {
		return Resource{}, fmt.Errorf("metadata: %w", err)
	}
	return Resource{
		Definition: resource.Definition{LogicalID: id, Type: declared.Type, Properties: properties, Metadata: metadata, Stack: identity},
		DependsOn:  t.template.Dependencies(id, t.scope.Conditions), DeletionPolicy: declared.DeletionPolicy, UpdateReplacePolicy: declared.UpdateReplacePolicy,
	}, nil
}

func (t *target) resolved(properties map[string]any) (json.RawMessage, error) {
	if properties == nil {
		return json.RawMessage("{}"), nil
	}
	resolved, err := t.resolve(properties)
	if err != nil {
		return nil, err
	}
	return json.Marshal(resolved)
}

// outputs resolves the outputs of a stack whose resources exist.
func (t *target) outputs() ([]Output, error) {
	var list []Output
	for _, name := range slices.Sorted(maps.Keys(t.template.Outputs)) {
		declared := t.template.Outputs[name]
		if declared.Condition != "" && !t.scope.Conditions[declared.Condition] {
			continue
		}
		value, err := t.text(declared.Value)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		list = append(list, Output{name, value, declared.Description, t.exports[name]})
	}
	return list, nil
}

func (t *target) resolve(value any) (any, error) {
	if t.prepare != nil {
		value = t.prepare(value)
	}
	return t.scope.Resolve(value)
}

func (t *target) text(value any) (string, error) {
	resolved, err := t.resolve(value)
	if err != nil {
		return "", err
	}
	switch resolved.(type) {
	case string, json.Number, bool:
		return fmt.Sprint(resolved), nil
	}
	return "", fmt.Errorf("%v is not a text", resolved)
}

// real looks up resources that exist.
type real struct{ *state }

func (r real) ref(id string) (any, error) {
	there, ok := r.resources[id]
	if !ok || there.PhysicalID == "" {
		return nil, fmt.Errorf("resource %s does not exist", id)
	}
	return there.PhysicalID, nil
}

func (r real) getAtt(id, attribute string) (any, error) {
	there, ok := r.resources[id]
	if !ok || there.PhysicalID == "" {
		return nil, fmt.Errorf("resource %s does not exist", id)
	}
	value, ok := there.Attributes[attribute]
	if !ok {
		return nil, fmt.Errorf("%s (%s) has no attribute %s", id, there.Type, attribute)
	}
	return value, nil
}
