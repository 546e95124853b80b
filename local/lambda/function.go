package lambda

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/program"
	"eda-demo/local/lambda/sandbox"
)

// function is a function with its versions and aliases. What is configured of
// it is in the current revision of $LATEST; the maps change through the state
// only.
type function struct {
	name     string
	arn      string
	latest   *version
	inFlight atomic.Int64 // of all versions

	changing sync.Mutex // held while it is configured, published or removed
	deployed string     // folder of the code that the template named last

	versions map[int]*version  // published ones, by number
	aliases  map[string]*alias // by name
	// By qualifier; that of the function itself and of $LATEST is "".
	policies map[string]policy
	asyncs   map[string]*eventInvoke
}

// now is the function as it is configured now; nil before it is for the first
// time.
func (f *function) now() *revision { return f.latest.now() }

// addFunction adds a function with a program, whose use ends with it, or with
// an error.
func (s *Service) addFunction(name string, set settings, code *program.Program) (*function, error) {
	f := &function{
		name: name, arn: s.arnPrefix() + name, deployed: code.Dir,
		versions: map[int]*version{}, aliases: map[string]*alias{}, policies: map[string]policy{}, asyncs: map[string]*eventInvoke{},
	}
	f.latest = &version{function: f, name: latest}
	first, err := s.newRevision(f, set, code)
	if err != nil {
		s.release(code)
		return nil, err
	}
	f.latest.current.Store(first)
	f.latest.runner = s.programs.Function(s.sandbox(first))
	if err := s.state.addFunction(f); err != nil {
		f.latest.runner.Remove()
		return nil, err
	}
	return f, nil
}

// configure has further invocations run as the revision says; f.changing is
// held. The use of its program, if that is another than before, ends with the
// function's processes, or with an error.
func (s *Service) configure(f *function, next *revision) error {
	previous := f.now()
	if next.program != previous.program && next.program.Dir == previous.program.Dir {
		s.release(next.program)
		next.program = previous.program
	}
	if err := s.state.setRevision(f, next); err != nil {
		if next.program != previous.program {
			s.release(next.program)
		}
		return err
	}
	if next.sameProcesses(previous) {
		return nil
	}
	if next.program == previous.program {
		next.program.Use()
	}
	f.latest.runner.Update(s.sandbox(next))
	return nil
}

// removeFunction removes a function, if there is one of the name, with its
// versions. Its invocations in progress go on to their end, at most for its timeout; what
// waits in the queue of asynchronous invocations is dropped when it is due.
func (s *Service) removeFunction(name string) {
	f := s.state.removeFunction(name)
	if f == nil {
		return
	}
	f.changing.Lock()
	defer f.changing.Unlock()
	for _, v := range s.state.versionsOf(f) {
		v.end()
	}
}

// enter counts an invocation, or refuses it if too many are in progress.
// Waiting for a process counts too: on AWS it would be running by then.
func (s *Service) enter(f *function) error {
	limit, reason := int64(accountConcurrency), "ConcurrentInvocationLimitExceeded"
	if reserved := f.now().settings.ReservedConcurrentExecutions; reserved != nil {
		limit, reason = int64(*reserved), "ReservedFunctionConcurrentInvocationLimitExceeded"
	}
	if f.inFlight.Add(1) > limit {
		f.inFlight.Add(-1)
		return tooManyRequests(reason)
	}
	if s.inFlight.Add(1) > accountConcurrency {
		s.leave(f)
		return tooManyRequests("ConcurrentInvocationLimitExceeded")
	}
	return nil
}

func (s *Service) leave(f *function) {
	f.inFlight.Add(-1)
	s.inFlight.Add(-1)
}

func tooManyRequests(reason string) *frontdoor.Error {
	return &frontdoor.Error{
		Code: "TooManyRequestsException", Status: 429, Message: "Rate Exceeded.",
		Members: map[string]any{"Reason": reason},
	}
}

// run invokes a function and waits for its result.
func (s *Service) run(ctx context.Context, t target, in sandbox.Invocation) (sandbox.Result, error) {
	if err := s.enter(t.function); err != nil {
		return sandbox.Result{}, err
	}
	defer s.leave(t.function)
	if s.config.Faults.Throttles(t.function.name, in.Payload) {
		return sandbox.Result{}, tooManyRequests("CallerRateLimitExceeded")
	}
	in.TraceID, in.ARN = traceID(t.now().settings.traced()), t.arn()
	defer s.doom(t, &in)()
	result, err := t.runner.Invoke(ctx, in)
	if errors.Is(err, sandbox.ErrRemoved) {
		err = s.notFound(t.arn())
	}
	return result, err
}
