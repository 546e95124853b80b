package stream

import (
	"errors"
	"slices"
	"time"
)

// Limits of one read.
const (
	MaxRecords = 1000
	maxBytes   = 1 << 20
)

// ErrTrimmed tells that a position lies before the oldest record kept.
var ErrTrimmed = errors.New("the position is beyond the trim horizon")

// Read returns up to limit records and 1 MB of them, from the one with the given sequence on. next is where to go on,
// and 0 if the stream is closed and all was read.
func (s *Stream) Read(from int64, limit int) (records []Record, next int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(time.Now())
	first := s.last + 1 - int64(len(s.records))
	if from < first {
		return nil, 0, ErrTrimmed
	}
	at := min(int(from-first), len(s.records))
	end, size := at, 0
	for end < len(s.records) && end-at < limit && size < maxBytes {
		size += s.records[end].Size
		end++
	}
	if s.closed() && end == len(s.records) {
		return slices.Clone(s.records[at:end]), 0, nil
	}
	return slices.Clone(s.records[at:end]), from + int64(end-at), nil
}
