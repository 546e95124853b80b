package sns

import (
	"fmt"
	"slices"

	"eda-demo/local/store"
)

// edit is changes of topics and subscriptions that are made together, or not
// at all.
type edit struct {
	topics        []*topic        // new or changed
	subscriptions []*subscription // new or changed
	ask           []*subscription // of those, the ones whose addresses are asked to confirm
	ended         []*subscription // of those that a template has, it stays known that they are gone
	erased        []*subscription // of which nothing stays, gone ones among them
	deleted       *topic
}

// commit makes the changes; s.mu is held. Mails are accepted first: they wait
// for s.mu, and one about a subscription that then is not kept is dropped.
func (s *Service) commit(e edit) error {
	if err := s.acceptQuestions(e.ask); err != nil {
		return err
	}
	if err := s.Store.Update(func(tx *store.Tx) { s.keep(tx, e) }); err != nil {
		return err
	}
	s.apply(e)
	return nil
}

// acceptQuestions has mails sent that ask for confirmation.
func (s *Service) acceptQuestions(pending []*subscription) error {
	if len(pending) == 0 {
		return nil
	}
	var mails []task
	for _, sub := range pending {
		mails = append(mails, task{SubscriptionARN: sub.arn, Confirmation: true})
	}
	if err := s.accept(mails...); err != nil {
		return fmt.Errorf("ask for confirmation: %w", err)
	}
	return nil
}

// keep makes the changes in the store.
func (s *Service) keep(tx *store.Tx, e edit) {
	for _, t := range e.topics {
		s.keepTopic(tx, t)
	}
	for _, sub := range e.subscriptions {
		s.keepSubscription(tx, sub)
	}
	for _, sub := range e.ended {
		s.keepEnd(tx, sub)
	}
	for _, sub := range e.erased {
		tx.Delete(subscriptionsKept, sub.arn)
	}
	if e.deleted != nil {
		tx.Delete(topicsKept, e.deleted.arn)
	}
}

// apply makes the changes in memory; s.mu is held.
func (s *Service) apply(e edit) {
	for _, t := range e.topics {
		s.topics[t.arn] = t
	}
	for _, sub := range e.subscriptions {
		s.place(sub)
	}
	for _, sub := range slices.Concat(e.ended, e.erased) {
		delete(s.subscriptions, sub.arn)
		delete(s.tokens, sub.token)
		delete(s.gone, sub.arn)
	}
	for _, sub := range e.ended {
		if sub.declared {
			s.gone[sub.arn] = sub
		}
	}
	if e.deleted != nil {
		delete(s.topics, e.deleted.arn)
	}
}
