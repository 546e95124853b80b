package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// deadLetters creates a queue for what could not be delivered or processed,
// and the alarm that says so. Messages stay for 14 days, as long as SQS keeps
// any: time for a person to see the alarm, mend the cause and redrive.
func (s scope) deadLetters(id, name, holds string) awssqs.Queue {
	queue := awssqs.NewQueue(s.Construct, jsii.String(id), &awssqs.QueueProps{
		QueueName:       jsii.String(name),
		RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		Encryption:      awssqs.QueueEncryption_SQS_MANAGED,
		EnforceSSL:      jsii.Bool(true),
		RemovalPolicy:   s.removal(),
	})
	s.alarm(id+"Alarm", name+"-not-empty", holds, queue.MetricApproximateNumberOfMessagesVisible(
		&awscloudwatch.MetricOptions{
			Period:    awscdk.Duration_Minutes(jsii.Number(1)),
			Statistic: jsii.String("Maximum"),
		}))
	return queue
}

// alarm creates an alarm that goes off as soon as the metric reaches one. No
// data is good: a queue that nobody uses and a state machine that does not run
// report nothing.
func (s scope) alarm(id, name, description string, metric awscloudwatch.IMetric) awscloudwatch.Alarm {
	return awscloudwatch.NewAlarm(s.Construct, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmName:          jsii.String(name),
		AlarmDescription:   jsii.String(description),
		Metric:             metric,
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}
