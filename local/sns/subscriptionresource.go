package sns

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

// subscriptionProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
// that are supported; others are refused by name.
type subscriptionProperties struct {
	TopicArn           string
	Protocol           string
	Endpoint           string
	Region             string
	FilterPolicy       json.RawMessage
	FilterPolicyScope  string
	RawMessageDelivery *resource.Bool
	RedrivePolicy      json.RawMessage
}

func (s *Service) readSubscription(definition resource.Definition) (subscriptionProperties, error) {
	var p subscriptionProperties
	if err := definition.Decode(&p); err != nil {
		return p, err
	}
	if p.Region != "" && p.Region != s.Region {
		return p, fmt.Errorf("property Region: topics of another Region, %s, are not supported", p.Region)
	}
	return p, nil
}

func (p subscriptionProperties) at() endpointOf {
	return endpointOf{p.TopicArn, p.Protocol, p.Endpoint}
}

func (p subscriptionProperties) attributes() map[string]string {
	attributes := map[string]string{}
	if p.FilterPolicy != nil {
		attributes["FilterPolicy"] = string(p.FilterPolicy)
	}
	if p.FilterPolicyScope != "" {
		attributes["FilterPolicyScope"] = p.FilterPolicyScope
	}
	if p.RawMessageDelivery != nil {
		attributes["RawMessageDelivery"] = strconv.FormatBool(bool(*p.RawMessageDelivery))
	}
	if p.RedrivePolicy != nil {
		attributes["RedrivePolicy"] = string(p.RedrivePolicy)
	}
	return attributes
}

// createSubscriptionResource subscribes as a call does: an endpoint that is
// subscribed already keeps its subscription, which is the template's from then
// on.
func (s *Service) createSubscriptionResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	p, err := s.readSubscription(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	if definition.Interrupted {
		definition.PhysicalID = s.interrupted(p.at())
	}
	switch {
	case definition.PhysicalID != "":
		err = s.takeUpSubscription(definition.PhysicalID, p)
	case definition.Interrupted: // nobody is asked to confirm what is rolled back
		return resource.Instance{}, declared.Gone(definition)
	default:
		var sub *subscription
		if sub, err = s.addSubscription(p.at(), p.attributes(), true); err == nil {
			definition.PhysicalID = sub.arn
		}
	}
	if err != nil {
		return resource.Instance{}, fmt.Errorf("subscribe %s to topic %s: %w", p.Endpoint, p.TopicArn, err)
	}
	return subscriptionInstance(definition.PhysicalID), nil
}

// interrupted returns the ARN of the subscription that a template has of an
// endpoint, "" if there is none.
func (s *Service) interrupted(at endpointOf) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if sub := sameEndpoint(s.subscriptions, at); sub != nil && sub.declared {
		return sub.arn
	}
	return ""
}

func subscriptionInstance(arn string) resource.Instance {
	return resource.Instance{ID: arn, Attributes: map[string]any{"Arn": arn}}
}

// takeUpSubscription takes up the subscription that an earlier run has made:
// confirmed if it was, and without another mail. One that somebody has ended,
// or that has expired, stays gone, as CloudFormation would leave it. One that
// went with its topic is made anew.
func (s *Service) takeUpSubscription(arn string, p subscriptionProperties) error {
	set, err := newSettings(p.attributes())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(time.Now())
	if s.gone[arn] != nil {
		return nil
	}
	if sub := s.subscriptions[arn]; sub != nil {
		return s.commit(edit{subscriptions: []*subscription{sub.with(set)}})
	}
	if s.topics[p.TopicArn] == nil {
		return notFound("Topic")
	}
	if err := checkEndpoint(p.Protocol, p.Endpoint); err != nil {
		return err
	}
	sub := newSubscription(p.at(), set)
	sub.arn, sub.declared = arn, true
	return s.commit(edit{subscriptions: []*subscription{sub}, ask: sub.unasked()})
}

// with returns the subscription as a template has it.
func (sub *subscription) with(set settings) *subscription {
	changed := *sub
	changed.settings, changed.declared = set, true
	return &changed
}

func (s *Service) updateSubscriptionResource(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	p, err := s.readSubscription(next)
	if err != nil {
		return resource.Instance{}, err
	}
	set, err := newSettings(p.attributes())
	if err != nil {
		return resource.Instance{}, fmt.Errorf("update subscription %s: %w", next.PhysicalID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(time.Now())
	if gone := s.gone[next.PhysicalID]; gone != nil && maps.Equal(gone.settings.attributes, set.attributes) {
		return subscriptionInstance(next.PhysicalID), nil // nothing is to be changed, such as after a failed update
	}
	sub := s.subscriptions[next.PhysicalID]
	if sub == nil {
		return resource.Instance{}, declared.Gone(next)
	}
	if err := s.commit(edit{subscriptions: []*subscription{sub.with(set)}}); err != nil {
		return resource.Instance{}, fmt.Errorf("update subscription %s: %w", next.PhysicalID, err)
	}
	return subscriptionInstance(next.PhysicalID), nil
}

func (s *Service) deleteSubscriptionResource(_ context.Context, definition resource.Definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(time.Now())
	sub := s.subscriptions[definition.PhysicalID]
	if sub == nil {
		sub = s.gone[definition.PhysicalID]
	}
	if sub == nil {
		return nil
	}
	var changes edit
	s.release(&changes, sub)
	if err := s.commit(changes); err != nil {
		return fmt.Errorf("delete subscription %s: %w", sub.arn, err)
	}
	return nil
}
