package asl

import (
	"fmt"
	"strings"
)

// expression is what computes a value from data: a path, an intrinsic function
// call, a literal, or a payload template.
type expression interface {
	evaluate(d data) (any, error)
}

type literal struct{ value any }

func (l literal) evaluate(data) (any, error) { return l.value, nil }

func (p path) evaluate(d data) (any, error) { return p.get(d) }

// fieldPath is a path in a payload template or in a Fail state, whose failure
// names the field.
type fieldPath struct {
	path
	field string
}

func (p fieldPath) evaluate(d data) (any, error) {
	value, found := p.find(d)
	if !found {
		input, err := encode(d.input)
		if err != nil {
			return nil, err
		}
		return nil, faultf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", p.text, p.field, input)
	}
	return value, nil
}

type objectTemplate map[string]expression

func (t objectTemplate) evaluate(d data) (any, error) {
	object := make(map[string]any, len(t))
	for name, e := range t {
		value, err := e.evaluate(d)
		if err != nil {
			return nil, err
		}
		object[name] = value
	}
	return object, nil
}

type listTemplate []expression

func (t listTemplate) evaluate(d data) (any, error) {
	list := make([]any, len(t))
	for i, e := range t {
		value, err := e.evaluate(d)
		if err != nil {
			return nil, err
		}
		list[i] = value
	}
	return list, nil
}

// parseTemplate parses a payload template: a value in which members named
// "x.$" are computed. https://states-language.net/spec.html#payload-template
// A value without such members comes back as a literal.
func parseTemplate(value any) (expression, error) {
	switch v := value.(type) {
	case map[string]any:
		return parseObjectTemplate(v)
	case []any:
		list := make(listTemplate, len(v))
		constant := true
		for i := range v {
			e, err := parseTemplate(v[i])
			if err != nil {
				return nil, err
			}
			list[i] = e
			constant = constant && isLiteral(e)
		}
		if !constant {
			return list, nil
		}
	}
	return literal{value}, nil
}

func parseObjectTemplate(object map[string]any) (expression, error) {
	t := make(objectTemplate, len(object))
	constant := true
	for name, value := range object {
		member, e, err := parseMember(name, value)
		if err != nil {
			return nil, err
		}
		if _, twice := t[member]; twice {
			return nil, fmt.Errorf("the fields '%s' and '%s.$' both set '%s'", member, member, member)
		}
		t[member] = e
		constant = constant && isLiteral(e) && member == name
	}
	if constant {
		return literal{object}, nil
	}
	return t, nil
}

func parseMember(name string, value any) (string, expression, error) {
	member, computed := strings.CutSuffix(name, ".$")
	if !computed {
		e, err := parseTemplate(value)
		return name, e, err
	}
	text, ok := value.(string)
	if !ok {
		return "", nil, fmt.Errorf("the value for the field '%s' must be a string: a JSONPath or an intrinsic function call", name)
	}
	e, err := parseDynamic(text, name)
	if err != nil {
		return "", nil, fmt.Errorf("the value for the field '%s' must be a valid JSONPath or a valid intrinsic function call: %w", name, err)
	}
	return member, e, nil
}

// parseDynamic parses a path or an intrinsic function call.
func parseDynamic(text, field string) (expression, error) {
	if !strings.HasPrefix(text, "$") {
		return parseIntrinsic(text)
	}
	p, err := parsePath(text)
	return fieldPath{p, field}, err
}

func isLiteral(e expression) bool {
	_, ok := e.(literal)
	return ok
}
