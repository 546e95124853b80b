package sns

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

// topicProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
// that are supported; others are refused by name.
type topicProperties struct {
	TopicName        string
	DisplayName      string
	KmsMasterKeyId   string
	TracingConfig    string
	SignatureVersion string
	FifoTopic        resource.Bool
	Subscription     []struct{ Protocol, Endpoint string }
	Tags             []resource.Tag // checked; nothing shows them
}

func (p topicProperties) attributes() map[string]string {
	attributes := map[string]string{}
	for name, value := range map[string]string{
		"DisplayName": p.DisplayName, "KmsMasterKeyId": p.KmsMasterKeyId,
		"TracingConfig": p.TracingConfig, "SignatureVersion": p.SignatureVersion,
	} {
		if value != "" {
			attributes[name] = value
		}
	}
	if p.FifoTopic {
		attributes["FifoTopic"] = "true"
	}
	return attributes
}

// declaredTopic is a topic as a template has it, with the subscriptions in its
// properties.
type declaredTopic struct {
	topic     *topic
	endpoints map[endpointOf]bool
}

func (s *Service) readTopic(definition resource.Definition) (declaredTopic, error) {
	var p topicProperties
	if err := definition.Decode(&p); err != nil {
		return declaredTopic{}, err
	}
	if _, err := declared.Tags(p.Tags); err != nil {
		return declaredTopic{}, err
	}
	name := cmp.Or(p.TopicName, definition.Name(256))
	if definition.PhysicalID != "" {
		name = strings.TrimPrefix(definition.PhysicalID, s.arn(""))
	}
	t, err := s.newTopic(name, p.attributes())
	if err != nil {
		return declaredTopic{}, fmt.Errorf("topic %s: %w", name, err)
	}
	read := declaredTopic{t, map[endpointOf]bool{}}
	for _, sub := range p.Subscription {
		if err := checkEndpoint(sub.Protocol, sub.Endpoint); err != nil {
			return declaredTopic{}, fmt.Errorf("subscribe %s to topic %s: %w", sub.Endpoint, name, err)
		}
		read.endpoints[endpointOf{t.arn, sub.Protocol, sub.Endpoint}] = true
	}
	return read, nil
}

// createTopicResource creates a topic with its subscriptions. One that is
// taken up keeps those that it has, and its policy, which is another
// resource's; the subscriptions that somebody ended stay so.
func (s *Service) createTopicResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	wanted, err := s.readTopic(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(time.Now())
	existing := s.topics[wanted.topic.arn]
	if existing != nil && !definition.TakesUp() {
		return resource.Instance{}, declared.Taken(definition, existing.name)
	}
	if err := s.commit(s.declare(existing, wanted, s.gone)); err != nil {
		return resource.Instance{}, fmt.Errorf("create topic %s: %w", wanted.topic.name, err)
	}
	return wanted.topic.instance(), nil
}

// declare returns what makes of an existing topic, which may be nil, the wanted
// one: with a subscription for each endpoint that has none and is not among
// those that are gone.
func (s *Service) declare(existing *topic, wanted declaredTopic, gone map[string]*subscription) edit {
	if existing != nil {
		wanted.topic.inherit(existing)
	}
	changes := edit{topics: []*topic{wanted.topic}}
	for at := range wanted.endpoints {
		if sub := sameEndpoint(s.subscriptions, at); sub != nil {
			changes.subscriptions = append(changes.subscriptions, sub.with(sub.settings))
		} else if sameEndpoint(gone, at) == nil {
			sub = newSubscription(at, settings{attributes: map[string]string{}})
			changes.subscriptions = append(changes.subscriptions, sub.with(sub.settings))
			changes.ask = append(changes.ask, sub.unasked()...)
		}
	}
	return changes
}

// inherit takes over what is not in a template's topic.
func (t *topic) inherit(existing *topic) {
	t.deleted, t.policy = existing.deleted, existing.policy
	if document, set := existing.attributes["Policy"]; set {
		t.attributes["Policy"] = document
	}
}

// updateTopicResource gives a topic all attributes anew and compares its
// subscriptions with those of the definition before.
func (s *Service) updateTopicResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	before, err := s.readTopic(previous)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("read the topic as it was: %w", err)
	}
	wanted, err := s.readTopic(next)
	if err != nil {
		return resource.Instance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(time.Now())
	existing := s.topics[wanted.topic.arn]
	if existing == nil {
		return resource.Instance{}, declared.Gone(next)
	}
	if err := s.commit(s.redeclare(existing, before, wanted)); err != nil {
		return resource.Instance{}, fmt.Errorf("update topic %s: %w", existing.name, err)
	}
	return wanted.topic.instance(), nil
}

// redeclare returns what makes of a topic that was declared before the wanted
// one.
func (s *Service) redeclare(existing *topic, before, wanted declaredTopic) edit {
	stillGone := maps.Clone(s.gone)
	maps.DeleteFunc(stillGone, func(_ string, sub *subscription) bool { return !before.endpoints[sub.at()] })
	changes := s.declare(existing, wanted, stillGone)
	for _, among := range []map[string]*subscription{s.subscriptions, s.gone} {
		for _, sub := range among {
			if before.endpoints[sub.at()] && !wanted.endpoints[sub.at()] {
				s.release(&changes, sub)
			}
		}
	}
	return changes
}

// release adds to changes that a template no longer has a subscription. As on
// AWS, where CloudFormation can't end one that is pending, that waits on for
// its confirmation, or until its time is over.
func (s *Service) release(changes *edit, sub *subscription) {
	if _, gone := s.gone[sub.arn]; gone {
		changes.erased = append(changes.erased, sub)
		return
	}
	if !sub.confirmed {
		undeclared := *sub
		undeclared.declared = false
		changes.subscriptions = append(changes.subscriptions, &undeclared)
		return
	}
	changes.erased = append(changes.erased, sub)
	if len(changes.topics) == 0 {
		changes.topics = []*topic{s.topics[sub.topicARN]}
	}
	changes.topics[0] = changes.topics[0].less(1)
}

func (s *Service) deleteTopicResource(_ context.Context, definition resource.Definition) error {
	if err := s.delete(definition.PhysicalID); err != nil {
		return fmt.Errorf("delete topic %s: %w", definition.PhysicalID, err)
	}
	return nil
}

func (t *topic) instance() resource.Instance {
	return resource.Instance{ID: t.arn, Attributes: map[string]any{"TopicArn": t.arn, "TopicName": t.name}}
}
