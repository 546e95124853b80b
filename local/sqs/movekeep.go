package sqs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"eda-demo/local/store"
)

// movesKept is the bucket of the tasks that move messages, by number.
const movesKept = "sqs/moves"

// keptMove is a task in the store.
type keptMove struct {
	ID, Source, Destination string // queues by ARN
	PerSecond, ToMove       int
	Started                 time.Time
	progress
}

// progress is what changes while a task runs.
type progress struct {
	Status string
	Moved  int
	Reason string `json:",omitempty"`
}

func (t *moveTask) key() string { return store.Sequence(t.number) }

// advance changes the task's progress, in the store first.
func (t *moveTask) advance(next progress) error {
	if t.source.kept.Lasting() && !t.abandoned {
		err := t.source.kept.Update(func(tx *store.Tx) { tx.Put(movesKept, t.key(), t.record(next)) })
		if err != nil {
			return err
		}
	}
	t.progress = next
	return nil
}

func (t *moveTask) record(now progress) keptMove {
	return keptMove{t.id, t.source.arn, t.destination, t.perSecond, t.toMove, t.started, now}
}

// loadTasks takes over the tasks of an earlier run, and goes on with those that
// were running.
func (s *Service) loadTasks() error {
	var cancels []*moveTask
	err := store.LoadJSON(s.kept, movesKept, func(key string, k keptMove) error {
		number, err := strconv.ParseUint(key, 10, 64)
		if err != nil {
			return fmt.Errorf("key of the move task %s: %w", k.ID, err)
		}
		s.lastTask = number
		source := s.byARN(k.Source)
		if source == nil {
			return nil // deleted since
		}
		task := &moveTask{
			number: number, id: k.ID, source: source, destination: k.Destination, perSecond: k.PerSecond,
			started: k.Started, toMove: k.ToMove, progress: k.progress,
		}
		s.tasks = append(s.tasks, task)
		if task.Status == cancelling {
			cancels = append(cancels, task)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, task := range cancels {
		task.finish(cancelled, nil)
	}
	for _, task := range s.tasks {
		if task.active() {
			s.launch(task)
		}
	}
	return nil
}

// launch runs a task in the background.
func (s *Service) launch(task *moveTask) {
	ctx, cancel := context.WithCancel(context.Background())
	task.cancel = cancel
	go s.run(ctx, task)
}
