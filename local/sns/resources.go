package sns

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"eda-demo/local/resource"
)

// Resources returns the handlers of the resource types of SNS.
func (s *Service) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::SNS::Topic":        resource.Schema{NotEmpty: []string{"TopicName"}}.Type(s.createTopicResource, nil, nil),
		"AWS::SNS::Subscription": resource.Schema{Required: []string{"TopicArn", "Protocol"}}.Type(s.createSubscriptionResource, nil, nil),
		"AWS::SNS::TopicPolicy":  resource.Schema{Required: []string{"PolicyDocument", "Topics"}}.Type(s.createPolicyResource, nil, nil),
	}
}

// topicProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
// that are supported; others are refused by name.
type topicProperties struct {
	TopicName        string
	DisplayName      string
	KmsMasterKeyId   string
	TracingConfig    string
	SignatureVersion string
	FifoTopic        resource.Bool
	Subscription     []struct{ Protocol, Endpoint string }
	Tags             []resource.Tag
}

func (s *Service) createTopicResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p topicProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if p.TopicName == "" {
		p.TopicName = definition.Name(256)
	}
	t, err := s.newTopic(p.TopicName, p.attributes())
	if err != nil {
		return resource.Instance{}, fmt.Errorf("create topic %s: %w", p.TopicName, err)
	}
	if err := s.adoptTopic(t); err != nil {
		return resource.Instance{}, fmt.Errorf("create topic %s: %w", p.TopicName, err)
	}
	for _, sub := range p.Subscription {
		at := endpointOf{t.arn, sub.Protocol, sub.Endpoint}
		if _, err := s.adoptSubscription(owner(definition)+"/"+sub.Protocol+"/"+sub.Endpoint, at, nil); err != nil {
			return resource.Instance{}, fmt.Errorf("subscribe %s to topic %s: %w", sub.Endpoint, p.TopicName, err)
		}
	}
	return resource.Instance{ID: t.arn, Attributes: map[string]any{"TopicArn": t.arn, "TopicName": t.name}}, nil
}

// owner is the same whenever the same stack is started.
func owner(definition resource.Definition) string {
	return definition.Stack.ID + "/" + definition.LogicalID
}

func (p topicProperties) attributes() map[string]string {
	attributes := map[string]string{}
	for name, value := range map[string]string{
		"DisplayName": p.DisplayName, "KmsMasterKeyId": p.KmsMasterKeyId,
		"TracingConfig": p.TracingConfig, "SignatureVersion": p.SignatureVersion,
	} {
		if value != "" {
			attributes[name] = value
		}
	}
	if p.FifoTopic {
		attributes["FifoTopic"] = "true"
	}
	return attributes
}

// subscriptionProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
// that are supported; others are refused by name.
type subscriptionProperties struct {
	TopicArn           string
	Protocol           string
	Endpoint           string
	Region             string
	FilterPolicy       json.RawMessage
	FilterPolicyScope  string
	RawMessageDelivery *resource.Bool
	RedrivePolicy      json.RawMessage
}

func (s *Service) createSubscriptionResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p subscriptionProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if p.Region != "" && p.Region != s.Region {
		return resource.Instance{}, fmt.Errorf("property Region: topics of another Region, %s, are not supported", p.Region)
	}
	sub, err := s.adoptSubscription(owner(definition), endpointOf{p.TopicArn, p.Protocol, p.Endpoint}, p.attributes())
	if err != nil {
		return resource.Instance{}, fmt.Errorf("subscribe %s to topic %s: %w", p.Endpoint, p.TopicArn, err)
	}
	return resource.Instance{ID: sub.arn, Attributes: map[string]any{"Arn": sub.arn}}, nil
}

func (p subscriptionProperties) attributes() map[string]string {
	attributes := map[string]string{}
	if p.FilterPolicy != nil {
		attributes["FilterPolicy"] = string(p.FilterPolicy)
	}
	if p.FilterPolicyScope != "" {
		attributes["FilterPolicyScope"] = p.FilterPolicyScope
	}
	if p.RawMessageDelivery != nil {
		attributes["RawMessageDelivery"] = strconv.FormatBool(bool(*p.RawMessageDelivery))
	}
	if p.RedrivePolicy != nil {
		attributes["RedrivePolicy"] = string(p.RedrivePolicy)
	}
	return attributes
}

type policyProperties struct {
	PolicyDocument json.RawMessage
	Topics         []string // ARNs
}

func (s *Service) createPolicyResource(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p policyProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	if len(p.Topics) == 0 || len(p.PolicyDocument) == 0 {
		return resource.Instance{}, fmt.Errorf("PolicyDocument and Topics are required")
	}
	for _, arn := range p.Topics {
		if err := s.configureTopic(arn, "Policy", string(p.PolicyDocument)); err != nil {
			return resource.Instance{}, fmt.Errorf("set the policy of topic %s: %w", arn, err)
		}
	}
	return resource.Instance{ID: definition.Name(128)}, nil
}
