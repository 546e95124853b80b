package sqs

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of SQS.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::SQS::Queue":       resource.Schema{NotEmpty: []string{"QueueName"}}.Type(s.createQueueResource, nil, nil),
		"AWS::SQS::QueuePolicy": resource.Schema{Required: []string{"PolicyDocument", "Queues"}}.Type(s.createPolicyResource, nil, nil),
	}
}

// queueProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
// except those of FIFO queues and KMS keys, which Decode refuses by name.
type queueProperties struct {
	QueueName                     string
	DelaySeconds                  *resource.Int
	MaximumMessageSize            *resource.Int
	MessageRetentionPeriod        *resource.Int
	ReceiveMessageWaitTimeSeconds *resource.Int
	VisibilityTimeout             *resource.Int
	SqsManagedSseEnabled          *resource.Bool
	RedrivePolicy                 json.RawMessage
	RedriveAllowPolicy            json.RawMessage
	Tags                          []resource.Tag
}

func (s *Service) createQueueResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties queueProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	name := properties.QueueName
	if name == "" {
		name = definition.Name(80)
	}
	tags := map[string]string{}
	for _, tag := range properties.Tags {
		tags[tag.Key] = tag.Value
	}
	q, err := s.adopt(name, properties.attributes(), tags)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create queue %s: %w", name, err)
	}
	return resource.Instance{ID: q.url, Attributes: map[string]any{"Arn": q.arn, "QueueName": q.name, "QueueUrl": q.url}}, nil
}

// adopt creates a queue of the template, or takes the one that an earlier run
// has left: with its messages, but as the template has it now.
func (s *Service) adopt(name string, attributes, tags map[string]string) (*queue, error) {
	q := s.find(name)
	if q == nil {
		return s.create(name, attributes, tags)
	}
	if !q.claim(tags) {
		return nil, fmt.Errorf("queue %s already exists", name)
	}
	return q, s.reconfigure(q, defaultSettings(), attributes)
}

func (p queueProperties) attributes() map[string]string {
	attributes := map[string]string{}
	for name, value := range map[string]*resource.Int{
		"DelaySeconds": p.DelaySeconds, "MaximumMessageSize": p.MaximumMessageSize,
		"MessageRetentionPeriod":        p.MessageRetentionPeriod,
		"ReceiveMessageWaitTimeSeconds": p.ReceiveMessageWaitTimeSeconds,
		"VisibilityTimeout":             p.VisibilityTimeout,
	} {
		if value != nil {
			attributes[name] = strconv.FormatInt(int64(*value), 10)
		}
	}
	if p.SqsManagedSseEnabled != nil {
		attributes["SqsManagedSseEnabled"] = strconv.FormatBool(bool(*p.SqsManagedSseEnabled))
	}
	if p.RedrivePolicy != nil {
		attributes["RedrivePolicy"] = string(p.RedrivePolicy)
	}
	if p.RedriveAllowPolicy != nil {
		attributes["RedriveAllowPolicy"] = string(p.RedriveAllowPolicy)
	}
	return attributes
}

type policyProperties struct {
	PolicyDocument json.RawMessage
	Queues         []string // URLs
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties policyProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	if len(properties.Queues) == 0 || len(properties.PolicyDocument) == 0 {
		return resource.Instance{}, fmt.Errorf("PolicyDocument and Queues are required")
	}
	for _, url := range properties.Queues {
		q, err := s.at(url)
		if err != nil {
			return resource.Instance{}, fmt.Errorf("set the policy of queue %s: %w", url, err)
		}
		if err := s.configure(q, map[string]string{"Policy": string(properties.PolicyDocument)}); err != nil {
			return resource.Instance{}, fmt.Errorf("set the policy of queue %s: %w", url, err)
		}
	}
	return resource.Instance{ID: definition.Name(128)}, nil
}
