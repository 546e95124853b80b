package eventbridge

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"eda-demo/local/store"
)

// maxArchiveBytes bounds the events of an archive, counted as JSON: about
// 100,000 of them. Beyond it the oldest go, which AWS would keep.
const maxArchiveBytes = 64 << 20

// shelf holds the events of an archive, in the order of their arrival. It is
// safe for concurrent use.
type shelf struct {
	store  *store.Store
	bucket string

	mu     sync.Mutex
	events []archived
	bytes  int64
	last   uint64 // sequence of the event that came last; 0 before the first
}

// archived is an event in an archive.
type archived struct {
	sequence uint64
	at       time.Time // of the event: what replays go by
	arrived  time.Time // what the retention counts from
	json     []byte
}

// keptEvent is an archived event in the store.
type keptEvent struct {
	Arrived time.Time       `json:"arrived"`
	Event   json.RawMessage `json:"event"`
}

func archiveBucket(archive string) string { return "events-archive/" + archive }

// emptyShelf returns a shelf without what an earlier archive of that name had.
func (s *Service) emptyShelf(archive string) (*shelf, error) {
	f := &shelf{store: s.Store, bucket: archiveBucket(archive)}
	return f, f.drop()
}

// keptShelf returns a shelf with what the store has of it.
func (s *Service) keptShelf(archive string) (*shelf, error) {
	f := &shelf{store: s.Store, bucket: archiveBucket(archive)}
	err := s.Store.Load(f.bucket, func(key string, raw []byte) error {
		var kept keptEvent
		if err := json.Unmarshal(raw, &kept); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		var sequence uint64
		if _, err := fmt.Sscanf(key, "%d", &sequence); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		at, err := timeOf(kept.Event)
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		f.put(archived{sequence, at, kept.Arrived, kept.Event})
		return nil
	})
	return f, err
}

func timeOf(event []byte) (time.Time, error) {
	var head eventHead
	err := json.Unmarshal(event, &head)
	return head.Time, err
}

// add keeps an event, and drops those that are too old or too many.
func (f *shelf) add(event *envelope, retention time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	added := archived{f.last + 1, event.at, event.ingested, event.json}
	gone := f.surplus(retention, int64(len(added.json)))
	err := f.store.Update(func(tx *store.Tx) {
		for _, old := range f.events[:gone] {
			tx.Delete(f.bucket, store.Sequence(old.sequence))
		}
		tx.Put(f.bucket, store.Sequence(added.sequence), keptEvent{added.arrived, added.json})
	})
	if err != nil {
		return err
	}
	f.cut(gone)
	f.put(added)
	return nil
}

// put appends an event; f.mu is held, or nobody else knows the shelf.
func (f *shelf) put(added archived) {
	f.events = append(f.events, added)
	f.bytes += int64(len(added.json))
	f.last = added.sequence
}

// surplus counts the oldest events that have to go: those past the retention,
// 0 being without end, and those that leave no room for more bytes.
func (f *shelf) surplus(retention time.Duration, more int64) int {
	left, gone := f.bytes+more, 0
	for _, old := range f.events {
		expired := retention > 0 && time.Since(old.arrived) >= retention
		if !expired && left <= maxArchiveBytes {
			break
		}
		left -= int64(len(old.json))
		gone++
	}
	return gone
}

func (f *shelf) cut(gone int) {
	for i := range gone {
		f.bytes -= int64(len(f.events[i].json))
		f.events[i] = archived{} // its bytes may go
	}
	f.events = f.events[gone:]
}

// size counts the events that are not past the retention, and their bytes.
func (f *shelf) size(retention time.Duration) (count int, bytes int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range f.events[f.surplus(retention, 0):] {
		count++
		bytes += int64(len(e.json))
	}
	return count, bytes
}

// lastSequence is that of the event that came last, 0 before the first.
func (f *shelf) lastSequence() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last
}

// minute returns, in the order of arrival, at most limit events of the earliest
// minute that has any at or after from and before until. Within the minute it
// goes on after a sequence, and it ends with another one: what came later is
// not looked at. more tells that the minute has further events.
func (f *shelf) minute(from, until time.Time, after, through uint64, retention time.Duration, limit int) (events []archived, start time.Time, more bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	shelved := f.events[f.surplus(retention, 0):]
	wanted := func(e archived) bool {
		return e.sequence <= through && !e.at.Before(from) && e.at.Before(until) &&
			(e.sequence > after || !e.at.Truncate(time.Minute).Equal(from.Truncate(time.Minute)))
	}
	found := false
	for _, e := range shelved {
		if at := e.at.Truncate(time.Minute); wanted(e) && (!found || at.Before(start)) {
			start, found = at, true
		}
	}
	for _, e := range shelved {
		if !wanted(e) || !e.at.Truncate(time.Minute).Equal(start) {
			continue
		}
		if len(events) == limit {
			return events, start, true
		}
		events = append(events, e)
	}
	return events, start, false
}

// drop removes all events from the store.
func (f *shelf) drop() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.store.Update(func(tx *store.Tx) { tx.Drop(f.bucket) }); err != nil {
		return err
	}
	f.events, f.bytes, f.last = nil, 0, 0
	return nil
}
