package template_test

import (
	"maps"
	"slices"
	"testing"

	"eda-demo/test/synthesized"
)

// kinds is how many resources of each type the template has. A type that is
// not here, a custom resource above all, needs a reason.
var kinds = map[string]int{
	"AWS::ApiGatewayV2::Api":           1,
	"AWS::ApiGatewayV2::Integration":   6,
	"AWS::ApiGatewayV2::Route":         6,
	"AWS::ApiGatewayV2::Stage":         1,
	"AWS::CloudWatch::Alarm":           85, // see watch_test.go
	"AWS::CloudWatch::Dashboard":       1,
	"AWS::DynamoDB::Table":             7,
	"AWS::Events::Archive":             2,
	"AWS::Events::EventBus":            2,
	"AWS::Events::Rule":                12,
	"AWS::IAM::Role":                   18, // one a function, of the state machine, to start it
	"AWS::Lambda::EventInvokeConfig":   6,
	"AWS::Lambda::EventSourceMapping":  5,
	"AWS::Lambda::Function":            16,
	"AWS::Lambda::Permission":          15,
	"AWS::Logs::LogGroup":              18, // one a function, the catch-all, and the API's requests
	"AWS::Logs::QueryDefinition":       4,
	"AWS::Logs::ResourcePolicy":        1,
	"AWS::SNS::Topic":                  1,
	"AWS::SNS::TopicPolicy":            1,
	"AWS::SQS::Queue":                  23, // one a rule, one a function that is not called synchronously
	"AWS::SQS::QueuePolicy":            23,
	"AWS::StepFunctions::StateMachine": 1,
}

func TestNoResourceBeyondNeed(t *testing.T) {
	got := map[string]int{}
	for _, r := range demo().Resources {
		got[r.Type]++
	}
	if !maps.Equal(got, kinds) {
		t.Errorf("the template has %v, want %v", got, kinds)
	}
}

// CloudFormation takes 500 resources in a stack, and a template of a megabyte.
func TestTheStackHasRoomForMore(t *testing.T) {
	for name, template := range map[string]template{"demo": demo(), "prod": prod(), "express": express()} {
		t.Logf("%s: %d resources, %d kB", name, len(template.Resources), len(template.raw)/1000)
		if got := len(template.Resources); got > 400 {
			t.Errorf("%s has %d resources, want at most 400", name, got)
		}
		if got := len(template.raw); got > 500_000 {
			t.Errorf("the template of %s has %d bytes, want at most 500,000", name, got)
		}
	}
}

func TestNames(t *testing.T) {
	for _, want := range []struct{ kind, property, name string }{
		{"AWS::Events::EventBus", "Name", "eda-demo"},
		{"AWS::Events::EventBus", "Name", "AircraftBookingBus"},
		{"AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-orders"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-notified-events"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-bookings"},
		{"AWS::DynamoDB::Table", "TableName", "PaymentTable"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-seats"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-seat-assignments"},
		{"AWS::DynamoDB::Table", "TableName", "eda-demo-tickets"},
		{"AWS::SNS::Topic", "TopicName", "eda-demo-order-notification"},
		{"AWS::SNS::Topic", "DisplayName", "Order Notification"},
		{"AWS::StepFunctions::StateMachine", "StateMachineName", "eda-demo-payment-service"},
	} {
		demo().one(t, want.kind, want.property, want.name)
	}
	for name := range packages {
		function(t, name)
	}
}

func TestTables(t *testing.T) {
	for name, want := range map[string]map[string]string{
		"eda-demo-orders": {
			"AttributeDefinitions":    `[{"AttributeName":"id","AttributeType":"N"}]`,
			"KeySchema":               `[{"AttributeName":"id","KeyType":"HASH"}]`,
			"StreamSpecification":     `{"StreamViewType":"NEW_AND_OLD_IMAGES"}`,
			"TimeToLiveSpecification": "null",
		},
		"eda-demo-notified-events": {
			"AttributeDefinitions":    `[{"AttributeName":"eventId","AttributeType":"S"}]`,
			"KeySchema":               `[{"AttributeName":"eventId","KeyType":"HASH"}]`,
			"StreamSpecification":     "null",
			"TimeToLiveSpecification": `{"AttributeName":"expiresAt","Enabled":true}`,
		},
		"eda-demo-bookings":         entities("bookingId"),
		"PaymentTable":              entities("BookingID"),
		"eda-demo-seat-assignments": entities("bookingId"),
		"eda-demo-tickets":          entities("bookingId"),
		"eda-demo-seats": {
			"AttributeDefinitions":    `[{"AttributeName":"flightId","AttributeType":"S"},{"AttributeName":"seat","AttributeType":"S"}]`,
			"KeySchema":               `[{"AttributeName":"flightId","KeyType":"HASH"},{"AttributeName":"seat","KeyType":"RANGE"}]`,
			"StreamSpecification":     "null",
			"TimeToLiveSpecification": "null",
		},
	} {
		table := demo().one(t, "AWS::DynamoDB::Table", "TableName", name)
		want["BillingMode"] = "PAY_PER_REQUEST"
		for property, value := range want {
			if got := table.Text(property); got != value {
				t.Errorf("table %s has %s %s, want %s", name, property, got, value)
			}
		}
	}
}

// entities are the properties of a table of entities by their key.
func entities(key string) map[string]string {
	return map[string]string{
		"AttributeDefinitions":    `[{"AttributeName":"` + key + `","AttributeType":"S"}]`,
		"KeySchema":               `[{"AttributeName":"` + key + `","KeyType":"HASH"}]`,
		"StreamSpecification":     `{"StreamViewType":"NEW_AND_OLD_IMAGES"}`,
		"TimeToLiveSpecification": "null",
	}
}

func TestQueuesKeepLettersSafelyAndRaiseAlarms(t *testing.T) {
	for _, queue := range demo().OfType("AWS::SQS::Queue") {
		name := queue.Text("QueueName")
		if got := queue.Text("MessageRetentionPeriod"); got != "1209600" {
			t.Errorf("%s keeps messages for %s seconds, want 1209600 (14 days)", name, got)
		}
		if got := queue.Text("SqsManagedSseEnabled"); got != "true" {
			t.Errorf("%s is encrypted = %s, want true", name, got)
		}
		want := "Deny * sqs:* on ${" + queue.ID + ".Arn} if Bool aws:SecureTransport false"
		if policy := queuePolicy(t, queue); !slices.Contains(policy, want) {
			t.Errorf("%s has the policy %v, want %s in it", name, policy, want)
		}
		alarm := demo().one(t, "AWS::CloudWatch::Alarm", "AlarmName", name+"-not-empty")
		for property, want := range map[string]string{
			"Namespace":          "AWS/SQS",
			"MetricName":         "ApproximateNumberOfMessagesVisible",
			"Dimensions":         `[{"Name":"QueueName","Value":{"Fn::GetAtt":["` + queue.ID + `","QueueName"]}}]`,
			"Statistic":          "Maximum",
			"Threshold":          "1",
			"ComparisonOperator": "GreaterThanOrEqualToThreshold",
		} {
			if got := alarm.Text(property); got != want {
				t.Errorf("the alarm of %s has %s %s, want %s", name, property, got, want)
			}
		}
	}
}

func TestStateMachine(t *testing.T) {
	machine := demo().one(t, "AWS::StepFunctions::StateMachine", "StateMachineName", "eda-demo-payment-service")
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	if got, want := machine.Text("DefinitionSubstitutions"), `{"EventBusName":{"Ref":"`+bus.ID+`"}}`; got != want {
		t.Errorf("the state machine has the substitutions %s, want %s", got, want)
	}
	if got := machine.Text("StateMachineType"); got != "STANDARD" {
		t.Errorf("the state machine is %s, want STANDARD", got)
	}
	for _, end := range []string{"Failed", "TimedOut"} {
		found := slices.ContainsFunc(demo().OfType("AWS::CloudWatch::Alarm"), func(alarm synthesized.Resource) bool {
			return alarm.Text("MetricName") == "Executions"+end &&
				alarm.Text("Dimensions", 0, "Value") == "${"+machine.ID+".Arn}"
		})
		if !found {
			t.Errorf("no alarm looks at the metric Executions%s of the state machine", end)
		}
	}
}

func TestOutputs(t *testing.T) {
	table := func(name string) string {
		return "${" + demo().one(t, "AWS::DynamoDB::Table", "TableName", name).ID + "}"
	}
	want := map[string]string{
		"ApiEndpoint":            "${" + demo().one(t, "AWS::ApiGatewayV2::Api", "Name", "eda-demo").ID + ".ApiEndpoint}",
		"OrdersTableName":        table("eda-demo-orders"),
		"EventBusName":           "${" + demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo").ID + "}",
		"CatchAllLogGroupName":   "${" + demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all").ID + "}",
		"PaymentStateMachineArn": "${" + demo().OfType("AWS::StepFunctions::StateMachine")[0].ID + ".Arn}",
		"NotificationTopicArn":   "${" + demo().OfType("AWS::SNS::Topic")[0].ID + "}",

		"BookingBusName":           "${" + demo().one(t, "AWS::Events::EventBus", "Name", "AircraftBookingBus").ID + "}",
		"BookingsTableName":        table("eda-demo-bookings"),
		"BookingPaymentsTableName": table("PaymentTable"),
		"SeatsTableName":           table("eda-demo-seats"),
		"SeatAssignmentsTableName": table("eda-demo-seat-assignments"),
		"TicketsTableName":         table("eda-demo-tickets"),
	}
	got := map[string]string{}
	for name, output := range demo().Outputs {
		got[name] = synthesized.Text(output.Value)
	}
	if !maps.Equal(got, want) {
		t.Errorf("the outputs are %v, want %v", got, want)
	}
}
