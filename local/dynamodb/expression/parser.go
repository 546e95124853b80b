package expression

import (
	"fmt"

	"eda-demo/local/dynamodb/invalid"
)

// parser holds what the grammars share. A syntax error ends the parsing; other problems are noted, and the one that
// DynamoDB would report first is returned at the end.
type parser struct {
	scope     *Scope
	source    string
	tokens    []token
	at        int
	operators int
	paths     []Path // all that were parsed
	problems  [problemKinds]string
}

// problem is a kind of error, in the order in which DynamoDB looks for them.
type problem int

const (
	problemParentheses problem = iota
	problemFunction
	problemMisused
	problemReserved
	problemSection
	problemUndefined
	problemPath
	problemOverlap
	problemConflict
	problemSet
	problemCount
	problemDistinct
	problemType
	problemKinds
)

// newParser starts to parse an expression; kind names it in messages.
func (s *Scope) newParser(source string) (*parser, error) {
	if source == "" {
		return nil, invalid.Errorf("The expression can not be empty;")
	}
	if len(source) > maxBytes {
		return nil, invalid.Errorf("Expression size has exceeded the maximum allowed size; expression size: %d", len(source))
	}
	return &parser{scope: s, source: source, tokens: tokenize(source)}, nil
}

// parse runs a grammar's start rule over the whole source; kind, such as "ConditionExpression", names it in messages.
func parse[T any](s *Scope, kind, source string, rule func(*parser) (T, error)) (result T, err error) {
	p, err := s.newParser(source)
	if err == nil {
		result, err = rule(p)
	}
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return result, invalid.Errorf("Invalid %s: %v", kind, err)
	}
	return result, nil
}

func (p *parser) finish() error {
	if p.peek().kind != tokenEnd {
		return p.unexpected()
	}
	if p.operators > maxOperators {
		return invalid.Errorf("The expression contains too many operators; operator count: %d", p.operators)
	}
	for _, message := range p.problems {
		if message != "" {
			return invalid.Errorf("%s", message)
		}
	}
	return nil
}

func (p *parser) note(kind problem, format string, args ...any) {
	if p.problems[kind] == "" {
		p.problems[kind] = fmt.Sprintf(format, args...)
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// accept consumes the mark if it is next.
func (p *parser) accept(mark string) bool {
	if !p.peek().is(mark) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(mark string) error {
	if !p.accept(mark) {
		return p.unexpected()
	}
	return nil
}

// acceptWord consumes the keyword if it is next.
func (p *parser) acceptWord(keyword string) bool {
	if !p.peek().isWord(keyword) {
		return false
	}
	p.at++
	return true
}

// unexpected is the syntax error about the next token; near quotes the source from the token before to the token after.
func (p *parser) unexpected() error {
	t := p.peek()
	start, end := t.start, t.end
	if p.at > 0 {
		start = p.tokens[p.at-1].start
	}
	switch {
	case t.kind != tokenEnd && p.tokens[p.at+1].kind != tokenEnd:
		end = p.tokens[p.at+1].end
	case t.kind == tokenEnd && p.at > 0:
		end = p.tokens[p.at-1].end
	}
	return invalid.Errorf("Syntax error; token: \"%s\", near: \"%s\"", t.text, p.source[start:end])
}

// list parses one or more elements, separated by commas.
func list[T any](p *parser, element func(*parser) (T, error)) ([]T, error) {
	var out []T
	for {
		e, err := element(p)
		if err != nil {
			return nil, err
		}
		if out = append(out, e); !p.accept(",") {
			return out, nil
		}
	}
}
