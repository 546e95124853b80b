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

// stored looks up parameters of Systems Manager.
func (e *Engine) stored(ctx context.Context) func(string) (string, bool, error) {
	if e.config.Parameter == nil {
		return nil
	}
	return func(name string) (string, bool, error) { return e.config.Parameter(ctx, name) }
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
