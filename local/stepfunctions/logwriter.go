package stepfunctions

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// maxBatch is how many lines are put at once; PutLogEvents takes 10,000.
const maxBatch = 1000

// logWriter puts events of executions into log groups, in the order they
// happened, beside the executions.
type logWriter struct {
	Config
	describe func(*execution, event, bool) (string, map[string]any)
	wake     chan struct{}
	done     chan struct{}

	mu      sync.Mutex
	waiting []logLine
	closed  bool
	// streams are those that exist. Only the writing goroutine uses it.
	streams map[logStream]bool
}

type logStream struct{ Group, Stream string }

type logLine struct {
	logStream
	at   int64
	text string
}

func newLogWriter(config Config) *logWriter {
	w := &logWriter{Config: config, wake: make(chan struct{}, 1), done: make(chan struct{}), streams: map[logStream]bool{}}
	s := &Service{Config: config}
	w.describe = s.details
	go w.write()
	return w
}

// observer returns what is told of the events of a machine's executions.
func (w *logWriter) observer(m *machine) func(*execution, event) {
	group := m.logging.group()
	if group == "" {
		return func(*execution, event) {}
	}
	to := logStream{group, m.stream}
	return func(e *execution, h event) {
		kind, details := w.describe(e, h, m.logging.WithData)
		if m.logging.logs(kind) {
			w.add(logLine{to, h.at.UnixMilli(), logText(e, h, kind, details)})
		}
	}
}

// logText is an event as AWS logs it.
func logText(e *execution, h event, kind string, details map[string]any) string {
	if details == nil {
		details = map[string]any{}
	}
	text, err := json.Marshal(map[string]any{
		"id": strconv.FormatInt(h.id, 10), "previous_event_id": strconv.FormatInt(h.Previous, 10), "type": kind,
		"event_timestamp": strconv.FormatInt(h.at.UnixMilli(), 10), "execution_arn": e.arn, "redrive_count": "0", "details": details,
	})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (w *logWriter) add(line logLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, line)
	w.signal()
}

func (w *logWriter) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// close returns when everything is written.
func (w *logWriter) close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.signal()
	<-w.done
}

func (w *logWriter) take() ([]logLine, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := w.waiting
	w.waiting = nil
	return lines, w.closed
}

func (w *logWriter) write() {
	defer close(w.done)
	for range w.wake {
		lines, closed := w.take()
		byStream := map[logStream][]logLine{}
		for _, line := range lines {
			byStream[line.logStream] = append(byStream[line.logStream], line)
		}
		for to, lines := range byStream {
			if err := w.put(to, lines); err != nil {
				w.Log.Error("executions were not logged", "group", to.Group, "events", len(lines), "error", err)
			}
		}
		if closed {
			return
		}
	}
}

type logEvent struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

// put writes as the account: on AWS, Step Functions sets the log group's
// resource policy itself when logging is configured, with the role's
// permissions that checkLogging looks at.
func (w *logWriter) put(to logStream, lines []logLine) error {
	ctx, admin := context.Background(), iam.Admin(w.Account)
	if !w.streams[to] {
		err := w.Door.Call(ctx, admin, "logs", "CreateLogStream", map[string]any{"logGroupName": to.Group, "logStreamName": to.Stream}, nil)
		if err != nil && frontdoor.Code(err) != "ResourceAlreadyExistsException" {
			return err
		}
		w.streams[to] = true
	}
	for len(lines) > 0 {
		n := min(len(lines), maxBatch)
		events := make([]logEvent, n)
		for i, line := range lines[:n] {
			events[i] = logEvent{line.at, line.text}
		}
		lines = lines[n:]
		input := map[string]any{"logGroupName": to.Group, "logStreamName": to.Stream, "logEvents": events}
		if err := w.Door.Call(ctx, admin, "logs", "PutLogEvents", input, nil); err != nil {
			delete(w.streams, to) // the group may be another of the name
			return err
		}
	}
	return nil
}
