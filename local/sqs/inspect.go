package sqs

import (
	"context"
	"slices"
	"strconv"
)

type getQueueAttributesInput struct {
	onQueue
	AttributeNames []string
}

type attributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *Service) getQueueAttributes(_ context.Context, in *getQueueAttributesInput) (*attributesOutput, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	all, err := q.attributes()
	if err != nil {
		return nil, err
	}
	out := &attributesOutput{Attributes: map[string]string{}}
	for _, name := range in.AttributeNames {
		if name == "All" {
			return &attributesOutput{all}, nil
		}
		if !known(name) {
			return nil, failure("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if value, ok := all[name]; ok {
			out.Attributes[name] = value
		}
	}
	return out, nil
}

// computed are the attributes that nobody sets.
var computed = []string{
	"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp",
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed",
}

func known(name string) bool {
	_, numeric := numbers[name]
	return numeric || slices.Contains(computed, name) || slices.Contains(refusedAttributes, name) ||
		slices.Contains([]string{"Policy", "RedrivePolicy", "RedriveAllowPolicy", "SqsManagedSseEnabled"}, name)
}

func (q *queue) attributes() (map[string]string, error) {
	c, err := q.count()
	if err != nil {
		return nil, err
	}
	if err := q.enter(); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	all := q.settings.attributes()
	all["QueueArn"] = q.arn
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	all["ApproximateNumberOfMessages"] = strconv.Itoa(c.visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(c.inFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(c.delayed)
	return all, nil
}

type setQueueAttributesInput struct {
	onQueue
	Attributes map[string]string
}

func (s *Service) setQueueAttributes(_ context.Context, in *setQueueAttributesInput) (*empty, error) {
	q, err := s.at(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.Attributes) == 0 {
		return nil, missing("Attribute.Name")
	}
	return &empty{}, s.configure([]*queue{q}, func(c *change) (err error) {
		c.settings, err = c.settings.with(in.Attributes)
		return err
	})
}
