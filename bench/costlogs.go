package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"eda-demo/bench/price"
)

// perLine is what CloudWatch Logs adds to the size of each line:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const perLine = 26

// logged is what log groups hold.
type logged struct {
	lines     int
	bytes     float64
	durations map[string][]float64 // of invocations in milliseconds, by function
	messages  map[string][]string  // by log group; functions' are left out
	metrics   map[string]bool      // custom metrics, with the values of their dimensions
}

// readLogs reads the lines that are not older than since.
func readLogs(ctx context.Context, r *runner, groups []string, since time.Time) (logged, error) {
	l := logged{durations: map[string][]float64{}, messages: map[string][]string{}, metrics: map[string]bool{}}
	client := cloudwatchlogs.NewFromConfig(r.aws())
	for _, group := range groups {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: aws.String(group), StartTime: aws.Int64(max(0, since.UnixMilli())),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return l, fmt.Errorf("read the logs in %s: %w", group, err)
			}
			for _, line := range page.Events {
				l.add(group, *line.Message)
			}
		}
	}
	return l, nil
}

// line is what matters of a line of a function's log: Lambda's report on an
// invocation, or metrics in the embedded format.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type line struct {
	Type   string
	Record struct{ Metrics struct{ DurationMs float64 } }
	AWS    struct {
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	} `json:"_aws"`
}

func (l *logged) add(group, message string) {
	l.lines++
	l.bytes += float64(len(message) + perLine)
	function, ok := strings.CutPrefix(group, "/aws/lambda/")
	if !ok {
		l.messages[group] = append(l.messages[group], message)
		return
	}
	var parsed line
	if json.Unmarshal([]byte(message), &parsed) != nil {
		return // a text: it counts by its size alone
	}
	if parsed.Type == "platform.report" {
		l.durations[function] = append(l.durations[function], parsed.Record.Metrics.DurationMs)
	}
	if len(parsed.AWS.CloudWatchMetrics) > 0 {
		l.addMetrics(parsed, message)
	}
}

// addMetrics notes each metric with each set of values of its dimensions: that
// is what is billed as one.
func (l *logged) addMetrics(parsed line, message string) {
	var values map[string]any
	if json.Unmarshal([]byte(message), &values) != nil {
		return
	}
	for _, directive := range parsed.AWS.CloudWatchMetrics {
		for _, dimensions := range directive.Dimensions {
			key := directive.Namespace
			for _, name := range dimensions {
				key += fmt.Sprintf("|%s=%v", name, values[name])
			}
			for _, metric := range directive.Metrics {
				l.metrics[key+"|"+metric.Name] = true
			}
		}
	}
}

// usage is what the logs tell of the use by one order.
func (l *logged) usage(catchAll string) price.Usage {
	u := price.Usage{Invocations: map[string]price.Invocations{}, LogBytes: l.bytes / costOrders}
	for function, took := range l.durations {
		u.Invocations[function] = price.Invocations{Count: float64(len(took)) / costOrders, LocalMs: quantile(took, 0.5)}
	}
	for _, event := range l.messages[catchAll] {
		u.Events += math.Ceil(float64(len(event))/(64<<10)) / costOrders
		u.EventBytes += float64(len(event)) / costOrders
	}
	return u
}
