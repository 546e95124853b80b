package filterpattern

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// condition decides about the JSON document of a log event.
type condition func(document any) bool

func compileJSON(pattern string) (*Pattern, error) {
	p := parser{text: pattern}
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	holds, err := p.either(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect("}"); err != nil {
		return nil, err
	}
	if p.skipSpace(); p.at < len(p.text) {
		return nil, p.unexpected("the end")
	}
	return &Pattern{func(message string) bool { return matchesJSON(holds, message) }}, nil
}

// matchesJSON decides about a message; one that is no JSON object matches no
// JSON pattern.
func matchesJSON(holds condition, message string) bool {
	if !strings.HasPrefix(strings.TrimLeft(message, " \t\r\n"), "{") {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(message))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return false
	}
	return holds(document)
}

// maxDepth is how deep parentheses may be nested.
const maxDepth = 50

// parser reads a JSON pattern:
//
//	either  = both { "||" both }
//	both    = factor { "&&" factor }
//	factor  = "(" either ")" | selector test
//	test    = ("=" | "!=" | "<" | "<=" | ">" | ">=") value
//	        | "IS" ("NULL" | "TRUE" | "FALSE") | ["NOT"] "EXISTS"
type parser struct {
	text string
	at   int
}

func (p *parser) either(depth int) (condition, error) {
	left, err := p.both(depth)
	for err == nil && p.accept("||") {
		var right condition
		right, err = p.both(depth)
		left = anyOf(left, right)
	}
	return left, err
}

func (p *parser) both(depth int) (condition, error) {
	left, err := p.factor(depth)
	for err == nil && p.accept("&&") {
		var right condition
		right, err = p.factor(depth)
		left = allOf(left, right)
	}
	return left, err
}

func anyOf(a, b condition) condition { return func(d any) bool { return a(d) || b(d) } }
func allOf(a, b condition) condition { return func(d any) bool { return a(d) && b(d) } }

func (p *parser) factor(depth int) (condition, error) {
	if !p.accept("(") {
		return p.comparison()
	}
	if depth == maxDepth {
		return nil, fmt.Errorf("parentheses are nested deeper than %d", maxDepth)
	}
	inner, err := p.either(depth + 1)
	if err != nil {
		return nil, err
	}
	return inner, p.expect(")")
}

func (p *parser) comparison() (condition, error) {
	path, err := p.selector()
	if err != nil {
		return nil, err
	}
	if test, ok := p.keywords(); ok {
		return func(document any) bool { return test(path.find(document)) }, nil
	}
	for _, operator := range []string{"!=", "<=", ">=", "=", "<", ">"} {
		if !p.accept(operator) {
			continue
		}
		test, err := p.operand(operator)
		if err != nil {
			return nil, err
		}
		return func(document any) bool {
			value, found := path.find(document)
			return found && test(value)
		}, nil
	}
	return nil, p.unexpected("=, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE, EXISTS or NOT EXISTS")
}

func (p *parser) keywords() (test func(value any, found bool) bool, ok bool) {
	switch {
	case p.words("IS", "NULL"):
		return func(value any, found bool) bool { return found && value == nil }, true
	case p.words("IS", "TRUE"):
		return func(value any, found bool) bool { return value == true }, true
	case p.words("IS", "FALSE"):
		return func(value any, found bool) bool { return value == false }, true
	case p.words("NOT", "EXISTS"):
		return func(_ any, found bool) bool { return !found }, true
	case p.words("EXISTS"):
		return func(_ any, found bool) bool { return found }, true
	}
	return nil, false
}

// step is a member's name or an element's index.
type step struct {
	name  string
	index int // -1 for a name
}

type path []step

func (s path) find(document any) (any, bool) {
	for _, step := range s {
		switch node := document.(type) {
		case map[string]any:
			member, ok := node[step.name]
			if !ok || step.index >= 0 {
				return nil, false
			}
			document = member
		case []any:
			if step.index < 0 || step.index >= len(node) {
				return nil, false
			}
			document = node[step.index]
		default:
			return nil, false
		}
	}
	return document, true
}

// selector reads $.a.b[0].c; names have letters, digits, _ and -.
func (p *parser) selector() (path, error) {
	if err := p.expect("$"); err != nil {
		return nil, err
	}
	var steps path
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '.':
			p.at++
			name := p.while(isNameByte)
			if name == "" {
				return nil, p.unexpected("a property name; others, and wildcards, are not supported")
			}
			steps = append(steps, step{name, -1})
		case '[':
			p.at++
			index, err := strconv.Atoi(p.while(isDigit))
			if err != nil {
				return nil, p.unexpected("an array index; others, and wildcards, are not supported")
			}
			if err := p.expect("]"); err != nil {
				return nil, err
			}
			steps = append(steps, step{"", index})
		default:
			return steps, p.checkSelector(steps)
		}
	}
	return steps, p.checkSelector(steps)
}

func (p *parser) checkSelector(steps path) error {
	if len(steps) == 0 {
		return p.unexpected(". and a property name")
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameByte(c byte) bool {
	return isDigit(c) || c == '_' || c == '-' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
