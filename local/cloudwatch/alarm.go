package cloudwatch

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eda-demo/local/resource"
)

// alarmProperties are those of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
// but for alarms on models of anomalies.
type alarmProperties struct {
	AlarmName                        string
	AlarmDescription                 string
	ActionsEnabled                   resource.Bool
	AlarmActions                     []string
	OKActions                        []string
	InsufficientDataActions          []string
	ComparisonOperator               string
	DatapointsToAlarm                resource.Int
	Dimensions                       []dimension
	EvaluateLowSampleCountPercentile string
	EvaluationPeriods                resource.Int
	MetricName                       string
	Metrics                          []metricQuery
	Namespace                        string
	Period                           resource.Int
	Statistic                        string
	ExtendedStatistic                string
	Threshold                        *float64
	TreatMissingData                 string
	Unit                             string
	Tags                             []resource.Tag
}

type dimension struct{ Name, Value string }

var (
	comparisons = []string{
		"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
	}
	missingData = []string{"breaching", "notBreaching", "ignore", "missing"}
	lowSamples  = []string{"evaluate", "ignore"}
	statistics  = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}
	// percentile is what an alarm takes as its ExtendedStatistic.
	percentile = regexp.MustCompile(`^(p|tm|tc|ts|wm)([0-9]{1,2}(\.[0-9]{1,10})?|100)$`)
)

const (
	// maxActions is how many actions an alarm has for a state.
	maxActions = 5
	// maxDescription is how many characters an alarm's description has.
	maxDescription = 1024
	// Evaluated are at most a day of short periods, a week of those of an hour.
	dayOfPeriods, weekOfPeriods, hour = 86400, 604800, 3600
)

func checkAlarm(definition resource.Definition) (name string, err error) {
	var alarm alarmProperties
	if err := definition.Decode(&alarm); err != nil {
		return "", err
	}
	if err := alarm.checkMetric(); err != nil {
		return "", err
	}
	return alarm.AlarmName, errors.Join(alarm.checkActions(), alarm.checkEvaluation())
}

// checkMetric refuses what PutMetricAlarm refuses of what is watched:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (a *alarmProperties) checkMetric() error {
	if len(a.Metrics) > 0 {
		return a.checkQueries()
	}
	switch {
	case a.MetricName == "" || a.Namespace == "":
		return errors.New("properties MetricName and Namespace are required, or Metrics")
	case (a.Statistic == "") == (a.ExtendedStatistic == ""):
		return errors.New("exactly one of the properties Statistic and ExtendedStatistic is required")
	case a.Statistic != "" && !slices.Contains(statistics, a.Statistic):
		return fmt.Errorf("property Statistic: %q is not one of %v", a.Statistic, statistics)
	case a.ExtendedStatistic != "" && !percentile.MatchString(a.ExtendedStatistic):
		return fmt.Errorf("property ExtendedStatistic: %q does not match %s", a.ExtendedStatistic, percentile)
	}
	if err := checkPeriod(a.Period); err != nil {
		return fmt.Errorf("property %w", err)
	}
	return nil
}

// checkQueries is for alarms on an expression: the properties for one metric
// have no place there.
func (a *alarmProperties) checkQueries() error {
	for name, given := range map[string]bool{
		"MetricName": a.MetricName != "", "Namespace": a.Namespace != "", "Dimensions": len(a.Dimensions) > 0,
		"Statistic": a.Statistic != "", "ExtendedStatistic": a.ExtendedStatistic != "", "Period": a.Period != 0, "Unit": a.Unit != "",
	} {
		if given {
			return fmt.Errorf("property %s can't be given with Metrics", name)
		}
	}
	return checkQueries(a.Metrics)
}

func checkPeriod(seconds resource.Int) error {
	if seconds != 10 && seconds != 20 && seconds != 30 && (seconds < 60 || seconds%60 != 0) {
		return fmt.Errorf("Period: %d is neither 10, 20, 30 nor a multiple of 60 seconds", seconds)
	}
	return nil
}

func (a *alarmProperties) checkEvaluation() error {
	switch {
	case !slices.Contains(comparisons, a.ComparisonOperator):
		return fmt.Errorf("property ComparisonOperator: %q is not one of %v", a.ComparisonOperator, comparisons)
	case a.Threshold == nil:
		return errors.New("property Threshold is required")
	case a.EvaluationPeriods < 1:
		return fmt.Errorf("property EvaluationPeriods: %d is less than 1", a.EvaluationPeriods)
	case a.DatapointsToAlarm < 0 || a.DatapointsToAlarm > a.EvaluationPeriods:
		return fmt.Errorf("property DatapointsToAlarm: %d is not from 1 to EvaluationPeriods, %d", a.DatapointsToAlarm, a.EvaluationPeriods)
	case a.TreatMissingData != "" && !slices.Contains(missingData, a.TreatMissingData):
		return fmt.Errorf("property TreatMissingData: %q is not one of %v", a.TreatMissingData, missingData)
	case a.EvaluateLowSampleCountPercentile != "" && !slices.Contains(lowSamples, a.EvaluateLowSampleCountPercentile):
		return fmt.Errorf("property EvaluateLowSampleCountPercentile: %q is not one of %v", a.EvaluateLowSampleCountPercentile, lowSamples)
	}
	return a.checkSpan()
}

// checkSpan bounds the time that is evaluated.
func (a *alarmProperties) checkSpan() error {
	period := a.Period
	for _, query := range a.Metrics {
		period = max(period, query.period())
	}
	limit := resource.Int(dayOfPeriods)
	if period >= hour {
		limit = weekOfPeriods
	}
	if a.EvaluationPeriods > limit/max(period, 1) {
		return fmt.Errorf("property EvaluationPeriods: %d periods of %d seconds are more than %d seconds", a.EvaluationPeriods, period, limit)
	}
	return nil
}

func (a *alarmProperties) checkActions() error {
	for name, actions := range map[string][]string{
		"AlarmActions": a.AlarmActions, "OKActions": a.OKActions, "InsufficientDataActions": a.InsufficientDataActions,
	} {
		if len(actions) > maxActions {
			return fmt.Errorf("property %s: %d actions are more than %d", name, len(actions), maxActions)
		}
		for _, action := range actions {
			if !strings.HasPrefix(action, "arn:") {
				return fmt.Errorf("property %s: %q is no ARN", name, action)
			}
		}
	}
	if len(a.AlarmDescription) > maxDescription {
		return fmt.Errorf("property AlarmDescription: %d characters are more than %d", len(a.AlarmDescription), maxDescription)
	}
	return nil
}
