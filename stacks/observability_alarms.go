package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
)

// alarm says when a person has to look at something: work that is lost, late or
// refused. What mends itself, such as an invocation that succeeds when it is
// retried, is on the dashboard only.
type alarm struct {
	name string
	// says is what has happened, for whoever gets the mail.
	says string
	// runbook is where the runbook says what to do: docs/runbook.md#alarm-….
	runbook string
	metric  awscloudwatch.IMetric
	// threshold is the least value that is too much; 1 if not given.
	threshold float64
	// The alarm goes off when the value is too much in so many of the last
	// periods of the metric, which are of a minute each except where it says so;
	// in one of one if not given.
	times, periods float64
}

// alarm creates an alarm, which tells the alarms' topic when it goes off and
// when it is over. No data is good: what nobody uses reports nothing. No other
// code creates one.
func (s scope) alarm(id string, a alarm) awscloudwatch.Alarm {
	created := awscloudwatch.NewAlarm(s.Construct, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmName:          jsii.String(a.name),
		AlarmDescription:   jsii.String(a.says + ". What to do: docs/runbook.md#alarm-" + a.runbook),
		Metric:             a.metric,
		Threshold:          jsii.Number(max(a.threshold, 1)),
		EvaluationPeriods:  jsii.Number(max(a.periods, 1)),
		DatapointsToAlarm:  jsii.Number(max(a.times, 1)),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	if s.watch.topic != nil {
		action := awscloudwatchactions.NewSnsAction(s.watch.topic)
		created.AddAlarmAction(action)
		created.AddOkAction(action)
	}
	s.watch.alarms = append(s.watch.alarms, created)
	return created
}

// newAlarmTopic creates the topic of all alarms, or nil if nobody is to be told.
// It is encrypted in transit only: CloudWatch may not use the key that SNS has,
// and a key of our own costs more than all that it would protect, the names of
// alarms and numbers of events.
func newAlarmTopic(s scope) awssns.Topic {
	if s.cfg.AlarmEmail == "" {
		return nil
	}
	s = s.child("Alarms")
	topic := awssns.NewTopic(s.Construct, jsii.String("Topic"), &awssns.TopicProps{
		TopicName:   jsii.String(event.AlarmTopic),
		DisplayName: jsii.String("Alarms of eda-demo"),
		EnforceSSL:  jsii.Bool(true),
	})
	topic.ApplyRemovalPolicy(s.removal())
	alarms := s.arn("cloudwatch", "alarm", "eda-demo-*", awscdk.ArnFormat_COLON_RESOURCE_NAME)
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  &[]*string{topic.TopicArn()},
		Conditions: &map[string]any{"ArnLike": map[string]any{"aws:SourceArn": alarms}},
	}))
	awssns.NewCfnSubscription(s.Construct, jsii.String("Email"), &awssns.CfnSubscriptionProps{
		TopicArn: topic.TopicArn(),
		Protocol: jsii.String("email"),
		Endpoint: jsii.String(s.cfg.AlarmEmail),
	})
	return topic
}

// watchFunction has alarms on a function that nobody waits for: work that is
// late because it is throttled, and work whose failure could not be kept. That
// it fails has an alarm of every function, see deployGradually.
func (s scope) watchFunction(fn function, name string, by invocation) {
	of := dimensions{"FunctionName": fn.FunctionName()}
	s.watch.failures = append(s.watch.failures, called(name+" failed", measure("AWS/Lambda", "Errors", "Sum", of)),
		called(name+" answered a failure", loggedFailures(of)))
	throttles := measure("AWS/Lambda", "Throttles", "Sum", of)
	s.watch.throttles = append(s.watch.throttles, called(name, throttles))
	if by == (invocation{}) {
		return // the API sees what becomes of it
	}
	s.alarm("ThrottlesAlarm", alarm{
		name: name + "-throttles", runbook: "throttles",
		says:   "Lambda throttles " + name + ", whose work is late",
		metric: throttles, times: 3, periods: 5,
	})
	s.alarm("LostAlarm", alarm{
		name: name + "-lost", runbook: "lost-events",
		says:   "What " + name + " failed on could not be put into its queue",
		metric: measure("AWS/Lambda", "DestinationDeliveryFailures", "Sum", of),
	})
	if by.stream != nil {
		s.watchStream(name, of)
	}
}

// watchStream has an alarm on the age of the changes that a function gets from
// a stream. A function that fails gets them late each time, and at last they
// are gone: a stream keeps them for a day.
func (s scope) watchStream(name string, of dimensions) {
	age := measure("AWS/Lambda", "IteratorAge", "Maximum", of)
	s.watch.streamAge = append(s.watch.streamAge, called(name, age))
	s.alarm("StreamAgeAlarm", alarm{
		name: name + "-stream-age", runbook: "stream-age",
		says:   "Changes wait a minute or more in the stream that " + name + " reads",
		metric: age, threshold: tooSlow, times: 2, periods: 5,
	})
}

// watchRule has an alarm on events that EventBridge could neither deliver nor
// put into the rule's queue.
func (s scope) watchRule(b bus, name string) {
	of := dimensions{"EventBusName": b.EventBusName(), "RuleName": jsii.String(name)}
	s.watch.failures = append(s.watch.failures, called(name+" not delivered", measure("AWS/Events", "FailedInvocations", "Sum", of)))
	s.watch.throttles = append(s.watch.throttles, called(name, measure("AWS/Events", "ThrottledRules", "Sum", of)))
	s.alarm("LostAlarm", alarm{
		name: b.prefix + "-" + name + "-lost", runbook: "lost-events",
		says:   "Events that rule " + name + " could not deliver could not be put into its queue either",
		metric: measure("AWS/Events", "InvocationsFailedToBeSentToDlq", "Sum", of),
	})
}

// watchAPI has an alarm on requests that fail by our fault, and on none for the
// client's. One that fails now and then is repeated by the client.
func (s scope) watchAPI(of dimensions) {
	requests := measure("AWS/ApiGateway", "Count", "Sum", of)
	failed := measure("AWS/ApiGateway", "5xx", "Sum", of)
	s.watch.failures = append(s.watch.failures, called("API 5xx", failed))
	s.alarm("FailedRequestsAlarm", alarm{
		name: "eda-demo-api-5xx", runbook: "api-5xx",
		says:      "One request in twenty or more is answered with a status of 500 or above",
		metric:    percentage(failed, requests),
		threshold: 5, times: 3, periods: 5,
	})
}
