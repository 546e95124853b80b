package stepfunctions_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

const logGroup = "arn:aws:logs:us-east-1:000000000000:log-group:executions:*"

func createResource(t *testing.T, c *cloud, properties string) (resource.Instance, error) {
	t.Helper()
	handler := c.service.Resources()["AWS::StepFunctions::StateMachine"]
	return handler.Create(t.Context(), resource.Definition{
		LogicalID: "Machine", Type: "AWS::StepFunctions::StateMachine", Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	})
}

func TestStateMachineResource(t *testing.T) {
	c := newCloud(t)
	instance, err := createResource(t, c, `{"StateMachineName":"payment","StateMachineType":"EXPRESS","RoleArn":"`+roleARN+`",
		"DefinitionString":"{\"StartAt\":\"P\",\"States\":{\"P\":{\"Type\":\"Pass\",\"Result\":\"${Bus}/${Count}\",\"End\":true}}}",
		"DefinitionSubstitutions":{"Bus":"eda-demo","Count":3},
		"LoggingConfiguration":{"Level":"ALL","IncludeExecutionData":true,"Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":"`+logGroup+`"}}]},
		"TracingConfiguration":{"Enabled":true},"Tags":[{"Key":"k","Value":"v"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	arn := machinePre + "payment"
	if instance.ID != arn || instance.Attributes["Arn"] != arn || instance.Attributes["Name"] != "payment" || instance.Attributes["StateMachineRevisionId"] != "INITIAL" {
		t.Errorf("got %+v, want Ref and Arn %s, Name payment and the initial revision", instance, arn)
	}
	d, err := c.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":"eda-demo/3","End":true}}}`; *d.Definition != want {
		t.Errorf("got definition %s, want %s", *d.Definition, want)
	}
	if d.Type != types.StateMachineTypeExpress || !d.TracingConfiguration.Enabled || d.LoggingConfiguration.Level != types.LogLevelAll ||
		*d.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn != logGroup {
		t.Errorf("got %+v, want type, tracing and logging as given", d)
	}
}

func TestStateMachineResourceOfAnObject(t *testing.T) {
	c := newCloud(t)
	instance, err := createResource(t, c, `{"RoleArn":"`+roleARN+`","Definition":`+onePass+`}`)
	if err != nil {
		t.Fatal(err)
	}
	if name := instance.Attributes["Name"].(string); !strings.HasPrefix(name, "Test-Machine-") {
		t.Errorf("got name %s, want one made of the stack and the logical id", name)
	}
}

func TestStateMachineResourceRefuses(t *testing.T) {
	c := newCloud(t)
	tests := map[string]struct{ properties, want string }{
		"unknown property": {`{"DefinitionS3Location":{},"RoleArn":"r"}`, "DefinitionS3Location"},
		"no definition":    {`{"RoleArn":"r"}`, "property DefinitionString is missing"},
		"two definitions":  {`{"RoleArn":"r","Definition":{},"DefinitionString":"x"}`, "only one of them is allowed"},
		"a bad definition": {`{"RoleArn":"` + roleARN + `","StateMachineName":"m","Definition":{"StartAt":"A"}}`, "create state machine m: InvalidDefinition: Invalid State Machine Definition"},
		"a substitution":   {`{"RoleArn":"r","Definition":{},"DefinitionSubstitutions":{"A":[]}}`, "property DefinitionSubstitutions.A must be a string"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := createResource(t, c, tt.properties)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestLogging(t *testing.T) {
	tests := map[string]struct {
		level string
		want  []string
	}{
		"all":   {"ALL", []string{"ExecutionStarted", "FailStateEntered", "ExecutionFailed"}},
		"error": {"ERROR", []string{"FailStateEntered", "ExecutionFailed"}},
		"fatal": {"FATAL", []string{"ExecutionFailed"}},
		"off":   {"OFF", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			machine := c.create(t, "m", `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}`, func(in *sfn.CreateStateMachineInput) {
				in.LoggingConfiguration = &types.LoggingConfiguration{Level: types.LogLevel(tt.level), Destinations: []types.LogDestination{
					{CloudWatchLogsLogGroup: &types.CloudWatchLogsLogGroup{LogGroupArn: new(logGroup)}}}}
			})
			execution := c.start(t, machine, "e", `{"secret":1}`)
			c.finish(t, execution)
			c.service.Close()
			checkLines(t, "logged types", loggedTypes(t, c, execution), tt.want)
		})
	}
}

func loggedTypes(t *testing.T, c *cloud, execution string) []string {
	t.Helper()
	var logged []string
	for _, call := range c.called() {
		if call.operation != "logs.PutLogEvents" {
			continue
		}
		var in struct {
			LogGroupName string                     `json:"logGroupName"`
			LogEvents    []struct{ Message string } `json:"logEvents"`
		}
		if err := json.Unmarshal([]byte(call.input), &in); err != nil || in.LogGroupName != "executions" {
			t.Fatalf("got PutLogEvents %s, %v, want the group executions", call.input, err)
		}
		for _, e := range in.LogEvents {
			var line struct{ Type, Execution_arn string }
			if err := json.Unmarshal([]byte(e.Message), &line); err != nil || line.Execution_arn != execution || strings.Contains(e.Message, "secret") {
				t.Errorf("got line %s, %v, want an event of %s without data", e.Message, err, execution)
			}
			logged = append(logged, line.Type)
		}
	}
	return logged
}

func TestLoggingNeedsTheRolesPermission(t *testing.T) {
	c := newCloud(t)
	role(t, c.door, "poor", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"events:*","Resource":"*"}}`)
	_, err := createResource(t, c, `{"RoleArn":"arn:aws:iam::000000000000:role/poor","Definition":`+onePass+`,
		"LoggingConfiguration":{"Level":"ALL","Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":"`+logGroup+`"}}]}}`)
	if err == nil || !strings.Contains(err.Error(), "not authorized to access the Log Destination") {
		t.Errorf("got error %v, want the role's lack of permission", err)
	}
}
