package expression

import (
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenNumber
	tokenName  // #name
	tokenValue // :value
	tokenMark  // an operator or other punctuation
	tokenBad   // a character that no expression contains
)

type token struct {
	kind       tokenKind
	text       string
	start, end int // in the source
}

// is tells whether the token is the given mark.
func (t token) is(mark string) bool { return t.kind == tokenMark && t.text == mark }

// isWord tells whether the token is the given keyword, in any case.
func (t token) isWord(keyword string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, keyword)
}

// tokenize splits an expression; the last token is always a tokenEnd.
func tokenize(source string) []token {
	tokens := make([]token, 0, len(source)/4+2)
	for at := 0; ; {
		for at < len(source) && strings.IndexByte(" \t\r\n", source[at]) >= 0 {
			at++
		}
		t := scan(source, at)
		tokens = append(tokens, t)
		if t.kind == tokenEnd {
			return tokens
		}
		at = t.end
	}
}

func scan(source string, at int) token {
	if at >= len(source) {
		return token{tokenEnd, "<EOF>", at, at}
	}
	kind, length := tokenMark, 1
	switch c := source[at]; {
	case c >= '0' && c <= '9':
		kind, length = tokenNumber, span(source[at:], isDigit)
	case isWordByte(c):
		kind, length = tokenWord, span(source[at:], isWordByte)
	case c == '#' || c == ':':
		length += span(source[at+1:], isWordByte)
		if kind = tokenName; c == ':' {
			kind = tokenValue
		}
		if length == 1 {
			kind = tokenBad
		}
	case strings.HasPrefix(source[at:], "<>"), strings.HasPrefix(source[at:], "<="), strings.HasPrefix(source[at:], ">="):
		length = 2
	case strings.IndexByte("()[],.=<>+-", c) >= 0:
	default:
		kind = tokenBad
		_, length = utf8.DecodeRuneInString(source[at:])
	}
	return token{kind, source[at : at+length], at, at + length}
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c)
}
