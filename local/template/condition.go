package template

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// conditionFunctions are the functions that conditions may hold.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
var conditionFunctions = []string{
	"Fn::And", "Fn::Base64", "Fn::Equals", "Fn::FindInMap", "Fn::Join", "Fn::Not", "Fn::Or", "Fn::Select", "Fn::Split",
	"Fn::Sub", "Ref",
}

// conditionTruths and ruleTruths are what a condition and an assertion are
// made of: what is true or false. The numbers of arguments stand beside them.
var (
	conditionTruths = map[string][2]int{"Fn::And": {2, 10}, "Fn::Equals": {2, 2}, "Fn::Not": {1, 1}, "Fn::Or": {2, 10}, "Condition": {}}
	ruleTruths      = map[string][2]int{
		"Fn::And": {2, 10}, "Fn::Equals": {2, 2}, "Fn::Not": {1, 1}, "Fn::Or": {2, 10},
		"Fn::Contains": {2, 2}, "Fn::EachMemberEquals": {2, 2}, "Fn::EachMemberIn": {2, 2},
	}
)

// EvaluateConditions evaluates the template's conditions and stores them in
// s.Conditions.
func (s *Scope) EvaluateConditions() error {
	s.Conditions = map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(s.Template.Conditions)) {
		if _, err := s.condition(name); err != nil {
			return fmt.Errorf("condition %s: %w", name, err)
		}
	}
	return nil
}

// condition evaluates a condition once. Parse has refused circular ones.
func (s *Scope) condition(name string) (bool, error) {
	if value, ok := s.Conditions[name]; ok {
		return value, nil
	}
	value, err := s.truth(s.Template.Conditions[name])
	if err != nil {
		return false, err
	}
	s.Conditions[name] = value
	return value, nil
}

// truth evaluates a condition function, whose shape checkTruth has seen.
func (s *Scope) truth(expression any) (bool, error) {
	name, argument, _ := only(expression)
	switch name {
	case "Condition":
		return s.condition(fmt.Sprint(argument))
	case "Fn::Equals":
		return s.equals(argument)
	case "Fn::And", "Fn::Or", "Fn::Not":
		return s.combine(name, argument)
	case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
		value, err := s.contains(name, argument)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		return value, nil
	}
	return false, fmt.Errorf("%v is not a condition function", expression)
}

// only returns the member of an object that has one.
func only(value any) (name string, member any, ok bool) {
	object, _ := value.(map[string]any)
	if len(object) != 1 {
		return "", nil, false
	}
	for name, member := range object {
		return name, member, true
	}
	return "", nil, false // not reached: there is one
}

func (s *Scope) equals(argument any) (bool, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return false, fmt.Errorf("Fn::Equals: %w", err)
	}
	return same(arguments[0], arguments[1]), nil
}

// same compares texts: 5 equals "5".
func same(a, b any) bool {
	first, err1 := scalar(a)
	second, err2 := scalar(b)
	if errors.Join(err1, err2) == nil {
		return first == second
	}
	return reflect.DeepEqual(a, b)
}

func (s *Scope) combine(name string, argument any) (bool, error) {
	list, _ := argument.([]any)
	all, some := true, false
	for _, operand := range list {
		value, err := s.truth(operand)
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

// checkConditions checks conditions without parameter values.
func (t *Template) checkConditions() error {
	for _, name := range slices.Sorted(maps.Keys(t.Conditions)) {
		if err := t.checkExpression("Conditions", t.Conditions[name], conditionFunctions); err != nil {
			return err
		}
		if err := t.checkTruth(t.Conditions[name], conditionTruths); err != nil {
			return fmt.Errorf("Template format error: Condition %s: %w", name, err)
		}
	}
	names := slices.Sorted(maps.Keys(t.Conditions))
	_, cycle := arrange(names, func(name string) []string { return conditionsIn(t.Conditions[name]) })
	if cycle != nil {
		return fmt.Errorf("Circular dependency between conditions: [%s]", strings.Join(cycle, ", "))
	}
	return nil
}

// checkTruth refuses what is neither true nor false, and conditions that do not
// exist.
func (t *Template) checkTruth(expression any, truths map[string][2]int) error {
	name, argument, ok := only(expression)
	count, known := truths[name]
	if !ok || !known {
		return fmt.Errorf("%v is not a condition function", expression)
	}
	if name == "Condition" {
		other, _ := argument.(string)
		if _, ok := t.Conditions[other]; !ok {
			return fmt.Errorf("unresolved condition dependency %v", argument)
		}
		return nil
	}
	list, ok := argument.([]any)
	if !ok || len(list) < count[0] || len(list) > count[1] {
		return fmt.Errorf("%s needs %d to %d arguments", name, count[0], count[1])
	}
	if name != "Fn::And" && name != "Fn::Or" && name != "Fn::Not" {
		return nil
	}
	for _, operand := range list {
		if err := t.checkTruth(operand, truths); err != nil {
			return err
		}
	}
	return nil
}

// conditionsIn lists the conditions that an expression refers to.
func conditionsIn(expression any) []string {
	name, argument, _ := only(expression)
	if other, ok := argument.(string); ok && name == "Condition" {
		return []string{other}
	}
	var names []string
	if list, ok := argument.([]any); ok {
		for _, operand := range list {
			names = append(names, conditionsIn(operand)...)
		}
	}
	return names
}
