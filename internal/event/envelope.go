package event

import (
	"encoding/json"
	"time"
)

// Envelope is an event as EventBridge delivers it to a target:
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html.
// Fields it does not list, such as replay-name, are ignored.
type Envelope struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       time.Time       `json:"time"`
	Region     string          `json:"region"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
}

// Metadata accompanies the payload of every event, as detail.metadata.
type Metadata struct {
	// EventID names the event wherever and however often it is published; the
	// envelope's id is a new one each time.
	EventID string `json:"eventId"`
	// CorrelationID is the same for all events that one request led to.
	CorrelationID string `json:"correlationId"`
	// CausationID is the EventID of the event that led to this one; a request
	// from outside leads to an event without one.
	CausationID string `json:"causationId,omitempty"`
	// SchemaVersion is that of the payload; see SchemaVersion.
	SchemaVersion string `json:"schemaVersion"`
}

// SchemaVersion is the version of all payloads so far. Additions leave it as it
// is, for consumers ignore what they do not know; a change that breaks
// consumers is a new detail type.
const SchemaVersion = "1"

// Or fills the gaps of metadata from the envelope it came in, for events that
// were published without: each is then known by its envelope's id, and begins
// a correlation of its own.
func (m Metadata) Or(e Envelope) Metadata {
	if m.EventID == "" {
		m.EventID = e.ID
	}
	if m.CorrelationID == "" {
		m.CorrelationID = m.EventID
	}
	if m.SchemaVersion == "" {
		m.SchemaVersion = SchemaVersion
	}
	return m
}

// CausedBy is the metadata of a new event with the given id which cause led to.
func CausedBy(cause Metadata, eventID string) Metadata {
	return Metadata{
		EventID:       eventID,
		CorrelationID: cause.CorrelationID,
		CausationID:   cause.EventID,
		SchemaVersion: SchemaVersion,
	}
}

// TimeFormat is how the services write times, always in UTC: as RFC 3339 has it,
// with milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z07:00"

// Pending is an event that a change of state announces. It is stored by the
// same write as the change, and published from there.
type Pending struct {
	EventID    string
	DetailType string
	// Detail is the payload's JSON text.
	Detail string
	// At is when the state changed.
	At time.Time
	// Trace is the X-Ray trace of the request or event that the change follows
	// from, as the HTTP header X-Amzn-Trace-Id has it, or "".
	Trace string
}
