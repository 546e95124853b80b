package expression

import (
	"strings"

	"eda-demo/local/dynamodb/attribute"
)

// operand is what has a value in an expression: a path, a :value, or a function or sum of such.
type operand interface {
	// find returns the operand's value for an item, or nil if there is none.
	find(item attribute.Map) attribute.Value
	// static is the type of the value if it is the same for every item, else "".
	static() attribute.Type
}

type literal struct{ value attribute.Value }

func (l literal) find(attribute.Map) attribute.Value { return l.value }

func (l literal) static() attribute.Type {
	if l.value == nil { // undefined; noted when it was parsed
		return ""
	}
	return l.value.Type()
}

func (p Path) find(item attribute.Map) attribute.Value { return p.Find(item) }

func (p Path) static() attribute.Type { return "" }

// sizeOf is the function size.
type sizeOf struct{ of operand }

func (s sizeOf) static() attribute.Type { return attribute.TypeN }

func (s sizeOf) find(item attribute.Map) attribute.Value {
	switch v := s.of.find(item).(type) {
	case attribute.String:
		return attribute.Integer(len(v))
	case attribute.Binary:
		return attribute.Integer(len(v))
	case attribute.List:
		return attribute.Integer(len(v))
	case attribute.Map:
		return attribute.Integer(len(v))
	case attribute.StringSet:
		return attribute.Integer(len(v))
	case attribute.NumberSet:
		return attribute.Integer(len(v))
	case attribute.BinarySet:
		return attribute.Integer(len(v))
	}
	return nil
}

// literal parses a :value.
func (p *parser) literal() (literal, error) {
	t := p.peek()
	if t.kind != tokenValue {
		return literal{}, p.unexpected()
	}
	p.at++
	value, ok := p.scope.value(t.text)
	if !ok {
		p.note(problemUndefined, "An expression attribute value used in expression is not defined; attribute value: %s", t.text)
	}
	return literal{value}, nil
}

// atFunction tells whether a function call is next.
func (p *parser) atFunction() bool {
	return p.peek().kind == tokenWord && p.tokens[p.at+1].is("(")
}

// call parses a function's name and its arguments.
func call[T any](p *parser, argument func(*parser) (T, error)) (name string, args []T, err error) {
	name = p.next().text
	p.operators++
	if err := p.expect("("); err != nil {
		return "", nil, err
	}
	args, err = list(p, argument)
	if err != nil {
		return "", nil, err
	}
	return name, args, p.expect(")")
}

// checkCount notes a problem if a function has not as many arguments as it takes.
func (p *parser) checkCount(function string, got, want int) bool {
	if got == want {
		return true
	}
	p.note(problemCount, "Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", function, got)
	return false
}

// checkType notes a problem if an operand's type is known and is none of those allowed.
func (p *parser) checkType(operator string, o operand, allowed ...attribute.Type) {
	static := o.static()
	if static == "" {
		return
	}
	for _, t := range allowed {
		if t == static {
			return
		}
	}
	p.note(problemType, "Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, static)
}

// checkDistinct notes a problem if the first operand is a path that stands among the rest too.
func (p *parser) checkDistinct(operator string, first operand, rest ...operand) {
	path, ok := first.(Path)
	if !ok {
		return
	}
	for _, o := range rest {
		if other, ok := o.(Path); ok && path.equal(other) {
			p.note(problemDistinct, "The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %v", operator, path)
		}
	}
}

// quote writes a scalar value as messages about BETWEEN do.
func quote(v attribute.Value) string {
	text := string(attribute.Map{"v": v}.AppendJSON(nil)) // {"v":{"N":"1"}}
	text = strings.TrimSuffix(strings.TrimPrefix(text, `{"v":`), "}")
	return "AttributeValue: " + strings.ReplaceAll(text, `"`, "")
}
