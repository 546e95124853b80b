package synthesized

import (
	"encoding/json"
	"strings"
)

// Statement is a statement of a policy, written as text.
type Statement struct {
	Effect, Principal, Condition string
	Actions, Resources           []string
	raw                          map[string]any
}

// Statements reads a policy document: an object, or a JSON text as some
// resources have it.
func Statements(document any) []Statement {
	policy, ok := document.(map[string]any)
	if !ok || policy["Statement"] == nil {
		json.Unmarshal([]byte(Text(document)), &policy)
	}
	list, _ := policy["Statement"].([]any)
	read := make([]Statement, len(list))
	for i, item := range list {
		s, _ := item.(map[string]any)
		read[i] = Statement{
			Effect:    Text(s["Effect"]),
			Principal: principal(s["Principal"]),
			Condition: condition(s["Condition"]),
			Actions:   Texts(s["Action"]),
			Resources: Texts(s["Resource"]),
			raw:       s,
		}
	}
	return read
}

// Has reports whether the statement has an element, such as NotAction.
func (s Statement) Has(element string) bool { return s.raw[element] != nil }

// ConditionOn is the value that a condition of the operator compares the key
// with, or nil.
func (s Statement) ConditionOn(operator, key string) any {
	return at(s.raw, []any{"Condition", operator, key})
}

func principal(value any) string {
	m, ok := value.(map[string]any)
	if !ok {
		return Text(value)
	}
	for _, kind := range []string{"Service", "AWS"} {
		if who, ok := m[kind]; ok {
			return strings.Join(Texts(who), ",")
		}
	}
	return Text(value)
}

// condition writes the only shape in use, one operator with one key, as
// "Operator key value", and "" for none.
func condition(value any) string {
	operators, _ := value.(map[string]any)
	if len(operators) == 0 {
		return ""
	}
	for operator, member := range operators {
		keys, _ := member.(map[string]any)
		for key, values := range keys {
			if len(operators) == 1 && len(keys) == 1 {
				return operator + " " + key + " " + Text(values)
			}
		}
	}
	return Text(value)
}

// String writes a statement for comparison: "actions on resources if condition".
func (s Statement) String() string {
	line := strings.Join(s.Actions, ",") + " on " + strings.Join(s.Resources, ",")
	if s.Condition != "" {
		line += " if " + s.Condition
	}
	return line
}

// Allows returns the statements of a role or policy, of all its policies.
func (r Resource) Allows() []Statement {
	all := Statements(r.At("PolicyDocument"))
	for i := range r.List("Policies") {
		all = append(all, Statements(r.At("Policies", i, "PolicyDocument"))...)
	}
	return all
}
