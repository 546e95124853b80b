package iam

import (
	"sync"
	"sync/atomic"
)

// usage is what one statement allowed. Each statement has its own, so that
// calls of different functions don't meet here.
type usage struct {
	mu     sync.RWMutex
	counts map[asked]*tally
}

// asked is what was asked for.
type asked struct{ action, resource string }

// tally counts accesses: calls, and checks that a service made beforehand.
type tally struct{ calls, checks atomic.Int64 }

func (t *tally) count(check bool) {
	if check {
		t.checks.Add(1)
		return
	}
	t.calls.Add(1)
}

// maxDistinct bounds the resources that a statement's usage tells apart. The
// others count as the pattern that they match: a log stream for each process,
// for example, may be any number.
const maxDistinct = 200

// tally returns where to count an access that the statement allows.
func (u *usage) tally(s *Statement, access Access) *tally {
	key := asked{access.Action, access.Resource}
	u.mu.RLock()
	t := u.counts[key]
	u.mu.RUnlock()
	if t != nil {
		return t
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts == nil {
		u.counts = map[asked]*tally{}
	}
	if u.counts[key] == nil && len(u.counts) >= maxDistinct {
		key.resource = s.patternOf(access.Resource)
	}
	if t = u.counts[key]; t == nil {
		t = &tally{}
		u.counts[key] = t
	}
	return t
}

// patternOf returns the first Resource of the statement that fits.
func (s *Statement) patternOf(resource string) string {
	for _, pattern := range s.Resources {
		if matchResource([]string{pattern}, resource) {
			return pattern
		}
	}
	return "*" // of NotResource
}

// accesses calls f with what the statement allowed, in no order.
func (u *usage) accesses(f func(a asked, calls, checks int64)) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for a, t := range u.counts {
		f(a, t.calls.Load(), t.checks.Load())
	}
}

// refusals counts what was denied, to whomever.
type refusals struct {
	mu     sync.Mutex
	counts map[Denial]int64 // by a Denial without Count
}

// maxRefusals bounds the denials that are told apart; the others count as
// concerning any resource.
const maxRefusals = 1000

func (r *refusals) add(d Denial) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = map[Denial]int64{}
	}
	if _, known := r.counts[d]; !known && len(r.counts) >= maxRefusals {
		d.Resource = "*"
	}
	r.counts[d]++
}

func (r *refusals) list() []Denial {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Denial, 0, len(r.counts))
	for d, count := range r.counts {
		d.Count = count
		all = append(all, d)
	}
	return all
}
