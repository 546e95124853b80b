package sns

import "eda-demo/local/resource"

// Resources returns the handlers of the resource types of SNS.
func (s *Service) Resources() map[string]resource.Type {
	topics := resource.Schema{NotEmpty: []string{"TopicName"}, Name: "TopicName", Immutable: []string{"FifoTopic", "TopicName"}}
	subscriptions := resource.Schema{
		Required: []string{"TopicArn", "Protocol"}, Immutable: []string{"Endpoint", "Protocol", "TopicArn"},
	}
	policies := resource.Schema{Required: []string{"PolicyDocument", "Topics"}}
	return map[string]resource.Type{
		"AWS::SNS::Topic":        topics.Type(s.createTopicResource, s.updateTopicResource, s.deleteTopicResource),
		"AWS::SNS::Subscription": subscriptions.Type(s.createSubscriptionResource, s.updateSubscriptionResource, s.deleteSubscriptionResource),
		"AWS::SNS::TopicPolicy":  policies.Type(s.createPolicyResource, s.updatePolicyResource, s.deletePolicyResource),
	}
}
