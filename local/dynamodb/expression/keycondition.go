package expression

import (
	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
)

// KeyTerm is the condition on one key attribute: attribute, operator, values. The operator is one of = < <= > >=,
// BETWEEN (two values, both inclusive) and begins_with.
type KeyTerm struct {
	Attribute string
	Operator  string
	Values    []attribute.Value
}

// KeyCondition parses a KeyConditionExpression into the conditions on each attribute, which must all hold.
func (s *Scope) KeyCondition(source string) ([]KeyTerm, error) {
	c, err := s.Condition("KeyConditionExpression", source)
	if err != nil {
		return nil, err
	}
	var terms []KeyTerm
	if err := flatten(c.root, &terms); err != nil {
		return nil, err
	}
	for i, t := range terms {
		for _, other := range terms[:i] {
			if other.Attribute == t.Attribute {
				return nil, invalid.Errorf("KeyConditionExpressions must only contain one condition per key")
			}
		}
	}
	return terms, nil
}

func flatten(t test, into *[]KeyTerm) error {
	switch t := t.(type) {
	case both:
		if err := flatten(t.a, into); err != nil {
			return err
		}
		return flatten(t.b, into)
	case either:
		return invalidOperator("OR")
	case negation:
		return invalidOperator("NOT")
	case membership:
		return invalidOperator("IN")
	case comparison:
		return t.addKeyTerm(into)
	case between:
		return addKeyTerm(into, "BETWEEN", t.of, t.low, t.high)
	case predicate:
		if t.function != "begins_with" {
			return invalidOperator(t.function)
		}
		return addKeyTerm(into, t.function, t.args[0], t.args[1])
	}
	return invalidOperator("unknown")
}

func invalidOperator(name string) error {
	return invalid.Errorf("Invalid operator used in KeyConditionExpression: %s", name)
}

var mirrored = map[string]string{"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (t comparison) addKeyTerm(into *[]KeyTerm) error {
	if t.operator == "<>" {
		return invalidOperator(t.operator)
	}
	if _, first := t.a.(Path); !first {
		if _, second := t.b.(Path); second {
			return addKeyTerm(into, mirrored[t.operator], t.b, t.a)
		}
	}
	return addKeyTerm(into, t.operator, t.a, t.b)
}

func addKeyTerm(into *[]KeyTerm, operator string, of operand, values ...operand) error {
	term := KeyTerm{Operator: operator}
	for _, o := range append([]operand{of}, values...) {
		if _, nested := o.(sizeOf); nested {
			return invalid.Errorf("KeyConditionExpressions cannot contain nested operations")
		}
	}
	for _, o := range values {
		l, ok := o.(literal)
		switch _, isPath := of.(Path); {
		case ok:
			term.Values = append(term.Values, l.value)
		case isPath:
			return invalid.Errorf("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		default:
			return invalid.Errorf("Invalid condition in KeyConditionExpression: %s operator must have the key attribute as its first operand", operator)
		}
	}
	path, ok := of.(Path)
	switch {
	case !ok:
		return invalid.Errorf("Invalid condition in KeyConditionExpression: No key attribute specified")
	case len(path) > 1:
		return invalid.Errorf("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	term.Attribute = path.Head()
	*into = append(*into, term)
	return nil
}
