package eventpattern

import (
	"slices"
	"strconv"
	"strings"
)

// maxChecks bounds the work for one alternative of a pattern on one event. Only
// an event made for the purpose, with thousands of array elements that each
// satisfy a part of the pattern, comes near it; it then does not match.
const maxChecks = 1 << 24

// matchAll reports whether every test finds what it asks for, fields within
// one array of objects being taken from the same element.
func matchAll(tests []fieldTest, event *Event) bool {
	s := search{tests: tests, found: make([]candidates, len(tests))}
	for i, test := range tests {
		s.found[i] = findCandidates(test, event)
		if len(s.found[i].accepted) == 0 && !test.absent {
			return false
		}
	}
	return s.from(0, nil)
}

// candidates are the leaves at the path of a test.
type candidates struct {
	all      []leaf
	accepted []leaf // those that the test accepts
}

func findCandidates(test fieldTest, event *Event) candidates {
	c := candidates{all: event.root.find(test.path)}
	for i := range c.all {
		if test.accepts(&c.all[i].value) {
			c.accepted = append(c.accepted, c.all[i])
		}
	}
	return c
}

func (t *fieldTest) accepts(v *value) bool {
	return slices.ContainsFunc(t.tests, func(test valueTest) bool { return test.accepts(v) })
}

// search looks for one leaf for each test such that no two of them are in
// different elements of the same array.
type search struct {
	tests   []fieldTest
	found   []candidates
	lastUse map[int]int     // by array: the last test that has a leaf in it
	failed  map[string]bool // starting points that lead nowhere
	checks  int
}

// from reports whether the tests from i on can be satisfied, given the
// elements that the tests before them settled on.
func (s *search) from(i int, settled []element) bool {
	if s.checks >= maxChecks {
		return false
	}
	if i == len(s.tests) {
		return true
	}
	key := ""
	if len(settled) > 0 {
		key = searchKey(i, settled)
		if s.failed[key] {
			return false
		}
	}
	if s.tests[i].absent && !slices.ContainsFunc(s.found[i].all, s.consistentWith(settled)) && s.from(i+1, settled) {
		return true
	}
	consistent := s.consistentWith(settled)
	for _, candidate := range s.found[i].accepted {
		if consistent(candidate) && s.from(i+1, s.settle(i, settled, candidate.in)) {
			return true
		}
	}
	s.fail(key)
	return false
}

func (s *search) fail(key string) {
	if key == "" {
		return
	}
	if s.failed == nil {
		s.failed = make(map[string]bool)
	}
	s.failed[key] = true
}

func (s *search) consistentWith(settled []element) func(leaf) bool {
	return func(l leaf) bool {
		s.checks++
		return consistent(settled, l.in)
	}
}

// consistent reports whether no array has one element in a and another in b.
func consistent(a, b []element) bool {
	for _, x := range a {
		for _, y := range b {
			if x.array == y.array && x.index != y.index {
				return false
			}
		}
	}
	return true
}

// settle adds elements to those settled on. Arrays that no later test looks
// into are left out, so that equal starting points are recognized as such.
func (s *search) settle(i int, settled, more []element) []element {
	if len(settled) == 0 && len(more) == 0 {
		return nil
	}
	if s.lastUse == nil {
		s.lastUse = lastUses(s.found)
	}
	var union []element
	for _, e := range slices.Concat(settled, more) {
		if s.lastUse[e.array] > i && !slices.Contains(union, e) {
			union = append(union, e)
		}
	}
	slices.SortFunc(union, func(a, b element) int { return a.array - b.array })
	return union
}

func lastUses(found []candidates) map[int]int {
	uses := make(map[int]int)
	for i, c := range found {
		for _, l := range c.all {
			for _, e := range l.in {
				uses[e.array] = i
			}
		}
	}
	return uses
}

func searchKey(i int, settled []element) string {
	var key strings.Builder
	key.WriteString(strconv.Itoa(i))
	for _, e := range settled {
		key.WriteByte(' ')
		key.WriteString(strconv.Itoa(e.array))
		key.WriteByte('.')
		key.WriteString(strconv.Itoa(e.index))
	}
	return key.String()
}
