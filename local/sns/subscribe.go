package sns

import (
	"context"
	"maps"
	"net/mail"
	"strings"
	"time"

	"eda-demo/local/iam"
)

type subscribeInput struct {
	onTopic
	Protocol              string
	Endpoint              string
	Attributes            map[string]string
	ReturnSubscriptionArn bool
}

type subscriptionOutput struct{ SubscriptionArn string }

func (s *Service) subscribeAccess(_ context.Context, in *subscribeInput) ([]iam.Access, error) {
	accesses, err := s.accessTo("sns:Subscribe", in.TopicArn)
	if err != nil {
		return nil, err
	}
	accesses[0].Keys = map[string][]string{"sns:Protocol": {in.Protocol}, "sns:Endpoint": {in.Endpoint}}
	return accesses, nil
}

func (s *Service) subscribe(_ context.Context, in *subscribeInput) (*subscriptionOutput, error) {
	sub, err := s.addSubscription(endpointOf{in.TopicArn, in.Protocol, in.Endpoint}, in.Attributes, false)
	if err != nil {
		return nil, err
	}
	if !sub.confirmed && !in.ReturnSubscriptionArn {
		return &subscriptionOutput{"pending confirmation"}, nil
	}
	return &subscriptionOutput{sub.arn}, nil
}

// addSubscription subscribes an endpoint, for a template if it is declared,
// and asks it to confirm, if it is an address. Subscribing again changes
// nothing, except that an unconfirmed address is asked again.
func (s *Service) addSubscription(at endpointOf, attributes map[string]string, declared bool) (*subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics[at.topicARN] == nil {
		return nil, notFound("Topic")
	}
	if err := checkEndpoint(at.protocol, at.endpoint); err != nil {
		return nil, err
	}
	wanted, err := newSettings(attributes)
	if err != nil {
		return nil, err
	}
	s.dropExpiredAt(time.Now())
	sub := newSubscription(at, wanted)
	if existing := sameEndpoint(s.subscriptions, at); existing != nil {
		if !maps.Equal(existing.settings.attributes, wanted.attributes) {
			return nil, invalid("Attributes Reason: Subscription already exists with different attributes")
		}
		*sub = *existing
	}
	sub.declared = sub.declared || declared
	return sub, s.commit(edit{subscriptions: []*subscription{sub}, ask: sub.unasked()})
}

// unasked returns the subscription if its address is to be asked to confirm.
func (sub *subscription) unasked() []*subscription {
	if sub.confirmed {
		return nil
	}
	return []*subscription{sub}
}

func checkEndpoint(protocol, endpoint string) error {
	switch protocol {
	case "email", "email-json":
		address, err := mail.ParseAddress(endpoint)
		if err != nil || address.Address != endpoint {
			return invalid("Email address")
		}
	case "sqs":
		if !isARN(endpoint, "sqs", 6) {
			return invalid("SQS endpoint ARN")
		}
		if strings.HasSuffix(endpoint, ".fifo") {
			return invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
		}
	case "lambda":
		if !isARN(endpoint, "lambda", 7) {
			return invalid("Lambda endpoint ARN")
		}
	case "http", "https", "sms", "application", "firehose":
		return invalid("Protocol: %s is not supported here", protocol)
	default:
		return invalid("Amazon SNS does not support this protocol string: %s", protocol)
	}
	return nil
}

// isARN tells whether text is an ARN of a service with at least so many parts.
func isARN(text, service string, parts int) bool {
	return strings.HasPrefix(text, "arn:aws:"+service+":") && strings.Count(text, ":")+1 >= parts
}
