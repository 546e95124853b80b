package provision

import (
	"context"
	"encoding/json"
)

// evaluate sets the parameters, conditions, rules and imports of a target.
func (t *target) evaluate() error {
	var err error
	if t.parameters, err = t.scope.CompleteParameters(t.spec.Parameters); err != nil {
		return err
	}
	if err := t.scope.CheckRules(); err != nil {
		return err
	}
	if err := t.scope.EvaluateConditions(); err != nil {
		return err
	}
	if err := t.scope.CheckReferences(); err != nil {
		return err
	}
	if t.imports, err = t.scope.Imports(); err != nil {
		return err
	}
	if t.exports, err = t.scope.Exports(); err != nil {
		return err
	}
	t.order, err = t.template.Order(t.scope.Conditions)
	return err
}

// storedParameter looks up a parameter of Systems Manager; nil: there are none.
type storedParameter = func(name string) (value string, found bool, err error)

func (e *Engine) stored(ctx context.Context) storedParameter {
	if e.config.Parameter == nil {
		return nil
	}
	return func(name string) (string, bool, error) { return e.config.Parameter(ctx, name) }
}

// storedOr looks up what parameters were, or else what they are.
func (s *state) storedOr(now storedParameter) storedParameter {
	return func(name string) (string, bool, error) {
		if value, was := s.Stored[name]; was || now == nil {
			return value, was, nil
		}
		return now(name)
	}
}

// stored are the parameters of Systems Manager that were looked up.
func (t *target) stored() map[string]string {
	values := map[string]string{}
	for _, p := range t.parameters {
		if p.Stored {
			values[p.Value] = p.Resolved
		}
	}
	return values
}

// exported looks up what stacks export.
func (e *Engine) exported(name string) (value string, found bool, err error) {
	for _, export := range e.Exports() {
		if export.Name == name {
			return export.Value, true, nil
		}
	}
	return "", false, nil
}

// nameIn is the text of a property, "" if it is not given.
func nameIn(properties json.RawMessage, property string) string {
	values, err := members(properties)
	if err != nil {
		return ""
	}
	return asText(values[property])
}
