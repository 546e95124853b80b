// Package cloudwatch accepts the alarms and dashboards of a template. Alarms
// are not evaluated and dashboards not shown: the runner has no metrics. What
// an alarm watches, such as a dead-letter queue, can be looked at directly, and
// so can the log lines that have metrics embedded.
package cloudwatch

import (
	"regexp"

	"eda-demo/local/resource"
)

const (
	alarmType     = "AWS::CloudWatch::Alarm"
	dashboardType = "AWS::CloudWatch::Dashboard"
)

// Resources returns the handlers of alarms, on one metric or on an expression,
// and dashboards.
func Resources() map[string]resource.Type {
	alarms := &named{
		name: "AlarmName", allowed: regexp.MustCompile(`.`), check: checkAlarm,
		attributes: func(stack resource.Stack, name string) map[string]any {
			return map[string]any{"Arn": stack.ARN("cloudwatch", "alarm:"+name)}
		},
	}
	dashboards := &named{
		name: "DashboardName", allowed: regexp.MustCompile(`^[A-Za-z0-9_-]+$`), check: checkDashboard,
	}
	return map[string]resource.Type{
		alarmType:     alarms.of(resource.Schema{Required: []string{"ComparisonOperator", "EvaluationPeriods"}}),
		dashboardType: dashboards.of(resource.Schema{Required: []string{"DashboardBody"}}),
	}
}
