package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// watch is what the stack is watched by: whatever creates a resource adds what
// there is to see of it, and the dashboard shows that all.
//
// What it costs in us-east-1, by the prices of November 2026: USD 0.10 a month
// for each metric that an alarm looks at (33: 3.30), 0.30 for each metric of
// our own (4: 1.20), and nothing for the first three dashboards of an account
// with at most 50 metrics each. Of these, 10 alarms' and 10 own metrics are free
// in each account. https://aws.amazon.com/cloudwatch/pricing/
type watch struct {
	topic awssns.Topic // of alarms; nil without an address for them

	alarms      []interfacesawscloudwatch.IAlarmRef
	failures    []awscloudwatch.IMetric
	deadLetters []awscloudwatch.IMetric
	throttles   []awscloudwatch.IMetric
	streamAge   []awscloudwatch.IMetric
	// logGroups are those with lines about orders.
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

// business is a metric that the order service puts into its logs.
func business(m metric.Metric, statistic string) awscloudwatch.Metric {
	return measure(metric.Namespace, m.Name, statistic, dimensions{metric.Service: jsii.String(event.OrderService)})
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
