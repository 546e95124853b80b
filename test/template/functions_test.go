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
		"eda-demo-notification":         "15",
		"eda-demo-publish-order-events": "60",
	}
	for _, fn := range demo().OfType("AWS::Lambda::Function") {
		name := fn.Text("FunctionName")
		if got := fn.Text("Timeout"); got != want[name] {
			t.Errorf("%s has a timeout of %s seconds, want %q", name, got, want[name])
		}
	}
}

func TestFunctionsAreAllowedWhatTheyCall(t *testing.T) {
	orders := demo().one(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
	notified := demo().one(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-notified-events")
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	topic := demo().one(t, "AWS::SNS::Topic", "TopicName", "eda-demo-order-notification")
	want := map[string][]string{
		"eda-demo-create-order": {"dynamodb:PutItem on ${" + orders.ID + ".Arn}"},
		"eda-demo-get-order":    {"dynamodb:GetItem on ${" + orders.ID + ".Arn}"},
		"eda-demo-update-order": {"dynamodb:UpdateItem on ${" + orders.ID + ".Arn}"},
		"eda-demo-notification": {
			"dynamodb:UpdateItem on ${" + notified.ID + ".Arn}",
			"sns:Publish on ${" + topic.ID + "}",
		},
		"eda-demo-publish-order-events": {
			"events:PutEvents on ${" + bus.ID + ".Arn} if StringEquals events:source order-service",
			"dynamodb:DescribeStream,dynamodb:GetRecords,dynamodb:GetShardIterator,dynamodb:ListStreams on ${" + orders.ID + ".StreamArn}",
		},
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
	for name, want := range map[string]string{
		"eda-demo-create-order":         "",
		"eda-demo-get-order":            "",
		"eda-demo-update-order":         "eda-demo-update-order-failures",
		"eda-demo-notification":         "eda-demo-notification-failures",
		"eda-demo-publish-order-events": "eda-demo-publish-order-events-failures",
	} {
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

func TestOrderEventsArePublishedFromTheStream(t *testing.T) {
	orders := demo().one(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
	mappings := demo().OfType("AWS::Lambda::EventSourceMapping")
	if len(mappings) != 1 {
		t.Fatalf("the template has %d event source mappings, want 1", len(mappings))
	}
	for property, want := range map[string]string{
		"FunctionName":               "${" + function(t, "eda-demo-publish-order-events").ID + "}",
		"EventSourceArn":             "${" + orders.ID + ".StreamArn}",
		"StartingPosition":           "TRIM_HORIZON",
		"BatchSize":                  "100",
		"FunctionResponseTypes":      `["ReportBatchItemFailures"]`,
		"BisectBatchOnFunctionError": "true",
		"MaximumRetryAttempts":       "100",
		"MaximumRecordAgeInSeconds":  "3600",
	} {
		if got := mappings[0].Text(property); got != want {
			t.Errorf("the stream mapping has %s %s, want %s", property, got, want)
		}
	}
}

func TestFunctionEnvironments(t *testing.T) {
	orders := "${" + demo().one(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders").ID + "}"
	notified := "${" + demo().one(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-notified-events").ID + "}"
	topic := "${" + demo().one(t, "AWS::SNS::Topic", "TopicName", "eda-demo-order-notification").ID + "}"
	bus := "${" + demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo").ID + "}"
	for name, want := range map[string]map[string]string{
		"eda-demo-create-order":         {"ORDERS_TABLE": orders},
		"eda-demo-get-order":            {"ORDERS_TABLE": orders},
		"eda-demo-update-order":         {"ORDERS_TABLE": orders},
		"eda-demo-notification":         {"TOPIC_ARN": topic, "NOTIFIED_EVENTS_TABLE": notified},
		"eda-demo-publish-order-events": {"EVENT_BUS_NAME": bus, "EVENT_SOURCE": "order-service"},
	} {
		got, _ := function(t, name).At("Environment", "Variables").(map[string]any)
		if len(got) != len(want) {
			t.Errorf("%s has the environment %v, want %v", name, got, want)
		}
		for variable, value := range want {
			if synthesized.Text(got[variable]) != value {
				t.Errorf("%s has %s=%s, want %s", name, variable, synthesized.Text(got[variable]), value)
			}
		}
	}
}
