package template

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

var exportName = regexp.MustCompile(`^[A-Za-z0-9:-]+$`)

// Exports returns the names under which the outputs whose condition holds are
// known to other stacks, by the outputs' names. They do not depend on
// resources.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
func (s *Scope) Exports() (map[string]string, error) {
	exports, outputs := map[string]string{}, map[string]string{}
	for _, output := range s.outputs() {
		export := s.Template.Outputs[output].Export
		if export == nil {
			continue
		}
		value, err := s.Resolve(export.Name)
		if err != nil {
			return nil, fmt.Errorf("export of output %s: %w", output, err)
		}
		name, ok := value.(string)
		if !ok || !exportName.MatchString(name) {
			return nil, errExportName(output)
		}
		if other, twice := outputs[name]; twice {
			return nil, fmt.Errorf("Template format error: the outputs %s and %s both export %s", other, output, name)
		}
		exports[output], outputs[name] = name, output
	}
	return exports, nil
}

// outputs are the names of the outputs whose condition holds, sorted.
func (s *Scope) outputs() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Template.Outputs)), func(name string) bool {
		condition := s.Template.Outputs[name].Condition
		return condition != "" && !s.Conditions[condition]
	})
}

// Imports returns the names of the exports that the template's resources and
// outputs use, sorted. What is left out by conditions does not count. They
// need not exist.
func (s *Scope) Imports() ([]string, error) {
	var names []string
	w := walker{branches: taken(s.Conditions), visit: func(_ []string, function string, argument any) error {
		if function != "Fn::ImportValue" {
			return nil
		}
		name, err := s.importName(argument)
		names = append(names, name)
		return err
	}}
	for _, id := range s.Template.Existing(s.Conditions) {
		if err := w.walk(s.Template.Resources[id].Properties, nil); err != nil {
			return nil, fmt.Errorf("imports of %s: %w", id, err)
		}
	}
	for _, output := range s.outputs() {
		if err := w.walk(s.Template.Outputs[output].Value, nil); err != nil {
			return nil, fmt.Errorf("imports of output %s: %w", output, err)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (s *Scope) importName(argument any) (string, error) {
	value, err := s.Resolve(argument)
	if err != nil {
		return "", err
	}
	return scalar(value)
}

func (s *Scope) importValue(argument any) (any, error) {
	name, err := s.importName(argument)
	if err != nil {
		return nil, err
	}
	if s.Import == nil {
		return nil, errNoExport(name)
	}
	value, found, err := s.Import(name)
	if err == nil && !found {
		err = errNoExport(name)
	}
	return value, err
}

func errNoExport(name string) error { return fmt.Errorf("No export named %s found", name) }

// CheckReferences refuses references to resources that the conditions leave
// out, other than in branches of Fn::If that are not taken.
func (s *Scope) CheckReferences() error {
	resources := block{template: s.Template, name: "Resources"}
	for _, id := range s.Template.Existing(s.Conditions) {
		r := s.Template.Resources[id]
		names, err := r.dependsOn()
		if err != nil {
			return fmt.Errorf("resource %s: %w", id, err)
		}
		for _, reference := range r.References(s.Conditions) {
			names = append(names, reference.Name)
		}
		resources.absent(names, s.Conditions)
	}
	if err := resources.missing(); err != nil {
		return err
	}
	outputs := block{template: s.Template, name: "Outputs"}
	for _, name := range s.outputs() {
		for _, reference := range references(s.Template.Outputs[name].Value, taken(s.Conditions)) {
			outputs.absent([]string{reference.Name}, s.Conditions)
		}
	}
	return outputs.missing()
}

// absent adds the resources among names that do not exist under the conditions.
func (b *block) absent(names []string, conditions map[string]bool) {
	for _, name := range names {
		if _, isResource := b.template.Resources[name]; isResource && !b.template.exists(name, conditions) {
			b.miss(name)
		}
	}
}
