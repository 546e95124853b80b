package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"eda-demo/local/asl"
	"eda-demo/local/store"
)

// Statuses of an execution.
const (
	running   = "RUNNING"
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	timedOut  = "TIMED_OUT"
	aborted   = "ABORTED"
)

// maxEvents is how long the history of a standard execution may get; it fails
// with the last of them:
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const maxEvents = 25_000

var (
	errHistoryFull = errors.New("the execution history is full")
	errOver        = errors.New("the execution is over")
	errTimeUp      = errors.New("the state machine's time is up")
)

// execution is one run of a machine. What may change is guarded by mu and
// changes in Record and end only.
type execution struct {
	arn, name string
	sequence  int64
	machine   *machine
	input     string
	started   time.Time
	// ctx is what it runs in; cancel ends that.
	ctx    context.Context
	cancel context.CancelCauseFunc
	// observe is told of each event; it must not block.
	observe func(*execution, event)
	// keep is unset for express executions: their events are counted and
	// observed, but neither kept in memory nor in the store.
	keep bool
	kept *store.Store
	// repeats is set for express executions that nobody waits for: if the process
	// ends before they do, they run again.
	repeats bool

	mu      sync.Mutex
	status  string
	output  json.RawMessage
	failure asl.Error
	stopped time.Time
	events  []event
	count   int64
}

// event is an entry of the history.
type event struct {
	asl.Event
	id int64
	at time.Time
	// life is set for events of the execution as a whole, such as
	// ExecutionStarted; Type has no meaning then.
	life string
}

// Record appends an event of a state. It refuses once the execution is over or
// its history is full.
func (e *execution) Record(happened asl.Event) (int64, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.status != running {
		return 0, errOver
	}
	if e.keep && e.count >= maxEvents-1 {
		return 0, errHistoryFull
	}
	next := e.next(event{Event: happened})
	if err := e.save(func(tx *store.Tx) { e.saveEvent(tx, &next) }); err != nil {
		return 0, err
	}
	e.append(next)
	return next.id, nil
}

// next gives an event its id and time; e.mu is held.
func (e *execution) next(happened event) event {
	happened.id, happened.at = e.count+1, time.Now()
	return happened
}

func (e *execution) append(next event) {
	e.count = next.id
	if e.keep {
		e.events = append(e.events, next)
	}
	e.observe(e, next)
}

// begin makes the execution known and records its start, unless there is one
// of its name, which it returns. Nobody sees it before its first event.
func (e *execution) begin(r *registry) (existing *execution, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	first := e.next(event{life: "ExecutionStarted", Event: asl.Event{Data: json.RawMessage(e.input)}})
	if e.keep {
		if existing, err := r.addExecution(e, first); existing != nil || err != nil {
			return existing, err
		}
	} else if err := r.addExpress(e); err != nil {
		return nil, err
	}
	e.append(first)
	return nil, nil
}

// ending is how an execution ends.
type ending struct {
	status  string
	output  json.RawMessage
	failure asl.Error
	// last is the event that led to it.
	last int64
}

// lifeEvents are the events that end a history, by status.
var lifeEvents = map[string]string{
	succeeded: "ExecutionSucceeded", failed: "ExecutionFailed", timedOut: "ExecutionTimedOut", aborted: "ExecutionAborted",
}

// end sets the final status and records it. It tells whether the execution was
// still running.
func (e *execution) end(how ending) (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.status != running {
		return false, nil
	}
	last := asl.Event{Previous: how.last, Data: how.output}
	if how.status != succeeded {
		last.Err = &how.failure
	}
	next := e.next(event{life: lifeEvents[how.status], Event: last})
	err := e.save(func(tx *store.Tx) {
		tx.Put(executionsKept, e.key(), e.record(snapshot{how.status, how.output, how.failure, next.at}))
		e.saveEvent(tx, &next)
	})
	if err == nil {
		err = e.forgetExpress()
	}
	if err != nil {
		return false, err
	}
	e.status, e.output, e.failure, e.stopped = how.status, how.output, how.failure, next.at
	e.append(next)
	return true, nil
}

// snapshot is a copy of what may change.
type snapshot struct {
	status  string
	output  json.RawMessage
	failure asl.Error
	stopped time.Time
}

func (e *execution) now() snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	return snapshot{e.status, e.output, e.failure, e.stopped}
}

// history returns the events so far. They don't change any more.
func (e *execution) history() []event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.events[:len(e.events):len(e.events)]
}
