package architecture

import (
	"slices"

	"eda-demo/test/synthesized"
)

const (
	alarmsHeard    = "every alarm reaches the configured address"
	queuesWatched  = "every queue for dead letters has an alarm"
	requestsLogged = "every stage of the API throttles requests and logs them"
)

var watchRules = []rule{
	{alarmsHeard, checkAlarmsHeard},
	{queuesWatched, checkQueuesWatched},
	{requestsLogged, checkRequestsLogged},
}

func checkAlarmsHeard(d deployment) (broken []finding) {
	if d.address() == "" {
		return nil
	}
	for _, alarm := range d.OfType("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm") {
		reaches := slices.ContainsFunc(alarm.List("AlarmActions"), func(action any) bool {
			return d.subscribed(d.Referred(synthesized.Text(action)))
		})
		if !reaches || alarm.At("ActionsEnabled") == false {
			broken = append(broken, found(alarm, "goes off unheard"))
		}
	}
	return broken
}

// snsKey is the key of SNS in every account. Services of AWS that act as
// themselves, CloudWatch among them, may not use it: an alarm's action fails.
// https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
const snsKey = "alias/aws/sns"

// subscribed tells whether the configured address is subscribed to a topic
// that CloudWatch can publish on.
func (d deployment) subscribed(topic synthesized.Resource) bool {
	return topic.Type == "AWS::SNS::Topic" && topic.Text("KmsMasterKeyId") != snsKey &&
		slices.ContainsFunc(d.OfType("AWS::SNS::Subscription"), func(s synthesized.Resource) bool {
			return s.Text("TopicArn") == "${"+topic.ID+"}" && s.Text("Endpoint") == d.address()
		})
}

func checkQueuesWatched(d deployment) (broken []finding) {
	for _, queue := range d.OfType(queueType) {
		// What fails in a queue with a redrive policy is in the queue after it.
		if queue.At("RedrivePolicy") == nil && !slices.ContainsFunc(d.OfType("AWS::CloudWatch::Alarm"), watches(queue)) {
			broken = append(broken, found(queue, "fills up unnoticed"))
		}
	}
	return broken
}

// watches holds for alarms that go off when there is a message in the queue.
func watches(queue synthesized.Resource) func(synthesized.Resource) bool {
	return func(alarm synthesized.Resource) bool {
		metric, dimensions := metricOf(alarm)
		threshold, _ := alarm.At("Threshold").(float64)
		beyond := alarm.Text("ComparisonOperator")
		return metric == "ApproximateNumberOfMessagesVisible" && synthesized.Refers(dimensions, queue.ID) &&
			(threshold == 1 && beyond == "GreaterThanOrEqualToThreshold" || threshold == 0 && beyond == "GreaterThanThreshold")
	}
}

// metricOf returns the one metric that an alarm is on, which is below Metrics if
// it has a label.
func metricOf(alarm synthesized.Resource) (name string, dimensions any) {
	if len(alarm.List("Metrics")) == 1 {
		return alarm.Text("Metrics", 0, "MetricStat", "Metric", "MetricName"), alarm.At("Metrics", 0, "MetricStat", "Metric", "Dimensions")
	}
	return alarm.Text("MetricName"), alarm.At("Dimensions")
}

func checkRequestsLogged(d deployment) (broken []finding) {
	for _, stage := range d.OfType("AWS::ApiGatewayV2::Stage") {
		rate, _ := stage.At("DefaultRouteSettings", "ThrottlingRateLimit").(float64)
		burst, _ := stage.At("DefaultRouteSettings", "ThrottlingBurstLimit").(float64)
		if rate <= 0 || burst <= 0 {
			broken = append(broken, found(stage, "takes any number of requests"))
		}
		group := d.Referred(stage.Text("AccessLogSettings", "DestinationArn"))
		if group.Type != "AWS::Logs::LogGroup" || stage.Text("AccessLogSettings", "Format") == "null" {
			broken = append(broken, found(stage, "does not log requests"))
		}
	}
	return broken
}
