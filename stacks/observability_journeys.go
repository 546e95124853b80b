package stacks

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// journey is what a customer waits for, from a request to a final status, and
// what the service that it belongs to measures of it.
type journey struct {
	one, many string        // what it is called
	source    string        // of the service's events
	created   metric.Metric // how many came in
	ends      []ending
	took      metric.Metric // from creation to final status, in milliseconds
}

// ending is a final status, and how many got it.
type ending struct {
	name  string // a variable of expressions, too
	count metric.Metric
}

var journeys = []journey{
	{
		one: "order", many: "orders", source: event.OrderService, created: metric.OrdersCreated, took: metric.TimeToFinalStatus,
		ends: []ending{{"completed", metric.OrdersCompleted}, {"cancelled", metric.OrdersCancelled}},
	},
	{
		one: "booking", many: "bookings", source: event.AircraftBooking, created: metric.BookingsCreated, took: metric.TimeToOutcome,
		ends: []ending{{"ticketed", metric.BookingsTicketed}, {"cancelled", metric.BookingsCancelled}},
	},
}

// tooSlow is how long an order or a booking may take to its final status, and
// how long a change may wait in a stream, in milliseconds. All take a second or
// two.
const tooSlow = 60_000

// watchJourney has alarms on what customers notice: orders that take long, and
// orders that come in while none ends. What keeps a single one from ending has
// alarms of its own; but a stream that nobody reads any more reports nothing,
// not even an age.
func (s scope) watchJourney(j journey) {
	s.alarm("Slow"+capital(j.many)+"Alarm", alarm{
		name: "eda-demo-slow-" + j.many, runbook: "slow-" + j.many,
		says:      "One " + j.one + " in a hundred took a minute or more from its creation to its final status",
		metric:    j.measure(j.took, "p99"),
		threshold: tooSlow, times: 3, periods: 5,
	})
	s.alarm("Stuck"+capital(j.many)+"Alarm", alarm{
		name: "eda-demo-" + j.many + "-stuck", runbook: j.many + "-stuck",
		says:   capital(j.many) + " came in for ten minutes and none got a final status",
		metric: j.stuck(), times: 2, periods: 2,
	})
}

// graphs show how many came in and ended, and how long it took them.
func (j journey) graphs() []awscloudwatch.IWidget {
	numbers := []awscloudwatch.IMetric{called("in", j.measure(j.created, "Sum"))}
	for _, end := range j.ends {
		numbers = append(numbers, called(end.name, j.measure(end.count, "Sum")))
	}
	return []awscloudwatch.IWidget{
		graph(capital(j.many), numbers...),
		graph("From "+j.one+" to final status, ms",
			called("p50", j.measure(j.took, "p50")), called("p99", j.measure(j.took, "p99"))),
	}
}

// measure is a metric that the journey's service puts into its logs.
func (j journey) measure(m metric.Metric, statistic string) awscloudwatch.Metric {
	return measure(metric.Namespace, m.Name, statistic, dimensions{metric.Service: jsii.String(j.source)})
}

// stuck is 1 where some came in and none got a final status, by five minutes,
// and else 0. What ends takes seconds, so one that comes at the end of one
// period and ends in the next makes a 1, but not two in a row.
func (j journey) stuck() awscloudwatch.IMetric {
	period := awscdk.Duration_Minutes(jsii.Number(5))
	number := func(m metric.Metric) awscloudwatch.IMetric {
		return j.measure(m, "Sum").With(&awscloudwatch.MetricOptions{Period: period})
	}
	metrics := map[string]awscloudwatch.IMetric{"created": number(j.created)}
	var ended []string
	for _, end := range j.ends {
		metrics[end.name] = number(end.count)
		ended = append(ended, "FILL("+end.name+", 0)")
	}
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Label:        jsii.String(j.many + " come in and none ends"),
		Expression:   jsii.String("IF((FILL(created, 0) > 0) AND ((" + strings.Join(ended, " + ") + ") == 0), 1, 0)"),
		UsingMetrics: &metrics,
		Period:       period,
	})
}

// capital is the word as a sentence begins with it.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
