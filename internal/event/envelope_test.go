package event_test

import (
	"testing"

	"eda-demo/internal/event"
)

func TestMetadataOr(t *testing.T) {
	envelope := event.Envelope{ID: "envelope"}
	tests := []struct {
		name     string
		in, want event.Metadata
	}{
		{"none", event.Metadata{},
			event.Metadata{EventID: "envelope", CorrelationID: "envelope", SchemaVersion: "1"}},
		{"no correlation", event.Metadata{EventID: "event"},
			event.Metadata{EventID: "event", CorrelationID: "event", SchemaVersion: "1"}},
		{"whole", event.Metadata{EventID: "e", CorrelationID: "c", CausationID: "p", SchemaVersion: "2"},
			event.Metadata{EventID: "e", CorrelationID: "c", CausationID: "p", SchemaVersion: "2"}},
	}
	for _, tt := range tests {
		if got := tt.in.Or(envelope); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestCausedBy(t *testing.T) {
	cause := event.Metadata{EventID: "e1", CorrelationID: "c", CausationID: "e0", SchemaVersion: "1"}
	want := event.Metadata{EventID: "e2", CorrelationID: "c", CausationID: "e1", SchemaVersion: "1"}
	if got := event.CausedBy(cause, "e2"); got != want {
		t.Errorf("CausedBy = %+v, want %+v", got, want)
	}
}
