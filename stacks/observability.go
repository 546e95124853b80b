package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/metric"
)

// watch is what the stack is watched by: whatever creates a resource adds what
// there is to see of it, and the dashboard shows that all.
//
// What it costs in us-east-1, by the prices of November 2026: USD 0.10 a month
// for each metric that an alarm looks at (122: 12.20), 0.30 for each metric of
// our own (8: 2.40; one more for each function in the hours in which it fails
// without an error), and 3.00 for the dashboard. In each account 10 alarms' and
// 10 own metrics are free, and dashboards of up to 50 metrics, which ours is
// beyond. https://aws.amazon.com/cloudwatch/pricing/
type watch struct {
	topic awssns.Topic // of alarms; nil without an address for them

	alarms      []interfacesawscloudwatch.IAlarmRef
	failures    []awscloudwatch.IMetric
	deadLetters []awscloudwatch.IMetric
	throttles   []awscloudwatch.IMetric
	streamAge   []awscloudwatch.IMetric
	// logGroups are those with lines about orders and bookings.
	logGroups []awslogs.LogGroup
}

// dimensions tell a resource's metrics from others'.
type dimensions map[string]*string

// called is a metric with a name of its own in a graph. An alarm looks at one
// without.
func called(label string, m awscloudwatch.Metric) awscloudwatch.IMetric {
	return m.With(&awscloudwatch.MetricOptions{Label: jsii.String(label)})
}

// measure is a metric by the minute.
func measure(namespace, name, statistic string, of dimensions) awscloudwatch.Metric {
	by := map[string]*string(of)
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace:     jsii.String(namespace),
		MetricName:    jsii.String(name),
		Statistic:     jsii.String(statistic),
		DimensionsMap: &by,
		Period:        awscdk.Duration_Minutes(jsii.Number(1)),
	})
}

// loggedFailures are a function's that failed and answered nevertheless: its
// log counts them, and Lambda does not.
func loggedFailures(of dimensions) awscloudwatch.Metric {
	return measure(metric.Namespace, metric.LoggedFailures.Name, "Sum", of)
}

// percentage is how many of all were failed ones, by the minute; no data if
// there were none at all.
func percentage(failed, all awscloudwatch.Metric) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Label:        jsii.String("% that failed"),
		Expression:   jsii.String("100 * failed / all"),
		UsingMetrics: &map[string]awscloudwatch.IMetric{"failed": failed, "all": all},
		Period:       awscdk.Duration_Minutes(jsii.Number(1)),
	})
}

// failing is how many of a function's invocations failed, in percent by the
// minute: those that returned an error, and those that answered nevertheless.
// None is both. No data if there were none at all.
func failing(of dimensions) awscloudwatch.IMetric {
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Label:      jsii.String("% that failed"),
		Expression: jsii.String("100 * (FILL(errors, 0) + FILL(logged, 0)) / invocations"),
		UsingMetrics: &map[string]awscloudwatch.IMetric{
			"errors":      measure("AWS/Lambda", "Errors", "Sum", of),
			"logged":      loggedFailures(of),
			"invocations": measure("AWS/Lambda", "Invocations", "Sum", of),
		},
		Period: awscdk.Duration_Minutes(jsii.Number(1)),
	})
}
