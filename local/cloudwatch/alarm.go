// Package cloudwatch accepts the alarms of a template. They are not evaluated:
// the runner has no metrics. What an alarm watches, such as a dead-letter
// queue, can be looked at directly.
package cloudwatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

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
	Threshold               *float64
	TreatMissingData        string
	Unit                    string
	Tags                    []resource.Tag
}

var comparisons = []string{
	"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
}

var missingData = []string{"breaching", "notBreaching", "ignore", "missing"}

// alarms are the names of the alarms that there are.
type alarms struct {
	mu    sync.Mutex
	names map[string]bool
}

// Resources returns the handler of AWS::CloudWatch::Alarm on one metric.
func Resources() map[string]resource.Type {
	a := &alarms{names: map[string]bool{}}
	schema := resource.Schema{
		Required: []string{"ComparisonOperator", "EvaluationPeriods"}, NotEmpty: []string{"AlarmName"},
		Name: "AlarmName", Immutable: []string{"AlarmName"},
	}
	return map[string]resource.Type{alarmType: schema.Type(a.create, a.update, a.remove)}
}

const alarmType = "AWS::CloudWatch::Alarm"

func (a *alarms) create(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	alarm, err := read(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(definition.PhysicalID, alarm.AlarmName, definition.Name(maxName))
	if len(name) > maxName {
		return resource.Instance{}, fmt.Errorf("property AlarmName: %d characters are more than %d", len(name), maxName)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.names[name] && definition.PhysicalID == "" {
		return resource.Instance{}, fmt.Errorf("Resource of type '%s' with identifier '%s' already exists.", alarmType, name)
	}
	a.names[name] = true
	return instance(definition.Stack, name), nil
}

func (a *alarms) update(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	if _, err := read(next); err != nil {
		return resource.Instance{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	name := previous.PhysicalID
	if !a.names[name] {
		return resource.Instance{}, fmt.Errorf("Resource of type '%s' with identifier '%s' was not found.", alarmType, name)
	}
	return instance(next.Stack, name), nil
}

func (a *alarms) remove(_ context.Context, definition resource.Definition) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.names, definition.PhysicalID)
	return nil
}

func instance(stack resource.Stack, name string) resource.Instance {
	return resource.Instance{ID: name, Attributes: map[string]any{"Arn": stack.ARN("cloudwatch", "alarm:"+name)}}
}

func read(definition resource.Definition) (alarmProperties, error) {
	var alarm alarmProperties
	if err := definition.Decode(&alarm); err != nil {
		return alarm, err
	}
	return alarm, alarm.check()
}

// maxName is how many characters the name of an alarm may have.
const maxName = 255

// check refuses what PutMetricAlarm refuses:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (a *alarmProperties) check() error {
	switch {
	case !slices.Contains(comparisons, a.ComparisonOperator):
		return fmt.Errorf("property ComparisonOperator: %q is not one of %v", a.ComparisonOperator, comparisons)
	case a.MetricName == "" || a.Namespace == "":
		return errors.New("properties MetricName and Namespace are required")
	case (a.Statistic == "") == (a.ExtendedStatistic == ""):
		return errors.New("exactly one of the properties Statistic and ExtendedStatistic is required")
	case a.Threshold == nil:
		return errors.New("property Threshold is required")
	case a.Period != 10 && a.Period != 20 && a.Period != 30 && (a.Period < 60 || a.Period%60 != 0):
		return fmt.Errorf("property Period: %d is neither 10, 20, 30 nor a multiple of 60 seconds", a.Period)
	case a.EvaluationPeriods < 1:
		return fmt.Errorf("property EvaluationPeriods: %d is less than 1", a.EvaluationPeriods)
	case a.DatapointsToAlarm < 0 || a.DatapointsToAlarm > a.EvaluationPeriods:
		return fmt.Errorf("property DatapointsToAlarm: %d is not from 1 to EvaluationPeriods, %d", a.DatapointsToAlarm, a.EvaluationPeriods)
	case a.TreatMissingData != "" && !slices.Contains(missingData, a.TreatMissingData):
		return fmt.Errorf("property TreatMissingData: %q is not one of %v", a.TreatMissingData, missingData)
	}
	return nil
}
