package sqs

import (
	"time"

	"eda-demo/local/store"
)

// taking is what a call to receive asks for.
type taking struct {
	limit      int
	visibility time.Duration // how long what is received is hidden
	// maxReceives is how often a message can be received before it goes to the
	// queue deadLetters; 0 for any number.
	maxReceives int
	deadLetters *queue
}

// haul is what such a call takes out of the ready messages, before anything is
// changed.
type haul struct {
	looked   int // how many of the ready ones
	taken    []*message
	received []message // those taken as they will be, in the same order
	gone     []*message
	dead     []*message // in the dead-letter queue, of some that go
}

// take receives messages and hides them. Messages that were received too often
// are no longer in the queue; the store has them in the dead-letter queue, to
// which the caller gives them.
func (q *queue) take(t taking) (received []message, dead []*message, err error) {
	if err := q.enter(); err != nil {
		return nil, nil, err
	}
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	if q.inFlight >= maxInFlight {
		return nil, nil, legacy("OverLimit", "OverLimit", "The maximum number of in flight messages is reached.")
	}
	h := q.haul(t, now)
	if h.looked == 0 {
		return nil, nil, nil
	}
	if err := q.keep(func(tx *store.Tx) { q.store(tx, h, t.deadLetters) }); err != nil {
		return nil, nil, err
	}
	clear(q.ready[:h.looked])
	q.ready = q.ready[h.looked:]
	for _, m := range h.gone {
		q.drop(m)
	}
	for i, m := range h.taken {
		q.receive(m, h.received[i], now)
	}
	return h.received, h.dead, nil
}

// haul chooses what to take; q.mu is held.
func (q *queue) haul(t taking, now time.Time) haul {
	var h haul
	for _, m := range q.ready {
		if len(h.taken) == t.limit {
			break
		}
		h.looked++
		switch {
		case m.gone || !m.hiddenUntil.IsZero():
		case q.expired(m, now):
			h.gone = append(h.gone, m)
		case t.maxReceives > 0 && m.received >= t.maxReceives:
			letter := m.copy()
			letter.number, letter.source = q.lastNumber.Add(1), q.arn
			h.gone, h.dead = append(h.gone, m), append(h.dead, letter)
		default:
			h.taken, h.received = append(h.taken, m), append(h.received, q.afterReception(m, now, t.visibility))
		}
	}
	return h
}

// afterReception is m as it will be when received.
func (q *queue) afterReception(m *message, now time.Time, visibility time.Duration) message {
	next := *m
	next.received++
	next.handle = newHandle(q.name, m.id)
	if next.first.IsZero() {
		next.first = now
	}
	if visibility > 0 {
		next.hiddenUntil = now.Add(visibility)
	}
	return next
}

func (q *queue) store(tx *store.Tx, h haul, deadLetters *queue) {
	for i := range h.received {
		q.put(tx, &h.received[i])
	}
	for _, m := range h.gone {
		q.erase(tx, m)
	}
	for _, m := range h.dead {
		deadLetters.put(tx, m)
	}
}

// receive changes m to what a reception makes of it; q.mu is held.
func (q *queue) receive(m *message, next message, now time.Time) {
	m.received, m.first, m.handle = next.received, next.first, next.handle
	if next.hiddenUntil.After(now) {
		q.inFlight++
		q.hide(m, next.hiddenUntil)
		return
	}
	q.show(m)
}
