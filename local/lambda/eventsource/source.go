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
	// Run reads until ctx is done.
	Run(ctx context.Context)
	// LastResult says how the latest batch went, in the words of
	// GetEventSourceMapping.
	LastResult() string
}

// status remembers how reading goes and logs when that changes.
type status struct {
	log *slog.Logger

	mu   sync.Mutex
	last string
}

func newStatus(log *slog.Logger) *status { return &status{log: log, last: "No records processed"} }

// LastResult implements Source.
func (s *status) LastResult() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

func (s *status) ok() { s.set("OK") }

// problem is called when the source can't be read or a batch can't be settled.
func (s *status) problem(what string, err error) {
	if text := "PROBLEM: " + what + ": " + err.Error(); s.set(text) {
		s.log.Error("event source mapping: "+what, "error", err)
	}
}

func (s *status) set(text string) (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed = s.last != text
	s.last = text
	return changed
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

// Stamp writes a time as invocation records have it.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
