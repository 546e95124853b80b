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
)

// moveTask moves the messages of a dead-letter queue back to where they came
// from, or to another queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
type moveTask struct {
	id          string
	source      *queue
	destination string // ARN; "" for each message's own source
	perSecond   int    // 0: as fast as possible
	started     time.Time
	toMove      int
	cancel      context.CancelFunc

	mu     sync.Mutex
	status string
	moved  int
	reason string
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
		started: time.Now(), toMove: waiting.visible, status: running,
	}
	if in.MaxNumberOfMessagesPerSecond != nil {
		task.perSecond = int(*in.MaxNumberOfMessagesPerSecond)
	}
	ctx, cancel := context.WithCancel(context.Background())
	task.cancel = cancel
	if err := s.addTask(task); err != nil {
		cancel()
		return nil, err
	}
	go s.run(ctx, task)
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
	s.tasks = append(s.tasks, task)
	if len(s.tasks) > keptTasks && !s.tasks[0].active() {
		s.tasks = s.tasks[1:]
	}
	return nil
}

func (t *moveTask) handle() string {
	return base64.StdEncoding.EncodeToString([]byte(`{"taskId":"` + t.id + `","sourceArn":"` + t.source.arn + `"}`))
}

func (t *moveTask) active() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status == running || t.status == cancelling
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
	task.mu.Lock()
	task.moved++
	task.mu.Unlock()
	return true, task.source.remove(m.handle)
}

func (t *moveTask) finish(status string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status = status
	if err != nil {
		t.status, t.reason = failed, err.Error()
	}
}
