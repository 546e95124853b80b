package eventpattern

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const orKeyword = "$or"

// reservedInOr are the field names that AWS refuses beneath $or, so that it may
// give them a meaning there.
var reservedInOr = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"=", "<", "<=", ">", ">=",
	"regex", "not-wildcard", "not-equals-ignore-case",
	"date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range",
	"ip-address-in-range", "ip-address-not-in-range",
}

// compileRoot returns the alternatives that a pattern stands for: one without
// $or, and with it one for each combination of branches.
func compileRoot(root node) ([]alternative, error) {
	if root.kind != kindObject {
		return nil, fmt.Errorf("the pattern is %s, not an object", root.kind)
	}
	c := compiler{alternatives: []alternative{{}}}
	if err := c.object(nil, root); err != nil {
		return nil, err
	}
	return c.alternatives, nil
}

// compiler collects what the fields read so far ask for.
type compiler struct {
	alternatives []alternative
	insideOr     bool
}

func (c *compiler) object(path []string, object node) error {
	if len(object.members) == 0 {
		return fmt.Errorf("empty objects are not allowed%s", at(path))
	}
	for _, m := range object.members {
		if err := c.member(path, m); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) member(path []string, m member) error {
	if m.name == orKeyword {
		return c.or(path, m.node)
	}
	if c.insideOr && slices.Contains(reservedInOr, m.name) {
		return fmt.Errorf("%q is a reserved field name, which cannot be used inside %s", m.name, orKeyword)
	}
	// A dotted name is a path: {"a.b": …} and {"a": {"b": …}} are the same.
	path = slices.Concat(path, strings.Split(m.name, "."))
	switch m.node.kind {
	case kindObject:
		return c.object(path, m.node)
	case kindArray:
		return c.field(path, m.node)
	default:
		return fmt.Errorf("%q must be an object or an array, not %s", strings.Join(path, "."), m.node.kind)
	}
}

func (c *compiler) field(path []string, values node) error {
	test, err := compileField(path, values)
	if err != nil {
		return fmt.Errorf("%w%s", err, at(path))
	}
	for _, a := range c.alternatives {
		a[strings.Join(path, ".")] = test
	}
	return nil
}

// or multiplies the alternatives so far by the branches of a $or array.
func (c *compiler) or(path []string, branches node) error {
	if branches.kind != kindArray {
		return fmt.Errorf("%s must be an array%s", orKeyword, at(path))
	}
	if len(branches.items) < 2 {
		return fmt.Errorf("%s needs at least 2 objects%s", orKeyword, at(path))
	}
	var all []alternative
	for _, branch := range branches.items {
		if branch.kind != kindObject {
			return fmt.Errorf("only objects are allowed in %s, not %s%s", orKeyword, branch.kind, at(path))
		}
		b := compiler{alternatives: c.copies(), insideOr: true}
		if err := b.object(path, branch); err != nil {
			return err
		}
		all = append(all, b.alternatives...)
		if len(all) > maxCombinations {
			return fmt.Errorf("%s makes more than %d combinations", orKeyword, maxCombinations)
		}
	}
	c.alternatives = all
	return nil
}

func (c *compiler) copies() []alternative {
	copies := make([]alternative, len(c.alternatives))
	for i, a := range c.alternatives {
		copies[i] = maps.Clone(a)
	}
	return copies
}

func at(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return fmt.Sprintf(" (field %q)", strings.Join(path, "."))
}

// compileField reads the array of values and match expressions of one field.
func compileField(path []string, values node) (fieldTest, error) {
	if len(values.items) == 0 {
		return fieldTest{}, fmt.Errorf("empty arrays are not allowed")
	}
	test := fieldTest{path: path}
	for _, item := range values.items {
		if err := test.add(item); err != nil {
			return fieldTest{}, err
		}
	}
	return test, nil
}

func (t *fieldTest) add(item node) error {
	if item.kind == kindArray {
		return fmt.Errorf("a match value must be a string, a number, true, false, null or an object, not an array")
	}
	if item.kind != kindObject {
		t.tests = append(t.tests, exactValue(item))
		return nil
	}
	operator, operand, err := onlyMember(item)
	if err != nil {
		return err
	}
	if operator == "exists" {
		return t.addExists(operand)
	}
	test, err := compileOperator(operator, operand)
	if err != nil {
		return err
	}
	t.tests = append(t.tests, test)
	return nil
}

func (t *fieldTest) addExists(operand node) error {
	if operand.kind != kindBool {
		return fmt.Errorf("exists must be true or false, not %s", operand.kind)
	}
	if operand.text == "true" {
		t.tests = append(t.tests, anyValue{})
	} else {
		t.absent = true
	}
	return nil
}

// onlyMember returns the operator and operand of a match expression.
func onlyMember(expression node) (string, node, error) {
	if len(expression.members) != 1 {
		return "", node{}, fmt.Errorf("a match expression has exactly one key, not %d", len(expression.members))
	}
	return expression.members[0].name, expression.members[0].node, nil
}
