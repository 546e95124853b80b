package stepfunctions

import (
	"fmt"
	"maps"
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
	maxFinished int

	mu sync.RWMutex
	// left are the machines of an earlier run, by ARN, until the template has
	// them again or Resume makes them known; interrupted are its executions that
	// Resume lets go on.
	left        map[string]*machine
	interrupted []*execution
	// machines are in the order of their creation.
	machines   []*machine
	executions map[string]*execution // by ARN
	// started are the executions of each machine, by its ARN, oldest first.
	started map[string][]*execution
	// finished are those that ended, oldest first.
	finished []*execution
	sequence int64
}

func newRegistry(kept *store.Store) *registry {
	return &registry{
		kept: kept, maxFinished: maxFinished, left: map[string]*machine{},
		executions: map[string]*execution{}, started: map[string][]*execution{},
	}
}

func noMachine(arn string) error {
	return frontdoor.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func noExecution(arn string) error {
	return frontdoor.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

func (r *registry) machine(arn string) (*machine, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if i := r.index(arn); i >= 0 {
		return r.machines[i], nil
	}
	return nil, noMachine(arn)
}

func (r *registry) index(arn string) int {
	return slices.IndexFunc(r.machines, func(m *machine) bool { return m.arn == arn })
}

// addMachine adds a machine, or returns the one that exists if it is the same.
func (r *registry) addMachine(m *machine) (*machine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	existing := r.left[m.arn]
	if i := r.index(m.arn); i >= 0 {
		existing = r.machines[i]
	}
	if existing == nil {
		return m, r.add(m)
	}
	if existing.isLike(m) {
		return existing, nil
	}
	return nil, frontdoor.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", m.arn)
}

// adoptMachine adds a machine of the template. It takes the place of the one
// that an earlier run has left, as a new revision if it differs.
func (r *registry) adoptMachine(m *machine) (*machine, error) {
	r.mu.Lock()
	old := r.left[m.arn]
	if old == nil {
		r.mu.Unlock()
		return r.addMachine(m)
	}
	defer r.mu.Unlock()
	m.succeed(old)
	if err := r.add(m); err != nil {
		return nil, err
	}
	delete(r.left, m.arn)
	return m, nil
}

// add adds a machine; r.mu is held.
func (r *registry) add(m *machine) error {
	if err := r.keep(m.keep); err != nil {
		return err
	}
	r.machines = append(r.machines, m)
	return nil
}

// takeLeft returns the machines that the template has not, oldest first, and
// the executions to resume.
func (r *registry) takeLeft() ([]*machine, []*execution) {
	r.mu.Lock()
	defer r.mu.Unlock()
	machines := slices.SortedFunc(maps.Values(r.left), func(a, b *machine) int { return a.created.Compare(b.created) })
	executions := r.interrupted
	r.interrupted = nil
	return machines, executions
}

// restore makes a machine of an earlier run known again.
func (r *registry) restore(m *machine) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left[m.arn] == nil {
		return // deleted since
	}
	delete(r.left, m.arn)
	r.machines = append(r.machines, m)
}

// replaceMachine puts a new revision in the place of an old one.
func (r *registry) replaceMachine(m *machine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.index(m.arn)
	if i < 0 {
		return noMachine(m.arn)
	}
	if err := r.keep(m.keep); err != nil {
		return err
	}
	r.machines[i] = m
	return nil
}

// removeMachine removes a machine and returns its executions.
func (r *registry) removeMachine(arn string) ([]*execution, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.keep(func(tx *store.Tx) { tx.Delete(machinesKept, arn) }); err != nil {
		return nil, err
	}
	delete(r.left, arn)
	r.machines = slices.DeleteFunc(r.machines, func(m *machine) bool { return m.arn == arn })
	return slices.Clone(r.started[arn]), nil
}

// keep makes changes in the store, if it lasts; r.mu is held.
func (r *registry) keep(change func(*store.Tx)) error {
	if !r.kept.Lasting() {
		return nil
	}
	return r.kept.Update(change)
}

func (r *registry) listMachines() []*machine {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.machines)
}

// addExecution adds an execution with its first event, or returns the one that
// has its name; e.mu is held.
func (r *registry) addExecution(e *execution, first event) (existing *execution, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
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
