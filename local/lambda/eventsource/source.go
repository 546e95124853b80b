package eventsource

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Caller calls an operation of a service in the role of the function.
type Caller func(ctx context.Context, service, operation string, in, out any) error

// Invoke has the function handle a payload. The error tells that it was not
// run, for want of concurrency for example.
type Invoke func(ctx context.Context, payload []byte) (Answer, error)

// Answer is what came of an invocation.
type Answer struct {
	RequestID string
	Version   string // that was invoked
	Payload   []byte
	Failed    bool
}

// Config is what a source needs.
type Config struct {
	SourceARN   string
	FunctionARN string
	Region      string
	Settings    Settings
	Call        Caller
	Invoke      Invoke
	// Changed returns a channel that is closed, or sent to, when the stream may
	// have more records than at the time of the call.
	Changed func(streamARN string) <-chan struct{}
	// Discard delivers the record of a discarded batch to the failure
	// destination; nil if there is none.
	Discard func(ctx context.Context, record []byte) error
	// Positions remembers how far a stream was read; nil: nothing does.
	Positions Positions
	// Scale multiplies the pauses before retries.
	Scale float64
	// Concurrency bounds the batches of a queue that are handled at a time.
	Concurrency int
	Log         *slog.Logger
}

// Source is a stream or a queue that is being read.
type Source interface {
	// Run reads until ctx is done. It returns when the function has handled what
	// it was given before.
	Run(ctx context.Context)
	// LastResult says how the latest batch went, in the words of
	// GetEventSourceMapping.
	LastResult() string
}

// status remembers how reading goes and logs when that changes.
type status struct {
	log *slog.Logger

	mu       sync.Mutex
	last     string
	problems map[string]string // logged and not yet over, by what can't be done
}

func newStatus(log *slog.Logger) *status {
	return &status{log: log, last: "No records processed", problems: map[string]string{}}
}

// LastResult implements Source.
func (s *status) LastResult() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// ok is called when the function has handled a batch.
func (s *status) ok() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = "OK"
	clear(s.problems)
}

// problem is called when the source can't be read or a batch can't be settled.
// It is logged once, until it is over or another.
func (s *status) problem(what string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = "PROBLEM: " + what + ": " + err.Error()
	if s.problems[what] == err.Error() {
		return
	}
	s.problems[what] = err.Error()
	s.log.Error("event source mapping: "+what, "error", err)
}

// over is called when what was a problem works.
func (s *status) over(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.problems, what)
}

func (s *status) set(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = text
}

// pause waits; it returns false if ctx is done first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// backoff is the pause before retry n, counted from 1. AWS backs off
// exponentially too, but does not say how long.
func (c Config) backoff(n int) time.Duration {
	const first, longest = 200 * time.Millisecond, time.Minute
	d := longest
	if n < 10 {
		d = min(longest, first<<(n-1))
	}
	return time.Duration(float64(d) * c.Scale)
}

// readRetry is the first pause before a failed read is tried again.
const readRetry = time.Second

// readPause is the pause after so many reads in a row that failed. A source
// that is gone is asked for every few seconds: it may be there again.
func readPause(failures int) time.Duration {
	return min(idleCheck, readRetry<<min(failures-1, 10))
}

// Stamp writes a time as invocation records have it.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
