package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// routeRetries is the most that EventBridge takes: patience bounds the
// retries, not their number.
const routeRetries = 185

// pattern says which events a rule is for.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
type pattern map[string]any

// only is the pattern of one detail type of one source.
func only(source, detailType string) pattern {
	return pattern{"source": []any{source}, "detail-type": []any{detailType}}
}

// target prepares a target for a rule and returns how the rule reaches it. The
// rule is given by its ARN because it does not exist yet: it is created when
// all it needs is in place, or its first events would become dead letters.
type target func(s scope, ruleArn *string) delivery

// delivery is how a rule reaches its target.
type delivery struct {
	arn *string
	// roleArn is the role that EventBridge uses; nil for a target whose
	// resource policy lets EventBridge in.
	roleArn *string
	// permission is what must exist before the rule does.
	permission constructs.IDependable
}

// route sends the events of the bus that match the pattern to one target, with
// retries and a queue for those that cannot be delivered. No other code
// creates a rule.
func (b bus) route(s scope, id, name string, events pattern, to target) {
	s = s.child(id)
	ruleArn := b.ruleArn(s, name)
	deadLetters := s.deadLetters("DeadLetters", b.prefix+"-"+name+"-dlq", "Events that rule "+name+" could not deliver")
	letIn(deadLetters, ruleArn)
	d := to(s, ruleArn)
	rule := awsevents.NewCfnRule(s.Construct, jsii.String("Rule"), &awsevents.CfnRuleProps{
		Name:         jsii.String(name),
		EventBusName: b.EventBusName(),
		EventPattern: map[string]any(events),
		Targets: []*awsevents.CfnRule_TargetProperty{{
			Id:      jsii.String("target"),
			Arn:     d.arn,
			RoleArn: d.roleArn,
			RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
				MaximumEventAgeInSeconds: jsii.Number(patience.Seconds()),
				MaximumRetryAttempts:     jsii.Number(routeRetries),
			},
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: deadLetters.QueueArn()},
		}},
	})
	rule.Node().AddDependency(deadLetters, d.permission)
	b.rules.Add(rule)
	s.watchRule(b, name)
}

// ruleArn is the ARN of the rule of the bus with a name.
func (b bus) ruleArn(s scope, name string) *string {
	return s.arn("events", "rule", *b.EventBusName()+"/"+name, awscdk.ArnFormat_SLASH_RESOURCE_NAME)
}

// letIn allows one rule to send to the queue.
func letIn(queue awssqs.Queue, ruleArn *string) {
	queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{actingFor("events.amazonaws.com", ruleArn)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  &[]*string{queue.QueueArn()},
	}))
}
