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

// keptSubscription is a subscription in the store. One of a template's stays
// there when others end it, so that the next run does not create it again.
type keptSubscription struct {
	TopicARN, Protocol, Endpoint string
	Attributes                   map[string]string `json:",omitempty"`
	Declared                     bool              `json:",omitempty"`
	Created                      time.Time
	Token                        string `json:",omitempty"`
	Confirmed                    bool   `json:",omitempty"`
	Authenticated                bool   `json:",omitempty"`
	Locked                       bool   `json:",omitempty"`
	Gone                         bool   `json:",omitempty"`
}

func (s *Service) keepTopic(tx *store.Tx, t *topic) {
	tx.Put(topicsKept, t.arn, keptTopic{t.name, t.attributes, t.deleted})
}

func (s *Service) keepSubscription(tx *store.Tx, sub *subscription) {
	tx.Put(subscriptionsKept, sub.arn, sub.record())
}

func (sub *subscription) record() keptSubscription {
	return keptSubscription{
		TopicARN: sub.topicARN, Protocol: sub.protocol, Endpoint: sub.endpoint, Attributes: sub.settings.attributes,
		Declared: sub.declared, Created: sub.created, Token: sub.token,
		Confirmed: sub.confirmed, Authenticated: sub.authenticated, Locked: sub.locked,
	}
}

// keepEnd takes a subscription out of the store; of one of a template's it
// stays there that it is gone.
func (s *Service) keepEnd(tx *store.Tx, sub *subscription) {
	if !sub.declared {
		tx.Delete(subscriptionsKept, sub.arn)
		return
	}
	record := sub.record()
	record.Gone = true
	tx.Put(subscriptionsKept, sub.arn, record)
}

// load takes over what earlier runs have left.
func (s *Service) load() error {
	err := store.LoadJSON(s.Store, topicsKept, func(arn string, kept keptTopic) error {
		t, err := s.newTopic(kept.Name, kept.Attributes)
		if err != nil {
			return fmt.Errorf("topic %s: %w", arn, err)
		}
		t.deleted = kept.Deleted
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
		switch {
		case s.topics[sub.topicARN] == nil: // it went with its topic
		case kept.Gone:
			s.gone[arn] = sub
		default:
			s.place(sub)
		}
		return nil
	})
}

func (kept keptSubscription) subscription(arn string) (*subscription, error) {
	set, err := newSettings(kept.Attributes)
	return &subscription{
		arn: arn, topicARN: kept.TopicARN, protocol: kept.Protocol, endpoint: kept.Endpoint, settings: set,
		declared: kept.Declared, created: kept.Created, token: kept.Token,
		confirmed: kept.Confirmed, authenticated: kept.Authenticated, locked: kept.Locked,
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
