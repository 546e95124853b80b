package cloudwatch

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/resource"
)

const good = `{"MetricName":"ApproximateNumberOfMessagesVisible","Namespace":"AWS/SQS","Statistic":"Maximum","Period":60,"EvaluationPeriods":1,"Threshold":0,"ComparisonOperator":"GreaterThanThreshold","TreatMissingData":"notBreaching","Dimensions":[{"Name":"QueueName","Value":"q"}],"ActionsEnabled":true}`

func create(t *testing.T, properties string) (resource.Instance, error) {
	t.Helper()
	return Resources()["AWS::CloudWatch::Alarm"].Create(t.Context(), resource.Definition{
		LogicalID: "Alarm", Properties: json.RawMessage(properties),
		Stack: resource.Stack{Name: "Test", Account: "000000000000", Region: "us-east-1", Partition: "aws"},
	})
}

func TestCreateAlarm(t *testing.T) {
	got, err := create(t, good)
	if err != nil || !strings.HasPrefix(got.ID, "Test-Alarm-") || got.Attributes["Arn"] != "arn:aws:cloudwatch:us-east-1:000000000000:alarm:"+got.ID {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := create(t, strings.Replace(good, `{`, `{"AlarmName":"mine",`, 1)); err != nil || got.ID != "mine" {
		t.Errorf("named: got %+v, %v; want mine", got, err)
	}
}

func TestCreateAlarmRefuses(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{`"Period":60`, `"Period":45`, "property Period: 45 is neither"},
		{`"Period":60`, `"Period":0`, "property Period: 0 is neither"},
		{`"EvaluationPeriods":1`, `"EvaluationPeriods":0`, "property EvaluationPeriods: 0 is less than 1"},
		{`"EvaluationPeriods":1`, `"EvaluationPeriods":1,"DatapointsToAlarm":2`, "property DatapointsToAlarm: 2 is not from 1"},
		{`"Threshold":0,`, ``, "property Threshold is required"},
		{`"Statistic":"Maximum",`, ``, "exactly one of the properties Statistic and ExtendedStatistic is required"},
		{`"MetricName":"ApproximateNumberOfMessagesVisible",`, ``, "properties MetricName and Namespace are required"},
		{`"Statistic":"Maximum"`, `"Statistic":"p99"`, `property Statistic: "p99" is not one of`},
		{`"Statistic":"Maximum"`, `"ExtendedStatistic":"p101"`, `property ExtendedStatistic: "p101" does not match`},
		{`"EvaluationPeriods":1`, `"EvaluationPeriods":1441`, "1441 periods of 60 seconds are more than 86400 seconds"},
		{`"Namespace"`, `"EvaluateLowSampleCountPercentile":"never","Namespace"`, `property EvaluateLowSampleCountPercentile: "never" is not one of`},
		{`"Namespace"`, `"AlarmActions":["topic"],"Namespace"`, `property AlarmActions: "topic" is no ARN`},
		{`"Namespace"`, `"OKActions":["arn:1","arn:2","arn:3","arn:4","arn:5","arn:6"],"Namespace"`, "property OKActions: 6 actions are more than 5"},
		{`"Namespace"`, `"AlarmDescription":"` + strings.Repeat("x", 1025) + `","Namespace"`, "property AlarmDescription: 1025 characters are more than 1024"},
		{`GreaterThanThreshold`, `GreaterThan`, `property ComparisonOperator: "GreaterThan" is not one of`},
		{`notBreaching`, `fine`, `property TreatMissingData: "fine" is not one of`},
		{`"Namespace"`, `"ThresholdMetricId":"m","Namespace"`, "member ThresholdMetricId is not supported"},
		{`"Namespace"`, `"AlarmName":"` + strings.Repeat("x", 256) + `","Namespace"`, "property AlarmName: 256 characters are more than 255"},
	}
	for _, test := range tests {
		if got, err := create(t, strings.Replace(good, test.old, test.new, 1)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %+v, %v; want %s", test.new, got, err, test.want)
		}
	}
}

// ratio is an alarm on an expression.
const ratio = `{"EvaluationPeriods":5,"DatapointsToAlarm":3,"Threshold":5,"ComparisonOperator":"GreaterThanOrEqualToThreshold","Metrics":[` +
	`{"Id":"expr_1","Label":"l","Expression":"IF(calls > 0, 100 * FILL(failed, 0) / calls)"},` +
	`{"Id":"failed","MetricStat":{"Metric":{"Namespace":"AWS/Lambda","MetricName":"Errors","Dimensions":[{"Name":"FunctionName","Value":"f"}]},"Period":60,"Stat":"Sum"},"ReturnData":false},` +
	`{"Id":"calls","MetricStat":{"Metric":{"Namespace":"AWS/Lambda","MetricName":"Invocations"},"Period":60,"Stat":"p99.9"},"ReturnData":false}]}`

func TestAlarmOnAnExpression(t *testing.T) {
	if _, err := create(t, ratio); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ old, new, want string }{
		{`/ calls`, `/ all`, "expr_1: Expression: there is no query with the Id all"},
		{`"Id":"failed"`, `"Id":"calls"`, `the Id "calls" is there twice`},
		{`"Id":"failed"`, `"Id":"Failed"`, `the Id "Failed" is there twice, or does not match`},
		{`"Period":60,"Stat":"Sum"},"ReturnData":false`, `"Period":60,"Stat":"Sum"}`, "2 queries return data"},
		{`"Stat":"Sum"`, `"Stat":"Total"`, `failed: Stat: "Total" is not one of`},
		{`"Period":60,"Stat":"Sum"`, `"Period":61,"Stat":"Sum"`, "failed: Period: 61 is neither"},
		{`"MetricName":"Errors",`, ``, "failed: Namespace and MetricName of the metric are required"},
		{`"Label":"l",`, `"Label":"l","MetricStat":{},`, "expr_1: exactly one of Expression and MetricStat is required"},
		{`{"EvaluationPeriods":5`, `{"Period":60,"EvaluationPeriods":5`, "property Period can't be given with Metrics"},
		{`{"EvaluationPeriods":5`, `{"EvaluationPeriods":1500`, "1500 periods of 60 seconds are more than 86400"},
		{`"Label"`, `"AccountId":"1","Label"`, "AccountId is not supported"},
	}
	for _, test := range tests {
		changed := strings.Replace(ratio, test.old, test.new, 1)
		if got, err := create(t, changed); changed == ratio || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %+v, %v; want %s", test.new, got, err, test.want)
		}
	}
}

// Expressions of more than one function, with comparisons and over periods of
// five minutes.
func TestExpressionsThatAreAccepted(t *testing.T) {
	for _, expression := range []string{
		"100 * (FILL(failed, 0) + FILL(calls, 0)) / calls",
		"IF((FILL(calls, 0) > 0) AND ((FILL(failed, 0) + FILL(calls, 0)) == 0), 1, 0)",
	} {
		changed := strings.Replace(ratio, "IF(calls > 0, 100 * FILL(failed, 0) / calls)", expression, 1)
		changed = strings.ReplaceAll(changed, `"Period":60`, `"Period":300`)
		if _, err := create(t, changed); err != nil {
			t.Errorf("%s: got %v, want it accepted", expression, err)
		}
	}
}

func TestAlarmLifecycle(t *testing.T) {
	kind := Resources()[alarmType]
	d := resource.Definition{
		LogicalID: "Alarm", Type: alarmType, Properties: json.RawMessage(strings.Replace(good, `{`, `{"AlarmName":"mine",`, 1)),
		Stack: resource.Stack{Name: "Test", Account: "000000000000", Region: "us-east-1", Partition: "aws"},
	}
	first, err := kind.Create(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	const taken = "Resource of type 'AWS::CloudWatch::Alarm' with identifier 'mine' already exists."
	if _, err := kind.Create(t.Context(), d); err == nil || !strings.HasSuffix(err.Error(), taken) {
		t.Errorf("created twice: got %v, want %s", err, taken)
	}
	d.PhysicalID = first.ID
	next := d
	for _, properties := range []string{
		strings.Replace(string(d.Properties), `"Period":60`, `"Period":120,"AlarmDescription":"d","Tags":[{"Key":"a","Value":"b"}]`, 1), string(d.Properties),
	} {
		next.Properties = json.RawMessage(properties)
		if got, err := kind.Update(t.Context(), d, next); err != nil || fmt.Sprint(got) != fmt.Sprint(first) {
			t.Errorf("update to %s: got %+v, %v; want %+v", properties, got, err, first)
		}
	}
	next.Properties = json.RawMessage(good[:len(good)-1] + `,"Period":7}`)
	if _, err := kind.Update(t.Context(), d, next); err == nil {
		t.Error("an update to a period of 7 s was accepted")
	}
	if _, err := kind.Create(t.Context(), d); err != nil {
		t.Errorf("taken up: %v", err)
	}
	for range 2 {
		if err := kind.Delete(t.Context(), d); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	const gone = "Resource of type 'AWS::CloudWatch::Alarm' with identifier 'mine' was not found."
	if _, err := kind.Update(t.Context(), d, d); err == nil || !strings.HasSuffix(err.Error(), gone) {
		t.Errorf("update of a deleted one: got %v, want %s", err, gone)
	}
	d.PhysicalID = ""
	if _, err := kind.Create(t.Context(), d); err != nil {
		t.Errorf("created anew: %v", err)
	}
}
