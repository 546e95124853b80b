package stepfunctions

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"eda-demo/local/frontdoor"
	"eda-demo/local/store"
)

// lineage is what all revisions of one state machine share, and one of the same
// name that is created later does not.
type lineage struct {
	// ctx is what its executions run in; cancel ends them.
	ctx    context.Context
	cancel context.CancelCauseFunc
	// revisions are the ids of those in the store; the registry's lock guards it.
	revisions []string
}

func newLineage(running context.Context) *lineage {
	l := &lineage{}
	l.ctx, l.cancel = context.WithCancelCause(running)
	return l
}

// errDeleted ends the executions of a state machine that is deleted. Its text
// is their cause, as AWS words it.
type errDeleted struct{ machine string }

func (e errDeleted) Error() string {
	return fmt.Sprintf("State machine %s has been deleted.", e.machine)
}

// over tells whether the state machine was deleted.
func (l *lineage) over() bool {
	var deleted errDeleted
	return errors.As(context.Cause(l.ctx), &deleted)
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

// existing is the machine with an ARN, be it known or left by an earlier run;
// r.mu is held.
func (r *registry) existing(arn string) *machine {
	if i := r.index(arn); i >= 0 {
		return r.machines[i]
	}
	return r.left[arn]
}

// addMachine adds a machine, whose name must be free.
func (r *registry) addMachine(m *machine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.existing(m.arn) != nil {
		return machineExists(m.arn)
	}
	return r.add(m)
}

// ensureMachine adds a machine, or returns the one that exists if it is the
// same.
func (r *registry) ensureMachine(m *machine) (*machine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch existing := r.existing(m.arn); {
	case existing == nil:
		return m, r.add(m)
	case existing.isLike(m):
		return existing, nil
	}
	return nil, machineExists(m.arn)
}

func machineExists(arn string) error {
	return frontdoor.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", arn)
}

// adoptMachine adds a machine in the place of the one with its ARN, if there is
// one: as a new revision if it differs. If it is not sure that the one is that
// of m's resource, it must have been before.
func (r *registry) adoptMachine(m *machine, sure bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.existing(m.arn); old != nil {
		if !sure && old.owner != m.owner {
			return machineExists(m.arn)
		}
		m.succeed(old)
	}
	return r.add(m)
}

// add adds a machine or another revision of it; r.mu is held.
func (r *registry) add(m *machine) error {
	if err := r.keep(m.keep); err != nil {
		return err
	}
	if m.line == nil {
		m.line = newLineage(r.running)
	}
	if !slices.Contains(m.line.revisions, m.id) {
		m.line.revisions = append(m.line.revisions, m.id)
	}
	delete(r.left, m.arn)
	if i := r.index(m.arn); i >= 0 {
		r.machines[i] = m
		return nil
	}
	r.machines = append(r.machines, m)
	return nil
}

// takeLeft returns the machines that nobody has taken up, oldest first, and the
// executions to resume.
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

// replaceMachine puts a new revision in the place of the one that it was made
// of, or of a later one.
func (r *registry) replaceMachine(m *machine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.index(m.arn); i < 0 || r.machines[i].line != m.line {
		return noMachine(m.arn)
	}
	return r.add(m)
}

// removeMachine removes a machine, if it exists, so that no execution starts
// any more, and returns those that there are. eraseExecutions is to follow,
// once they are over; load does that, if the process ends between the two.
func (r *registry) removeMachine(arn string) ([]*execution, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.existing(arn); m != nil {
		if err := r.keep(func(tx *store.Tx) { r.forgetMachine(tx, m) }); err != nil {
			return nil, fmt.Errorf("delete state machine %s: %w", arn, err)
		}
		delete(r.left, arn)
		r.machines = slices.DeleteFunc(r.machines, func(other *machine) bool { return other.arn == arn })
		m.line.cancel(errDeleted{m.name})
	}
	return slices.DeleteFunc(slices.Clone(r.started[arn]), func(e *execution) bool { return !e.machine.line.over() }), nil
}

// forgetMachine removes a machine from the store, and those of its revisions
// that no execution has; r.mu is held.
func (r *registry) forgetMachine(tx *store.Tx, m *machine) {
	tx.Delete(machinesKept, m.arn)
	used := map[string]bool{}
	for _, e := range r.started[m.arn] {
		used[e.machine.id] = true
	}
	for _, id := range m.line.revisions {
		if !used[id] {
			tx.Delete(revisionsKept, id)
		}
	}
}

// eraseExecutions forgets the executions of a machine that was removed, with
// their histories and the revisions that they had. They are over.
func (r *registry) eraseExecutions(arn string, executions []*execution) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.keep(func(tx *store.Tx) {
		for _, e := range executions {
			e.erase(tx)
			tx.Delete(revisionsKept, e.machine.id)
		}
	})
	if err != nil {
		return fmt.Errorf("forget the executions of %s: %w", arn, err)
	}
	gone := map[*execution]bool{}
	for _, e := range executions {
		gone[e] = true
		delete(r.executions, e.arn)
	}
	is := func(e *execution) bool { return gone[e] }
	r.started[arn] = slices.DeleteFunc(r.started[arn], is)
	r.finished = slices.DeleteFunc(r.finished, is)
	r.interrupted = slices.DeleteFunc(r.interrupted, is)
	return nil
}

func (r *registry) listMachines() []*machine {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.machines)
}
