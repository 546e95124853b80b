package provision

import (
	"fmt"
	"time"

	"eda-demo/local/resource"
)

// Event is a step of an operation on a stack.
type Event struct {
	ID         string // unique
	Stack      resource.Stack
	LogicalID  string // the stack's name, for an event of the stack itself
	PhysicalID string // the stack's id, for an event of the stack itself
	Type       string // StackType, for an event of the stack itself
	Status     Status
	Reason     string `json:",omitempty"`
	At         time.Time
	Properties string `json:",omitempty"` // JSON
	Token      string `json:",omitempty"` // the client's, of the request that began the operation
}

// StackType is the type of events of a stack itself.
const StackType = "AWS::CloudFormation::Stack"

// maxEvents is how many events of a stack are kept; the oldest go first.
const maxEvents = 5000

// tell adds an event of the stack itself. The engine is locked.
func (s *state) tell(now time.Time) Event {
	return s.add(Event{
		LogicalID: s.Identity.Name, PhysicalID: s.Identity.ID, Type: StackType, Status: s.Status, Reason: s.Reason, At: now,
	})
}

// tellOf adds an event of one of its resources. The engine is locked.
func (s *state) tellOf(r *Resource) Event {
	return s.add(Event{
		LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Status: r.Status, Reason: r.Reason, At: r.Changed,
		Properties: string(r.Properties),
	})
}

// add tells an event. Clients sort events by their times, which have
// milliseconds on the wire: no two of a stack have the same.
func (s *state) add(event Event) Event {
	s.Sequence++
	event.At = event.At.Truncate(time.Millisecond)
	if n := len(s.events); n > 0 && !event.At.After(s.events[n-1].At) {
		event.At = s.events[n-1].At.Add(time.Millisecond)
	}
	event.ID, event.Stack, event.Token = fmt.Sprintf("%s-%s-%06d", event.LogicalID, event.Status, s.Sequence), s.Identity, s.Token
	s.events = append(s.events, event)
	if extra := len(s.events) - maxEvents; extra > 0 {
		s.events = s.events[extra:]
	}
	return event
}
