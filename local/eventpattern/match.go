package eventpattern

import "slices"

// maxChecks bounds the work for one alternative of a pattern on one event. Only
// an event made for the purpose, with many thousands of array elements that
// each satisfy a part of the pattern, comes near it; it then does not match.
const maxChecks = 1 << 26

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
	s.narrow()
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
	tests  []fieldTest
	found  []candidates
	checks int
}

// narrow keeps one of the candidates that differ only in arrays that no other
// test looks into, so that unrelated arrays don't multiply each other's work.
func (s *search) narrow() {
	uses := map[int]int{} // by array: how many tests have leaves in it
	for i := range s.found {
		for array := range arraysOf(s.found[i].all) {
			uses[array]++
		}
	}
	if len(uses) == 0 {
		return
	}
	for i := range s.found {
		s.found[i].accepted = narrowed(s.found[i].accepted, uses)
	}
}

func arraysOf(leaves []leaf) map[int]bool {
	var arrays map[int]bool
	for _, l := range leaves {
		for _, e := range l.in {
			if arrays == nil {
				arrays = map[int]bool{}
			}
			arrays[e.array] = true
		}
	}
	return arrays
}

// narrowed leaves out repetitions among neighbours, which is where they are:
// leaves are in the order of the event's arrays.
func narrowed(leaves []leaf, uses map[int]int) []leaf {
	var kept []leaf
	for _, l := range leaves {
		var shared []element
		for _, e := range l.in {
			if uses[e.array] > 1 {
				shared = append(shared, e)
			}
		}
		if n := len(kept); n > 0 && slices.Equal(kept[n-1].in, shared) {
			continue
		}
		kept = append(kept, leaf{value: l.value, in: shared})
	}
	return kept
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
	consistent := func(l leaf) bool { return s.consistent(settled, l.in) }
	if s.tests[i].absent && !slices.ContainsFunc(s.found[i].all, consistent) && s.from(i+1, settled) {
		return true
	}
	for _, candidate := range s.found[i].accepted {
		if consistent(candidate) && s.from(i+1, union(settled, candidate.in)) {
			return true
		}
	}
	return false
}

// consistent reports whether no array has one element in a and another in b.
func (s *search) consistent(a, b []element) bool {
	s.checks += 1 + len(a)*len(b)
	for _, x := range a {
		for _, y := range b {
			if x.array == y.array && x.index != y.index {
				return false
			}
		}
	}
	return true
}

func union(a, b []element) []element {
	all := a[:len(a):len(a)]
	for _, e := range b {
		if !slices.Contains(a, e) {
			all = append(all, e)
		}
	}
	return all
}
