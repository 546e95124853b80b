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
	letters := queue.MetricApproximateNumberOfMessagesVisible(&awscloudwatch.MetricOptions{
		Period:    awscdk.Duration_Minutes(jsii.Number(1)),
		Statistic: jsii.String("Maximum"),
	})
	s.watch.deadLetters = append(s.watch.deadLetters, called(name, letters))
	s.alarm(id+"Alarm", alarm{name: name + "-not-empty", says: holds, runbook: "dead-letters", metric: letters})
	return queue
}
