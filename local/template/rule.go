package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Rule checks parameter values against each other before anything is made.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
type Rule struct {
	// RuleCondition says when the rule counts; nil: always.
	RuleCondition any
	Assertions    []Assertion
}

// Assertion is what has to be true.
type Assertion struct {
	Assert            any
	AssertDescription string
}

// ruleFunctions are those that a rule may hold. Fn::RefAll, Fn::ValueOf and
// Fn::ValueOfAll are not among them: they ask about AWS-specific parameter
// types.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html
var ruleFunctions = []string{
	"Fn::And", "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::Equals", "Fn::Not", "Fn::Or", "Ref",
}

// CheckRules evaluates the template's rules on the parameters in s. The error
// is the description of the first assertion that is false.
func (s *Scope) CheckRules() error {
	for _, name := range slices.Sorted(maps.Keys(s.Template.Rules)) {
		if err := s.checkRule(name, s.Template.Rules[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scope) checkRule(name string, r Rule) error {
	if r.RuleCondition != nil {
		counts, err := s.truth(r.RuleCondition)
		if err != nil {
			return fmt.Errorf("rule %s: RuleCondition: %w", name, err)
		}
		if !counts {
			return nil
		}
	}
	for _, a := range r.Assertions {
		holds, err := s.truth(a.Assert)
		switch {
		case err != nil:
			return fmt.Errorf("rule %s: Assert: %w", name, err)
		case holds:
		case a.AssertDescription == "":
			return fmt.Errorf("Assertion of rule %s failed", name)
		default:
			return errors.New(a.AssertDescription)
		}
	}
	return nil
}

// checkRuleDefinitions checks rules without parameter values.
func (t *Template) checkRuleDefinitions() error {
	for _, name := range slices.Sorted(maps.Keys(t.Rules)) {
		r := t.Rules[name]
		if len(r.Assertions) == 0 {
			return fmt.Errorf("Template format error: Rule %s must contain at least one assertion", name)
		}
		expressions := []any{}
		for _, a := range r.Assertions {
			expressions = append(expressions, a.Assert)
		}
		if r.RuleCondition != nil {
			expressions = append(expressions, r.RuleCondition)
		}
		for _, expression := range expressions {
			if err := t.checkExpression("Rules", expression, ruleFunctions); err != nil {
				return err
			}
			if err := t.checkTruth(expression, ruleTruths); err != nil {
				return fmt.Errorf("Template format error: Rule %s: %w", name, err)
			}
		}
	}
	return nil
}

// contains tells whether a text is in a list (Fn::Contains), whether every text
// of a list is in another (Fn::EachMemberIn), or equals a value
// (Fn::EachMemberEquals).
func (s *Scope) contains(function string, argument any) (bool, error) {
	arguments, err := s.arguments(argument, 2)
	if err != nil {
		return false, err
	}
	first, ok := arguments[0].([]any)
	if !ok {
		return false, errors.New("the first argument is no list")
	}
	second, isList := arguments[1].([]any)
	if isList != (function == "Fn::EachMemberIn") {
		return false, fmt.Errorf("%v is not what the second argument can be", arguments[1])
	}
	equal := func(value any) func(any) bool {
		return func(other any) bool { return same(value, other) }
	}
	switch function {
	case "Fn::Contains":
		return slices.ContainsFunc(first, equal(arguments[1])), nil
	case "Fn::EachMemberEquals":
		return !slices.ContainsFunc(first, func(v any) bool { return !same(v, arguments[1]) }), nil
	}
	return !slices.ContainsFunc(first, func(v any) bool { return !slices.ContainsFunc(second, equal(v)) }), nil
}
