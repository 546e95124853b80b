package delivery

import "time"

// Faults has deliveries go wrong on purpose.
type Faults interface {
	// Deliveries returns after which pauses a task that was just accepted is
	// delivered: once for each of them, of which there is at least one.
	Deliveries(kind string, payload []byte) []time.Duration
	// Retried is told of each further attempt that a task gets.
	Retried(kind string)
}

// Disturb has deliveries go wrong as faults says. Call it before the first task
// is accepted.
func (q *Queue) Disturb(faults Faults) { q.faults = faults }

// due is when a task is due: more than once if it is to be delivered twice.
func (q *Queue) due(kind string, payload []byte) []time.Time {
	if q.faults == nil {
		return []time.Time{{}}
	}
	var all []time.Time
	for _, pause := range q.faults.Deliveries(kind, payload) {
		at := time.Time{}
		if pause > 0 {
			at = time.Now().Add(pause)
		}
		all = append(all, at)
	}
	return all
}

// retried tells of a further attempt.
func (q *Queue) retried(task Task) {
	if q.faults != nil {
		q.faults.Retried(task.Kind)
	}
}
