package chaos

import "encoding/json"

// Death is how a process is to die in an invocation.
type Death struct {
	// Before has it die as it takes the invocation. Otherwise it dies when it
	// answers, its work done, or before that when it has made the calls that it
	// may make.
	Before bool

	calls int // that it may make and see the answer of; guarded by the Injector
	kill  func()
}

// mostCalls is the number of the last call that a process may die at.
const mostCalls = 3

// Crashes tells whether the process that is given an invocation dies of it, and
// how; nil if it does not.
func (i *Injector) Crashes(function string, payload []byte) *Death {
	if i == nil {
		return nil
	}
	draw, hit := i.hits(Crash, function, newThing(payload))
	if !hit {
		return nil
	}
	switch place := draw.fraction(1); {
	case place < 1.0/3:
		return &Death{Before: true}
	case place < 2.0/3:
		return &Death{calls: int(draw.fraction(2) * mostCalls)}
	}
	return &Death{calls: 1000}
}

// Expect has a process die, by kill, amid the invocation with a trace id, if
// that is how it dies. Call the returned function when the invocation is over.
func (i *Injector) Expect(trace string, d *Death, kill func()) (over func()) {
	if i == nil || d == nil || d.Before {
		return func() {}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	d.kill = kill
	i.crashes[trace] = d
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.crashes, trace)
	}
}

// called counts a call that was made with a trace id. It tells whether its
// caller died of it, and never sees the answer.
func (i *Injector) called(trace string) (died bool) {
	i.mu.Lock()
	d := i.crashes[trace]
	died = d != nil && d.calls <= 0
	if d != nil {
		d.calls--
	}
	i.mu.Unlock()
	if died {
		d.kill()
	}
	return died
}

// functionIn reads the name of the function in the head of a task.
func functionIn(head []byte) string {
	var task struct{ Function string }
	if json.Unmarshal(head, &task) != nil {
		return ""
	}
	return task.Function
}
