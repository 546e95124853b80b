package sqs

import (
	"container/heap"
	"sync"
	"sync/atomic"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// maxInFlight is how many messages of a standard queue may be in flight.
const maxInFlight = 120000

// queue is a queue and its messages. All changes of its state are the methods
// in this file, handle.go and take.go. They are made in the store first.
type queue struct {
	name       string
	arn        string
	url        string
	created    time.Time
	kept       *store.Store
	lastNumber *atomic.Uint64 // of all queues' messages

	mu       sync.Mutex
	gone     bool // deleted
	settings settings
	modified time.Time
	tags     map[string]string
	purged   time.Time
	messages map[string]*message // by id
	ready    []*message          // can be received; may hold messages gone or hidden since
	hidden   wakeups
	inFlight int
	arrived  chan struct{} // closed when messages become ready, then replaced; closed for good when the queue is deleted
}

func (s *Service) newQueue(name string, initial settings, tags map[string]string) *queue {
	now := time.Now()
	return &queue{
		name: name, arn: s.arn(name), url: s.url(name), created: now, modified: now, settings: initial, tags: tags,
		kept: s.kept, lastNumber: s.lastNumber, messages: map[string]*message{}, arrived: make(chan struct{}),
	}
}

// create keeps a new queue.
func (q *queue) create() error {
	return q.keep(func(tx *store.Tx) { tx.Put(queuesKept, q.name, q.record(q.settings, q.tags, q.modified)) })
}

// end deletes the queue, and with it what others erase. Whoever waits for its
// messages is woken and finds no queue.
func (q *queue) end(others func(*store.Tx)) error {
	if err := q.enter(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	err := q.keep(func(tx *store.Tx) {
		tx.Drop(q.bucket())
		tx.Delete(queuesKept, q.name)
		others(tx)
	})
	if err != nil {
		return err
	}
	q.gone = true
	q.messages, q.ready, q.hidden = nil, nil, nil
	close(q.arrived)
	return nil
}

// enter locks the queue, unless it was deleted since it was found.
func (q *queue) enter() error {
	q.mu.Lock()
	if q.gone {
		q.mu.Unlock()
		return noSuchQueue()
	}
	return nil
}

func (q *queue) current() settings {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.settings
}

// currentTags returns the tags, which are replaced, never changed.
func (q *queue) currentTags() map[string]string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.tags
}

func (q *queue) policy() *iam.Policy { return q.current().policy }

// add takes a message that can be received after a delay.
func (q *queue) add(m *message, delay time.Duration) error {
	if err := q.enter(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	now := time.Now()
	m.number = q.lastNumber.Add(1)
	if delay > 0 {
		m.hiddenUntil = now.Add(delay)
	}
	if err := q.keep(func(tx *store.Tx) { q.put(tx, m) }); err != nil {
		return err
	}
	q.place(m, now)
	return nil
}

// admit takes messages that the store has in this queue already.
func (q *queue) admit(all []*message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range all {
		q.place(m, time.Now())
	}
}

// place puts a message among the visible or hidden ones; q.mu is held.
func (q *queue) place(m *message, now time.Time) {
	q.messages[m.id] = m
	if m.hiddenUntil.After(now) {
		q.hide(m, m.hiddenUntil)
		return
	}
	q.show(m)
}

// show makes m receivable and wakes those who wait; q.mu is held.
func (q *queue) show(m *message) {
	m.hiddenUntil = time.Time{}
	q.ready = append(q.ready, m)
	close(q.arrived)
	q.arrived = make(chan struct{})
}

// hide keeps m from being received until then; q.mu is held.
func (q *queue) hide(m *message, until time.Time) {
	m.hiddenUntil = until
	heap.Push(&q.hidden, wakeup{until, m})
}

// surface shows what was hidden until now; q.mu is held.
func (q *queue) surface(now time.Time) {
	for len(q.hidden) > 0 && !q.hidden[0].at.After(now) {
		due := heap.Pop(&q.hidden).(wakeup)
		if due.message.gone || !due.message.hiddenUntil.Equal(due.at) {
			continue // it went, or its timeout was changed since
		}
		q.land(due.message)
		q.show(due.message)
	}
}

// land ends the flight of a message, if it is in flight; q.mu is held.
func (q *queue) land(m *message) {
	if m.received > 0 && !m.hiddenUntil.IsZero() {
		q.inFlight--
	}
}

// drop forgets a message; q.mu is held.
func (q *queue) drop(m *message) {
	q.land(m)
	m.gone = true
	delete(q.messages, m.id)
}

func (q *queue) expired(m *message, now time.Time) bool {
	return now.Sub(m.sent) >= q.settings.seconds("MessageRetentionPeriod")
}

// next tells when to look again: arrival is closed when a message comes, and
// at the returned time one that is hidden now can be received.
func (q *queue) next() (arrival <-chan struct{}, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.hidden) > 0 {
		at = q.hidden[0].at
	}
	return q.arrived, at
}
