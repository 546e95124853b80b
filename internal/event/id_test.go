package event_test

import (
	"regexp"
	"testing"

	"eda-demo/internal/event"
)

func TestNewID(t *testing.T) {
	version4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := event.NewID()
		if !version4.MatchString(id) || seen[id] {
			t.Fatalf("NewID() = %q, want a new UUID of version 4", id)
		}
		seen[id] = true
	}
}
