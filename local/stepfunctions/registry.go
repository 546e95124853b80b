package stepfunctions

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// maxFinished is how many executions that ended are kept, the latest of them.
// AWS keeps each for 90 days.
const maxFinished = 10_000

// registry holds the state machines and the standard executions. Changes are
// made in the store first.
type registry struct {
	kept        *store.Store
	running     context.Context // what executions run in
	maxFinished int

	mu sync.RWMutex
	// left are the machines of an earlier run, by ARN, until their resource is
	// taken up or Resume makes them known; interrupted are its executions that
	// Resume lets go on.
	left        map[string]*machine
	interrupted []*execution
	// interruptedExpress are the express executions that Resume runs again.
	interruptedExpress []*execution
	// machines are in the order of their creation.
	machines   []*machine
	executions map[string]*execution // by ARN
	// started are the executions of each machine, by its ARN, oldest first.
	started map[string][]*execution
	// finished are those that ended, oldest first.
	finished []*execution
	sequence int64
}

func newRegistry(kept *store.Store, running context.Context) *registry {
	return &registry{
		kept: kept, running: running, maxFinished: maxFinished, left: map[string]*machine{},
		executions: map[string]*execution{}, started: map[string][]*execution{},
	}
}

func noMachine(arn string) error {
	return frontdoor.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func noExecution(arn string) error {
	return frontdoor.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

// keep makes changes in the store, if it lasts; r.mu is held.
func (r *registry) keep(change func(*store.Tx)) error {
	if !r.kept.Lasting() {
		return nil
	}
	return r.kept.Update(change)
}

// addExecution adds an execution with its first event, or returns the one that
// has its name; e.mu is held. The state machine may have been deleted since it
// was found.
func (r *registry) addExecution(e *execution, first event) (existing *execution, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.machine.line.over() {
		return nil, noMachine(e.machine.arn)
	}
	if existing := r.executions[e.arn]; existing != nil {
		return existing, nil
	}
	e.sequence = r.sequence + 1
	err = e.save(func(tx *store.Tx) {
		tx.Put(executionsKept, e.key(), e.record(snapshot{status: running}))
		e.saveEvent(tx, &first)
	})
	if err != nil {
		return nil, err
	}
	r.sequence = e.sequence
	r.executions[e.arn] = e
	r.started[e.machine.arn] = append(r.started[e.machine.arn], e)
	return nil, nil
}

func (r *registry) execution(arn string) (*execution, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	e := r.executions[arn]
	if e == nil {
		return nil, noExecution(arn)
	}
	return e, nil
}

// executionsBefore returns a machine's executions that started before a
// sequence number, newest first; 0 for all.
func (r *registry) executionsBefore(machineARN string, sequence int64) []*execution {
	r.mu.RLock()
	defer r.mu.RUnlock()
	found := slices.Clone(r.started[machineARN])
	if sequence > 0 {
		found = slices.DeleteFunc(found, func(e *execution) bool { return e.sequence >= sequence })
	}
	slices.Reverse(found)
	return found
}

// ended notes that an execution is over, and forgets the oldest ones beyond
// maxFinished.
func (r *registry) ended(e *execution) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.executions[e.arn] != e {
		return nil // deleted with its machine
	}
	r.finished = append(r.finished, e)
	for len(r.finished) > r.maxFinished {
		old := r.finished[0]
		if err := r.keep(old.erase); err != nil {
			return fmt.Errorf("forget execution %s: %w", old.arn, err)
		}
		r.finished = r.finished[1:]
		delete(r.executions, old.arn)
		same := r.started[old.machine.arn]
		if i := slices.Index(same, old); i >= 0 {
			r.started[old.machine.arn] = slices.Delete(same, i, i+1)
		}
	}
	return nil
}
