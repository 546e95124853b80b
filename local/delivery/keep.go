package delivery

import (
	"fmt"
	"slices"

	"eda-demo/local/store"
)

// bucket holds the tasks that have not ended, by their ids.
const bucket = "delivery"

func (q *Queue) keep(tasks ...Task) error {
	return q.store.Update(func(tx *store.Tx) {
		for _, task := range tasks {
			tx.Put(bucket, task.ID, task)
		}
	})
}

func (q *Queue) forget(task Task) error {
	return q.store.Update(func(tx *store.Tx) { tx.Delete(bucket, task.ID) })
}

// left are the tasks in a store, the oldest first.
func left(kept *store.Store) ([]Task, error) {
	var tasks []Task
	err := store.LoadJSON(kept, bucket, func(_ string, task Task) error {
		tasks = append(tasks, task)
		return nil
	})
	slices.SortFunc(tasks, func(a, b Task) int { return a.Accepted.Compare(b.Accepted) })
	return tasks, err
}

// Resume takes up the tasks that earlier processes accepted and did not end,
// the oldest first. Call it once, when all kinds are registered and what the
// tasks are for exists.
func (q *Queue) Resume() error {
	if q.leftErr != nil {
		return fmt.Errorf("resume deliveries: %w", q.leftErr)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, task := range q.left {
		k := q.kinds[task.Kind]
		if k == nil {
			return fmt.Errorf("resume deliveries: nothing handles %q", task.Kind)
		}
		q.pending++
		q.begin(k, task)
	}
	q.left = nil
	return nil
}
