package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

func (t *Template) checkOutputs() error {
	b := block{template: t, name: "Outputs"}
	for _, name := range slices.Sorted(maps.Keys(t.Outputs)) {
		if err := b.output(name, t.Outputs[name]); err != nil {
			return err
		}
	}
	return b.missing()
}

func (b *block) output(name string, o Output) error {
	if !logicalID.MatchString(name) {
		return fmt.Errorf("Template format error: Output name %s is non alphanumeric.", name)
	}
	if o.Value == nil {
		return errors.New("Template format error: Every Outputs member must contain a Value object")
	}
	if !isText(o.Value) {
		return errors.New("Template format error: Every Value member must be a string.")
	}
	if err := b.condition(o.Condition); err != nil {
		return err
	}
	if err := b.value(o.Value, "Outputs", name, "Value"); err != nil || o.Export == nil {
		return err
	}
	if o.Export.Name == nil {
		return errExportName(name)
	}
	if err := b.value(o.Export.Name, "Outputs", name, "Export", "Name"); err != nil {
		return err
	}
	if b.template.dependsOnOthers(o.Export.Name) {
		return fmt.Errorf("Template format error: Output %s is malformed. The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs.", name)
	}
	return nil
}

// isText tells whether a value is a text, or may become one.
func isText(value any) bool {
	object, isObject := value.(map[string]any)
	if isObject {
		_, _, isCall := call(object)
		return isCall
	}
	_, err := scalar(value)
	return err == nil
}

func errExportName(output string) error {
	return fmt.Errorf("Template format error: Output %s is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens.", output)
}
