// Package cloudwatch accepts the alarms of a template. They are not evaluated:
// the runner has no metrics. What an alarm watches, such as a dead-letter
// queue, can be looked at directly.
package cloudwatch

import (
	"context"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

type alarmProperties struct {
	AlarmName               string
	AlarmDescription        string
	ActionsEnabled          resource.Bool
	AlarmActions            []string
	OKActions               []string
	InsufficientDataActions []string
	ComparisonOperator      string
	DatapointsToAlarm       resource.Int
	Dimensions              []struct{ Name, Value string }
	EvaluationPeriods       resource.Int
	MetricName              string
	Namespace               string
	Period                  resource.Int
	Statistic               string
	ExtendedStatistic       string
	Threshold               float64
	TreatMissingData        string
	Unit                    string
	Tags                    []resource.Tag
}

var comparisons = []string{
	"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
}

// Resources returns the handler of AWS::CloudWatch::Alarm on one metric.
func Resources() map[string]resource.Handler {
	return map[string]resource.Handler{"AWS::CloudWatch::Alarm": resource.HandlerFunc(createAlarm)}
}

func createAlarm(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var alarm alarmProperties
	if err := definition.Decode(&alarm); err != nil {
		return resource.Instance{}, err
	}
	if !slices.Contains(comparisons, alarm.ComparisonOperator) {
		return resource.Instance{}, fmt.Errorf("property ComparisonOperator: %q is not one of %v", alarm.ComparisonOperator, comparisons)
	}
	if alarm.EvaluationPeriods < 1 || alarm.MetricName == "" || alarm.Namespace == "" || alarm.Period < 10 {
		return resource.Instance{}, fmt.Errorf("properties MetricName, Namespace, Period (10 seconds or more) and EvaluationPeriods (1 or more) are required")
	}
	name := alarm.AlarmName
	if name == "" {
		name = definition.Name(255)
	}
	return resource.Instance{ID: name, Attributes: map[string]any{
		"Arn": definition.Stack.ARN("cloudwatch", "alarm:"+name),
	}}, nil
}
