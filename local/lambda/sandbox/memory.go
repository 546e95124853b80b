package sandbox

import "time"

// memory remembers the peak memory of a process, so that the system is asked
// once a second at most.
type memory struct {
	peak int64
	read time.Time
}

func (m *memory) of(pid int, now time.Time) int64 {
	if now.Sub(m.read) >= time.Second {
		m.read = now
		m.peak = max(m.peak, peakMemory(pid))
	}
	return m.peak
}
