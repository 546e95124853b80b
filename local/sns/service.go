package sns

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// Caller calls operations of other services; *frontdoor.Door is one.
type Caller interface {
	Call(ctx context.Context, p iam.Principal, service, operation string, in, out any) error
}

// Config is what SNS needs.
type Config struct {
	Account string
	Region  string
	// Endpoint is what links in mails begin with, such as "http://127.0.0.1:4566".
	Endpoint string
	Door     Caller
	Queue    *delivery.Queue
	Mailer   Mailer
	// Store keeps topics and subscriptions; nil: nothing does.
	Store *store.Store
	Log   *slog.Logger
}

// Service is SNS for one account and Region. It is safe for concurrent use.
type Service struct {
	Config

	mu            sync.RWMutex
	topics        map[string]*topic        // by ARN
	subscriptions map[string]*subscription // by ARN
	tokens        map[string]string        // of confirmations: the subscription's ARN
	// gone are subscriptions of templates that somebody has ended, or that
	// nobody confirmed in time, by ARN. They stay gone as long as the template
	// has them.
	gone map[string]*subscription
}

// New returns SNS with the topics and subscriptions in the store. It registers
// its deliveries with the queue.
func New(config Config) (*Service, error) {
	s := &Service{
		Config: config,
		topics: map[string]*topic{}, subscriptions: map[string]*subscription{}, tokens: map[string]string{},
		gone: map[string]*subscription{},
	}
	if s.Store == nil {
		s.Store = store.Memory()
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("take over the topics of the run before: %w", err)
	}
	config.Queue.Handle(taskKind, workers, s.deliver)
	return s, nil
}

// API returns the service's operations.
func (s *Service) API() []frontdoor.Service {
	return []frontdoor.Service{{
		Name: "sns", Protocol: frontdoor.Query, Namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
		DeniedCode: "AuthorizationError", InvalidCode: "InvalidParameter",
		Operations: []frontdoor.Operation{
			frontdoor.Op("CreateTopic", s.createTopicAccess, s.createTopic),
			frontdoor.Op("DeleteTopic", onTopicAccess[onTopic](s, "sns:DeleteTopic"), s.deleteTopic),
			frontdoor.Op("ListTopics", anywhere[listInput](s, "sns:ListTopics"), s.listTopics),
			frontdoor.Op("GetTopicAttributes", onTopicAccess[onTopic](s, "sns:GetTopicAttributes"), s.getTopicAttributes),
			frontdoor.Op("SetTopicAttributes", onTopicAccess[setTopicAttributeInput](s, "sns:SetTopicAttributes"), s.setTopicAttribute),
			frontdoor.Op("Subscribe", s.subscribeAccess, s.subscribe),
			frontdoor.Op("ConfirmSubscription", frontdoor.Anyone[confirmInput], s.confirm).Unsigned(),
			frontdoor.Op("Unsubscribe", s.unsubscribeAccess, s.unsubscribe).Unsigned(),
			frontdoor.Op("ListSubscriptions", anywhere[listInput](s, "sns:ListSubscriptions"), s.listSubscriptions),
			frontdoor.Op("ListSubscriptionsByTopic", onTopicAccess[listByTopicInput](s, "sns:ListSubscriptionsByTopic"), s.listByTopic),
			frontdoor.Op("GetSubscriptionAttributes", s.onSubscriptionAccess("sns:GetSubscriptionAttributes"), s.getSubscriptionAttributes),
			frontdoor.Op("SetSubscriptionAttributes", s.setSubscriptionAccess, s.setSubscriptionAttribute),
			frontdoor.Op("Publish", s.publishAccess, s.publish),
			frontdoor.Op("PublishBatch", onTopicAccess[publishBatchInput](s, "sns:Publish"), s.publishBatch),
		},
	}}
}

// empty is the output of operations that answer nothing.
type empty struct{}
