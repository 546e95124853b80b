package sns

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/store"
)

// confirmationTime is how long a subscription may stay unconfirmed; it is
// deleted then.
const confirmationTime = 48 * time.Hour

// subscription is a subscription. It is replaced, never changed.
type subscription struct {
	arn      string
	topicARN string
	protocol string
	endpoint string
	settings settings
	declared bool // by a template; others are made by calls

	created       time.Time
	token         string // of the confirmation; "" if none is needed
	confirmed     bool
	authenticated bool // the confirmation was signed
	locked        bool // AuthenticateOnUnsubscribe: only a signed call may end it
}

// endpointOf is what makes a subscription the same as another one.
type endpointOf struct{ topicARN, protocol, endpoint string }

func newSubscription(at endpointOf, settings settings) *subscription {
	sub := &subscription{
		arn: at.topicARN + ":" + uuid.NewString(), topicARN: at.topicARN, protocol: at.protocol, endpoint: at.endpoint,
		settings: settings, created: time.Now(), confirmed: true, authenticated: true,
	}
	if sub.isMail() {
		sub.token = strings.ToLower(rand.Text() + rand.Text())
		sub.confirmed, sub.authenticated = false, false
	}
	return sub
}

func (sub *subscription) at() endpointOf {
	return endpointOf{sub.topicARN, sub.protocol, sub.endpoint}
}

func (sub *subscription) isMail() bool {
	return sub.protocol == "email" || sub.protocol == "email-json"
}

func (sub *subscription) expired(now time.Time) bool {
	return !sub.confirmed && now.Sub(sub.created) >= confirmationTime
}

// place makes a subscription take part; s.mu is held, if others know s.
func (s *Service) place(sub *subscription) {
	s.subscriptions[sub.arn] = sub
	if sub.token != "" {
		s.tokens[sub.token] = sub.arn
	}
}

// change replaces a subscription by what alter makes of a copy of it.
func (s *Service) change(arn string, alter func(*subscription) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.live(arn)
	if sub == nil {
		return notFound("Subscription")
	}
	changed := *sub
	if err := alter(&changed); err != nil {
		return err
	}
	return s.commit(edit{subscriptions: []*subscription{&changed}})
}

// remove ends a subscription. As on AWS, one that is pending can't be ended: it
// is deleted when its time is over.
// https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
func (s *Service) remove(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.live(arn)
	if sub == nil {
		return nil
	}
	if !sub.confirmed {
		return invalid("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation")
	}
	return s.commit(edit{ended: []*subscription{sub}, topics: []*topic{s.topics[sub.topicARN].less(1)}})
}

// live returns a subscription that exists and has not expired; s.mu is held.
func (s *Service) live(arn string) *subscription {
	sub := s.subscriptions[arn]
	if sub == nil || sub.expired(time.Now()) {
		return nil
	}
	return sub
}

// subscriptionAt returns a subscription, or nil.
func (s *Service) subscriptionAt(arn string) *subscription {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.live(arn)
}

// byToken returns the subscription that a confirmation's token is for, or nil.
func (s *Service) byToken(token string) *subscription {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.live(s.tokens[token])
}

// subscriptionsWhere returns the subscriptions that fulfil a condition, by
// ARN. Those that expired are deleted on the way.
func (s *Service) subscriptionsWhere(holds func(*subscription) bool) []*subscription {
	s.dropExpired()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []*subscription
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if sub := s.subscriptions[arn]; holds(sub) {
			found = append(found, sub)
		}
	}
	return found
}

// dropExpired deletes what has expired. What can't be taken out of the store is
// found to be expired by the next run.
func (s *Service) dropExpired() {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropExpiredAt(now)
}

// dropExpiredAt is dropExpired while s.mu is held.
func (s *Service) dropExpiredAt(now time.Time) {
	var expired edit
	for _, sub := range s.subscriptions {
		if sub.expired(now) {
			expired.ended = append(expired.ended, sub)
		}
	}
	if len(expired.ended) == 0 {
		return
	}
	if err := s.Store.Update(func(tx *store.Tx) { s.keep(tx, expired) }); err != nil {
		s.Log.Error("expired subscriptions stay in the store", "error", err)
	}
	s.apply(expired)
}

// sameEndpoint returns the subscription of an endpoint to a topic among some,
// or nil.
func sameEndpoint(among map[string]*subscription, at endpointOf) *subscription {
	for _, sub := range among {
		if sub.at() == at {
			return sub
		}
	}
	return nil
}

func (s *Service) countSubscriptions(topicARN string) (confirmed, pending int) {
	for _, sub := range s.subscriptionsWhere(func(sub *subscription) bool { return sub.topicARN == topicARN }) {
		if sub.confirmed {
			confirmed++
		} else {
			pending++
		}
	}
	return confirmed, pending
}
