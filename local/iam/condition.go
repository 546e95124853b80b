package iam

import (
	"fmt"
	"strconv"
	"strings"
)

// Condition is one operator applied to one key. The values are alternatives.
type Condition struct {
	Operator string
	Key      string
	Values   []string
}

// String writes the condition as reports show it.
func (c Condition) String() string {
	return c.Operator + " " + c.Key + " " + strings.Join(c.Values, " or ")
}

func (s *Statement) conditionText() string {
	texts := make([]string, len(s.Conditions))
	for i, condition := range s.Conditions {
		texts[i] = condition.String()
	}
	return strings.Join(texts, " and ")
}

// The set operators, which stand before an operator and a colon.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
const (
	allValues = "ForAllValues"
	anyValue  = "ForAnyValue"
)

// null is the operator that asks whether a key is absent.
const null = "Null"

// parts takes the name of an operator apart: ForAnyValue:StringLikeIfExists is
// the operator StringLike with the set operator ForAnyValue and IfExists.
func (c Condition) parts() (set, name string, ifExists bool) {
	set, name, found := strings.Cut(c.Operator, ":")
	if !found {
		set, name = "", c.Operator
	}
	name, ifExists = strings.CutSuffix(name, "IfExists")
	return set, name, ifExists
}

// supported tells by an error what can't be decided here.
func (c Condition) supported() error {
	set, name, ifExists := c.parts()
	_, known := operators[name]
	switch {
	case set != "" && set != allValues && set != anyValue:
		return fmt.Errorf("condition operator %q is not supported: %q is no set operator", c.Operator, set)
	case name == null && (set != "" || ifExists), name != null && !known:
		return fmt.Errorf("condition operator %q is not supported", c.Operator)
	case !knownKey(c.Key):
		return fmt.Errorf("condition key %q is not supported", c.Key)
	}
	return nil
}

// check refuses values that the operator can't compare with.
func (c Condition) check() error {
	_, name, _ := c.parts()
	valid := operators[name].valid
	if name == null {
		valid = isBool
	}
	for _, value := range c.Values {
		if strings.Contains(value, "${") {
			return fmt.Errorf("%s %s: policy variables such as %q are not supported", c.Operator, c.Key, value)
		}
		if valid != nil && !valid(value) {
			return fmt.Errorf("%s %s: %q is not a value that %s compares with", c.Operator, c.Key, value, name)
		}
	}
	return nil
}

// holds evaluates a condition against the keys of a request. What is not
// supported is an error: the statement can't be decided.
func (c Condition) holds(keys map[string][]string) (bool, error) {
	if err := c.supported(); err != nil {
		return false, err
	}
	set, name, ifExists := c.parts()
	values, present := lookup(keys, c.Key)
	op := operators[name]
	switch {
	case name == null:
		return c.askedForNull(!present), nil
	case !present && set == anyValue:
		return ifExists, nil
	case !present:
		return ifExists || op.negated || set == allValues, nil
	case set == allValues:
		return op.holdsForAll(values, c.Values), nil
	}
	return op.holdsForAny(values, c.Values), nil
}

func (c Condition) askedForNull(absent bool) bool {
	for _, value := range c.Values {
		if strings.EqualFold(value, strconv.FormatBool(absent)) {
			return true
		}
	}
	return false
}
