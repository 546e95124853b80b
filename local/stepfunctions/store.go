package stepfunctions

import (
	"slices"
	"sync"

	"eda-demo/local/frontdoor"
)

// maxFinished is how many executions that ended are kept, the latest of them.
// AWS keeps each for 90 days.
const maxFinished = 10_000

// store holds the state machines and the standard executions.
type store struct {
	mu sync.RWMutex
	// machines are in the order of their creation.
	machines   []*machine
	executions map[string]*execution // by ARN
	// started are the executions of each machine, by its ARN, oldest first.
	started map[string][]*execution
	// finished are those that ended, oldest first.
	finished []*execution
	sequence int64
}

func newStore() *store {
	return &store{executions: map[string]*execution{}, started: map[string][]*execution{}}
}

func noMachine(arn string) error {
	return frontdoor.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

func noExecution(arn string) error {
	return frontdoor.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

func (st *store) machine(arn string) (*machine, error) {
	st.mu.RLock()
	defer st.mu.RUnlock()
	if i := st.index(arn); i >= 0 {
		return st.machines[i], nil
	}
	return nil, noMachine(arn)
}

func (st *store) index(arn string) int {
	return slices.IndexFunc(st.machines, func(m *machine) bool { return m.arn == arn })
}

// addMachine adds a machine, or returns the one that exists if it is the same.
func (st *store) addMachine(m *machine) (*machine, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	i := st.index(m.arn)
	if i < 0 {
		st.machines = append(st.machines, m)
		return m, nil
	}
	if existing := st.machines[i]; existing.isLike(m) {
		return existing, nil
	}
	return nil, frontdoor.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", m.arn)
}

// replaceMachine puts a new revision in the place of an old one.
func (st *store) replaceMachine(m *machine) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	i := st.index(m.arn)
	if i < 0 {
		return noMachine(m.arn)
	}
	st.machines[i] = m
	return nil
}

// removeMachine removes a machine and returns its executions.
func (st *store) removeMachine(arn string) []*execution {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.machines = slices.DeleteFunc(st.machines, func(m *machine) bool { return m.arn == arn })
	return slices.Clone(st.started[arn])
}

func (st *store) listMachines() []*machine {
	st.mu.RLock()
	defer st.mu.RUnlock()
	return slices.Clone(st.machines)
}

// addExecution adds an execution, or returns the one that has its name.
func (st *store) addExecution(e *execution) (existing *execution) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if existing := st.executions[e.arn]; existing != nil {
		return existing
	}
	st.sequence++
	e.sequence = st.sequence
	st.executions[e.arn] = e
	st.started[e.machine.arn] = append(st.started[e.machine.arn], e)
	return nil
}

func (st *store) execution(arn string) (*execution, error) {
	st.mu.RLock()
	defer st.mu.RUnlock()
	e := st.executions[arn]
	if e == nil {
		return nil, noExecution(arn)
	}
	return e, nil
}

// executionsBefore returns a machine's executions that started before a
// sequence number, newest first; 0 for all.
func (st *store) executionsBefore(machineARN string, sequence int64) []*execution {
	st.mu.RLock()
	defer st.mu.RUnlock()
	found := slices.Clone(st.started[machineARN])
	if sequence > 0 {
		found = slices.DeleteFunc(found, func(e *execution) bool { return e.sequence >= sequence })
	}
	slices.Reverse(found)
	return found
}

// ended notes that an execution is over, and forgets the oldest ones beyond
// maxFinished.
func (st *store) ended(e *execution) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.finished = append(st.finished, e)
	for len(st.finished) > maxFinished {
		old := st.finished[0]
		st.finished = st.finished[1:]
		delete(st.executions, old.arn)
		same := st.started[old.machine.arn]
		if i := slices.Index(same, old); i >= 0 {
			st.started[old.machine.arn] = slices.Delete(same, i, i+1)
		}
	}
}
