package expression

import (
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// test is a condition that holds or not for an item.
type test interface {
	holds(item attribute.Map) bool
}

type (
	either     struct{ a, b test }
	both       struct{ a, b test }
	negation   struct{ of test }
	never      struct{}
	comparison struct {
		operator string
		a, b     operand
	}
	between    struct{ of, low, high operand }
	membership struct {
		of    operand
		among []operand
	}
	// predicate is a call of a function with a truth value.
	predicate struct {
		function string
		args     []operand
	}
)

func (t either) holds(item attribute.Map) bool   { return t.a.holds(item) || t.b.holds(item) }
func (t both) holds(item attribute.Map) bool     { return t.a.holds(item) && t.b.holds(item) }
func (t negation) holds(item attribute.Map) bool { return !t.of.holds(item) }
func (never) holds(attribute.Map) bool           { return false }

// comparators tell whether an operator holds for the order of two values; = and <> do not need one.
var comparators = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"<>": func(order int) bool { return order != 0 },
	"<":  func(order int) bool { return order < 0 },
	"<=": func(order int) bool { return order <= 0 },
	">":  func(order int) bool { return order > 0 },
	">=": func(order int) bool { return order >= 0 },
}

// holds compares values of one type only: a missing attribute equals nothing and is neither less nor greater.
func (t comparison) holds(item attribute.Map) bool {
	a, b := t.a.find(item), t.b.find(item)
	switch t.operator {
	case "=":
		return a != nil && b != nil && attribute.Equal(a, b)
	case "<>":
		return a == nil || b == nil || !attribute.Equal(a, b)
	}
	order, ok := attribute.Compare(a, b)
	return ok && comparators[t.operator](order)
}

func (t between) holds(item attribute.Map) bool {
	of := t.of.find(item)
	low, lowOK := attribute.Compare(t.low.find(item), of)
	high, highOK := attribute.Compare(of, t.high.find(item))
	return lowOK && highOK && low <= 0 && high <= 0
}

func (t membership) holds(item attribute.Map) bool {
	of := t.of.find(item)
	if of == nil {
		return false
	}
	for _, o := range t.among {
		if v := o.find(item); v != nil && attribute.Equal(of, v) {
			return true
		}
	}
	return false
}

func (t predicate) holds(item attribute.Map) bool {
	first := t.args[0].find(item)
	if t.function == "attribute_not_exists" {
		return first == nil
	}
	if first == nil {
		return false
	}
	switch t.function {
	case "attribute_exists":
		return true
	case "attribute_type":
		return attribute.Value(attribute.String(first.Type())) == t.args[1].find(item)
	case "begins_with":
		return beginsWith(first, t.args[1].find(item))
	}
	return contains(first, t.args[1].find(item))
}

func beginsWith(v, prefix attribute.Value) bool {
	switch v := v.(type) {
	case attribute.String:
		p, ok := prefix.(attribute.String)
		return ok && strings.HasPrefix(string(v), string(p))
	case attribute.Binary:
		p, ok := prefix.(attribute.Binary)
		return ok && strings.HasPrefix(string(v), string(p))
	}
	return false
}

func contains(v, part attribute.Value) bool {
	if part == nil {
		return false
	}
	switch v := v.(type) {
	case attribute.String:
		p, ok := part.(attribute.String)
		return ok && strings.Contains(string(v), string(p))
	case attribute.Binary:
		p, ok := part.(attribute.Binary)
		return ok && strings.Contains(string(v), string(p))
	case attribute.List:
		return containsElement(v, part)
	}
	members, _ := attribute.Elements(v)
	return containsElement(members, part)
}

func containsElement(elements []attribute.Value, part attribute.Value) bool {
	for _, e := range elements {
		if attribute.Equal(e, part) {
			return true
		}
	}
	return false
}
