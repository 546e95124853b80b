// Package stream is the change log of a table: DynamoDB Streams with one shard per stream.
//
// Behaviour and record format are those of the Amazon DynamoDB Developer Guide, "Change data capture for DynamoDB
// Streams", and of the DynamoDB Streams API reference, data types Record and StreamRecord.
package stream

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/dynamodb/attribute"
)

// Retention is how long records are kept.
const Retention = 24 * time.Hour

// ViewType tells what a record shows of the changed item.
type ViewType string

// The view types.
const (
	KeysOnly        ViewType = "KEYS_ONLY"
	NewImage        ViewType = "NEW_IMAGE"
	OldImage        ViewType = "OLD_IMAGE"
	NewAndOldImages ViewType = "NEW_AND_OLD_IMAGES"
)

// Valid tells whether the view type exists.
func (v ViewType) Valid() bool {
	return v == KeysOnly || v == NewImage || v == OldImage || v == NewAndOldImages
}

// Record is one change of an item.
type Record struct {
	EventID  string // 32 hexadecimal digits
	Sequence int64  // of the record in its stream, from 1
	Created  time.Time
	Keys     attribute.Map
	Old, New attribute.Map // the images that the view type shows; nil if there is none
	Event    string        // INSERT, MODIFY or REMOVE
	Expired  bool          // removed by Time to Live rather than by a client
	Size     int           // of keys and images, in bytes
}

// Identity is what is fixed about a stream.
type Identity struct {
	ARN     string
	Label   string // when the stream was enabled, the last part of the ARN
	Table   string
	Keys    []string // the table's key attributes: partition key, sort key
	View    ViewType
	Created time.Time
	ShardID string
}

// Stream is the log of one table from the moment the stream was enabled.
//
// The table writes to it, under a lock of its own: it drafts the records of a change, keeps them with the change, and
// then publishes them, or discards them if the change could not be kept. Everybody else reads.
type Stream struct {
	Identity

	drafts []Record // not written yet

	mu       sync.Mutex
	records  []Record // those kept, oldest first, without gaps
	last     int64    // the sequence of the newest record ever written
	changed  chan struct{}
	closedAt time.Time // zero while the stream is enabled

	swept int64 // records up to this sequence have left the store
}

// New returns a stream on the table with the given ARN.
func New(tableARN, tableName string, keys []string, view ViewType, now time.Time) *Stream {
	label := now.UTC().Format("2006-01-02T15:04:05.000")
	return &Stream{Identity: Identity{
		ARN: tableARN + "/stream/" + label, Label: label, Table: tableName, Keys: keys, View: view, Created: now,
		ShardID: fmt.Sprintf("shardId-%020d-%08x", now.UnixMilli(), uint32(now.UnixNano())),
	}}
}

// SequenceNumber writes a sequence as the API does: 21 digits.
func SequenceNumber(sequence int64) string { return fmt.Sprintf("1%020d", sequence) }

// ParseSequenceNumber is the inverse of SequenceNumber.
func ParseSequenceNumber(text string) (int64, error) {
	if len(text) != 21 || text[0] != '1' {
		return 0, fmt.Errorf("%q is not a sequence number of this stream", text)
	}
	sequence, err := strconv.ParseInt(text[1:], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a sequence number of this stream: %w", text, err)
	}
	return sequence, nil
}

// Draft prepares the record that an item changed from old to new; either is nil if the item did not or does not exist.
// A change that changed nothing is not recorded.
func (s *Stream) Draft(keys, old, new attribute.Map, expired bool) {
	if old == nil && new == nil || old != nil && new != nil && attribute.EqualItems(old, new) {
		return
	}
	r := s.record(keys, old, new)
	r.Sequence, r.Expired = s.last+1+int64(len(s.drafts)), expired
	s.drafts = append(s.drafts, r)
}

// Publish writes the drafts.
func (s *Stream) Publish() {
	if len(s.drafts) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(s.drafts[0].Created)
	s.last += int64(len(s.drafts))
	s.records = append(s.records, s.drafts...)
	s.Discard()
	s.announce()
}

// Discard forgets the drafts.
func (s *Stream) Discard() {
	clear(s.drafts)
	s.drafts = s.drafts[:0]
}

func (s *Stream) record(keys, old, new attribute.Map) Record {
	id := uuid.New()
	r := Record{EventID: fmt.Sprintf("%x", id[:]), Created: time.Now(), Keys: keys, Event: "MODIFY"}
	switch {
	case old == nil:
		r.Event = "INSERT"
	case new == nil:
		r.Event = "REMOVE"
	}
	if s.View == OldImage || s.View == NewAndOldImages {
		r.Old = old
	}
	if s.View == NewImage || s.View == NewAndOldImages {
		r.New = new
	}
	r.Size = attribute.ItemSize(keys) + attribute.ItemSize(r.Old) + attribute.ItemSize(r.New)
	return r
}

// trim drops records that are too old.
func (s *Stream) trim(now time.Time) {
	n := 0
	for n < len(s.records) && now.Sub(s.records[n].Created) >= Retention {
		n++
	}
	clear(s.records[:n])
	s.records = s.records[n:]
}

func (s *Stream) announce() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Changed returns a channel that is closed when the next record is written or the stream is closed. A reader takes the
// channel first and reads then, so that it misses nothing.
func (s *Stream) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
		if s.closed() {
			close(s.changed)
		}
	}
	return s.changed
}

// Close ends the stream: nothing is written any more, what it holds stays readable.
func (s *Stream) Close(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closedAt = now
	s.announce()
}

// Closed tells whether the stream was closed.
func (s *Stream) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed()
}

// closed needs the lock.
func (s *Stream) closed() bool { return !s.closedAt.IsZero() }

// Range tells the sequences of the oldest and the newest record kept (first is last+1 if there is none), and whether
// the stream is closed.
func (s *Stream) Range() (first, last int64, closed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim(time.Now())
	return s.last + 1 - int64(len(s.records)), s.last, s.closed()
}

// Gone tells whether the stream was closed longer ago than its records are kept.
func (s *Stream) Gone(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed() && now.Sub(s.closedAt) >= Retention
}
