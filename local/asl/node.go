package asl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxSeconds is the largest duration in a definition.
const maxSeconds = 99_999_999

// parser collects the problems of a definition.
type parser struct {
	problems []Problem
	// names are the states' names so far: they are unique in the whole machine.
	names map[string]bool
}

func (p *parser) report(code, location, format string, args ...any) {
	if location == "" && code != codeJSON {
		location = "/"
	}
	p.problems = append(p.problems, Problem{code, fmt.Sprintf(format, args...), location})
}

// node is an object of the definition whose members are taken out one by one;
// what is left at the end is unknown.
type node struct {
	parser  *parser
	path    string
	members map[string]json.RawMessage
	// kind is the state's Type, for messages; empty for other objects.
	kind string
}

func (p *parser) node(path string, text json.RawMessage) *node {
	n := &node{parser: p, path: path}
	if err := json.Unmarshal(text, &n.members); err != nil || n.members == nil {
		p.report(codeSchema, path, "Expected an object")
	}
	return n
}

func (n *node) fail(member, format string, args ...any) {
	location := n.path
	if member != "" {
		location += "/" + member
	}
	n.parser.report(codeSchema, location, format, args...)
}

// require reports the members that are missing.
func (n *node) require(names ...string) {
	missing := slices.DeleteFunc(slices.Clone(names), n.has)
	if len(missing) > 0 {
		n.fail("", "These fields are required: [%s]", strings.Join(missing, ", "))
	}
}

func (n *node) has(name string) bool {
	_, ok := n.members[name]
	return ok
}

// take removes a member.
func (n *node) take(name string) (json.RawMessage, bool) {
	text, ok := n.members[name]
	delete(n.members, name)
	return text, ok
}

// optional decodes a member, if there is one, into a pointer. null is not
// accepted.
func (n *node) optional(name string, into any, expected string) bool {
	text, ok := n.take(name)
	if !ok {
		return false
	}
	if err := json.Unmarshal(text, into); err != nil || string(text) == "null" {
		n.fail(name, "Expected %s", expected)
		return false
	}
	return true
}

func (n *node) optionalString(name string) (string, bool) {
	var s string
	ok := n.optional(name, &s, "a string")
	return s, ok
}

// value takes a member of any type.
func (n *node) value(name string) (any, bool) {
	text, ok := n.take(name)
	if !ok {
		return nil, false
	}
	value, err := decode(text)
	if err != nil {
		n.fail(name, "%v", err)
	}
	return value, err == nil
}

// integer takes a whole number of at least least.
func (n *node) integer(name string, least int64) (int64, bool) {
	var i int64
	ok := n.optional(name, &i, "an integer")
	if ok && (i < least || i > maxSeconds) {
		n.fail(name, "Expected an integer from %d to %d, got %d", least, maxSeconds, i)
	}
	return i, ok
}

func (n *node) seconds(name string, least int64) (time.Duration, bool) {
	i, ok := n.integer(name, least)
	return time.Duration(i) * time.Second, ok
}

// anyPath takes a path, which may be null.
func (n *node) anyPath(name string) (p path, isNull, ok bool) {
	if string(n.members[name]) == "null" {
		n.take(name)
		return path{}, true, true
	}
	text, ok := n.optionalString(name)
	if !ok {
		return path{}, false, false
	}
	return n.parsed(name, text, parsePath), false, true
}

// reference takes a reference path.
func (n *node) reference(name string) (path, bool) {
	text, ok := n.optionalString(name)
	if !ok {
		return path{}, false
	}
	return n.parsed(name, text, parseReference), true
}

func (n *node) parsed(name, text string, parse func(string) (path, error)) path {
	p, err := parse(text)
	if err != nil {
		n.fail(name, "%v", err)
	}
	return p
}

// template takes a payload template.
func (n *node) template(name string) expression {
	value, ok := n.value(name)
	if !ok {
		return nil
	}
	e, err := parseTemplate(value)
	if err != nil {
		n.fail(name, "%v", err)
	}
	return e
}

// exclusive reports members of which only one may be there.
func (n *node) exclusive(names ...string) {
	present := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !n.has(name) })
	if len(present) > 1 {
		n.fail("", "Only one of these fields is allowed: [%s]", strings.Join(present, ", "))
	}
}

// refuse reports members that AWS knows but that are not supported here.
func (n *node) refuse(reason string, names ...string) {
	for _, name := range names {
		if _, ok := n.take(name); ok {
			n.fail(name, "Field '%s' is not supported: %s", name, reason)
		}
	}
}

// queryLanguage takes QueryLanguage, of which only JSONPath is supported.
func (n *node) queryLanguage() {
	if language, ok := n.optionalString("QueryLanguage"); ok && language != "JSONPath" {
		n.fail("QueryLanguage", "QueryLanguage %q is not supported, only JSONPath", language)
	}
}

// done reports the members that nobody took.
func (n *node) done() {
	names := make([]string, 0, len(n.members))
	for name := range n.members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if n.kind == "" {
			n.fail(name, "Field '%s' is not supported", name)
		} else {
			n.fail(name, "Field '%s' is not supported in a %s state", name, n.kind)
		}
	}
}
