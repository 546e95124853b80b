package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// call checks one call of a function in a resource or an output.
func (b *block) call(_ []string, function string, argument any) error {
	if functionNamed(function) == nil {
		return errUnsupported(function, functions)
	}
	if err := b.template.checkArgument(function, argument); err != nil {
		return err
	}
	for _, r := range referred(function, argument) {
		_, isResource := b.template.Resources[r.Name]
		switch {
		case isResource:
		case function == "Fn::GetAtt":
			return fmt.Errorf("Template error: instance of Fn::GetAtt references undefined resource %s", r.Name)
		case r.Attribute != "":
			return fmt.Errorf("Template error: instance of Fn::Sub references invalid resource attribute %s", r.Entity())
		case !b.template.isParameter(r.Name):
			b.miss(r.Name)
		}
	}
	return nil
}

func errUnsupported(function string, supported []string) error {
	return fmt.Errorf("Template Error: Encountered unsupported function: %s Supported functions are: [%s]",
		function, strings.Join(supported, ", "))
}

// checkExpression checks a value of the sections that are evaluated before
// there are any resources.
func (t *Template) checkExpression(section string, expression any, supported []string) error {
	var resources []string
	w := walker{plain: plainValue, visit: func(_ []string, function string, argument any) error {
		switch {
		case function == "Fn::ImportValue" || function == "Fn::If":
			return fmt.Errorf("Template error: Cannot use %s in %s.", function, section)
		case function != "Fn::GetAtt" && !slices.Contains(supported, function):
			return errUnsupported(function, supported)
		}
		if err := t.checkArgument(function, argument); err != nil {
			return err
		}
		for _, r := range referred(function, argument) {
			if r.Attribute != "" || !t.isParameter(r.Name) {
				resources = append(resources, r.Name)
			}
		}
		return nil
	}}
	if err := w.walk(expression, []string{section}); err != nil {
		return err
	}
	if resources == nil {
		return nil
	}
	slices.Sort(resources)
	return fmt.Errorf("Template format error: Unresolved dependencies [%s]. Cannot reference resources in the %s block of the template",
		strings.Join(slices.Compact(resources), ", "), section)
}

func (t *Template) isParameter(name string) bool {
	_, declared := t.Parameters[name]
	return declared || slices.Contains(pseudoParameters, name)
}

// checkArgument refuses arguments from which names can't be read, and names of
// conditions and mappings that do not exist.
func (t *Template) checkArgument(function string, argument any) error {
	list, _ := argument.([]any)
	switch function {
	case "Ref":
		if name, ok := argument.(string); !ok || name == "" {
			return errors.New("Template error: every Ref object must have a single String value.")
		}
	case "Fn::GetAtt":
		_, _, err := splitGetAtt(argument)
		return err
	case "Fn::Sub":
		return checkSub(argument)
	case "Fn::If":
		return t.checkIf(list)
	case "Fn::FindInMap":
		if len(list) != 3 {
			return errors.New("Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value")
		}
		if name, ok := list[0].(string); ok && t.Mappings[name] == nil {
			return fmt.Errorf("Template error: Mapping named '%s' is not present in the 'Mappings' section of template.", name)
		}
	case "Fn::ImportValue":
		if t.dependsOnOthers(argument) {
			return errors.New("Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs")
		}
	}
	return nil
}

func (t *Template) checkIf(list []any) error {
	if len(list) != 3 {
		return errors.New("Template error: Fn::If requires a list argument with three elements")
	}
	name, ok := list[0].(string)
	if !ok || name == "" {
		return errors.New("Template error: Fn::If requires a list argument with the first element being a condition")
	}
	if _, ok := t.Conditions[name]; !ok {
		return fmt.Errorf("Template error: unresolved condition dependency %s in Fn::If", name)
	}
	return nil
}

func checkSub(argument any) error {
	text, _, err := subParts(argument)
	if err != nil {
		return err
	}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if match[1] == "" && !variableName.MatchString(match[2]) {
			return errors.New("Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons")
		}
	}
	return nil
}

// dependsOnOthers tells whether a value can't be known from the parameters
// alone.
func (t *Template) dependsOnOthers(value any) bool {
	found := errors.New("found")
	w := walker{visit: func(_ []string, function string, argument any) error {
		if function == "Fn::ImportValue" || function == "Fn::GetAtt" || function == "Fn::GetAZs" {
			return found
		}
		for _, r := range referred(function, argument) {
			if r.Attribute != "" || !t.isParameter(r.Name) {
				return found
			}
		}
		return nil
	}}
	return w.walk(value, nil) != nil
}
