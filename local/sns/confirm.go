package sns

import (
	"context"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

type confirmInput struct {
	onTopic
	Token                     string
	AuthenticateOnUnsubscribe string
}

// confirm needs no permission: who has the token got the mail.
func (s *Service) confirm(ctx context.Context, in *confirmInput) (*subscriptionOutput, error) {
	if _, err := s.topicAt(in.TopicArn); err != nil {
		return nil, err
	}
	sub := s.byToken(in.Token)
	if in.Token == "" || sub == nil || sub.topicARN != in.TopicArn {
		return nil, invalid("Token")
	}
	signed := frontdoor.Caller(ctx).Kind != iam.Nobody
	err := s.change(sub.arn, func(sub *subscription) error {
		if !sub.confirmed {
			sub.confirmed, sub.authenticated = true, signed
			sub.locked = signed && in.AuthenticateOnUnsubscribe == "true"
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &subscriptionOutput{sub.arn}, nil
}

type onSubscription struct{ SubscriptionArn string }

func (s *Service) onSubscriptionAccess(action string) func(context.Context, *onSubscription) ([]iam.Access, error) {
	return func(_ context.Context, in *onSubscription) ([]iam.Access, error) {
		return s.accessBySubscription(action, in.SubscriptionArn)
	}
}

// unsubscribeAccess lets everybody follow the link in a mail, unless the
// subscription was confirmed with AuthenticateOnUnsubscribe.
func (s *Service) unsubscribeAccess(ctx context.Context, in *onSubscription) ([]iam.Access, error) {
	accesses, err := s.accessBySubscription("sns:Unsubscribe", in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	if frontdoor.Caller(ctx).Kind != iam.Nobody {
		return accesses, nil
	}
	if sub := s.subscriptionAt(in.SubscriptionArn); sub != nil && sub.locked {
		return nil, &frontdoor.Error{Code: "AuthorizationError", Status: 403,
			Message: "This subscription can be deleted by a signed request only."}
	}
	return nil, nil
}

func (s *Service) unsubscribe(_ context.Context, in *onSubscription) (*empty, error) {
	topicARN, err := topicOf(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	if _, err := s.topicAt(topicARN); err != nil {
		return nil, err
	}
	return &empty{}, s.remove(in.SubscriptionArn)
}
