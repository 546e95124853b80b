package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"eda-demo/local/asl"
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
	// observed, but not kept.
	keep bool

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
	return e.append(event{Event: happened}), nil
}

func (e *execution) append(happened event) int64 {
	e.count++
	happened.id, happened.at = e.count, time.Now()
	if e.keep {
		e.events = append(e.events, happened)
	}
	e.observe(e, happened)
	return e.count
}

// begin makes the execution known and records its start, unless there is one
// of its name, which it returns. Nobody sees it before its first event.
func (e *execution) begin(st *store) (existing *execution) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.keep {
		if existing := st.addExecution(e); existing != nil {
			return existing
		}
	}
	e.append(event{life: "ExecutionStarted", Event: asl.Event{Data: json.RawMessage(e.input)}})
	return nil
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
func (e *execution) end(how ending) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.status != running {
		return false
	}
	e.status, e.output, e.failure, e.stopped = how.status, how.output, how.failure, time.Now()
	last := asl.Event{Previous: how.last, Data: how.output}
	if how.status != succeeded {
		last.Err = &how.failure
	}
	e.append(event{life: lifeEvents[how.status], Event: last})
	return true
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
