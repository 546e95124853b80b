package stream

import (
	"fmt"
	"strconv"
	"time"

	"eda-demo/local/store"
)

// streamsBucket keeps what a stream is, by its ARN. The records of a stream are in a bucket of their own, by Sequence.
const streamsBucket = "dynamodb.streams"

func (s *Stream) bucket() string { return "dynamodb.records." + s.ARN }

// kept is a stream as the store has it.
type kept struct {
	Identity
	ClosedAt time.Time `json:",omitzero"`
}

// Keep puts what the stream is; closedAt is zero while it is enabled.
func (s *Stream) Keep(tx *store.Tx, closedAt time.Time) {
	tx.Put(streamsBucket, s.ARN, kept{s.Identity, closedAt})
}

// KeepDrafts puts the records that Publish is about to write.
func (s *Stream) KeepDrafts(tx *store.Tx) {
	for i := range s.drafts {
		tx.Put(s.bucket(), store.Sequence(uint64(s.drafts[i].Sequence)), s.drafts[i].appendBinary(nil))
	}
}

// Remove removes a stream with its records.
func (s *Stream) Remove(tx *store.Tx) {
	tx.Delete(streamsBucket, s.ARN)
	tx.Drop(s.bucket())
}

// Sweep removes the records that are too old from the store. The newest record stays there, whatever its age: it tells
// where the sequence goes on. One Sweep of a stream runs at a time.
func (s *Stream) Sweep(from *store.Store, now time.Time) error {
	if !from.Lasting() {
		return nil
	}
	s.mu.Lock()
	s.trim(now)
	until := min(s.last-int64(len(s.records)), s.last-1)
	s.mu.Unlock()
	if until <= s.swept {
		return nil
	}
	err := from.Update(func(tx *store.Tx) {
		for n := s.swept + 1; n <= until; n++ {
			tx.Delete(s.bucket(), store.Sequence(uint64(n)))
		}
	})
	if err != nil {
		return fmt.Errorf("trim stream %s: %w", s.ARN, err)
	}
	s.swept = until
	return nil
}

// Load returns all streams that are kept, with their records.
func Load(from *store.Store) ([]*Stream, error) {
	var streams []*Stream
	err := store.LoadJSON(from, streamsBucket, func(_ string, k kept) error {
		streams = append(streams, &Stream{Identity: k.Identity, closedAt: k.ClosedAt})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range streams {
		if err := from.Load(s.bucket(), s.load); err != nil {
			return nil, err
		}
	}
	return streams, nil
}

// load takes the next record.
func (s *Stream) load(key string, value []byte) error {
	sequence, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is no sequence", key)
	}
	if len(s.records) == 0 {
		s.swept, s.last = sequence-1, sequence-1
	}
	if sequence != s.last+1 {
		return fmt.Errorf("record %d follows record %d: there is a gap", sequence, s.last)
	}
	r, err := cutRecord(string(value))
	if err != nil {
		return fmt.Errorf("record %d: %w", sequence, err)
	}
	r.Sequence, s.last = sequence, sequence
	s.records = append(s.records, r)
	return nil
}
