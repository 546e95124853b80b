package sns

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"eda-demo/local/iam"
)

type listedSubscription struct {
	SubscriptionArn string
	Owner           string
	Protocol        string
	Endpoint        string
	TopicArn        string
}

type subscriptionsOutput struct {
	Subscriptions []listedSubscription
	NextToken     string `json:",omitempty"`
}

func (s *Service) listSubscriptions(_ context.Context, in *listInput) (*subscriptionsOutput, error) {
	return s.list(s.subscriptionsWhere(func(*subscription) bool { return true }), in.NextToken), nil
}

type listByTopicInput struct {
	onTopic
	NextToken string
}

func (s *Service) listByTopic(_ context.Context, in *listByTopicInput) (*subscriptionsOutput, error) {
	if _, err := s.topicAt(in.TopicArn); err != nil {
		return nil, err
	}
	return s.list(s.subscriptionsWhere(func(sub *subscription) bool { return sub.topicARN == in.TopicArn }), in.NextToken), nil
}

func (s *Service) list(all []*subscription, token string) *subscriptionsOutput {
	var arns []string
	byARN := map[string]*subscription{}
	for _, sub := range all {
		arns = append(arns, sub.arn)
		byARN[sub.arn] = sub
	}
	page, next := paginate(arns, token)
	out := &subscriptionsOutput{NextToken: next}
	for _, arn := range page {
		sub := byARN[arn]
		listed := listedSubscription{sub.arn, s.Account, sub.protocol, sub.endpoint, sub.topicARN}
		if !sub.confirmed {
			listed.SubscriptionArn = "PendingConfirmation"
		}
		out.Subscriptions = append(out.Subscriptions, listed)
	}
	return out
}

func (s *Service) getSubscriptionAttributes(_ context.Context, in *onSubscription) (*attributesOutput, error) {
	sub := s.subscriptionAt(in.SubscriptionArn)
	if sub == nil {
		return nil, notFound("Subscription")
	}
	all := maps.Clone(sub.settings.attributes)
	all["SubscriptionArn"], all["TopicArn"], all["Owner"] = sub.arn, sub.topicARN, s.Account
	all["Protocol"], all["Endpoint"] = sub.protocol, sub.endpoint
	all["PendingConfirmation"] = strconv.FormatBool(!sub.confirmed)
	all["ConfirmationWasAuthenticated"] = strconv.FormatBool(sub.authenticated)
	all["RawMessageDelivery"] = strconv.FormatBool(sub.settings.raw)
	all["SubscriptionPrincipal"] = iam.Admin(s.Account).ARN
	if sub.settings.filter != nil && all["FilterPolicyScope"] == "" {
		all["FilterPolicyScope"] = scopeAttributes
	}
	return &attributesOutput{all}, nil
}

type setSubscriptionAttributeInput struct {
	onSubscription
	AttributeName  string
	AttributeValue string
}

func (s *Service) setSubscriptionAccess(_ context.Context, in *setSubscriptionAttributeInput) ([]iam.Access, error) {
	return s.accessBySubscription("sns:SetSubscriptionAttributes", in.SubscriptionArn)
}

func (s *Service) setSubscriptionAttribute(_ context.Context, in *setSubscriptionAttributeInput) (*empty, error) {
	err := s.change(in.SubscriptionArn, func(sub *subscription) (err error) {
		sub.settings, err = sub.settings.with(in.AttributeName, in.AttributeValue)
		return err
	})
	return &empty{}, err
}

// pageSize is how many topics or subscriptions are listed at once.
const pageSize = 100

// paginate returns the ARNs after the one in token, which the token of the
// next page names in turn.
func paginate(arns []string, token string) (page []string, next string) {
	start, found := slices.BinarySearch(arns, token)
	if found {
		start++
	}
	page = arns[start:]
	if len(page) > pageSize {
		page = page[:pageSize]
		next = page[pageSize-1]
	}
	return page, next
}
