package sns

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"eda-demo/local/store"
)

// Buckets of the store: topics and subscriptions, by ARN.
const (
	topicsKept        = "sns/topics"
	subscriptionsKept = "sns/subscriptions"
)

// keptTopic is a topic in the store.
type keptTopic struct {
	Name       string
	Attributes map[string]string
	Deleted    int `json:",omitempty"`
}

// keptSubscription is a subscription in the store. One of the template's stays
// there when it is deleted, so that the next run does not create it again.
type keptSubscription struct {
	TopicARN, Protocol, Endpoint string
	Attributes                   map[string]string `json:",omitempty"`
	Resource                     string            `json:",omitempty"`
	Created                      time.Time
	Token                        string `json:",omitempty"`
	Asked                        bool   `json:",omitempty"`
	Confirmed                    bool   `json:",omitempty"`
	Authenticated                bool   `json:",omitempty"`
	Locked                       bool   `json:",omitempty"`
	Gone                         bool   `json:",omitempty"`
}

func (s *Service) keepTopic(tx *store.Tx, t *topic) {
	tx.Put(topicsKept, t.arn, keptTopic{t.name, t.attributes, t.deleted})
}

func (s *Service) keepSubscription(tx *store.Tx, sub *subscription) {
	tx.Put(subscriptionsKept, sub.arn, keptSubscription{
		TopicARN: sub.topicARN, Protocol: sub.protocol, Endpoint: sub.endpoint, Attributes: sub.settings.attributes,
		Resource: sub.resource, Created: sub.created, Token: sub.token, Asked: sub.asked,
		Confirmed: sub.confirmed, Authenticated: sub.authenticated, Locked: sub.locked, Gone: sub.gone,
	})
}

// eraseSubscription takes a subscription out of the store; of one of the
// template's it stays there that it is gone.
func (s *Service) eraseSubscription(tx *store.Tx, sub *subscription) {
	if sub.resource == "" {
		tx.Delete(subscriptionsKept, sub.arn)
		return
	}
	gone := *sub
	gone.gone = true
	s.keepSubscription(tx, &gone)
}

// load takes over what earlier runs have left. Subscriptions of the template
// wait until it has them again.
func (s *Service) load() error {
	err := store.LoadJSON(s.Store, topicsKept, func(arn string, kept keptTopic) error {
		t, err := s.newTopic(kept.Name, kept.Attributes)
		if err != nil {
			return fmt.Errorf("topic %s: %w", arn, err)
		}
		t.deleted, t.left = kept.Deleted, true
		s.topics[arn] = t
		return nil
	})
	if err != nil {
		return err
	}
	return store.LoadJSON(s.Store, subscriptionsKept, func(arn string, kept keptSubscription) error {
		sub, err := kept.subscription(arn)
		if err != nil {
			return fmt.Errorf("subscription %s: %w", arn, err)
		}
		if sub.resource != "" {
			s.left[sub.resource] = sub
			return nil
		}
		s.place(sub)
		return nil
	})
}

func (kept keptSubscription) subscription(arn string) (*subscription, error) {
	set, err := newSettings(kept.Attributes)
	return &subscription{
		arn: arn, topicARN: kept.TopicARN, protocol: kept.Protocol, endpoint: kept.Endpoint, settings: set,
		resource: kept.Resource, created: kept.Created, token: kept.Token, asked: kept.Asked,
		confirmed: kept.Confirmed, authenticated: kept.Authenticated, locked: kept.Locked, gone: kept.Gone,
	}, err
}

// newSettings returns the settings with these attributes.
func newSettings(attributes map[string]string) (settings, error) {
	set := settings{attributes: map[string]string{}}
	var err error
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(attributes))) {
		// FilterPolicyScope comes before FilterPolicy, which depends on it.
		if set, err = set.with(name, attributes[name]); err != nil {
			return settings{}, err
		}
	}
	return set, nil
}
