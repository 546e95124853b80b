package sns

import (
	"fmt"
	"time"

	"eda-demo/local/store"
)

// adoptTopic creates a topic of the template, or takes the one that an earlier
// run has left: with its subscriptions, but with the attributes that the
// template gives it now.
func (s *Service) adoptTopic(t *topic) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before := s.topics[t.arn]; before != nil {
		if !before.left {
			return fmt.Errorf("it already exists")
		}
		t.deleted = before.deleted
	}
	return s.setTopic(t)
}

// adoptSubscription creates a subscription of the template, or takes the one
// that an earlier run has made for the same resource: with its ARN, confirmed
// if it was, and without another mail. One that was deleted or has expired
// since stays gone, as CloudFormation would leave it until the template
// changes: the ARN is all that is left of it.
//
// A resource that has another topic, protocol or endpoint than before is
// replaced: the old subscription goes.
func (s *Service) adoptSubscription(resource string, wanted endpointOf, attributes map[string]string) (*subscription, error) {
	sub := s.claim(resource)
	if sub == nil {
		return s.addSubscription(resource, wanted, attributes)
	}
	if sub.at() != wanted {
		if err := s.erase(sub); err != nil {
			return nil, err
		}
		return s.addSubscription(resource, wanted, attributes)
	}
	t, err := s.topicAt(sub.topicARN)
	if err != nil || sub.gone {
		return sub, err
	}
	set, err := newSettings(attributes)
	if err != nil {
		return nil, err
	}
	changed := *sub
	changed.settings = set
	if err := s.put(&changed); err != nil {
		return nil, err
	}
	if !sub.confirmed && !sub.asked && !sub.expired(time.Now()) { // the process ended before the mail was accepted
		return &changed, s.ask(t, &changed)
	}
	return &changed, nil
}

// claim returns what an earlier run has made for a resource of the template,
// once; nil if there is nothing.
func (s *Service) claim(resource string) *subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.left[resource]
	delete(s.left, resource)
	return sub
}

// erase takes a subscription that waited for its resource out of the store.
func (s *Service) erase(sub *subscription) error {
	return s.Store.Update(func(tx *store.Tx) { tx.Delete(subscriptionsKept, sub.arn) })
}
