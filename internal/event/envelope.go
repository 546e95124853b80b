package event

import (
	"encoding/json"
	"errors"
	"fmt"
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

// ErrUnknown says that an event is none of those that a service follows.
var ErrUnknown = errors.New("the service does not know this kind of event")

// Unknown is the error of a service which gets an event that it does not know:
// it wraps ErrUnknown.
func (e Envelope) Unknown() error {
	return fmt.Errorf("following event %s with detail type %q from %q: %w", e.ID, e.DetailType, e.Source, ErrUnknown)
}

// Read decodes the detail of an event, and its metadata with the gaps filled
// from the envelope.
func Read[T any](e Envelope) (detail T, metadata Metadata, err error) {
	var with struct {
		Metadata Metadata `json:"metadata"`
	}
	if err := errors.Join(json.Unmarshal(e.Detail, &detail), json.Unmarshal(e.Detail, &with)); err != nil {
		return detail, Metadata{}, fmt.Errorf("reading the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	return detail, with.Metadata.Or(e), nil
}

// TimeFormat is how the services write times, always in UTC: as RFC 3339 has it,
// with milliseconds.
const TimeFormat = "2006-01-02T15:04:05.000Z07:00"

// Time is an instant as the services keep and show it: in UTC, in whole
// milliseconds, in JSON as TimeFormat.
type Time struct{ time.Time }

// At is an instant, cut to milliseconds.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// MarshalJSON writes a string in TimeFormat.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(`"` + t.UTC().Format(TimeFormat) + `"`), nil
}

// UnmarshalJSON reads a string as RFC 3339 has it.
func (t *Time) UnmarshalJSON(data []byte) error {
	var read time.Time
	if err := read.UnmarshalJSON(data); err != nil {
		return fmt.Errorf("reading the time %.40s: %w", data, err)
	}
	*t = At(read)
	return nil
}

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

// Announce makes the event that tells of a change of state at a time. The
// detail has the metadata in it; trace is that of Pending.
func Announce(detailType string, at Time, metadata Metadata, detail any, trace string) (Pending, error) {
	text, err := json.Marshal(detail)
	if err != nil {
		return Pending{}, fmt.Errorf("encoding the detail of %s: %w", detailType, err)
	}
	return Pending{EventID: metadata.EventID, DetailType: detailType, Detail: string(text), At: at.Time, Trace: trace}, nil
}
