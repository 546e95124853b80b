package asl

import (
	"fmt"
	"strings"
)

// choice is what a Choice state does.
type choice struct {
	rules []choiceRule
	// otherwise is the Default; empty if there is none.
	otherwise string
}

type choiceRule struct {
	test test
	next string
}

// test is a condition of a Choice state.
type test interface {
	holds(d data) (bool, error)
}

// choose returns the state to go to.
func (c *choice) choose(d data) (string, error) {
	for _, rule := range c.rules {
		holds, err := rule.test.holds(d)
		if err != nil {
			return "", err
		}
		if holds {
			return rule.next, nil
		}
	}
	if c.otherwise == "" {
		return "", faultf("Failed to transition out of the state. The state does not point to a next state.")
	}
	return c.otherwise, nil
}

func (n *node) choice(s *state) *choice {
	n.require("Choices")
	given := n.has("Choices")
	nodes := n.list("Choices")
	if given && len(nodes) == 0 {
		n.fail("Choices", "Expected at least one choice rule")
	}
	c := &choice{}
	for _, rule := range nodes {
		rule.require("Next")
		next, ok := rule.optionalString("Next")
		rule.optionalString("Comment")
		rule.refuse("it belongs to variables", "Assign")
		c.rules = append(c.rules, choiceRule{rule.test(), next})
		if ok {
			s.targets = append(s.targets, target{next, rule.path + "/Next"})
		}
	}
	if next, ok := n.optionalString("Default"); ok {
		c.otherwise = next
		s.targets = append(s.targets, target{next, n.path + "/Default"})
	}
	return c
}

// test takes a choice rule, top-level or nested, apart from Next.
func (n *node) test() test {
	defer n.done()
	switch {
	case n.has("And"):
		return allOf(n.tests("And"))
	case n.has("Or"):
		return anyOf(n.tests("Or"))
	case n.has("Not"):
		text, _ := n.take("Not")
		inner := n.parser.node(n.path+"/Not", text)
		inner.optionalString("Comment")
		return not{inner.test()}
	case n.has("Condition"):
		n.refuse("it belongs to JSONata", "Condition")
		return allOf{}
	}
	return n.comparison()
}

func (n *node) tests(name string) []test {
	nodes := n.list(name)
	if len(nodes) == 0 {
		n.fail(name, "Expected at least one choice rule")
	}
	tests := make([]test, len(nodes))
	for i, inner := range nodes {
		inner.optionalString("Comment")
		tests[i] = inner.test()
	}
	return tests
}

func (n *node) comparison() test {
	n.require("Variable")
	text, _ := n.optionalString("Variable")
	variable := n.parsed("Variable", text, parsePath)
	names := make([]string, 0, 1)
	for name := range n.members {
		if _, known := operators[strings.TrimSuffix(name, "Path")]; known {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		n.fail("", "A choice rule must have exactly one comparison operator, got %d that are known", len(names))
		return allOf{}
	}
	return n.operator(names[0], variable)
}

func (n *node) operator(name string, variable path) test {
	value, _ := n.value(name)
	base, byPath := strings.CutSuffix(name, "Path")
	op := operators[base]
	if !byPath {
		if err := op.accepts(value); err != nil {
			n.fail(name, "%v", err)
		}
		return comparison{op, variable, literal{value}}
	}
	text, ok := value.(string)
	if !op.hasPath || !ok {
		n.fail(name, "Field '%s' is not supported", name)
		return allOf{}
	}
	return comparison{op, variable, n.parsed(name, text, parsePath)}
}

type allOf []test

func (a allOf) holds(d data) (bool, error) {
	for _, t := range a {
		if holds, err := t.holds(d); err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}

type anyOf []test

func (a anyOf) holds(d data) (bool, error) {
	for _, t := range a {
		if holds, err := t.holds(d); err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

type not struct{ test }

func (n not) holds(d data) (bool, error) {
	holds, err := n.test.holds(d)
	return !holds, err
}

// comparison is a data-test expression.
type comparison struct {
	operator operator
	variable path
	with     expression
}

func (c comparison) holds(d data) (bool, error) {
	value, found := c.variable.find(d)
	if !found && !c.operator.ofPresence {
		return false, faultf("Invalid path '%s': The choice state's condition path references an invalid value.", c.variable.text)
	}
	with, err := c.with.evaluate(d)
	if err != nil {
		return false, fmt.Errorf("comparing %s: %w", c.variable.text, err)
	}
	if c.operator.ofPresence {
		return found == with, nil
	}
	return c.operator.compare(value, with), nil
}
