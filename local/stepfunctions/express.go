package stepfunctions

import (
	"context"
	"fmt"
	"time"

	"eda-demo/local/store"
)

// expressKept has, by their ARN, the express executions that run and nobody
// waits for. Nothing is kept of what they have done so far: one that is
// interrupted runs again from its beginning, as an express execution may.
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
const expressKept = "states/express"

// addExpress keeps an express execution that begins. The state machine may have
// been deleted since it was found.
func (r *registry) addExpress(e *execution) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.machine.line.over() {
		return noMachine(e.machine.arn)
	}
	if !e.repeats {
		return nil
	}
	return r.keep(func(tx *store.Tx) { tx.Put(expressKept, e.arn, e.record(snapshot{status: running})) })
}

// forgetExpress lets an express execution that is over not run again.
func (e *execution) forgetExpress() error {
	if !e.repeats || !e.kept.Lasting() {
		return nil
	}
	if err := e.kept.Update(func(tx *store.Tx) { tx.Delete(expressKept, e.arn) }); err != nil {
		return fmt.Errorf("%w: %s: %w", errNotKept, e.arn, err)
	}
	return nil
}

func (l *loading) loadExpress() error {
	return store.LoadJSON(l.Store, expressKept, func(arn string, k keptExecution) error {
		m := l.revisions[k.Machine]
		if m == nil || l.registry.left[m.arn] == nil {
			l.lost = append(l.lost, arn)
			return nil
		}
		e := l.newExecution(m, arn, k.Name, k.Input)
		e.repeats = true
		e.ctx, e.cancel = context.WithCancelCause(m.line.ctx)
		l.used[m.id] = true
		l.registry.interruptedExpress = append(l.registry.interruptedExpress, e)
		return nil
	})
}

func (r *registry) takeExpress() []*execution {
	r.mu.Lock()
	defer r.mu.Unlock()
	executions := r.interruptedExpress
	r.interruptedExpress = nil
	return executions
}

// resumeExpress runs the express executions again that an earlier run has left
// running, unless their state machine was deleted since.
func (s *Service) resumeExpress() {
	executions := s.registry.takeExpress()
	s.takeRoles(executions)
	for _, e := range executions {
		e.started = time.Now()
		if _, err := e.begin(s.registry); err != nil {
			s.Log.Warn("an express execution of an earlier run does not run again", "execution", e.arn, "error", err)
			if err := e.forgetExpress(); err != nil {
				s.Log.Error("forget an express execution", "execution", e.arn, "error", err)
			}
			continue
		}
		s.launch(e, nil)
	}
}
