// Package delivery is the one queue through which everything passes that the
// runner has accepted and not yet delivered: events on their way to targets,
// asynchronous invocations, notifications. It owns when and how often a task
// is tried; what a task does, and what happens when it is given up, is the
// handler's matter.
//
// A task is delivered at least once. It is in the store from its acceptance to
// its end, so that it outlives the process; what an attempt was doing when the
// process ended is done again.
package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/store"
)

// Task is one thing to deliver.
type Task struct {
	ID       string
	Kind     string
	Payload  []byte
	Accepted time.Time
	// Attempts counts the attempts already made.
	Attempts int
	// NotBefore is when the next attempt is due.
	NotBefore time.Time
}

// Verdict is what came of an attempt: the zero value ends the task.
type Verdict struct {
	retry    bool
	after    time.Duration
	unscaled bool
	payload  []byte // replaces the task's, if not nil
}

// Done ends the task: it is delivered, or dead-lettered.
func Done() Verdict { return Verdict{} }

// RetryAfter has the task tried again after a pause.
func RetryAfter(pause time.Duration) Verdict { return Verdict{retry: true, after: pause} }

// With has the next attempt see another payload: what the handler needs to
// remember of this one.
func (v Verdict) With(payload []byte) Verdict {
	v.payload = payload
	return v
}

// Handler makes one attempt. The context is done when the queue is closed. It
// may be called twice for one task. One that panics is called again.
type Handler func(ctx context.Context, task Task) Verdict

// Queue runs tasks. It is safe for concurrent use.
type Queue struct {
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	scale  float64
	store  *store.Store
	faults Faults // nil if there are none
	// left is what earlier processes left to do, until Resume.
	left    []Task
	leftErr error

	mu      sync.Mutex
	kinds   map[string]*kind
	timers  map[string]*time.Timer // tasks that pause, by id
	pending int                    // tasks accepted and not ended
	running sync.WaitGroup
	closed  bool
}

// kind is the tasks that share a handler and its workers.
type kind struct {
	handler Handler
	workers int // at most
	busy    int // now
	waiting []Task
}

// New returns a running queue that keeps its tasks in a store. Pauses between
// attempts are multiplied by scale: 1 is as on AWS, less makes tests faster.
func New(log *slog.Logger, scale float64, kept *store.Store) *Queue {
	ctx, cancel := context.WithCancel(context.Background())
	q := &Queue{
		log: log, ctx: ctx, cancel: cancel, scale: scale, store: kept,
		kinds: map[string]*kind{}, timers: map[string]*time.Timer{},
	}
	q.left, q.leftErr = left(kept)
	return q
}

// Handle registers the handler of a kind of tasks, at most workers of which
// run at a time. Register before the first task of the kind is accepted.
// Registering a kind twice, or without workers, is a programming error.
func (q *Queue) Handle(name string, workers int, handler Handler) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if workers < 1 {
		panic("delivery: no workers for kind " + name)
	}
	if q.kinds[name] != nil {
		panic("delivery: kind " + name + " registered twice")
	}
	q.kinds[name] = &kind{handler: handler, workers: workers}
}

// Accept takes responsibility for tasks of the named kind, one for each
// payload: for all of them, or with an error for none. The payloads must not be
// changed afterwards.
func (q *Queue) Accept(kindName string, payloads ...[]byte) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	k := q.kinds[kindName]
	if k == nil {
		return fmt.Errorf("accept a task: nothing handles %q", kindName)
	}
	if q.closed {
		return fmt.Errorf("accept a %s task: the queue is closed", kindName)
	}
	var tasks []Task
	for _, payload := range payloads {
		for _, due := range q.due(kindName, payload) {
			tasks = append(tasks, Task{ID: uuid.NewString(), Kind: kindName, Payload: payload, Accepted: time.Now(), NotBefore: due})
		}
	}
	if err := q.keep(tasks...); err != nil {
		return fmt.Errorf("accept a %s task: %w", kindName, err)
	}
	q.pending += len(tasks)
	for _, task := range tasks {
		q.begin(k, task)
	}
	return nil
}

// begin has a task run when it is due; q.mu is held.
func (q *Queue) begin(k *kind, task Task) {
	if pause := time.Until(task.NotBefore); pause > 0 {
		q.pause(k, task, pause)
		return
	}
	q.push(k, task)
}

// push appends a task and starts a worker for it if one is free; q.mu is held.
func (q *Queue) push(k *kind, task Task) {
	k.waiting = append(k.waiting, task)
	if k.busy < k.workers {
		k.busy++
		q.running.Add(1)
		go q.work(k)
	}
}

func (q *Queue) work(k *kind) {
	defer q.running.Done()
	for {
		task, ok := q.next(k)
		if !ok {
			return
		}
		q.settle(k, task, q.attempt(k, task))
	}
}

// next takes the oldest waiting task; without one the worker ends.
func (q *Queue) next(k *kind) (Task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(k.waiting) == 0 || q.closed {
		k.busy--
		return Task{}, false
	}
	task := k.waiting[0]
	k.waiting[0] = Task{} // its payload may go
	k.waiting = k.waiting[1:]
	return task, true
}

// panicPause is the pause after a handler that panicked. It is not scaled:
// it keeps a broken handler from filling the log.
const panicPause = time.Second

func (q *Queue) attempt(k *kind, task Task) (verdict Verdict) {
	defer func() {
		if cause := recover(); cause != nil {
			q.log.Error("delivery panicked", "kind", task.Kind, "task", task.ID, "cause", cause, "stack", string(debug.Stack()))
			verdict = Verdict{retry: true, after: panicPause, unscaled: true}
		}
	}()
	return k.handler(q.ctx, task)
}

// settle does what the verdict on an attempt says. That the store could not
// be told is logged only: then the attempt is made again by the next process.
func (q *Queue) settle(k *kind, task Task, verdict Verdict) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !verdict.retry {
		q.pending--
		q.check(q.forget(task))
		return
	}
	if q.closed {
		return
	}
	task.Attempts++
	q.retried(task)
	if verdict.payload != nil {
		task.Payload = verdict.payload
	}
	pause := verdict.after
	if !verdict.unscaled {
		pause = time.Duration(float64(pause) * q.scale)
	}
	task.NotBefore = time.Now().Add(pause)
	q.check(q.keep(task))
	q.pause(k, task, pause)
}

func (q *Queue) check(err error) {
	if err != nil {
		q.log.Error("the delivery queue can't keep its tasks", "error", err)
	}
}

// pause has a task wait; q.mu is held.
func (q *Queue) pause(k *kind, task Task, pause time.Duration) {
	q.timers[task.ID] = time.AfterFunc(pause, func() { q.resume(k, task) })
}

func (q *Queue) resume(k *kind, task Task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.timers, task.ID)
	if !q.closed {
		q.push(k, task)
	}
}

// Pending returns how many tasks wait for their first or next attempt or are
// being attempted, of all kinds. After Close, it is how many were dropped.
func (q *Queue) Pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending
}

// Close stops the queue: running attempts are told by their context and waited
// for, waiting tasks are dropped. A handler must not call it.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	for _, timer := range q.timers {
		timer.Stop()
	}
	clear(q.timers)
	q.mu.Unlock()
	q.cancel()
	q.running.Wait()
}
