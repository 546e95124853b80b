package sns

import (
	"context"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

func invalid(format string, args ...any) *frontdoor.Error {
	return frontdoor.Errorf("InvalidParameter", "Invalid parameter: "+format, args...)
}

func notFound(what string) *frontdoor.Error {
	return &frontdoor.Error{Code: "NotFound", Message: what + " does not exist", Status: 404}
}

// onTopic is the member that most inputs have.
type onTopic struct{ TopicArn string }

func (o *onTopic) topicARN() string { return o.TopicArn }

// onTopicAccess returns the access function of an operation on one topic. The
// topic's policy decides beside the caller's own.
func onTopicAccess[In any, P interface {
	*In
	topicARN() string
}](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(_ context.Context, in *In) ([]iam.Access, error) {
		return s.accessTo(action, P(in).topicARN())
	}
}

func (s *Service) accessTo(action, topicARN string) ([]iam.Access, error) {
	if !strings.HasPrefix(topicARN, "arn:aws:sns:") || strings.Count(topicARN, ":") != 5 {
		return nil, invalid("TopicArn")
	}
	access := iam.Access{Action: action, Resource: topicARN}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if t := s.topics[topicARN]; t != nil {
		access.ResourcePolicy = t.policy
	}
	return []iam.Access{access}, nil
}

func anywhere[In any](s *Service, action string) func(context.Context, *In) ([]iam.Access, error) {
	return func(context.Context, *In) ([]iam.Access, error) {
		return []iam.Access{{Action: action, Resource: s.arn("*")}}, nil
	}
}

func (s *Service) arn(name string) string {
	return "arn:aws:sns:" + s.Region + ":" + s.Account + ":" + name
}

// topicOf returns the topic's part of a subscription's ARN.
func topicOf(subscriptionARN string) (string, error) {
	at := strings.LastIndexByte(subscriptionARN, ':')
	if at < 0 || strings.Count(subscriptionARN, ":") != 6 {
		return "", invalid("SubscriptionArn Reason: An ARN must have at least 6 elements, not %d", strings.Count(subscriptionARN, ":"))
	}
	return subscriptionARN[:at], nil
}

func (s *Service) accessBySubscription(action, subscriptionARN string) ([]iam.Access, error) {
	topicARN, err := topicOf(subscriptionARN)
	if err != nil {
		return nil, err
	}
	return s.accessTo(action, topicARN)
}
