package sqs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

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
