package eventpattern_test

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"eda-demo/local/eventpattern"
)

// vector is a verdict recorded from AWS's own matcher: whether one of the
// patterns matches the event, or whether a pattern is valid.
type vector struct {
	Patterns []string `json:"patterns"`
	Event    string   `json:"event"`
	Match    bool     `json:"match"`
	Pattern  *string  `json:"pattern"`
	Valid    bool     `json:"valid"`
}

func TestRecordedVerdicts(t *testing.T) {
	name := os.Getenv("EVENT_PATTERN_VECTORS")
	if name == "" {
		t.Skip("EVENT_PATTERN_VECTORS does not name a file of recorded verdicts")
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		checkVector(t, n, v)
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatalf("read %d lines of %s: %v", n, name, err)
	}
}

func checkVector(t *testing.T, line int, v vector) {
	t.Helper()
	if v.Pattern != nil {
		if _, err := eventpattern.Compile([]byte(*v.Pattern)); (err == nil) != v.Valid {
			t.Errorf("line %d: Compile(%s): error %v, want valid %t", line, *v.Pattern, err, v.Valid)
		}
		return
	}
	event, err := eventpattern.ParseEvent([]byte(v.Event))
	if err != nil {
		t.Errorf("line %d: ParseEvent: %v", line, err)
		return
	}
	got := false
	for _, text := range v.Patterns {
		pattern, err := eventpattern.Compile([]byte(text))
		if err != nil {
			t.Errorf("line %d: Compile(%s): %v", line, text, err)
			return
		}
		got = got || pattern.Matches(event)
	}
	if got != v.Match {
		t.Errorf("line %d: %q on %s: got match %t, want %t", line, v.Patterns, v.Event, got, v.Match)
	}
}
