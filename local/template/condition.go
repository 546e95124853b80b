package template

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// conditionFunctions are the functions that only conditions have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
var conditionFunctions = []string{"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"}

// EvaluateConditions evaluates the template's conditions and stores them in
// s.Conditions.
func (s *Scope) EvaluateConditions() error {
	s.Conditions = map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Template.Conditions)) {
		if _, err := s.condition(name, nil); err != nil {
			return fmt.Errorf("condition %s: %w", name, err)
		}
	}
	return nil
}

// condition evaluates a condition; path is those that are being evaluated.
func (s *Scope) condition(name string, path []string) (bool, error) {
	if value, ok := s.Conditions[name]; ok {
		return value, nil
	}
	if i := slices.Index(path, name); i >= 0 {
		return false, fmt.Errorf("circular dependency between conditions: [%s]", strings.Join(path[i:], ", "))
	}
	expression, ok := s.Template.Conditions[name]
	if !ok {
		return false, fmt.Errorf("it refers to the condition %s, which the template does not have", name)
	}
	value, err := s.truth(expression, append(slices.Clone(path), name))
	if err != nil {
		return false, err
	}
	s.Conditions[name] = value
	return value, nil
}

func (s *Scope) truth(expression any, path []string) (bool, error) {
	object, _ := expression.(map[string]any)
	if len(object) != 1 {
		return false, fmt.Errorf("%v is not a condition function", expression)
	}
	for name, argument := range object {
		switch name {
		case "Condition":
			return s.condition(fmt.Sprint(argument), path)
		case "Fn::Equals":
			return s.equals(argument)
		case "Fn::And", "Fn::Or", "Fn::Not":
			return s.combine(name, argument, path)
		}
		return false, fmt.Errorf("%s is not a condition function", name)
	}
	return false, nil // not reached: there is one
}

// equals compares texts: 5 equals "5".
func (s *Scope) equals(argument any) (bool, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return false, fmt.Errorf("Fn::Equals: %w", err)
	}
	first, err1 := scalar(arguments[0])
	second, err2 := scalar(arguments[1])
	if errors.Join(err1, err2) == nil {
		return first == second, nil
	}
	return reflect.DeepEqual(arguments[0], arguments[1]), nil
}

func (s *Scope) combine(name string, argument any, path []string) (bool, error) {
	list, _ := argument.([]any)
	least, most := 2, 10
	if name == "Fn::Not" {
		least, most = 1, 1
	}
	if len(list) < least || len(list) > most {
		return false, fmt.Errorf("%s: %d to %d conditions are needed", name, least, most)
	}
	all, some := true, false
	for _, operand := range list {
		value, err := s.truth(operand, path)
		if err != nil {
			return false, err
		}
		all, some = all && value, some || value
	}
	switch name {
	case "Fn::And":
		return all, nil
	case "Fn::Or":
		return some, nil
	}
	return !all, nil
}
