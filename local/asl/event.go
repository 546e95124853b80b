package asl

import (
	"encoding/json"
	"time"
)

// EventType is what happened in a state.
type EventType int

// What happens in states. The members of Event that are set besides Previous
// and State are given with each.
const (
	// StateEntered: Data is the state's input.
	StateEntered EventType = iota
	// StateExited: Data is its output.
	StateExited
	// StateAborted: a sibling's failure ended the state.
	StateAborted
	// TaskScheduled: Resource, Data (what the task is given), Timeout, Heartbeat.
	TaskScheduled
	// TaskStarted: Resource.
	TaskStarted
	// TaskSubmitted: Resource, Data (what the call returned). The task now waits
	// for its token to be sent back.
	TaskSubmitted
	// TaskSucceeded: Resource, Data (the result).
	TaskSucceeded
	// TaskFailed: Resource, Err.
	TaskFailed
	// TaskTimedOut: Resource, Err.
	TaskTimedOut
	// ParallelStarted, ParallelSucceeded: nothing besides.
	ParallelStarted
	ParallelSucceeded
	// ParallelFailed: Err.
	ParallelFailed
	// MapStarted: Length.
	MapStarted
	MapSucceeded
	// MapFailed: Err.
	MapFailed
	// IterationStarted, IterationSucceeded, IterationFailed, IterationAborted:
	// Index.
	IterationStarted
	IterationSucceeded
	IterationFailed
	IterationAborted
)

// Event is something that happened in a state.
type Event struct {
	Type EventType
	// Previous is the id of the event that led to this one.
	Previous int64
	// State is the state's name and Kind its type, such as Task.
	State, Kind string

	Data               json.RawMessage
	Resource           string
	Timeout, Heartbeat time.Duration
	Err                *Error
	Length, Index      int
}

// Recorder is told what happens, in order. It must be safe for concurrent use:
// branches and iterations run at the same time.
type Recorder interface {
	// Record appends an event and returns its id, which is greater than those
	// before. An error ends the execution.
	Record(Event) (int64, error)
}
