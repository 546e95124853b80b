package sqs

import (
	"context"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// moveTask moves the messages of a dead-letter queue back to where they came
// from, or to another queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
type moveTask struct {
	number      uint64 // its key in the store
	id          string
	source      *queue
	destination string // ARN; "" for each message's own source
	perSecond   int    // 0: as fast as possible
	started     time.Time
	toMove      int
	cancel      context.CancelFunc

	mu        sync.Mutex
	abandoned bool // its queue was deleted: nothing of it is kept any more
	progress
}

const (
	running    = "RUNNING"
	completed  = "COMPLETED"
	cancelling = "CANCELLING"
	cancelled  = "CANCELLED"
	failed     = "FAILED"
)

type startMoveInput struct {
	SourceArn                    string
	DestinationArn               string
	MaxNumberOfMessagesPerSecond *resource.Int
}

type taskHandleOutput struct{ TaskHandle string }

func (s *Service) startMoveAccess(_ context.Context, in *startMoveInput) ([]iam.Access, error) {
	accesses := []iam.Access{
		s.accessByARN("sqs:StartMessageMoveTask", in.SourceArn),
		s.accessByARN("sqs:ReceiveMessage", in.SourceArn),
		s.accessByARN("sqs:DeleteMessage", in.SourceArn),
	}
	if in.DestinationArn != "" {
		accesses = append(accesses, s.accessByARN("sqs:SendMessage", in.DestinationArn))
	}
	return accesses, nil
}

func (s *Service) accessByARN(action, arn string) iam.Access {
	access := iam.Access{Action: action, Resource: arn}
	if q := s.byARN(arn); q != nil {
		access.ResourcePolicy = q.policy()
	}
	return access
}

const maxPerSecond = 500

func (s *Service) startMove(_ context.Context, in *startMoveInput) (*taskHandleOutput, error) {
	source := s.byARN(in.SourceArn)
	if source == nil || in.DestinationArn != "" && s.byARN(in.DestinationArn) == nil {
		return nil, noSuchResource()
	}
	if len(s.sourcesOf(source)) == 0 {
		return nil, failure("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
	}
	if !within(in.MaxNumberOfMessagesPerSecond, 1, maxPerSecond) {
		return nil, invalidValue(*in.MaxNumberOfMessagesPerSecond, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500.")
	}
	waiting, err := source.count()
	if err != nil {
		return nil, err
	}
	task := &moveTask{
		id: uuid.NewString(), source: source, destination: in.DestinationArn,
		started: time.Now(), toMove: waiting.visible, progress: progress{Status: running},
	}
	if in.MaxNumberOfMessagesPerSecond != nil {
		task.perSecond = int(*in.MaxNumberOfMessagesPerSecond)
	}
	if err := s.addTask(task); err != nil {
		return nil, err
	}
	return &taskHandleOutput{task.handle()}, nil
}

func noSuchResource() *frontdoor.Error {
	return &frontdoor.Error{Code: "ResourceNotFoundException", QueryCode: "ResourceNotFoundException", Status: 404,
		Message: "The resource that you specified for the SourceArn parameter doesn't exist."}
}

// keptTasks is how many finished tasks of all queues are remembered.
const keptTasks = 100

func (s *Service) addTask(task *moveTask) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.tasks {
		if other.source == task.source && other.active() {
			return prefixed("UnsupportedOperation", "There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		}
	}
	task.number = s.lastTask + 1
	if err := task.advance(task.progress); err != nil {
		return err
	}
	s.lastTask = task.number
	s.tasks = append(s.tasks, task)
	s.launch(task)
	return s.trimTasks()
}

// trimTasks forgets the oldest task if there are too many; s.mu is held.
func (s *Service) trimTasks() error {
	oldest := s.tasks[0]
	if len(s.tasks) <= keptTasks || oldest.active() {
		return nil
	}
	if err := s.kept.Update(func(tx *store.Tx) { tx.Delete(movesKept, oldest.key()) }); err != nil {
		return err
	}
	s.tasks = s.tasks[1:]
	return nil
}

func (t *moveTask) handle() string {
	return base64.StdEncoding.EncodeToString([]byte(`{"taskId":"` + t.id + `","sourceArn":"` + t.source.arn + `"}`))
}

// abandon ends the task of a queue that was deleted; t.mu is held.
func (t *moveTask) abandon() {
	t.abandoned = true
	if t.cancel != nil { // it runs, or did in this process
		t.cancel()
	}
}

// tasksOf divides the tasks into those that take messages out of a queue and
// the others; s.mu is held.
func (s *Service) tasksOf(source *queue) (its, others []*moveTask) {
	for _, task := range s.tasks {
		if task.source == source {
			its = append(its, task)
		} else {
			others = append(others, task)
		}
	}
	return its, others
}

func (t *moveTask) active() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Status == running || t.Status == cancelling
}

// run moves one message after the other until none can be received.
func (s *Service) run(ctx context.Context, task *moveTask) {
	defer task.cancel()
	for {
		moved, err := s.moveOne(task)
		if err != nil || !moved {
			task.finish(completed, err)
			return
		}
		var pause time.Duration
		if task.perSecond > 0 {
			pause = time.Second / time.Duration(task.perSecond)
		}
		if !sleep(ctx, nil, time.Now().Add(pause)) || ctx.Err() != nil {
			task.finish(cancelled, nil)
			return
		}
	}
}

// moveVisibility hides a message while it is being moved.
const moveVisibility = 30 * time.Second

// moveOne moves a message, if there is one. It becomes a new message, with an
// id and a time of its own.
func (s *Service) moveOne(task *moveTask) (bool, error) {
	received, _, err := task.source.take(taking{limit: 1, visibility: moveVisibility})
	if err != nil || len(received) == 0 {
		return false, err
	}
	m := received[0]
	target := s.byARN(task.destination)
	if task.destination == "" {
		target = s.byARN(m.source)
	}
	if target == nil {
		err := errors.New("CouldNotDetermineMessageSource")
		return false, errors.Join(err, task.source.postpone(m.handle, 0))
	}
	moved := m.copy()
	moved.id, moved.sent = uuid.NewString(), time.Now()
	if err := target.add(moved, 0); err != nil {
		return false, err
	}
	return true, errors.Join(task.source.remove(m.handle), task.count())
}

// count notes that a message was moved.
func (t *moveTask) count() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := t.progress
	next.Moved++
	return t.advance(next)
}

// finish ends the task: as failed if there is an error. A task whose end can't
// be kept fails, and goes on at the next start.
func (t *moveTask) finish(status string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := progress{Status: status, Moved: t.Moved}
	if err != nil {
		next.Status, next.Reason = failed, err.Error()
	}
	if err := t.advance(next); err != nil {
		t.progress = progress{Status: failed, Moved: t.Moved, Reason: err.Error()}
	}
}
