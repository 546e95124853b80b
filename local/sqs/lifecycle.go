package sqs

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/store"
)

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

type queueURLOutput struct{ QueueUrl string }

func (s *Service) createQueueAccess(_ context.Context, in *createQueueInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "sqs:CreateQueue", Resource: s.arn(in.QueueName)}}, nil
}

func (s *Service) createQueue(_ context.Context, in *createQueueInput) (*queueURLOutput, error) {
	q, existed, err := s.create(creation{name: in.QueueName, attributes: in.Attributes, tags: in.Tags})
	if err != nil {
		return nil, err
	}
	if existed {
		if err := q.checkSame(in.Attributes); err != nil {
			return nil, err
		}
	}
	return &queueURLOutput{q.url}, nil
}

// recreation is how long the name of a deleted queue stays taken.
const recreation = time.Minute

// creation is a queue to create.
type creation struct {
	name             string
	attributes, tags map[string]string
	// atOnce lets a queue have the name of one that was just deleted, so that a
	// stack can be deployed as soon as it is destroyed.
	atOnce bool
}

func (c creation) settings() (settings, error) {
	if strings.HasSuffix(c.name, ".fifo") {
		return settings{}, prefixed("UnsupportedOperation", "FIFO queues are not supported here: %s.", c.name)
	}
	if !queueName.MatchString(c.name) {
		return settings{}, failure("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return defaultSettings().with(c.attributes)
}

// create creates a queue. If there is one of that name, it is returned as it is.
func (s *Service) create(c creation) (q *queue, existed bool, err error) {
	initial, err := c.settings()
	if err != nil {
		return nil, false, err
	}
	if err := s.checkRedrive(s.arn(c.name), initial); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if existing := s.queues[c.name]; existing != nil {
		return existing, true, nil
	}
	if at, ok := s.deleted[c.name]; ok && time.Since(at) < recreation && !c.atOnce {
		return nil, false, prefixed("QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q = s.newQueue(c.name, initial, c.tags)
	if err := q.create(); err != nil {
		return nil, false, err
	}
	s.queues[c.name] = q
	delete(s.deleted, c.name)
	return q, false, nil
}

// checkSame refuses to create a queue again with other attributes.
func (q *queue) checkSame(attributes map[string]string) error {
	existing := q.current().attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if existing[name] != attributes[name] {
			return legacy("QueueNameExists", "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

type deleteQueueInput struct{ onQueue }

func (s *Service) deleteQueue(_ context.Context, in *deleteQueueInput) (*empty, error) {
	name, err := s.nameIn(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &empty{}, s.delete(name)
}

// delete deletes a queue with its messages and the tasks that move them.
func (s *Service) delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[name]
	if q == nil {
		return noSuchQueue()
	}
	ended, others := s.tasksOf(q)
	for _, task := range ended {
		task.mu.Lock()
		defer task.mu.Unlock()
	}
	err := q.end(func(tx *store.Tx) {
		for _, task := range ended {
			tx.Delete(movesKept, task.key())
		}
	})
	if err != nil {
		return err
	}
	for _, task := range ended {
		task.abandon()
	}
	s.tasks = others
	delete(s.queues, name)
	s.deleted[name] = time.Now()
	return nil
}

type purgeQueueInput struct{ onQueue }

func (s *Service) purgeQueue(_ context.Context, in *purgeQueueInput) (*empty, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &empty{}, q.purge()
}
