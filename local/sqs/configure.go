package sqs

import (
	"time"

	"eda-demo/local/store"
)

// change is what a queue is to become. Settings and tags are replaced, never
// changed.
type change struct {
	queue    *queue
	settings settings
	tags     map[string]string
}

// configure has alter change the settings and tags of queues: of all of them,
// or with an error of none.
func (s *Service) configure(queues []*queue, alter func(*change) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	changes := make([]change, len(queues))
	for i, q := range queues {
		before := q.current()
		changes[i] = change{q, before, q.currentTags()}
		if err := alter(&changes[i]); err != nil {
			return err
		}
		if changes[i].settings.texts["RedrivePolicy"] == before.texts["RedrivePolicy"] {
			continue // its target may be gone
		}
		if err := s.checkRedrive(q.arn, changes[i].settings); err != nil {
			return err
		}
	}
	return s.apply(changes)
}

// apply makes changes, if all their queues are still there; s.changing is held.
func (s *Service) apply(changes []change) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, c := range changes {
		if s.queues[c.queue.name] != c.queue {
			return noSuchQueue()
		}
	}
	now := time.Now()
	err := s.kept.Update(func(tx *store.Tx) {
		for _, c := range changes {
			tx.Put(queuesKept, c.queue.name, c.queue.record(c.settings, c.tags, now))
		}
	})
	if err != nil {
		return err
	}
	for _, c := range changes {
		c.queue.configure(c.settings, c.tags, now)
	}
	return nil
}

func (q *queue) configure(set settings, tags map[string]string, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settings, q.tags, q.modified = set, tags, now
}
