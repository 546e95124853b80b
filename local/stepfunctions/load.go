package stepfunctions

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/asl"
	"eda-demo/local/store"
)

// loading takes over what an earlier run has left in the store.
type loading struct {
	*Service
	revisions  map[string]*machine // by id
	used       map[string]bool     // ids of revisions
	lines      map[string]*lineage // by the ARN of the machine
	bySequence map[int64]*execution
	// orphans are the executions of machines that were deleted, by sequence:
	// the process ended before it had forgotten them.
	orphans map[int64]*execution
	// lost are the ARNs of express executions of such machines.
	lost []string
}

func (s *Service) load() error {
	if !s.Store.Lasting() {
		return nil
	}
	l := &loading{
		Service: s, revisions: map[string]*machine{}, used: map[string]bool{}, lines: map[string]*lineage{},
		bySequence: map[int64]*execution{}, orphans: map[int64]*execution{},
	}
	for _, step := range []func() error{l.loadRevisions, l.loadMachines, l.loadExecutions, l.loadEvents, l.loadExpress, l.dropUnused} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) loadRevisions() error {
	return store.LoadJSON(l.Store, revisionsKept, func(id string, k keptMachine) error {
		parsed, err := parseDefinition(k.Definition, k.Kind)
		if err != nil {
			return fmt.Errorf("state machine %s: %w", k.Name, err)
		}
		l.revisions[id] = &machine{
			id: id, arn: l.machineARN(k.Name), name: k.Name, kind: k.Kind, definition: k.Definition, parsed: parsed, roleARN: k.RoleARN,
			logging: k.Logging, tracing: k.Tracing, created: k.Created, updated: k.Updated, revision: k.Revision, stream: k.Stream,
			owner: k.Owner, line: l.line(l.machineARN(k.Name), id),
		}
		return nil
	})
}

// line is the one of the machine with an ARN, with one more revision.
func (l *loading) line(arn, revision string) *lineage {
	if l.lines[arn] == nil {
		l.lines[arn] = newLineage(l.running)
	}
	l.lines[arn].revisions = append(l.lines[arn].revisions, revision)
	return l.lines[arn]
}

func (l *loading) loadMachines() error {
	return l.Store.Load(machinesKept, func(arn string, id []byte) error {
		m := l.revisions[string(id)]
		if m == nil {
			return fmt.Errorf("state machine %s: there is no revision %s", arn, id)
		}
		l.used[m.id] = true
		l.registry.left[arn] = m
		return nil
	})
}

// loadExecutions loads them in the order in which they started.
func (l *loading) loadExecutions() error {
	r := l.registry
	err := store.LoadJSON(l.Store, executionsKept, func(key string, k keptExecution) error {
		sequence, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return fmt.Errorf("execution %s: %w", k.ARN, err)
		}
		m := l.revisions[k.Machine]
		if m == nil {
			return fmt.Errorf("execution %s: there is no revision %s of its state machine", k.ARN, k.Machine)
		}
		e := l.newExecution(m, k.ARN, k.Name, k.Input)
		e.sequence, e.started, e.status, e.output = sequence, k.Started, k.Status, json.RawMessage(k.Output)
		e.failure, e.stopped = asl.Error{Name: k.Error, Cause: k.Cause}, k.Stopped
		r.sequence = sequence
		if r.left[m.arn] == nil {
			l.orphans[sequence] = e
			return nil
		}
		l.used[m.id] = true
		l.bySequence[sequence] = e
		r.executions[e.arn] = e
		r.started[m.arn] = append(r.started[m.arn], e)
		if e.status == running {
			r.interrupted = append(r.interrupted, e)
			e.ctx, e.cancel = context.WithCancelCause(m.line.ctx)
			return nil
		}
		r.finished = append(r.finished, e)
		return nil
	})
	slices.SortStableFunc(r.finished, func(a, b *execution) int {
		return cmp.Or(a.stopped.Compare(b.stopped), cmp.Compare(a.sequence, b.sequence))
	})
	return err
}

func (l *loading) loadEvents() error {
	return store.LoadJSON(l.Store, eventsKept, func(key string, k keptEvent) error {
		of, number, _ := strings.Cut(key, "/")
		sequence, err1 := strconv.ParseInt(of, 10, 64)
		id, err2 := strconv.ParseInt(number, 10, 64)
		e := cmp.Or(l.bySequence[sequence], l.orphans[sequence])
		if err1 != nil || err2 != nil || e == nil || id != e.count+1 {
			return fmt.Errorf("event %s does not follow another of an execution", key)
		}
		e.count = id
		e.events = append(e.events, k.event(id))
		return nil
	})
}

// dropUnused forgets the executions of deleted machines, and the revisions of
// which neither a machine nor an execution is left.
func (l *loading) dropUnused() error {
	return l.Store.Update(func(tx *store.Tx) {
		for _, e := range l.orphans {
			e.erase(tx)
		}
		for _, arn := range l.lost {
			tx.Delete(expressKept, arn)
		}
		for id := range l.revisions {
			if !l.used[id] {
				tx.Delete(revisionsKept, id)
			}
		}
	})
}
