package sandbox

import (
	"sync"
	"sync/atomic"
	"time"
)

// ColdStart tells how long a new process took.
type ColdStart struct {
	Ready         time.Duration // from its start until it asked for work
	FirstResponse time.Duration // from its start until its first answer
}

// Stats are counts since the start of the runner.
type Stats struct {
	Processes   int // running now
	Started     int
	Invocations int
	// ColdStarts are the latest ones, at most maxColdStarts.
	ColdStarts []ColdStart
}

const maxColdStarts = 256

// recorder counts. The zero value is ready.
type recorder struct {
	alive atomic.Int64 // processes
	mu    sync.Mutex
	stats Stats
}

func (r *recorder) started() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Started++
}

func (r *recorder) invoked() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Invocations++
}

func (r *recorder) coldStart(c ColdStart) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.stats.ColdStarts) == maxColdStarts {
		r.stats.ColdStarts = append(r.stats.ColdStarts[:0], r.stats.ColdStarts[1:]...)
	}
	r.stats.ColdStarts = append(r.stats.ColdStarts, c)
}

// Stats returns the function's counts.
func (f *Function) Stats() Stats {
	f.stats.mu.Lock()
	defer f.stats.mu.Unlock()
	stats := f.stats.stats
	stats.ColdStarts = append([]ColdStart(nil), stats.ColdStarts...)
	stats.Processes = int(f.stats.alive.Load())
	return stats
}
