package sqs

import (
	"container/heap"
	"sync"
	"time"

	"eda-demo/local/iam"
)

// maxInFlight is how many messages of a standard queue may be in flight.
const maxInFlight = 120000

// queue is a queue and its messages. All changes of its state are the methods
// in this file.
type queue struct {
	name    string
	arn     string
	url     string
	created time.Time

	mu       sync.Mutex
	settings settings
	modified time.Time
	tags     map[string]string
	purged   time.Time
	messages map[string]*message // by id
	ready    []*message          // can be received; may hold messages gone or hidden since
	hidden   wakeups
	inFlight int
	arrived  chan struct{} // closed when messages become ready, then replaced
}

func newQueue(name, arn, url string, initial settings, tags map[string]string) *queue {
	now := time.Now()
	return &queue{
		name: name, arn: arn, url: url, created: now, modified: now, settings: initial, tags: tags,
		messages: map[string]*message{}, arrived: make(chan struct{}),
	}
}

func (q *queue) current() settings {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.settings
}

func (q *queue) policy() *iam.Policy { return q.current().policy }

func (q *queue) configure(changed settings) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settings, q.modified = changed, time.Now()
}

// add takes a message that can be received after a delay.
func (q *queue) add(m *message, delay time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages[m.id] = m
	if delay > 0 {
		q.hide(m, time.Now().Add(delay))
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

// take receives up to limit messages and hides them for the given time. A
// message already received maxReceives times is returned among the dead
// instead and is no longer in the queue; 0 means no such limit.
func (q *queue) take(limit, maxReceives int, visibility time.Duration) (received []message, dead []*message, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	var taken []*message
	if q.inFlight >= maxInFlight {
		return nil, nil, legacy("OverLimit", "OverLimit", "The maximum number of in flight messages is reached.")
	}
	for len(q.ready) > 0 && len(received) < limit {
		m := q.ready[0]
		q.ready[0] = nil
		q.ready = q.ready[1:]
		switch {
		case m.gone || !m.hiddenUntil.IsZero():
		case q.expired(m, now):
			q.drop(m)
		case maxReceives > 0 && m.received >= maxReceives:
			q.drop(m)
			dead = append(dead, m)
		default:
			q.receive(m, now, visibility)
			received, taken = append(received, *m), append(taken, m)
		}
	}
	if visibility == 0 { // shown after all are taken: none is received twice in one call
		for _, m := range taken {
			q.show(m)
		}
	}
	return received, dead, nil
}

// receive notes a reception of m; q.mu is held.
func (q *queue) receive(m *message, now time.Time, visibility time.Duration) {
	m.received++
	m.handle = newHandle(q.name, m.id)
	if m.first.IsZero() {
		m.first = now
	}
	if visibility > 0 {
		q.inFlight++
		q.hide(m, now.Add(visibility))
	}
}

func (q *queue) expired(m *message, now time.Time) bool {
	return now.Sub(m.sent) >= q.settings.seconds("MessageRetentionPeriod")
}

// remove deletes the message that was received with handle. As on AWS, a
// handle of an earlier reception, or of a message already gone, changes
// nothing and is no error.
func (q *queue) remove(handle string) error {
	id, err := idIn(q.name, handle)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if m := q.messages[id]; m != nil && m.handle == handle {
		q.drop(m)
	}
	return nil
}

// postpone hides a message in flight for another time from now on.
func (q *queue) postpone(handle string, visibility time.Duration) error {
	id, err := idIn(q.name, handle)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	m := q.messages[id]
	switch {
	case m == nil || m.handle != handle:
		return invalidValue(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
	case m.hiddenUntil.IsZero():
		return prefixed("MessageNotInflight", "The message referred to is not in flight.")
	case visibility == 0:
		q.land(m)
		q.show(m)
	default:
		q.hide(m, now.Add(visibility))
	}
	return nil
}

// purge deletes all messages; once in 60 seconds only.
func (q *queue) purge() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if !q.purged.IsZero() && now.Sub(q.purged) < time.Minute {
		return prefixed("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	q.purged = now
	for _, m := range q.messages {
		q.drop(m)
	}
	q.ready, q.hidden = nil, nil
	return nil
}

// counts are the queue's numbers of messages.
type counts struct{ visible, inFlight, delayed int }

func (q *queue) count() counts {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	var c counts
	for _, m := range q.messages {
		switch {
		case q.expired(m, now):
			q.drop(m)
		case m.hiddenUntil.IsZero():
			c.visible++
		case m.received > 0:
			c.inFlight++
		default:
			c.delayed++
		}
	}
	return c
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
