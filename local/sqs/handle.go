package sqs

import (
	"time"

	"eda-demo/local/store"
)

// remove deletes the message that was received with handle. As on AWS, a
// handle of an earlier reception, or of a message already gone, changes
// nothing and is no error.
func (q *queue) remove(handle string) error {
	id, err := idIn(q.name, handle)
	if err != nil {
		return err
	}
	if err := q.enter(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	m := q.messages[id]
	if m == nil || m.handle != handle {
		return nil
	}
	if err := q.keep(func(tx *store.Tx) { q.erase(tx, m) }); err != nil {
		return err
	}
	q.drop(m)
	return nil
}

// postpone hides a message in flight for another time from now on.
func (q *queue) postpone(handle string, visibility time.Duration) error {
	id, err := idIn(q.name, handle)
	if err != nil {
		return err
	}
	if err := q.enter(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	now := time.Now()
	q.surface(now)
	m := q.messages[id]
	switch {
	case m == nil || m.handle != handle:
		return invalidValue(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
	case m.hiddenUntil.IsZero():
		return prefixed("MessageNotInflight", "The message referred to is not in flight.")
	}
	next := *m
	next.hiddenUntil = now.Add(visibility)
	if err := q.keep(func(tx *store.Tx) { q.put(tx, &next) }); err != nil {
		return err
	}
	if visibility == 0 {
		q.land(m)
		q.show(m)
		return nil
	}
	q.hide(m, next.hiddenUntil)
	return nil
}

// purge deletes all messages; once in 60 seconds only.
func (q *queue) purge() error {
	if err := q.enter(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	now := time.Now()
	if !q.purged.IsZero() && now.Sub(q.purged) < time.Minute {
		return prefixed("PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	err := q.keep(func(tx *store.Tx) {
		for _, m := range q.messages {
			q.erase(tx, m)
		}
	})
	if err != nil {
		return err
	}
	q.purged = now
	for _, m := range q.messages {
		q.drop(m)
	}
	q.ready, q.hidden = nil, nil
	return nil
}
