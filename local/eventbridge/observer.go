package eventbridge

import (
	"encoding/json"
	"sync/atomic"
)

// Observer is told what happens on the buses. Its functions are called from
// many goroutines and must return soon.
type Observer struct {
	// Accepted is called once for each accepted event, and again when the event
	// arrives on another bus.
	Accepted func(Accepted)
	// DeadLettered is called for each delivery that is given up, once the event
	// is in the dead-letter queue or lost.
	DeadLettered func(DeadLettered)
}

// Accepted is an event that a bus has taken.
type Accepted struct {
	Bus        string
	ID         string
	Source     string
	DetailType string
	Detail     json.RawMessage
	Rules      []string // names of the rules that it matched
	Lost       bool     // there is no such bus
}

// DeadLettered is a delivery that was given up.
type DeadLettered struct {
	RuleARN   string
	TargetARN string
	EventID   string
	Code      string // AWS's ERROR_CODE, such as "NO_PERMISSIONS"
	Message   string
	Retries   int
	// Queue is the dead-letter queue's ARN; "" if the target has none.
	Queue string
	// Lost tells that the event is not in the queue: there is none, or it can't
	// be written to, for the reason in LostBecause.
	Lost        bool
	LostBecause string
}

func (o *Observer) accepted(event *envelope, exists bool, rules []string) {
	if o.Accepted == nil {
		return
	}
	o.Accepted(Accepted{
		Bus: event.bus, ID: event.id, Source: event.source, DetailType: event.detailType,
		Detail: event.detail, Rules: rules, Lost: !exists,
	})
}

// Stats counts events and deliveries since the start.
type Stats struct {
	Accepted     int64 // events
	LostNoBus    int64 // of them, for a bus that does not exist
	Delivered    int64 // deliveries that succeeded
	DeadLettered int64 // deliveries that ended in a dead-letter queue
	Lost         int64 // deliveries that ended nowhere
}

type counts struct {
	events, noBus, delivered, deadLettered, lost atomic.Int64
}

func (c *counts) accept(exists bool) {
	c.events.Add(1)
	if !exists {
		c.noBus.Add(1)
	}
}

// Stats returns the counts so far.
func (s *Service) Stats() Stats {
	return Stats{
		Accepted: s.counts.events.Load(), LostNoBus: s.counts.noBus.Load(), Delivered: s.counts.delivered.Load(),
		DeadLettered: s.counts.deadLettered.Load(), Lost: s.counts.lost.Load(),
	}
}
