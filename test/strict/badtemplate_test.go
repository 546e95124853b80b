package strict

import (
	"fmt"
	"strings"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/test/system"
)

// expectTampered changes a copy of the template and expects that it does not
// start, and that the refusal has what tamper returns.
func expectTampered(t *testing.T, tamper func(t *testing.T, template system.Template) []string) {
	t.Helper()
	t.Parallel()
	changed := template(t)
	addUnusedTypes(t, changed)
	says := tamper(t, changed)
	dir := t.TempDir()
	if err := system.CopyAssembly(assembly, dir, changed); err != nil {
		t.Fatal(err)
	}
	expectRefusal(t, dir, says)
}

// addUnusedTypes adds resources of the types that the runner knows and the
// app does not use.
func addUnusedTypes(t *testing.T, template system.Template) {
	t.Helper()
	bus, _ := find(t, template, "AWS::Events::EventBus", "Name", event.BusName)
	role := anyOf(t, template, "AWS::IAM::Role")
	template.Resources()["ExtraPolicy"] = map[string]any{"Type": "AWS::IAM::Policy", "Properties": map[string]any{
		"PolicyName": "extra", "Roles": []any{ref(role)}, "PolicyDocument": map[string]any{
			"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}},
		},
	}}
	template.Resources()["ExtraBusPolicy"] = map[string]any{"Type": "AWS::Events::EventBusPolicy", "Properties": map[string]any{
		"EventBusName": ref(bus), "StatementId": "extra", "Statement": map[string]any{
			"Effect": "Deny", "Principal": map[string]any{"AWS": "*"}, "Action": "events:PutEvents", "Resource": attribute(bus, "Arn"),
		},
	}}
}

func ref(id string) any { return map[string]any{"Ref": id} }

func attribute(id, name string) any { return map[string]any{"Fn::GetAtt": []any{id, name}} }

// anyOf returns the logical id of a resource of a type.
func anyOf(t *testing.T, template system.Template, kind string) string {
	t.Helper()
	first := ""
	for id, resource := range template.Resources() {
		if resource.(map[string]any)["Type"] == kind && (first == "" || id < first) {
			first = id
		}
	}
	if first == "" {
		t.Fatalf("the template has no %s", kind)
	}
	return first
}

func propertiesOf(template system.Template, id string) map[string]any {
	return template.Resources()[id].(map[string]any)["Properties"].(map[string]any)
}

// resourceTypes are all resource types that the runner knows, with the properties that
// each can't be without.
var resourceTypes = map[string][]string{
	"AWS::ApiGatewayV2::Api":           {"Name", "ProtocolType"},
	"AWS::ApiGatewayV2::Integration":   {"ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"},
	"AWS::ApiGatewayV2::Route":         {"ApiId", "RouteKey", "Target"},
	"AWS::ApiGatewayV2::Stage":         {"ApiId", "StageName"},
	"AWS::CloudWatch::Alarm":           {"ComparisonOperator", "EvaluationPeriods", "MetricName", "Namespace", "Threshold"},
	"AWS::DynamoDB::Table":             {"KeySchema"},
	"AWS::Events::EventBus":            {"Name"},
	"AWS::Events::EventBusPolicy":      {"Statement", "StatementId"},
	"AWS::Events::Rule":                {"EventPattern"},
	"AWS::IAM::Policy":                 {"PolicyDocument", "PolicyName", "Roles"},
	"AWS::IAM::Role":                   {"AssumeRolePolicyDocument"},
	"AWS::Lambda::EventInvokeConfig":   {"FunctionName", "Qualifier"},
	"AWS::Lambda::EventSourceMapping":  {"EventSourceArn", "FunctionName", "StartingPosition"},
	"AWS::Lambda::Function":            {"Code", "Handler", "Role", "Runtime"},
	"AWS::Lambda::Permission":          {"Action", "FunctionName", "Principal"},
	"AWS::Logs::LogGroup":              nil,
	"AWS::Logs::ResourcePolicy":        {"PolicyDocument", "PolicyName"},
	"AWS::SNS::Subscription":           {"Protocol", "TopicArn"},
	"AWS::SNS::Topic":                  nil,
	"AWS::SNS::TopicPolicy":            {"PolicyDocument", "Topics"},
	"AWS::SQS::Queue":                  nil,
	"AWS::SQS::QueuePolicy":            {"PolicyDocument", "Queues"},
	"AWS::StepFunctions::StateMachine": {"DefinitionString", "RoleArn"},
}

func TestUnknownPropertyOfAnyTypeDoesNotStart(t *testing.T) {
	for kind := range resourceTypes {
		t.Run(kind, func(t *testing.T) {
			expectTampered(t, func(t *testing.T, template system.Template) []string {
				id := anyOf(t, template, kind)
				propertiesOf(template, id)["Colour"] = "blue"
				return []string{id, kind, "Colour"}
			})
		})
	}
}

func TestMissingPropertyDoesNotStart(t *testing.T) {
	for kind, required := range resourceTypes {
		for _, name := range required {
			t.Run(kind+"."+name, func(t *testing.T) {
				expectTampered(t, func(t *testing.T, template system.Template) []string {
					id := anyOf(t, template, kind)
					delete(propertiesOf(template, id), name)
					return []string{id, kind, name}
				})
			})
		}
	}
}

// TestNamesThatAWSWouldNotAcceptDoNotStart has, of each type, a name that is
// one character too long and others with characters that are not allowed.
func TestNamesThatAWSWouldNotAcceptDoNotStart(t *testing.T) {
	tests := []struct {
		kind, property string
		tooLong        int
		bad            []string
	}{
		{"AWS::ApiGatewayV2::Api", "Name", 129, []string{""}},
		{"AWS::CloudWatch::Alarm", "AlarmName", 256, []string{""}},
		{"AWS::DynamoDB::Table", "TableName", 256, []string{"", "ab", "a b", "a/b"}},
		{"AWS::Events::EventBus", "Name", 257, []string{"", "a b", "a/b", "default"}},
		{"AWS::Events::EventBusPolicy", "StatementId", 65, []string{"", "a b"}},
		{"AWS::Events::Rule", "Name", 65, []string{"", "a b", "a/b"}},
		{"AWS::IAM::Policy", "PolicyName", 129, []string{"", "a b"}},
		{"AWS::IAM::Role", "RoleName", 65, []string{"", "a b", "a/b"}},
		{"AWS::Lambda::Function", "FunctionName", 65, []string{"", "a b", "a.b"}},
		{"AWS::Logs::LogGroup", "LogGroupName", 513, []string{"", "a b", "aws/orders"}},
		{"AWS::Logs::ResourcePolicy", "PolicyName", 256, []string{"", "a:b"}},
		{"AWS::SNS::Topic", "TopicName", 257, []string{"", "a b", "a.b"}},
		{"AWS::SQS::Queue", "QueueName", 81, []string{"", "a b", "a.b"}},
		{"AWS::StepFunctions::StateMachine", "StateMachineName", 81, []string{"", "a b", "a*b"}},
	}
	for _, test := range tests {
		for _, name := range append(test.bad, strings.Repeat("n", test.tooLong)) {
			t.Run(fmt.Sprintf("%s %.10q", test.kind, name), func(t *testing.T) {
				expectTampered(t, func(t *testing.T, template system.Template) []string {
					id := anyOf(t, template, test.kind)
					propertiesOf(template, id)[test.property] = name
					return []string{id, test.kind}
				})
			})
		}
	}
}

// TestValuesThatAWSWouldNotAcceptDoNotStart gives properties values that are
// out of range, of another type, or point to nothing.
func TestValuesThatAWSWouldNotAcceptDoNotStart(t *testing.T) {
	tests := []struct {
		kind, property string
		value          any
		says           string
	}{
		{"AWS::DynamoDB::Table", "AttributeDefinitions", []any{map[string]any{"AttributeName": "id", "AttributeType": "X"}}, "attributeType"},
		{"AWS::Events::Rule", "State", "MAYBE", "state"},
		{"AWS::Events::Rule", "Targets", []any{map[string]any{"Id": "a", "Arn": "nonsense"}}, "nonsense"},
		{"AWS::Lambda::EventInvokeConfig", "MaximumRetryAttempts", 3, "MaximumRetryAttempts"},
		{"AWS::Lambda::EventSourceMapping", "BatchSize", 10001, "BatchSize"},
		{"AWS::Lambda::EventSourceMapping", "BatchSize", 0, "BatchSize"},
		{"AWS::Lambda::Function", "Description", strings.Repeat("d", 257), "Description"},
		{"AWS::Lambda::Function", "Environment", map[string]any{"Variables": map[string]any{"AWS_REGION": "here"}}, "AWS_REGION"},
		{"AWS::Lambda::Function", "MemorySize", 127, "MemorySize"},
		{"AWS::Lambda::Function", "Role", "arn:aws:iam::000000000000:role/nobody", "role/nobody"},
		{"AWS::Lambda::Function", "Timeout", 901, "Timeout"},
		{"AWS::Lambda::Function", "Timeout", 0, "Timeout"},
		{"AWS::Logs::LogGroup", "RetentionInDays", 8, "retentionInDays"},
		{"AWS::SNS::Subscription", "Protocol", "pigeon", "pigeon"},
		{"AWS::SNS::Topic", "DisplayName", strings.Repeat("d", 101), "DisplayName"},
		{"AWS::SQS::Queue", "MessageRetentionPeriod", 1209601, "MessageRetentionPeriod"},
		{"AWS::SQS::Queue", "VisibilityTimeout", "soon", "VisibilityTimeout"},
		{"AWS::SQS::Queue", "QueueName", []any{"a"}, "QueueName"},
		{"AWS::SQS::Queue", "QueueName", nil, "null"},
		{"AWS::SQS::Queue", "QueueName", attribute("ExtraPolicy", "Colour"), "Colour"},
		{"AWS::SQS::Queue", "QueueName", map[string]any{"Fn::Sub": "${Nowhere}"}, "Nowhere"},
		{"AWS::SQS::Queue", "QueueName", map[string]any{"Fn::Guess": "a"}, "Fn::Guess"},
		{"AWS::SQS::Queue", "RedrivePolicy", map[string]any{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:nowhere", "maxReceiveCount": 3}, "nowhere"},
		{"AWS::StepFunctions::StateMachine", "DefinitionString", "{", "InvalidDefinition"},
	}
	for i, test := range tests {
		t.Run(fmt.Sprint(i, " ", test.kind, " ", test.property), func(t *testing.T) {
			expectTampered(t, func(t *testing.T, template system.Template) []string {
				id := anyOf(t, template, test.kind)
				propertiesOf(template, id)[test.property] = test.value
				return []string{id, test.says}
			})
		})
	}
}

// TestTheSameThingTwiceDoesNotStart has a second resource with the name or
// identity of the first.
func TestTheSameThingTwiceDoesNotStart(t *testing.T) {
	for _, kind := range []string{
		"AWS::ApiGatewayV2::Route", "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::Lambda::Function",
		"AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Logs::LogGroup", "AWS::SNS::Topic", "AWS::SQS::Queue",
		"AWS::StepFunctions::StateMachine",
	} {
		t.Run(kind, func(t *testing.T) {
			expectTampered(t, func(t *testing.T, template system.Template) []string {
				template.Resources()["Twin"] = template.Resources()[anyOf(t, template, kind)]
				says := "already"
				if kind == "AWS::StepFunctions::StateMachine" { // AWS has it in the code only
					says = "AlreadyExists"
				}
				return []string{kind, says}
			})
		})
	}
}
