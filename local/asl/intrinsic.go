package asl

import (
	"errors"
	"fmt"
	"strings"
)

// maxCallDepth bounds how deep calls nest. AWS allows ten.
const maxCallDepth = 10

// call is an intrinsic function applied to arguments.
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
type call struct {
	function  function
	arguments []expression
}

func (c *call) evaluate(d data) (any, error) {
	values := make([]any, len(c.arguments))
	for i, a := range c.arguments {
		value, err := a.evaluate(d)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	value, err := c.function.apply(values)
	if err != nil {
		return nil, faultf("The function '%s' failed: %v", c.function.name, err)
	}
	return value, nil
}

// parseIntrinsic parses a call such as States.Format('{} of {}', $.a, 'b').
func parseIntrinsic(text string) (expression, error) {
	p := callParser{text: text}
	e, err := p.call(1)
	if err != nil {
		return nil, err
	}
	if p.skipBlanks(); p.at < len(text) {
		return nil, fmt.Errorf("unexpected %q after the call", text[p.at:])
	}
	return e, nil
}

type callParser struct {
	text string
	at   int
}

func (p *callParser) call(depth int) (expression, error) {
	if depth > maxCallDepth {
		return nil, fmt.Errorf("calls nest deeper than %d", maxCallDepth)
	}
	name, ok := p.until("(")
	if !ok {
		return nil, errors.New("it is neither a path nor a call of an intrinsic function")
	}
	f, known := functions[name]
	if !known {
		return nil, fmt.Errorf("unknown intrinsic function %q", name)
	}
	f.name = name
	arguments, err := p.arguments(depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if n := len(arguments); n < f.least || f.most >= 0 && n > f.most {
		return nil, fmt.Errorf("%s does not take %d arguments", name, n)
	}
	return &call{f, arguments}, nil
}

// until returns the text up to the delimiter, which is consumed.
func (p *callParser) until(delimiter string) (string, bool) {
	text, _, found := strings.Cut(p.text[p.at:], delimiter)
	if found {
		p.at += len(text) + len(delimiter)
	}
	return text, found
}

func (p *callParser) arguments(depth int) ([]expression, error) {
	if p.skipBlanks(); p.next(')') {
		return nil, nil
	}
	var arguments []expression
	for {
		p.skipBlanks()
		a, err := p.argument(depth)
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", len(arguments)+1, err)
		}
		arguments = append(arguments, a)
		p.skipBlanks()
		if p.next(')') {
			return arguments, nil
		}
		if !p.next(',') {
			return nil, fmt.Errorf("expected , or ) after argument %d", len(arguments))
		}
	}
}

func (p *callParser) argument(depth int) (expression, error) {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "'"):
		return p.quoted()
	case strings.HasPrefix(rest, "$"):
		return parsePath(p.pathText())
	case strings.HasPrefix(rest, "States."):
		return p.call(depth + 1)
	}
	return p.bare()
}

// quoted reads a string in apostrophes. Of the escapes only \' is resolved
// here; braces keep theirs for States.Format.
func (p *callParser) quoted() (expression, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; c {
		case '\'':
			p.at++
			return quotedText(b.String()), nil
		case '\\':
			p.at++
			if p.at == len(p.text) || strings.IndexByte(`'{}\`, p.text[p.at]) < 0 {
				return nil, errors.New(`a backslash stands before none of ' { } \`)
			}
			b.WriteByte('\\')
			b.WriteByte(p.text[p.at])
		default:
			b.WriteByte(c)
		}
	}
	return nil, errors.New("a string is not closed")
}

// quotedText is a string of a call, its escapes not yet resolved.
type quotedText string

func (q quotedText) evaluate(data) (any, error) { return q, nil }

// plain resolves the escapes.
func (q quotedText) plain() string {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if q[i] == '\\' && i+1 < len(q) {
			i++
		}
		b.WriteByte(q[i])
	}
	return b.String()
}

// pathText consumes a path: everything up to a comma or parenthesis that
// stands outside of brackets and quotes.
func (p *callParser) pathText() string {
	start, depth, quote := p.at, 0, byte(0)
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		switch {
		case quote != 0 && c == '\\':
			p.at++
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0 && (c == ',' || c == ')'):
			return strings.TrimRight(p.text[start:p.at], " \t\r\n")
		}
	}
	p.at = len(p.text)
	return p.text[start:]
}

// bare reads a number, true, false or null.
func (p *callParser) bare() (expression, error) {
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(",) \t\r\n", p.text[p.at]) < 0 {
		p.at++
	}
	text := p.text[start:p.at]
	value, err := decode([]byte(text))
	if err != nil || strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		return nil, fmt.Errorf("%q is no string in apostrophes, number, boolean, null, path or call", text)
	}
	return literal{value}, nil
}

func (p *callParser) skipBlanks() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *callParser) next(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}
