// Package eventpattern decides whether an event matches an Amazon EventBridge
// event pattern.
//
// It implements the pattern language that rules are written in (EventBridge
// user guide, "Event patterns" and "Comparison operators"): exact values,
// exists, anything-but, prefix, suffix, equals-ignore-case, wildcard, numeric,
// cidr and $or, over nested fields, dotted field names and arrays of objects.
//
// A pattern is compiled once and an event parsed once; both are immutable
// afterwards and safe for concurrent use.
package eventpattern

import (
	"cmp"
	"slices"
	"strings"
)

// Limits on outside input. maxEventDepth leaves room for the 1,100 levels that
// PutEvents takes. maxCombinations is EventBridge's own limit on the alternatives
// that nested $or arrays multiply to.
const (
	maxDepth        = 500
	maxEventDepth   = 1101
	maxCombinations = 1000
)

// Pattern is a compiled event pattern.
type Pattern struct {
	alternatives [][]fieldTest // the pattern matches when one of them does
}

// fieldTest is what one alternative asks of the values found at one path.
type fieldTest struct {
	path   []string
	tests  []valueTest // one of them must accept a value
	absent bool        // or there must be no value: {"exists": false}
}

// valueTest accepts or refuses one leaf value of an event.
type valueTest interface {
	accepts(v *value) bool
}

// InvalidError tells why a text is not an event pattern, in the form in which
// EventBridge reports it.
type InvalidError struct {
	Reason string // names the field and the operator at fault
}

func (e *InvalidError) Error() string {
	return "Event pattern is not valid. Reason: " + e.Reason
}

// Compile reads an event pattern. The error is always an *InvalidError.
func Compile(pattern []byte) (*Pattern, error) {
	root, err := parseTree(pattern)
	if err != nil {
		return nil, &InvalidError{Reason: err.Error()}
	}
	alternatives, err := compileRoot(root)
	if err != nil {
		return nil, &InvalidError{Reason: err.Error()}
	}
	p := &Pattern{}
	for _, a := range alternatives {
		p.alternatives = append(p.alternatives, a.fieldTests())
	}
	return p, nil
}

// Matches reports whether the event matches the pattern.
func (p *Pattern) Matches(event *Event) bool {
	return slices.ContainsFunc(p.alternatives, func(tests []fieldTest) bool {
		return matchAll(tests, event)
	})
}

// alternative maps the dotted path of a field to what is asked of it. A path
// that is written twice is asked only what was written last.
type alternative map[string]fieldTest

// fieldTests returns the tests by ascending path, the order in which AWS's
// engine walks them. The order shows in results: whether a field is absent is
// decided within the array elements that the fields before it have settled on.
func (a alternative) fieldTests() []fieldTest {
	tests := make([]fieldTest, 0, len(a))
	for _, test := range a {
		tests = append(tests, test)
	}
	slices.SortFunc(tests, func(x, y fieldTest) int {
		return cmp.Compare(strings.Join(x.path, "."), strings.Join(y.path, "."))
	})
	return tests
}
