package sns

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// topic is a topic. It is replaced, never changed.
type topic struct {
	arn        string
	name       string
	attributes map[string]string // those that were set
	policy     *iam.Policy
	deleted    int // subscriptions that were deleted
}

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// managedKey is the only key that a topic may be encrypted with: it needs no
// permission of anyone.
const managedKey = "alias/aws/sns"

// with returns the topic with an attribute set.
func (t topic) with(name, value string) (*topic, error) {
	t.attributes = maps.Clone(t.attributes)
	switch name {
	case "DisplayName":
		if len(value) > 100 {
			return nil, invalid("DisplayName")
		}
	case "Policy":
		policy, err := iam.ParsePolicy([]byte(value))
		if err != nil {
			return nil, invalid("Policy Error: %v", err)
		}
		t.policy = policy
	case "KmsMasterKeyId":
		if value != "" && value != managedKey {
			return nil, invalid("KmsMasterKeyId: keys other than %s are not supported here", managedKey)
		}
	case "TracingConfig":
		if value != "PassThrough" && value != "Active" {
			return nil, invalid("TracingConfig")
		}
	case "SignatureVersion":
		if value != "1" && value != "2" {
			return nil, invalid("SignatureVersion")
		}
	default:
		return nil, invalid("AttributeName: %s is not known or not supported here", name)
	}
	t.attributes[name] = value
	return &t, nil
}

// withoutPolicy returns the topic with the policy that topics have at first.
func (t topic) withoutPolicy() *topic {
	t.attributes = maps.Clone(t.attributes)
	delete(t.attributes, "Policy")
	t.policy = nil
	return &t
}

// less returns the topic with so many more subscriptions deleted.
func (t topic) less(subscriptions int) *topic {
	t.deleted += subscriptions
	return &t
}

// defaultPolicy is the policy of a topic that has none of its own. It lets
// nobody in: it is about callers that AWS identifies by aws:SourceOwner.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func defaultPolicy(topicARN, account string) string {
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",` +
		`"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",` +
		`"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],` +
		`"Resource":"` + topicARN + `","Condition":{"StringEquals":{"AWS:SourceOwner":"` + account + `"}}}]}`
}

type tag struct{ Key, Value string }

type createTopicInput struct {
	Name       string
	Attributes map[string]string
	Tags       []tag
}

type topicOutput struct{ TopicArn string }

func (s *Service) createTopicAccess(_ context.Context, in *createTopicInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "sns:CreateTopic", Resource: s.arn(in.Name)}}, nil
}

func (s *Service) createTopic(_ context.Context, in *createTopicInput) (*topicOutput, error) {
	t, err := s.newTopic(in.Name, in.Attributes)
	if err != nil {
		return nil, err
	}
	if err := s.addTopic(t); err != nil {
		return nil, err
	}
	return &topicOutput{t.arn}, nil
}

func (s *Service) newTopic(name string, attributes map[string]string) (*topic, error) {
	if strings.HasSuffix(name, ".fifo") || attributes["FifoTopic"] == "true" {
		return nil, invalid("Topic Name: FIFO topics are not supported here")
	}
	if !topicName.MatchString(name) {
		return nil, invalid("Topic Name")
	}
	t := &topic{arn: s.arn(name), name: name, attributes: map[string]string{}}
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		if attribute == "FifoTopic" && attributes[attribute] == "false" {
			continue
		}
		var err error
		if t, err = t.with(attribute, attributes[attribute]); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// addTopic stores a new topic. One that exists stays as it is; it must have
// the attributes that are given.
func (s *Service) addTopic(t *topic) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	existing := s.topics[t.arn]
	if existing == nil {
		return s.commit(edit{topics: []*topic{t}})
	}
	for name, value := range t.attributes {
		if existing.attributes[name] != value {
			return invalid("Attributes Reason: Topic already exists with different attributes")
		}
	}
	return nil
}

func (s *Service) deleteTopic(_ context.Context, in *onTopic) (*empty, error) {
	return &empty{}, s.delete(in.TopicArn)
}

// delete deletes a topic with its subscriptions, pending and gone ones
// included. One that is deleted already is no error.
func (s *Service) delete(topicARN string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[topicARN]
	if t == nil {
		return nil
	}
	changes := edit{deleted: t}
	for _, among := range []map[string]*subscription{s.subscriptions, s.gone} {
		for _, sub := range among {
			if sub.topicARN == topicARN {
				changes.erased = append(changes.erased, sub)
			}
		}
	}
	return s.commit(changes)
}

// topicAt returns a topic that exists.
func (s *Service) topicAt(arn string) (*topic, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if t := s.topics[arn]; t != nil {
		return t, nil
	}
	return nil, notFound("Topic")
}

type listInput struct{ NextToken string }

type listTopicsOutput struct {
	Topics    []topicOutput
	NextToken string `json:",omitempty"`
}

func (s *Service) listTopics(_ context.Context, in *listInput) (*listTopicsOutput, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	page, next := paginate(slices.Sorted(maps.Keys(s.topics)), in.NextToken)
	out := &listTopicsOutput{NextToken: next}
	for _, arn := range page {
		out.Topics = append(out.Topics, topicOutput{arn})
	}
	return out, nil
}

type attributesOutput struct{ Attributes map[string]string }

func (s *Service) getTopicAttributes(_ context.Context, in *onTopic) (*attributesOutput, error) {
	t, err := s.topicAt(in.TopicArn)
	if err != nil {
		return nil, err
	}
	confirmed, pending := s.countSubscriptions(t.arn)
	all := maps.Clone(t.attributes)
	all["TopicArn"], all["Owner"] = t.arn, s.Account
	if _, set := all["Policy"]; !set {
		all["Policy"] = defaultPolicy(t.arn, s.Account)
	}
	if _, set := all["DisplayName"]; !set {
		all["DisplayName"] = ""
	}
	all["SubscriptionsConfirmed"] = strconv.Itoa(confirmed)
	all["SubscriptionsPending"] = strconv.Itoa(pending)
	all["SubscriptionsDeleted"] = strconv.Itoa(t.deleted)
	return &attributesOutput{all}, nil
}

type setTopicAttributeInput struct {
	onTopic
	AttributeName  string
	AttributeValue string
}

func (s *Service) setTopicAttribute(_ context.Context, in *setTopicAttributeInput) (*empty, error) {
	return &empty{}, s.configureTopic(in.TopicArn, in.AttributeName, in.AttributeValue)
}

func (s *Service) configureTopic(arn, name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[arn]
	if t == nil {
		return notFound("Topic")
	}
	changed, err := t.with(name, value)
	if err != nil {
		return err
	}
	return s.commit(edit{topics: []*topic{changed}})
}

var _ Caller = (*frontdoor.Door)(nil)
