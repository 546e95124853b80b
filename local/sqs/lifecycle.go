package sqs

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
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

type getQueueURLInput struct {
	QueueName              string
	QueueOwnerAWSAccountId string
}

func (s *Service) getQueueURLAccess(_ context.Context, in *getQueueURLInput) ([]iam.Access, error) {
	return []iam.Access{s.access("sqs:GetQueueUrl", in.QueueName)}, nil
}

func (s *Service) getQueueURL(_ context.Context, in *getQueueURLInput) (*queueURLOutput, error) {
	if in.QueueOwnerAWSAccountId != "" && in.QueueOwnerAWSAccountId != s.account {
		return nil, noSuchQueue()
	}
	q := s.find(in.QueueName)
	if q == nil {
		return nil, noSuchQueue()
	}
	return &queueURLOutput{q.url}, nil
}

type listQueuesInput struct {
	QueueNamePrefix string
	MaxResults      *resource.Int
	NextToken       string
}

type listQueuesOutput struct {
	QueueUrls []string `json:",omitempty"`
	NextToken string   `json:",omitempty"`
}

func (s *Service) listQueuesAccess(context.Context, *listQueuesInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "sqs:ListQueues", Resource: s.arn("*")}}, nil
}

func (s *Service) listQueues(_ context.Context, in *listQueuesInput) (*listQueuesOutput, error) {
	page, next, err := paginate(s.namesWhere(func(q *queue) bool {
		return strings.HasPrefix(q.name, in.QueueNamePrefix)
	}), in.MaxResults, in.NextToken)
	return &listQueuesOutput{s.urls(page), next}, err
}

// namesWhere returns the names of the queues that fulfil a condition, sorted.
func (s *Service) namesWhere(holds func(*queue) bool) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		if holds(s.queues[name]) {
			names = append(names, name)
		}
	}
	return names
}

func (s *Service) urls(names []string) []string {
	var urls []string
	for _, name := range names {
		urls = append(urls, s.url(name))
	}
	return urls
}

// maxPage is how many queues are listed at once.
const maxPage = 1000

// paginate returns the names after the one in token, which the token of the
// next page names in turn.
func paginate(names []string, limit *resource.Int, token string) (page []string, next string, err error) {
	if !within(limit, 1, maxPage) {
		return nil, "", invalidValue(*limit, "MaxResults", "Must be between 1 and 1000.")
	}
	start, found := slices.BinarySearch(names, token)
	if found {
		start++
	}
	size := maxPage
	if limit != nil {
		size = int(*limit)
	}
	page = names[start:]
	if len(page) > size {
		page = page[:size]
		// Without MaxResults, as on AWS, the rest can't be asked for.
		if limit != nil {
			next = page[size-1]
		}
	}
	return page, next, nil
}

type listSourcesInput struct {
	onQueue
	MaxResults *resource.Int
	NextToken  string
}

type listSourcesOutput struct {
	QueueUrls []string `json:"queueUrls"`
	NextToken string   `json:",omitempty"`
}

func (s *Service) listSources(_ context.Context, in *listSourcesInput) (*listSourcesOutput, error) {
	target, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	page, next, err := paginate(s.sourcesOf(target), in.MaxResults, in.NextToken)
	return &listSourcesOutput{append([]string{}, s.urls(page)...), next}, err
}

// sourcesOf returns the names of the queues whose dead letters go to target.
func (s *Service) sourcesOf(target *queue) []string {
	return s.namesWhere(func(q *queue) bool {
		policy := q.current().redrive
		return policy != nil && policy.DeadLetterTargetArn == target.arn
	})
}

type listQueueTagsInput struct{ onQueue }

type listQueueTagsOutput struct {
	Tags map[string]string `json:",omitempty"`
}

func (s *Service) listQueueTags(_ context.Context, in *listQueueTagsInput) (*listQueueTagsOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &listQueueTagsOutput{q.currentTags()}, nil
}
