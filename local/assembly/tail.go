package assembly

import (
	"bytes"
	"strings"
)

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

// maxTail is how many bytes are kept.
const maxTail = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if excess := len(t.text) - maxTail; excess > 0 {
		t.text = bytes.Clone(t.text[excess:])
	}
	return len(p), nil
}

// line is the last line that says something; the Go command adds the exit
// status of the program that it ran.
func (t *tail) line() string {
	lines := strings.Split(string(t.text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" && !strings.HasPrefix(line, "exit status ") {
			return line
		}
	}
	return ""
}
