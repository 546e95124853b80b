package sandbox

import "sync/atomic"

// Death is the end of a process on purpose: as it takes the invocation, or at
// the latest when it answers, which nobody gets to see.
type Death struct {
	// Before has it die before its program sees the invocation.
	Before bool

	process atomic.Pointer[process]
}

// Now kills the process that has the invocation, if one has.
func (d *Death) Now() {
	if p := d.process.Load(); p != nil {
		p.kill()
	}
}

// diesTaking kills a process that is to die as it takes an invocation.
func (i *invocation) diesTaking(p *process) bool {
	if i.Death == nil {
		return false
	}
	i.Death.process.Store(p)
	if i.Death.Before {
		p.kill()
	}
	return i.Death.Before
}

// diesAnswering kills a process that is to die before its answer is seen.
func (p *process) diesAnswering() bool {
	running := p.current.Load()
	if running == nil || running.Death == nil {
		return false
	}
	p.kill()
	return true
}
