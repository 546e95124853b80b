package sqs

import (
	"time"

	"eda-demo/local/store"
)

// counts are the queue's numbers of messages.
type counts struct{ visible, inFlight, delayed int }

// count counts the messages, after those beyond their retention are gone.
func (q *queue) count() (counts, error) {
	if err := q.enter(); err != nil {
		return counts{}, err
	}
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	if err := q.expire(now); err != nil {
		return counts{}, err
	}
	var c counts
	for _, m := range q.messages {
		switch {
		case m.hiddenUntil.IsZero():
			c.visible++
		case m.received > 0:
			c.inFlight++
		default:
			c.delayed++
		}
	}
	return c, nil
}

// expire drops the messages beyond their retention; q.mu is held.
func (q *queue) expire(now time.Time) error {
	var old []*message
	for _, m := range q.messages {
		if q.expired(m, now) {
			old = append(old, m)
		}
	}
	if len(old) == 0 {
		return nil
	}
	err := q.keep(func(tx *store.Tx) {
		for _, m := range old {
			q.erase(tx, m)
		}
	})
	if err != nil {
		return err
	}
	for _, m := range old {
		q.drop(m)
	}
	return nil
}
