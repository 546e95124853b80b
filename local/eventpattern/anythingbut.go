package eventpattern

import (
	"errors"
	"fmt"
)

// noneOf is anything-but: it accepts a value that none of its tests accepts. A
// field that is absent has no value to accept.
type noneOf []valueTest

func (n noneOf) accepts(v *value) bool {
	for _, test := range n {
		if test.accepts(v) {
			return false
		}
	}
	return true
}

func compileAnythingBut(operand node) (valueTest, error) {
	if operand.kind != kindObject {
		return anythingButValues(listOf(operand))
	}
	operator, inner, err := onlyMember(operand)
	if err != nil {
		return nil, fmt.Errorf("anything-but: %w", err)
	}
	switch operator {
	case "prefix", "suffix", "equals-ignore-case", "wildcard":
		return anythingButOperator(operator, listOf(inner))
	default:
		return nil, fmt.Errorf("unsupported anything-but pattern %q", operator)
	}
}

func listOf(operand node) []node {
	if operand.kind == kindArray {
		return operand.items
	}
	return []node{operand}
}

var (
	errMixedList  = errors.New("anything-but takes a string, a number or a list of either; all strings or all numbers")
	errEmptyAffix = errors.New("anything-but takes no empty prefix or suffix")
)

func anythingButValues(items []node) (valueTest, error) {
	var none noneOf
	for _, item := range items {
		if item.kind != items[0].kind {
			return nil, errMixedList
		}
		test, err := anythingButValue(item)
		if err != nil {
			return nil, err
		}
		none = append(none, test)
	}
	if len(none) == 0 {
		return nil, errMixedList
	}
	return none, nil
}

func anythingButValue(item node) (valueTest, error) {
	switch item.kind {
	case kindString:
		return sameString(item.text), nil
	case kindNumber:
		number := newNumber(item.text)
		if !number.exact {
			return nil, fmt.Errorf("anything-but cannot compare the number %s", item.text)
		}
		return sameNumber{number}, nil
	default:
		return nil, errMixedList
	}
}

func anythingButOperator(operator string, items []node) (valueTest, error) {
	if len(items) == 0 {
		return nil, fmt.Errorf("anything-but %s: empty arrays are not allowed", operator)
	}
	var none noneOf
	for _, item := range items {
		if item.kind != kindString {
			return nil, fmt.Errorf("anything-but %s takes a string or a list of strings, not %s", operator, item.kind)
		}
		if item.text == "" && (operator == "prefix" || operator == "suffix") {
			return nil, errEmptyAffix
		}
		test, err := compileOperator(operator, item)
		if err != nil {
			return nil, fmt.Errorf("anything-but: %w", err)
		}
		none = append(none, test)
	}
	return none, nil
}
