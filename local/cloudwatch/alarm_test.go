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
		{`GreaterThanThreshold`, `GreaterThan`, `property ComparisonOperator: "GreaterThan" is not one of`},
		{`notBreaching`, `fine`, `property TreatMissingData: "fine" is not one of`},
		{`"Namespace"`, `"Metrics":[],"Namespace"`, "member Metrics is not supported"},
		{`"Namespace"`, `"AlarmName":"` + strings.Repeat("x", 256) + `","Namespace"`, "property AlarmName: 256 characters are more than 255"},
	}
	for _, test := range tests {
		if got, err := create(t, strings.Replace(good, test.old, test.new, 1)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %+v, %v; want %s", test.new, got, err, test.want)
		}
	}
}

func TestAlarmLifecycle(t *testing.T) {
	kind := Resources()[alarmType]
	d := resource.Definition{
		LogicalID: "Alarm", Properties: json.RawMessage(strings.Replace(good, `{`, `{"AlarmName":"mine",`, 1)),
		Stack: resource.Stack{Name: "Test", Account: "000000000000", Region: "us-east-1", Partition: "aws"},
	}
	first, err := kind.Create(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	const taken = "Resource of type 'AWS::CloudWatch::Alarm' with identifier 'mine' already exists."
	if _, err := kind.Create(t.Context(), d); err == nil || err.Error() != taken {
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
	if _, err := kind.Update(t.Context(), d, d); err == nil || err.Error() != gone {
		t.Errorf("update of a deleted one: got %v, want %s", err, gone)
	}
	d.PhysicalID = ""
	if _, err := kind.Create(t.Context(), d); err != nil {
		t.Errorf("created anew: %v", err)
	}
}
