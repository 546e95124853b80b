package sqs

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"eda-demo/local/store"
)

// Buckets of the store: queues by name, and for each queue its messages by
// number.
const (
	queuesKept   = "sqs/queues"
	messagesKept = "sqs/messages/"
)

// keptQueue is a queue in the store.
type keptQueue struct {
	Attributes        map[string]string
	Tags              map[string]string
	Created, Modified time.Time
}

func (q *queue) record(set settings, tags map[string]string, modified time.Time) keptQueue {
	return keptQueue{set.attributes(), tags, q.created, modified}
}

// keptMessage is a message in the store.
type keptMessage struct {
	ID, Body             string
	Sender, Group, Trace string               `json:",omitempty"`
	User                 map[string]attribute `json:",omitempty"`
	Sent                 time.Time
	Source               string `json:",omitempty"`
	Received             int    `json:",omitempty"`
	First, HiddenUntil   time.Time
	Handle               string `json:",omitempty"`
}

// MarshalJSON encodes the message for the store. It is called only if
// anything is kept.
func (m *message) MarshalJSON() ([]byte, error) {
	return json.Marshal(keptMessage{
		ID: m.id, Body: m.body, Sender: m.sender, Group: m.group, Trace: m.trace, User: m.user, Sent: m.sent,
		Source: m.source, Received: m.received, First: m.first, HiddenUntil: m.hiddenUntil, Handle: m.handle,
	})
}

func (k keptMessage) message(number uint64) *message {
	return &message{
		number: number, id: k.ID, body: k.Body, digest: digest(k.Body), sender: k.Sender, group: k.Group, trace: k.Trace,
		user: k.User, sent: k.Sent, source: k.Source, received: k.Received, first: k.First, hiddenUntil: k.HiddenUntil, handle: k.Handle,
	}
}

// keep makes changes in the store, if it lasts; q.mu is held.
func (q *queue) keep(change func(*store.Tx)) error {
	if !q.kept.Lasting() {
		return nil
	}
	return q.kept.Update(change)
}

func (q *queue) put(tx *store.Tx, m *message) { tx.Put(q.bucket(), store.Sequence(m.number), m) }

func (q *queue) erase(tx *store.Tx, m *message) { tx.Delete(q.bucket(), store.Sequence(m.number)) }

func (q *queue) bucket() string { return messagesKept + q.name }

// load takes over the queues that an earlier run has left.
func (s *Service) load() error {
	err := store.LoadJSON(s.kept, queuesKept, func(name string, k keptQueue) error {
		set, err := defaultSettings().with(k.Attributes)
		if err != nil {
			return fmt.Errorf("queue %s: %w", name, err)
		}
		q := s.newQueue(name, set, k.Tags)
		q.created, q.modified = k.Created, k.Modified
		s.queues[name] = q
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range s.queues {
		if err := q.load(time.Now()); err != nil {
			return err
		}
	}
	return s.loadTasks()
}

// load takes over the queue's messages in the order in which they came. Those
// in flight or delayed become visible when they would have without the
// interruption.
func (q *queue) load(now time.Time) error {
	return store.LoadJSON(q.kept, q.bucket(), func(key string, k keptMessage) error {
		number, err := strconv.ParseUint(key, 10, 64)
		if err != nil {
			return fmt.Errorf("key of a message of queue %s: %w", q.name, err)
		}
		q.lastNumber.Store(max(q.lastNumber.Load(), number))
		m := k.message(number)
		if m.hiddenUntil.After(now) && m.received > 0 {
			q.inFlight++
		}
		q.place(m, now)
		return nil
	})
}
