package expression

import (
	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
)

// Errors of applying an update expression to an item.
var (
	errMissing  = invalid.Errorf("The provided expression refers to an attribute that does not exist in the item")
	errOperand  = invalid.Errorf("An operand in the update expression has an incorrect data type")
	errDocument = invalid.Errorf("The document path provided in the update expression is invalid for update")
)

// source is the right side of a SET clause: an operand whose absence is an error, a sum, or a function.
type source interface {
	// compute returns the value for the item as it was before the update.
	compute(item attribute.Map) (attribute.Value, error)
	// static is the type of the value if it is the same for every item, else "".
	static() attribute.Type
}

type (
	plain struct{ operand }
	sum   struct {
		a, b     source
		subtract bool
	}
	ifNotExists struct {
		path    Path
		instead source
	}
	listAppend struct{ a, b source }
)

func (s sum) static() attribute.Type         { return attribute.TypeN }
func (s ifNotExists) static() attribute.Type { return s.instead.static() }
func (s listAppend) static() attribute.Type  { return attribute.TypeL }

func (s plain) compute(item attribute.Map) (attribute.Value, error) {
	v := s.find(item)
	if v == nil {
		return nil, errMissing
	}
	return v, nil
}

func (s sum) compute(item attribute.Map) (attribute.Value, error) {
	a, b, err := computeTwo[attribute.Number](item, s.a, s.b)
	if err != nil {
		return nil, err
	}
	combine := a.Add
	if s.subtract {
		combine = a.Sub
	}
	result, err := combine(b)
	if err != nil {
		return nil, invalid.Errorf("%v", err)
	}
	return result, nil
}

func (s ifNotExists) compute(item attribute.Map) (attribute.Value, error) {
	if v := s.path.Find(item); v != nil {
		return v, nil
	}
	return s.instead.compute(item)
}

func (s listAppend) compute(item attribute.Map) (attribute.Value, error) {
	a, b, err := computeTwo[attribute.List](item, s.a, s.b)
	if err != nil {
		return nil, err
	}
	return append(append(make(attribute.List, 0, len(a)+len(b)), a...), b...), nil
}

// computeTwo computes two operands that must be of type T.
func computeTwo[T attribute.Value](item attribute.Map, a, b source) (first, second T, err error) {
	for _, operand := range []struct {
		from source
		to   *T
	}{{a, &first}, {b, &second}} {
		v, err := operand.from.compute(item)
		if err != nil {
			return first, second, err
		}
		typed, ok := v.(T)
		if !ok {
			return first, second, errOperand
		}
		*operand.to = typed
	}
	return first, second, nil
}

// sum parses the right side of a SET clause.
func (g *updateGrammar) sum() (source, error) {
	a, err := g.value()
	if err != nil {
		return nil, err
	}
	operator := g.peek()
	if !operator.is("+") && !operator.is("-") {
		return a, nil
	}
	g.next()
	g.operators++
	b, err := g.value()
	if err != nil {
		return nil, err
	}
	g.checkSource(operator.text, a, attribute.TypeN)
	g.checkSource(operator.text, b, attribute.TypeN)
	return sum{a, b, operator.is("-")}, nil
}

// value parses an operand of a sum or function.
func (g *updateGrammar) value() (source, error) {
	switch {
	case g.accept("("):
		return g.enclosed()
	case g.atFunction():
		return g.function()
	case g.peek().kind == tokenValue:
		l, err := g.literal()
		return plain{l}, err
	}
	path, err := g.path()
	return plain{path}, err
}

func (g *updateGrammar) enclosed() (source, error) {
	if g.peek().is("(") {
		g.note(problemParentheses, "The expression has redundant parentheses;")
	}
	inner, err := g.sum()
	if err != nil {
		return nil, err
	}
	return inner, g.expect(")")
}

func (g *updateGrammar) function() (source, error) {
	name, args, err := call(g.parser, func(*parser) (source, error) { return g.value() })
	if err != nil {
		return nil, err
	}
	count, known := updateFunctions[name]
	if !known {
		g.note(problemFunction, "%s; function: %s", unknownFunction(name, conditionFunctions, "an update"), name)
		return plain{literal{}}, nil
	}
	if !g.checkCount(name, len(args), count) {
		return plain{literal{}}, nil
	}
	if name == "list_append" {
		g.checkSource(name, args[0], attribute.TypeL)
		g.checkSource(name, args[1], attribute.TypeL)
		return listAppend{args[0], args[1]}, nil
	}
	operand, _ := args[0].(plain)
	path, ok := operand.operand.(Path)
	if !ok {
		g.note(problemType, "Operator or function requires a document path; operator or function: %s", name)
	}
	return ifNotExists{path, args[1]}, nil
}

// checkSource notes a problem if an operand is a literal of another type than the one wanted.
func (g *updateGrammar) checkSource(operator string, s source, want attribute.Type) {
	if s, ok := s.(plain); ok {
		g.checkType(operator, s.operand, want)
	}
}
