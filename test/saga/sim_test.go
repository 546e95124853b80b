package saga_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"
)

// sim runs invocations a step at a time, in turns that a seed decides: a step is
// what an invocation does outside itself, such as a write. Steps may fail, and
// the process may end with them, before or after they take effect.
type sim struct {
	*rand.Rand
	clock time.Time
	ids   int
	// calm is for nothing to fail, and nothing to come twice.
	calm    bool
	waiting []*job
	running []*process
	turn    *process
	// dead are those that failed too often.
	dead []*job
	// trace has what happened, if it is not nil.
	trace func(line string)
}

func newSim(seed uint64, trace func(string)) *sim {
	return &sim{Rand: rand.New(rand.NewPCG(seed, 0)), clock: time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC), trace: trace}
}

// now is the time, on a clock that goes on at each look, and sometimes leaps.
func (s *sim) now() time.Time {
	s.clock = s.clock.Add(time.Duration(s.IntN(20)) * time.Millisecond)
	if !s.calm && s.chance(200) {
		s.clock = s.clock.Add(timeout)
	}
	return s.clock
}

// newID is an id that nothing else has.
func (s *sim) newID() string {
	s.ids++
	return fmt.Sprintf("id-%d", s.ids)
}

// chance is true once in n times.
func (s *sim) chance(n int) bool { return s.IntN(n) == 0 }

// job is something to be invoked until it succeeds.
type job struct {
	name     string
	invoke   func() error
	due      time.Time
	failures int
	err      error
}

// Lambda invokes again what fails, twice at most, and waits in between:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const (
	maxFailures = 3
	retryDelay  = time.Minute
)

// timeout is how long an invocation may take before its process is ended. It is
// what the notifications count on when they are given no deadline.
const timeout = 30 * time.Second

// process is a job's invocation.
type process struct {
	*job
	step    func() (struct{}, bool)
	stop    func()
	yield   func(struct{}) bool
	started time.Time
	err     error
}

func (s *sim) add(name string, invoke func() error) {
	s.waiting = append(s.waiting, &job{name: name, invoke: invoke})
}

// run goes on until nothing is left but what failed too often.
func (s *sim) run() {
	for len(s.waiting)+len(s.running) > 0 {
		i := s.IntN(len(s.waiting) + len(s.running))
		if i < len(s.running) {
			s.advance(i)
			continue
		}
		if i -= len(s.running); s.waiting[i].due.After(s.clock) && len(s.running) == 0 {
			s.clock = s.clock.Add(time.Second)
		}
		if !s.waiting[i].due.After(s.clock) {
			s.start(i)
		}
	}
}

// redrive has what failed too often invoked again.
func (s *sim) redrive() {
	s.waiting, s.dead = append(s.waiting, s.dead...), nil
	for _, j := range s.waiting {
		j.failures = 0
	}
}

// start begins an invocation of one of the jobs that wait.
func (s *sim) start(i int) {
	p := &process{job: s.waiting[i], started: s.clock}
	s.waiting = remove(s.waiting, i)
	p.step, p.stop = iter.Pull(func(yield func(struct{}) bool) {
		p.yield = yield
		p.err = uncrashed(p.invoke)
	})
	s.running = append(s.running, p)
}

// advance lets an invocation take a step.
func (s *sim) advance(i int) {
	p := s.running[i]
	s.turn = p
	if s.clock.Sub(p.started) > timeout {
		p.stop()
		p.err = errors.New("timed out") // also if it had not begun
	} else if _, goesOn := p.step(); goesOn {
		return
	}
	s.running = remove(s.running, i)
	s.tell("%s: %v", p.name, p.err)
	if p.err == nil {
		return
	}
	p.job.err, p.failures, p.due = p.err, p.failures+1, s.clock.Add(retryDelay)
	if p.failures < maxFailures {
		s.waiting = append(s.waiting, p.job)
	} else {
		s.dead = append(s.dead, p.job)
	}
}

func (s *sim) tell(format string, args ...any) {
	if s.trace != nil {
		s.trace(fmt.Sprintf(format, args...))
	}
}

// remove takes out one whose place does not matter.
func remove[T any](list []T, i int) []T {
	last := len(list) - 1
	list[i] = list[last]
	return list[:last]
}

// errDown is the error of a step that fails.
var errDown = errors.New("down")

// crash is what ends a process.
type crash struct{}

func uncrashed(invoke func() error) (err error) {
	defer func() {
		switch r := recover(); r {
		case nil:
		case crash{}:
			err = errors.New("the process ended")
		default:
			panic(r)
		}
	}()
	return invoke()
}

// wait lets others go first.
func (s *sim) wait() {
	if !s.turn.yield(struct{}{}) {
		panic(crash{})
	}
}

// step lets others go first, and then takes effect, fails, or ends the process.
func (s *sim) step(do func() error) error {
	s.wait()
	if s.calm || !s.chance(10) {
		return do()
	}
	if s.chance(2) {
		if err := do(); err != nil {
			return err
		}
	}
	if s.chance(2) {
		panic(crash{})
	}
	return errDown
}
