package template_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
	"eda-demo/test/synthesized"
)

func TestAlarmsTellTheConfiguredAddress(t *testing.T) {
	topic := prod().one(t, "AWS::SNS::Topic", "TopicName", event.AlarmTopic)
	want := `[{"Ref":"` + topic.ID + `"}]`
	for _, alarm := range prod().OfType("AWS::CloudWatch::Alarm") {
		for _, property := range []string{"AlarmActions", "OKActions"} {
			if got := alarm.Text(property); got != want {
				t.Errorf("with an address alarm %s has %s %s, want %s", alarm.Text("AlarmName"), property, got, want)
			}
		}
	}
	policy := prod().one(t, "AWS::SNS::TopicPolicy", "Topics", want)
	let := "Allow cloudwatch.amazonaws.com sns:Publish on ${" + topic.ID + "} if ArnLike aws:SourceArn " +
		"arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:eda-demo-*"
	found := false
	for _, s := range synthesized.Statements(policy.At("PolicyDocument")) {
		found = found || s.Effect+" "+s.Principal+" "+s.String() == let
	}
	if !found {
		t.Errorf("the alarms' topic has the policy %s, want %s in it", policy.Text("PolicyDocument"), let)
	}
	for _, alarm := range demo().OfType("AWS::CloudWatch::Alarm") {
		if actions := alarm.At("AlarmActions"); actions != nil {
			t.Errorf("without an address alarm %s has the actions %v, want none", alarm.Text("AlarmName"), actions)
		}
	}
}

// An idle system reports nothing. No alarm goes off for that, and those that
// look at an average or an age don't for a single minute either.
func TestNoAlarmGoesOffOnAnIdleSystem(t *testing.T) {
	for _, alarm := range demo().OfType("AWS::CloudWatch::Alarm") {
		name := alarm.Text("AlarmName")
		if !strings.HasPrefix(name, "eda-demo-") {
			t.Errorf("alarm %s may not publish on the alarms' topic: its name does not begin with eda-demo-", name)
		}
		for property, want := range map[string]string{
			"TreatMissingData":   "notBreaching",
			"ComparisonOperator": "GreaterThanOrEqualToThreshold",
		} {
			if got := alarm.Text(property); got != want {
				t.Errorf("alarm %s has %s %s, want %s", name, property, got, want)
			}
		}
		threshold, _ := alarm.At("Threshold").(float64)
		times, _ := alarm.At("DatapointsToAlarm").(float64)
		if threshold < 1 || threshold > 1 && times < 2 {
			t.Errorf("alarm %s goes off at %v in %v minutes, want it to take two if it does not count what is lost", name, threshold, times)
		}
	}
}

// reading is a metric with its dimensions, wherever it is looked at.
type reading struct {
	where, namespace, name string
	of                     map[string]string
}

// readings are all metrics of the alarms and the dashboard.
func readings(t *testing.T, from template) []reading {
	t.Helper()
	all := dashboardReadings(t, from)
	for _, alarm := range from.OfType("AWS::CloudWatch::Alarm") {
		where := "alarm " + alarm.Text("AlarmName")
		if alarm.At("MetricName") != nil {
			all = append(all, alarmReading(where, alarm.Properties))
		}
		queries, _ := alarm.At("Metrics").([]any)
		for i := range queries {
			if m, ok := alarm.At("Metrics", i, "MetricStat", "Metric").(map[string]any); ok {
				all = append(all, alarmReading(where, m))
			}
		}
	}
	return all
}

func alarmReading(where string, m map[string]any) reading {
	of := map[string]string{}
	list, _ := m["Dimensions"].([]any)
	for _, item := range list {
		d := item.(map[string]any)
		of[synthesized.Text(d["Name"])] = synthesized.Text(d["Value"])
	}
	return reading{where, synthesized.Text(m["Namespace"]), synthesized.Text(m["MetricName"]), of}
}

func dashboardReadings(t *testing.T, from template) []reading {
	t.Helper()
	var body struct {
		Widgets []struct {
			Type       string
			Properties struct {
				Title   string
				Metrics [][]any
			}
		}
	}
	dashboard := from.one(t, "AWS::CloudWatch::Dashboard", "DashboardName", "eda-demo")
	if err := json.Unmarshal([]byte(dashboard.Text("DashboardBody")), &body); err != nil {
		t.Fatalf("reading the dashboard: %v", err)
	}
	var all []reading
	for _, widget := range body.Widgets {
		if widget.Type == "metric" && len(widget.Properties.Metrics) == 0 {
			t.Errorf("the graph %q is empty", widget.Properties.Title)
		}
		for _, m := range widget.Properties.Metrics {
			r := reading{"graph " + widget.Properties.Title, synthesized.Text(m[0]), synthesized.Text(m[1]), map[string]string{}}
			for i := 2; i+1 < len(m); i += 2 {
				r.of[synthesized.Text(m[i])] = synthesized.Text(m[i+1])
			}
			all = append(all, r)
		}
	}
	return all
}

// dimensions are the names of AWS's dimensions in use: the type of resource
// that the value is of, and what of it that is: a property that names it, or
// one of its return values.
var dimensions = map[string]struct{ kind, name string }{
	"FunctionName":    {"AWS::Lambda::Function", ""},
	"QueueName":       {"AWS::SQS::Queue", ".QueueName"},
	"StateMachineArn": {"AWS::StepFunctions::StateMachine", ".Arn"},
	"ApiId":           {"AWS::ApiGatewayV2::Api", ""},
	"TableName":       {"AWS::DynamoDB::Table", ""},
	"EventBusName":    {"AWS::Events::EventBus", ""},
	"RuleName":        {"AWS::Events::Rule", "Name"},
}

// wanted has, for each namespace, the dimensions that a metric must have there.
var wanted = map[string][]string{
	"AWS/Lambda": {"FunctionName"}, "AWS/SQS": {"QueueName"}, "AWS/States": {"StateMachineArn"},
	"AWS/ApiGateway": {"ApiId"}, "AWS/DynamoDB": {"TableName"}, "AWS/Events": {"EventBusName", "RuleName"},
	metric.Namespace: {metric.Service},
}

// wantedOf are the dimensions that the metric looked at must have.
func wantedOf(r reading) []string {
	if r.namespace == metric.Namespace && r.name == metric.LoggedFailures.Name {
		return []string{metric.FunctionName}
	}
	return wanted[r.namespace]
}

func TestWhatIsLookedAtExists(t *testing.T) {
	for stage, from := range map[string]template{"demo": demo(), "prod": prod()} {
		for _, r := range readings(t, from) {
			if got, want := slices.Sorted(maps.Keys(r.of)), wantedOf(r); !slices.Equal(got, want) {
				t.Errorf("%s: %s looks at %s of %s by %v, want by %v", stage, r.where, r.name, r.namespace, got, want)
			}
			for name, value := range r.of {
				if !exists(from, name, value) {
					t.Errorf("%s: %s looks at %s of %s %s, which is not in the template", stage, r.where, r.name, name, value)
				}
			}
		}
	}
}

func exists(from template, dimension, value string) bool {
	if dimension == metric.Service {
		return value == event.OrderService || value == event.AircraftBooking
	}
	d := dimensions[dimension]
	for _, r := range from.OfType(d.kind) {
		if value == "${"+r.ID+d.name+"}" || d.name == "Name" && value == r.Text("Name") {
			return true
		}
	}
	return false
}

// TestOwnMetricsAreThoseEmitted: the services' tests show that each of
// metric.All is emitted, those of metric.LogFailure's callers that LoggedFailures
// is, and this that nothing else is looked at, and all is.
func TestOwnMetricsAreThoseEmitted(t *testing.T) {
	emitted := map[string]bool{metric.LoggedFailures.Name + " of ": true}
	for source, metrics := range map[string][]metric.Metric{
		event.OrderService: metric.Orders(), event.AircraftBooking: metric.Bookings(),
	} {
		for _, m := range metrics {
			emitted[m.Name+" of "+source] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range readings(t, demo()) {
		if r.namespace == metric.Namespace {
			seen[r.name+" of "+r.of[metric.Service]] = true
		}
	}
	if !maps.Equal(seen, emitted) {
		t.Errorf("alarms and the dashboard look at %v, want %v", seen, emitted)
	}
}

// TestTheDashboardShowsEverything: what the page is for, by what it looks at.
func TestTheDashboardShowsEverything(t *testing.T) {
	seen := map[string]int{}
	for _, r := range dashboardReadings(t, demo()) {
		seen[r.where+": "+r.name]++
	}
	functions, rules := len(packages), len(demo().OfType("AWS::Events::Rule"))
	for what, want := range map[string]int{
		"graph Orders: OrdersCreated":                             1,
		"graph Orders: OrdersCompleted":                           1,
		"graph Orders: OrdersCancelled":                           1,
		"graph From order to final status, ms: TimeToFinalStatus": 2,
		"graph Bookings: BookingsCreated":                         1,
		"graph Bookings: BookingsTicketed":                        1,
		"graph Bookings: BookingsCancelled":                       1,
		"graph From booking to final status, ms: TimeToOutcome":   2,
		"graph Failures by stage: 5xx":                            1,
		"graph Failures by stage: Errors":                         functions,
		"graph Failures by stage: LoggedFailures":                 functions,
		"graph Failures by stage: FailedInvocations":              rules,
		"graph Failures by stage: ExecutionsFailed":               1,
		"graph Failures by stage: ExecutionsTimedOut":             1,
		"graph Dead letters: ApproximateNumberOfMessagesVisible":  len(demo().OfType("AWS::SQS::Queue")),
		"graph Throttled: Throttles":                              functions,
		"graph Throttled: WriteThrottleEvents":                    len(demo().OfType("AWS::DynamoDB::Table")),
		"graph Age of the streams, ms: IteratorAge":               len(publishers),
	} {
		if seen[what] != want {
			t.Errorf("%s is shown for %d resources, want %d", what, seen[what], want)
		}
	}
}

// TestTheStatusOfAllAlarmsIsShown: a widget has room for a hundred.
func TestTheStatusOfAllAlarmsIsShown(t *testing.T) {
	for stage, from := range map[string]template{"demo": demo(), "prod": prod()} {
		body := from.one(t, "AWS::CloudWatch::Dashboard", "DashboardName", "eda-demo").Text("DashboardBody")
		alarms := from.OfType("AWS::CloudWatch::Alarm")
		if len(alarms) > 100 {
			t.Errorf("%s: there are %d alarms, want at most 100", stage, len(alarms))
		}
		for _, alarm := range alarms {
			if !strings.Contains(body, `"${`+alarm.ID+`.Arn}"`) {
				t.Errorf("%s: the dashboard does not show the alarm %s", stage, alarm.Text("AlarmName"))
			}
		}
	}
}

// expressionOf is an alarm's expression with the metrics that it is over, each
// as "id namespace name statistic period".
func expressionOf(alarm synthesized.Resource) (expression string, over []string) {
	queries, _ := alarm.At("Metrics").([]any)
	for i := range queries {
		if text, ok := alarm.At("Metrics", i, "Expression").(string); ok {
			expression = text
			continue
		}
		read := func(path ...any) string { return alarm.Text(append([]any{"Metrics", i}, path...)...) }
		over = append(over, strings.Join([]string{
			read("Id"), read("MetricStat", "Metric", "Namespace"), read("MetricStat", "Metric", "MetricName"),
			read("MetricStat", "Stat"), read("MetricStat", "Period"),
		}, " "))
	}
	slices.Sort(over)
	return expression, over
}

// TestErrorAlarmsSeeEveryFailure: those that Lambda sees, and those that it
// takes for successes, of the alarm's own function.
func TestErrorAlarmsSeeEveryFailure(t *testing.T) {
	const want = "100 * (FILL(errors, 0) + FILL(logged, 0)) / invocations"
	metrics := []string{
		"errors AWS/Lambda Errors Sum 60", "invocations AWS/Lambda Invocations Sum 60", "logged eda-demo LoggedFailures Sum 60",
	}
	for stage, from := range map[string]template{"demo": demo(), "prod": prod()} {
		for name := range packages {
			alarm := from.one(t, "AWS::CloudWatch::Alarm", "AlarmName", name+"-errors")
			if got, over := expressionOf(alarm); got != want || !slices.Equal(over, metrics) {
				t.Errorf("%s: the errors alarm of %s is on %s over %q, want %s over %q", stage, name, got, over, want, metrics)
			}
			function := "${" + from.one(t, "AWS::Lambda::Function", "FunctionName", name).ID + "}"
			for _, r := range readings(t, from) {
				if r.where == "alarm "+name+"-errors" && r.of["FunctionName"] != function {
					t.Errorf("%s: %s looks at %s of %s, want of %s", stage, r.where, r.name, r.of["FunctionName"], function)
				}
			}
		}
	}
}

// TestStuckOnesAreSeen: not in one period, which an order may leave unended
// that came at its end, but in two.
func TestStuckOnesAreSeen(t *testing.T) {
	for name, want := range map[string]struct {
		expression string
		metrics    []string
	}{
		"eda-demo-orders-stuck": {
			"IF((FILL(created, 0) > 0) AND ((FILL(completed, 0) + FILL(cancelled, 0)) == 0), 1, 0)",
			[]string{"cancelled eda-demo OrdersCancelled Sum 300", "completed eda-demo OrdersCompleted Sum 300", "created eda-demo OrdersCreated Sum 300"},
		},
		"eda-demo-bookings-stuck": {
			"IF((FILL(created, 0) > 0) AND ((FILL(ticketed, 0) + FILL(cancelled, 0)) == 0), 1, 0)",
			[]string{"cancelled eda-demo BookingsCancelled Sum 300", "created eda-demo BookingsCreated Sum 300", "ticketed eda-demo BookingsTicketed Sum 300"},
		},
	} {
		alarm := demo().one(t, "AWS::CloudWatch::Alarm", "AlarmName", name)
		if got, over := expressionOf(alarm); got != want.expression || !slices.Equal(over, want.metrics) {
			t.Errorf("the alarm %s is on %s over %q, want %s over %q", name, got, over, want.expression, want.metrics)
		}
		for property, want := range map[string]string{"Threshold": "1", "EvaluationPeriods": "2", "DatapointsToAlarm": "2"} {
			if got := alarm.Text(property); got != want {
				t.Errorf("the alarm %s has %s %s, want %s", name, property, got, want)
			}
		}
	}
}

// TestSlowOnesAreSeen: one in a hundred that takes a minute, in three minutes of
// five.
func TestSlowOnesAreSeen(t *testing.T) {
	for name, metric := range map[string]string{"eda-demo-slow-orders": "TimeToFinalStatus", "eda-demo-slow-bookings": "TimeToOutcome"} {
		alarm := demo().one(t, "AWS::CloudWatch::Alarm", "AlarmName", name)
		for property, want := range map[string]string{
			"MetricName": metric, "ExtendedStatistic": "p99", "Threshold": "60000", "EvaluationPeriods": "5", "DatapointsToAlarm": "3",
		} {
			if got := alarm.Text(property); got != want {
				t.Errorf("the alarm %s has %s %s, want %s", name, property, got, want)
			}
		}
	}
}

// TestWhatWatchingCosts pins the numbers in the comment of
// stacks/observability.go.
func TestWhatWatchingCosts(t *testing.T) {
	looked := 0
	shown := map[string]bool{}
	for _, r := range dashboardReadings(t, demo()) {
		shown[fmt.Sprint(r.namespace, r.name, r.of)] = true
	}
	if own := len(metric.All()); len(shown) <= 50 || own != 8 {
		t.Errorf("the dashboard shows %d metrics, of which %d are our own, want more than 50, and 8", len(shown), own)
	}
	for _, r := range readings(t, demo()) {
		if strings.HasPrefix(r.where, "alarm ") {
			looked++
		}
	}
	if looked != 122 {
		t.Errorf("the alarms look at %d metrics, want 122", looked)
	}
}

func TestSavedQueriesLookWhereOrdersAndBookingsAre(t *testing.T) {
	queries := demo().OfType("AWS::Logs::QueryDefinition")
	for _, query := range queries {
		groups := synthesized.Texts(query.At("LogGroupNames"))
		want := []string{event.CatchAllLogGroup}
		for name := range packages {
			want = append(want, "/aws/lambda/"+name)
		}
		for _, name := range want {
			group := demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", name)
			if !slices.Contains(groups, "${"+group.ID+"}") {
				t.Errorf("query %s looks at %v, want %s among them", query.Text("Name"), groups, name)
			}
		}
	}
	order := demo().one(t, "AWS::Logs::QueryDefinition", "Name", "eda-demo/what happened to order N")
	for _, want := range []string{"orderId = {{orderId}}", "detail.id = {{orderId}}"} {
		if got := order.Text("QueryString"); !strings.Contains(got, want) {
			t.Errorf("the query of an order is %s, want %s in it", got, want)
		}
	}
	booking := demo().one(t, "AWS::Logs::QueryDefinition", "Name", "eda-demo/what happened to booking B")
	for _, want := range []string{`bookingId = "{{bookingId}}"`, `detail.bookingId = "{{bookingId}}"`} {
		if got := booking.Text("QueryString"); !strings.Contains(got, want) {
			t.Errorf("the query of a booking is %s, want %s in it", got, want)
		}
	}
}
