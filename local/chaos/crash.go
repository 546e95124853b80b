package chaos

// Death is how a process is to die in an invocation.
type Death struct {
	// Before has it die as it takes the invocation. Otherwise it dies when it
	// answers, its work done, or before that when it has made the calls that it
	// may make.
	Before bool

	calls int // that it may make and see the answer of
}

// A process dies at one of its first calls, or at none of them.
const (
	mostCalls = 3
	anyNumber = 1 << 30
)

// Crashes tells whether the process that is given an invocation dies of it, and
// how; nil if it does not.
func (i *Injector) Crashes(function string, payload []byte) *Death {
	if i == nil {
		return nil
	}
	drawn, hit := i.hits(Crash, function, newThing(payload))
	if !hit {
		return nil
	}
	switch place := drawn.fraction(1); {
	case place < 1.0/3:
		return &Death{Before: true}
	case place < 2.0/3:
		return &Death{calls: int(drawn.fraction(2) * mostCalls)}
	}
	return &Death{calls: anyNumber}
}

// invocation is a function at work.
type invocation struct {
	what  thing
	death *Death // nil if it lives
	kill  func()
}

// Begin takes note that an invocation with a trace id begins: the calls that
// are made with it are told apart by its payload. If death is not nil, kill is
// called when it is time to die. Call what Begin returns when it is over.
func (i *Injector) Begin(trace string, payload []byte, death *Death, kill func()) (over func()) {
	if i == nil {
		return func() {}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.invocations[trace] = &invocation{newThing(payload), death, kill}
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.invocations, trace)
	}
}

// invoked returns the invocation with a trace id; nil if there is none.
func (i *Injector) invoked(trace string) *invocation {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.invocations[trace]
}

// called counts a call of an invocation. It tells whether its caller died of
// it, and never sees the answer.
func (i *Injector) called(by *invocation) (died bool) {
	if by == nil || by.death == nil || by.death.Before {
		return false
	}
	i.mu.Lock()
	died = by.death.calls <= 0
	by.death.calls--
	i.mu.Unlock()
	if died {
		by.kill()
	}
	return died
}
