package sns

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
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

	created       time.Time
	token         string // of the confirmation; "" if none is needed
	confirmed     bool
	authenticated bool // the confirmation was signed
	locked        bool // AuthenticateOnUnsubscribe: only a signed call may end it
}

func newSubscription(topicARN, protocol, endpoint string, settings settings) *subscription {
	sub := &subscription{
		arn: topicARN + ":" + uuid.NewString(), topicARN: topicARN, protocol: protocol, endpoint: endpoint,
		settings: settings, created: time.Now(), confirmed: true, authenticated: true,
	}
	if sub.isMail() {
		sub.token = strings.ToLower(rand.Text() + rand.Text())
		sub.confirmed, sub.authenticated = false, false
	}
	return sub
}

func (sub *subscription) isMail() bool {
	return sub.protocol == "email" || sub.protocol == "email-json"
}

func (sub *subscription) expired(now time.Time) bool {
	return !sub.confirmed && now.Sub(sub.created) >= confirmationTime
}

// put stores a new or changed subscription.
func (s *Service) put(sub *subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
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
	s.subscriptions[arn] = &changed
	return nil
}

// remove deletes a subscription.
func (s *Service) remove(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.live(arn)
	if sub == nil {
		return
	}
	s.forget(sub)
	if t := s.topics[sub.topicARN]; t != nil {
		changed := *t
		changed.deleted++
		s.topics[t.arn] = &changed
	}
}

// forget deletes a subscription without counting it; s.mu is held.
func (s *Service) forget(sub *subscription) {
	delete(s.subscriptions, sub.arn)
	delete(s.tokens, sub.token)
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

func (s *Service) dropExpired() {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.subscriptions {
		if sub.expired(now) {
			s.forget(sub)
		}
	}
}

// sameEndpoint returns the subscription of that endpoint to a topic, or nil.
func (s *Service) sameEndpoint(topicARN, protocol, endpoint string) *subscription {
	found := s.subscriptionsWhere(func(sub *subscription) bool {
		return sub.topicARN == topicARN && sub.protocol == protocol && sub.endpoint == endpoint
	})
	if len(found) == 0 {
		return nil
	}
	return found[0]
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
