package functionlog

import (
	"context"
	"sync"
	"time"

	"eda-demo/local/lambda/sandbox"
)

const (
	// flushDelay is how long after an invocation its lines are written.
	flushDelay = 100 * time.Millisecond
	// flushSize is how much is kept before it is written at once, in bytes.
	flushSize = 256 << 10
	// tailSize is how much of the log an invocation may ask for, in bytes.
	tailSize = 4 << 10
)

// Limits of PutLogEvents.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const (
	maxEntries    = 10_000
	maxBatch      = 1 << 20
	entryOverhead = 26
)

// Stream is the log stream of one process. It is safe for concurrent use.
type Stream struct {
	group *Group
	name  string

	mu        sync.Mutex
	buffered  []entry
	size      int
	scheduled bool
	tailing   bool
	tail      []byte
	closed    bool

	writing sync.Mutex // held during a write, so that batches stay in order
	created bool
	denied  error
}

var _ sandbox.Log = (*Stream)(nil)

// Line adds a line of the program's output.
func (s *Stream) Line(at time.Time, line []byte) { s.add(at, string(line)) }

// Start adds the line that an invocation begins with.
func (s *Stream) Start(at time.Time, requestID string, tail bool) {
	s.mu.Lock()
	s.tailing, s.tail = tail, nil
	s.mu.Unlock()
	s.addAll(at, s.group.startLines(at, requestID))
}

// End adds the lines that an invocation ends with and has everything written
// soon.
func (s *Stream) End(at time.Time, report sandbox.Report) []byte {
	s.addAll(at, s.group.endLines(at, report))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schedule()
	s.tailing = false
	return s.tail
}

// Soon has everything written soon.
func (s *Stream) Soon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.schedule()
}

// Close has the rest written.
func (s *Stream) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.schedule()
}

func (s *Stream) addAll(at time.Time, lines []string) {
	for _, line := range lines {
		s.add(at, line)
	}
}

func (s *Stream) add(at time.Time, line string) {
	if line == "" {
		return // CloudWatch Logs has no empty messages
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffered = append(s.buffered, entry{at.UnixMilli(), line})
	s.size += len(line) + entryOverhead
	if s.tailing {
		s.keepTail(line)
	}
	if s.size > flushSize {
		s.schedule()
	}
}

func (s *Stream) keepTail(line string) {
	s.tail = append(append(s.tail, line...), '\n')
	if excess := len(s.tail) - tailSize; excess > 0 {
		s.tail = append(s.tail[:0], s.tail[excess:]...)
	}
}

// schedule has the buffer written, once, after a while; s.mu is held.
func (s *Stream) schedule() {
	if s.scheduled {
		return
	}
	s.scheduled = true
	time.AfterFunc(flushDelay, s.flush)
}

// flush writes what is buffered.
func (s *Stream) flush() {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	entries, closed := s.buffered, s.closed
	s.buffered, s.size, s.scheduled = nil, 0, false
	s.mu.Unlock()
	for len(entries) > 0 {
		batch := firstBatch(entries)
		entries = entries[len(batch):]
		if err := s.write(batch); err != nil {
			s.group.lose(len(batch), err)
		}
	}
	if closed {
		s.group.forget(s)
	}
}

// write makes one call. After a denial nothing more is tried.
func (s *Stream) write(batch []entry) error {
	if s.denied != nil {
		return s.denied
	}
	ctx := context.Background() // the log is written even while the runner shuts down
	if !s.created {
		if err := s.group.create(ctx, s.name); err != nil {
			return s.note(err)
		}
		s.created = true
	}
	in := putInput{LogGroupName: s.group.Config.Group, LogStreamName: s.name, LogEvents: batch}
	return s.note(s.group.Call(ctx, "PutLogEvents", in, nil))
}

func (s *Stream) note(err error) error {
	if isDenied(err) {
		s.denied = err
	}
	return err
}

// firstBatch returns as many entries as one call may have.
func firstBatch(entries []entry) []entry {
	size := 0
	for i, e := range entries {
		size += len(e.Message) + entryOverhead
		if i > 0 && (i == maxEntries || size > maxBatch) {
			return entries[:i]
		}
	}
	return entries
}
