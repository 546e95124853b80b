package sqs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"eda-demo/local/declared"
	"eda-demo/local/frontdoor"
	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of SQS.
func (s *Service) Resources() map[string]resource.Type {
	queues := resource.Schema{NotEmpty: []string{"QueueName"}, Name: "QueueName", Immutable: []string{"FifoQueue", "QueueName"}}
	policies := resource.Schema{Required: []string{"PolicyDocument", "Queues"}}
	return map[string]resource.Type{
		"AWS::SQS::Queue":       queues.Type(s.createQueueResource, s.updateQueueResource, s.deleteQueueResource),
		"AWS::SQS::QueuePolicy": policies.Type(s.createPolicyResource, s.updatePolicyResource, s.deletePolicyResource),
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

// createQueueResource creates a queue. One that is taken up keeps its messages
// and its policy, which is another resource's.
func (s *Service) createQueueResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	wanted, err := s.wanted(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	q, existed, err := s.create(wanted)
	if err == nil && existed {
		if !definition.TakesUp() {
			return resource.Instance{}, declared.Taken(definition, wanted.name)
		}
		err = s.declare(q, wanted)
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create queue %s: %w", wanted.name, err)
	}
	return q.instance(definition), nil
}

// updateQueueResource gives a queue all settings anew: what properties don't
// say goes back to its preset.
func (s *Service) updateQueueResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	wanted, err := s.wanted(next)
	if err != nil {
		return resource.Instance{}, err
	}
	q := s.find(wanted.name)
	if q == nil {
		return resource.Instance{}, declared.Gone(next)
	}
	if err := s.declare(q, wanted); err != nil {
		return resource.Instance{}, fmt.Errorf("update queue %s: %w", wanted.name, err)
	}
	return q.instance(next), nil
}

func (s *Service) deleteQueueResource(_ context.Context, definition resource.Definition) error {
	name, err := s.nameIn(definition.PhysicalID)
	if err == nil {
		err = s.delete(name)
	}
	if err != nil && !isNoSuchQueue(err) {
		return fmt.Errorf("delete queue %s: %w", definition.PhysicalID, err)
	}
	return nil
}

func isNoSuchQueue(err error) bool { return frontdoor.Code(err) == noSuchQueue().Code }

// wanted returns the queue that a definition describes.
func (s *Service) wanted(definition resource.Definition) (creation, error) {
	var properties queueProperties
	if err := definition.Decode(&properties); err != nil {
		return creation{}, err
	}
	tags, err := declared.Tags(properties.Tags)
	if err != nil {
		return creation{}, err
	}
	name := cmp.Or(properties.QueueName, definition.Name(80))
	if definition.PhysicalID != "" {
		if name, err = s.nameIn(definition.PhysicalID); err != nil {
			return creation{}, fmt.Errorf("read the physical id %s: %w", definition.PhysicalID, err)
		}
	}
	return creation{name: name, attributes: properties.attributes(), tags: tags, atOnce: true}, nil
}

// declare makes an existing queue what a template says.
func (s *Service) declare(q *queue, wanted creation) error {
	return s.configure([]*queue{q}, func(c *change) (err error) {
		c.tags = wanted.tags
		c.settings, err = defaultSettings().withPolicyOf(c.settings).with(wanted.attributes)
		return err
	})
}

// instance is the queue as a resource, under the id that it already has.
func (q *queue) instance(definition resource.Definition) resource.Instance {
	return resource.Instance{
		ID:         cmp.Or(definition.PhysicalID, q.url),
		Attributes: map[string]any{"Arn": q.arn, "QueueName": q.name, "QueueUrl": q.url},
	}
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
