package template_test

import (
	"slices"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

func function(t *testing.T, name string) synthesized.Resource {
	t.Helper()
	return demo().one(t, "AWS::Lambda::Function", "FunctionName", name)
}

func TestEachFunctionIsMadeTheSameWay(t *testing.T) {
	all := demo().OfType("AWS::Lambda::Function")
	for _, fn := range all {
		name := fn.Text("FunctionName")
		for property, want := range map[string]string{
			"Runtime":       "provided.al2023",
			"Handler":       "bootstrap",
			"Architectures": `["arm64"]`,
			"TracingConfig": `{"Mode":"Active"}`,
			"MemorySize":    "256",
		} {
			if got := fn.Text(property); got != want {
				t.Errorf("%s has %s %s, want %s", name, property, got, want)
			}
		}
		if got := fn.Text("LoggingConfig", "LogFormat"); got != "JSON" {
			t.Errorf("%s logs as %s, want JSON", name, got)
		}
		group := demo().Referred(fn.Text("LoggingConfig", "LogGroup"))
		if got, want := group.Text("LogGroupName"), "/aws/lambda/"+name; got != want {
			t.Errorf("%s logs to %s, want %s", name, got, want)
		}
		if got := fn.Metadata["eda-demo:go-package"]; got != packages[name] {
			t.Errorf("%s is built from %v, want %s", name, got, packages[name])
		}
	}
	if len(all) != len(packages) {
		t.Errorf("the template has %d functions, want %d", len(all), len(packages))
	}
}

func TestFunctionTimeouts(t *testing.T) {
	want := map[string]string{
		"eda-demo-create-order":         "10",
		"eda-demo-get-order":            "10",
		"eda-demo-update-order":         "10",
		"eda-demo-notification":         "8",
		"eda-demo-publish-order-events": "60",

		"eda-demo-create-booking":         "10",
		"eda-demo-get-booking":            "10",
		"eda-demo-update-booking":         "15",
		"eda-demo-publish-booking-events": "60",
		"eda-demo-process-payment":        "10",
		"eda-demo-publish-payment-events": "60",
		"eda-demo-assign-seat":            "20",
		"eda-demo-get-seats":              "10",
		"eda-demo-publish-seat-events":    "60",
		"eda-demo-issue-ticket":           "10",
		"eda-demo-publish-ticket-events":  "60",
	}
	for _, fn := range demo().OfType("AWS::Lambda::Function") {
		name := fn.Text("FunctionName")
		if got := fn.Text("Timeout"); got != want[name] {
			t.Errorf("%s has a timeout of %s seconds, want %q", name, got, want[name])
		}
	}
}

// publisher is what publishes the events that writes to a table announce.
type publisher struct{ table, bus, source string }

var publishers = map[string]publisher{
	"eda-demo-publish-order-events":   {"eda-demo-orders", "eda-demo", "order-service"},
	"eda-demo-publish-booking-events": {"eda-demo-bookings", "AircraftBookingBus", "aircraft.booking"},
	"eda-demo-publish-payment-events": {"PaymentTable", "AircraftBookingBus", "aircraft.payment"},
	"eda-demo-publish-seat-events":    {"eda-demo-seat-assignments", "AircraftBookingBus", "aircraft.seat-assignment"},
	"eda-demo-publish-ticket-events":  {"eda-demo-tickets", "AircraftBookingBus", "aircraft.ticket"},
}

// ref refers to a table or bus by its name.
func ref(t *testing.T, kind, name string) string {
	t.Helper()
	property := map[string]string{"AWS::DynamoDB::Table": "TableName", "AWS::Events::EventBus": "Name", "AWS::SNS::Topic": "TopicName"}[kind]
	return "${" + demo().one(t, kind, property, name).ID + "}"
}

// attributeOf is a return value of what a reference refers to.
func attributeOf(reference, name string) string {
	return strings.TrimSuffix(reference, "}") + "." + name + "}"
}

func TestFunctionsAreAllowedWhatTheyCall(t *testing.T) {
	arn := func(table string) string { return attributeOf(ref(t, "AWS::DynamoDB::Table", table), "Arn") }
	want := map[string][]string{
		"eda-demo-create-order": {"dynamodb:PutItem on " + arn("eda-demo-orders")},
		"eda-demo-get-order":    {"dynamodb:GetItem on " + arn("eda-demo-orders")},
		"eda-demo-update-order": {"dynamodb:UpdateItem on " + arn("eda-demo-orders")},
		"eda-demo-notification": {
			"dynamodb:UpdateItem on " + arn("eda-demo-notified-events"),
			"sns:Publish on " + ref(t, "AWS::SNS::Topic", "eda-demo-order-notification"),
		},
		"eda-demo-create-booking":  {"dynamodb:PutItem on " + arn("eda-demo-bookings")},
		"eda-demo-get-booking":     {"dynamodb:GetItem on " + arn("eda-demo-bookings")},
		"eda-demo-update-booking":  {"dynamodb:GetItem,dynamodb:UpdateItem on " + arn("eda-demo-bookings")},
		"eda-demo-process-payment": {"dynamodb:PutItem,dynamodb:GetItem,dynamodb:UpdateItem on " + arn("PaymentTable")},
		"eda-demo-assign-seat": {
			"dynamodb:PutItem,dynamodb:GetItem,dynamodb:Query on " + arn("eda-demo-seats"),
			"dynamodb:PutItem,dynamodb:GetItem,dynamodb:UpdateItem on " + arn("eda-demo-seat-assignments"),
		},
		"eda-demo-get-seats":    {"dynamodb:Query on " + arn("eda-demo-seats")},
		"eda-demo-issue-ticket": {"dynamodb:PutItem on " + arn("eda-demo-tickets")},
	}
	for name, p := range publishers {
		want[name] = []string{
			"events:PutEvents on " + attributeOf(ref(t, "AWS::Events::EventBus", p.bus), "Arn") + " if StringEquals events:source " + p.source,
			"dynamodb:DescribeStream,dynamodb:GetRecords,dynamodb:GetShardIterator,dynamodb:ListStreams on " +
				attributeOf(ref(t, "AWS::DynamoDB::Table", p.table), "StreamArn"),
		}
	}
	for _, fn := range demo().OfType("AWS::Lambda::Function") {
		name := fn.Text("FunctionName")
		calls := append(want[name],
			"logs:CreateLogStream,logs:PutLogEvents on "+strings.Replace(fn.Text("LoggingConfig", "LogGroup"), "}", ".Arn}", 1),
			"xray:PutTraceSegments,xray:PutTelemetryRecords on *",
		)
		if destination := failureDestination(demo(), fn); destination != "" {
			calls = append(calls, "sqs:SendMessage on "+destination)
		}
		var got []string
		for _, s := range demo().Referred(fn.Text("Role")).Allows() {
			got = append(got, s.String())
		}
		slices.Sort(got)
		slices.Sort(calls)
		if !slices.Equal(got, calls) {
			t.Errorf("%s is allowed\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(calls, "\n"))
		}
	}
}

// failureDestination is the ARN of the queue that the failed asynchronous or
// stream invocations of a function go to, or "".
func failureDestination(t template, fn synthesized.Resource) string {
	for _, kind := range []string{"AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"} {
		for _, r := range t.OfType(kind) {
			if r.Text("FunctionName") == "${"+fn.ID+"}" {
				return r.Text("DestinationConfig", "OnFailure", "Destination")
			}
		}
	}
	return ""
}

func TestFailedInvocationsAreKept(t *testing.T) {
	callers := []string{ // see what becomes of it
		"eda-demo-create-order", "eda-demo-get-order", "eda-demo-create-booking", "eda-demo-get-booking", "eda-demo-get-seats",
	}
	for name := range packages {
		want := name + "-failures"
		if slices.Contains(callers, name) {
			want = ""
		}
		queue := demo().Referred(failureDestination(demo(), function(t, name)))
		if got := queue.Text("QueueName"); want != "" && got != want {
			t.Errorf("%s sends its failures to %s, want %s", name, got, want)
		}
		if want == "" && queue.ID != "" {
			t.Errorf("%s sends its failures to %s; its caller sees them", name, queue.ID)
		}
	}
	for _, r := range demo().OfType("AWS::Lambda::EventInvokeConfig") {
		if retries, age := r.Text("MaximumRetryAttempts"), r.Text("MaximumEventAgeInSeconds"); retries != "2" || age != "3600" {
			t.Errorf("%s retries %s times for %s seconds, want 2 times for 3600", r.ID, retries, age)
		}
	}
}

func TestEventsArePublishedFromTheStreams(t *testing.T) {
	mappings := demo().OfType("AWS::Lambda::EventSourceMapping")
	if len(mappings) != len(publishers) {
		t.Fatalf("the template has %d event source mappings, want %d", len(mappings), len(publishers))
	}
	for name, p := range publishers {
		mapping := demo().one(t, "AWS::Lambda::EventSourceMapping", "FunctionName", "${"+function(t, name).ID+"}")
		for property, want := range map[string]string{
			"EventSourceArn":             attributeOf(ref(t, "AWS::DynamoDB::Table", p.table), "StreamArn"),
			"StartingPosition":           "TRIM_HORIZON",
			"BatchSize":                  "100",
			"FunctionResponseTypes":      `["ReportBatchItemFailures"]`,
			"BisectBatchOnFunctionError": "true",
			"MaximumRetryAttempts":       "100",
			"MaximumRecordAgeInSeconds":  "3600",
		} {
			if got := mapping.Text(property); got != want {
				t.Errorf("the stream mapping of %s has %s %s, want %s", name, property, got, want)
			}
		}
	}
}

func TestFunctionEnvironments(t *testing.T) {
	table := func(name string) string { return ref(t, "AWS::DynamoDB::Table", name) }
	orders, bookings, seats := table("eda-demo-orders"), table("eda-demo-bookings"), table("eda-demo-seats")
	all := map[string]map[string]string{
		"eda-demo-create-order": {"ORDERS_TABLE": orders},
		"eda-demo-get-order":    {"ORDERS_TABLE": orders},
		"eda-demo-update-order": {"ORDERS_TABLE": orders},
		"eda-demo-notification": {
			"TOPIC_ARN": ref(t, "AWS::SNS::Topic", "eda-demo-order-notification"), "NOTIFIED_EVENTS_TABLE": table("eda-demo-notified-events"),
		},
		"eda-demo-create-booking":  {"BOOKINGS_TABLE": bookings, "FLIGHT_ROWS": "30", "FLIGHT_SEATS": "ABCDEF"},
		"eda-demo-get-booking":     {"BOOKINGS_TABLE": bookings},
		"eda-demo-update-booking":  {"BOOKINGS_TABLE": bookings},
		"eda-demo-process-payment": {"PAYMENTS_TABLE": table("PaymentTable"), "PAYMENT_LIMIT": "1000"},
		"eda-demo-assign-seat": {
			"SEATS_TABLE": seats, "SEAT_ASSIGNMENTS_TABLE": table("eda-demo-seat-assignments"), "FLIGHT_ROWS": "30", "FLIGHT_SEATS": "ABCDEF",
		},
		"eda-demo-get-seats":    {"SEATS_TABLE": seats, "FLIGHT_ROWS": "30", "FLIGHT_SEATS": "ABCDEF"},
		"eda-demo-issue-ticket": {"TICKETS_TABLE": table("eda-demo-tickets")},
	}
	for name, p := range publishers {
		all[name] = map[string]string{"EVENT_BUS_NAME": ref(t, "AWS::Events::EventBus", p.bus), "EVENT_SOURCE": p.source}
	}
	for name := range packages {
		want := all[name]
		got, _ := function(t, name).At("Environment", "Variables").(map[string]any)
		if len(got) == 0 || len(got) != len(want) {
			t.Errorf("%s has the environment %v, want %v", name, got, want)
		}
		for variable, value := range want {
			if synthesized.Text(got[variable]) != value {
				t.Errorf("%s has %s=%s, want %s", name, variable, synthesized.Text(got[variable]), value)
			}
		}
	}
}

func TestConfigurationReachesTheFunctions(t *testing.T) {
	small := synthesize(map[string]any{"flightRows": "2", "flightSeats": "AB", "paymentLimit": "99.50"})
	for name, want := range map[string]map[string]string{
		"eda-demo-create-booking":  {"FLIGHT_ROWS": "2", "FLIGHT_SEATS": "AB"},
		"eda-demo-assign-seat":     {"FLIGHT_ROWS": "2", "FLIGHT_SEATS": "AB"},
		"eda-demo-get-seats":       {"FLIGHT_ROWS": "2", "FLIGHT_SEATS": "AB"},
		"eda-demo-process-payment": {"PAYMENT_LIMIT": "99.50"},
	} {
		fn := small.one(t, "AWS::Lambda::Function", "FunctionName", name)
		for variable, value := range want {
			if got := fn.Text("Environment", "Variables", variable); got != value {
				t.Errorf("%s has %s=%s, want %s", name, variable, got, value)
			}
		}
	}
}
