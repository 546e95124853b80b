package stepfunctions

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eda-demo/local/asl"
	"eda-demo/local/store"
)

// Buckets of the store: for each machine, by its ARN, the id of its revision;
// revisions by id; executions by sequence number; their events by that number
// and the event's id. An execution keeps the revision that it started with.
const (
	machinesKept   = "states/machines"
	revisionsKept  = "states/revisions"
	executionsKept = "states/executions"
	eventsKept     = "states/events"
)

// errNotKept is what the store's failures are: they interrupt an execution,
// which is not over.
var errNotKept = errors.New("the state of an execution was not kept")

// keptMachine is a revision of a machine in the store.
type keptMachine struct {
	Name, Kind, Definition, RoleARN string
	Logging                         loggingConfiguration
	Tracing                         tracingConfiguration
	Created, Updated                time.Time
	Revision, Stream                string
	Owner                           string `json:",omitempty"`
}

// keep makes m its ARN's machine in the store.
func (m *machine) keep(tx *store.Tx) {
	tx.Put(revisionsKept, m.id, keptMachine{
		m.name, m.kind, m.definition, m.roleARN, m.logging, m.tracing, m.created, m.updated, m.revision, m.stream, m.owner,
	})
	tx.Put(machinesKept, m.arn, []byte(m.id))
}

// keptExecution is an execution in the store.
type keptExecution struct {
	ARN, Name, Machine string // Machine is the revision's id
	Input              string
	Started            time.Time
	Status             string
	Output             string `json:",omitempty"`
	Error, Cause       string `json:",omitempty"`
	Stopped            time.Time
}

func (e *execution) record(now snapshot) keptExecution {
	return keptExecution{
		e.arn, e.name, e.machine.id, e.input, e.started, now.status, string(now.output), now.failure.Name, now.failure.Cause, now.stopped,
	}
}

func (e *execution) key() string { return store.Sequence(uint64(e.sequence)) }

func (e *execution) eventKey(id int64) string { return e.key() + "/" + store.Sequence(uint64(id)) }

// keptEvent is an event in the store. Data is a text in a text: it stays as it
// is to the byte.
type keptEvent struct {
	Life                  string `json:",omitempty"`
	At                    time.Time
	Type                  asl.EventType `json:",omitempty"`
	Previous              int64         `json:",omitempty"`
	State, Kind, Resource string        `json:",omitempty"`
	Data                  string        `json:",omitempty"`
	Timeout, Heartbeat    time.Duration `json:",omitempty"`
	Err                   *keptError    `json:",omitempty"`
	Length, Index         int           `json:",omitempty"`
}

type keptError struct{ Name, Cause string }

// MarshalJSON encodes the event for the store.
func (h *event) MarshalJSON() ([]byte, error) {
	kept := keptEvent{
		Life: h.life, At: h.at, Type: h.Type, Previous: h.Previous, State: h.State, Kind: h.Kind, Resource: h.Resource,
		Data: string(h.Data), Timeout: h.Timeout, Heartbeat: h.Heartbeat, Length: h.Length, Index: h.Index,
	}
	if h.Err != nil {
		kept.Err = &keptError{h.Err.Name, h.Err.Cause}
	}
	return json.Marshal(kept)
}

func (k keptEvent) event(id int64) event {
	h := event{id: id, at: k.At, life: k.Life, Event: asl.Event{
		Type: k.Type, Previous: k.Previous, State: k.State, Kind: k.Kind, Resource: k.Resource,
		Timeout: k.Timeout, Heartbeat: k.Heartbeat, Length: k.Length, Index: k.Index,
	}}
	if k.Data != "" {
		h.Data = json.RawMessage(k.Data)
	}
	if k.Err != nil {
		h.Err = &asl.Error{Name: k.Err.Name, Cause: k.Err.Cause}
	}
	return h
}

// save makes changes in the store, if it lasts and the execution does; e.mu is
// held.
func (e *execution) save(change func(*store.Tx)) error {
	if !e.keep || !e.kept.Lasting() {
		return nil
	}
	if err := e.kept.Update(change); err != nil {
		return fmt.Errorf("%w: %s: %w", errNotKept, e.arn, err)
	}
	return nil
}

func (e *execution) saveEvent(tx *store.Tx, h *event) { tx.Put(eventsKept, e.eventKey(h.id), h) }

// erase removes an execution that is over, with its history.
func (e *execution) erase(tx *store.Tx) {
	tx.Delete(executionsKept, e.key())
	for _, h := range e.history() {
		tx.Delete(eventsKept, e.eventKey(h.id))
	}
}
