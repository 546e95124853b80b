package lambda_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"eda-demo/local/frontdoor"
)

func TestRefusedProperties(t *testing.T) {
	c := start(t)
	c.function("")
	own, foreign := "x86_64", "arm64"
	if strings.Contains(functionProperties(""), `["arm64"]`) {
		own, foreign = foreign, own
	}
	replace := func(old, new string) string { return strings.Replace(functionProperties(""), old, new, 1) }
	tests := []struct{ kind, properties, want string }{
		{"Function", replace("provided.al2023", "nodejs22.x"), "nodejs22.x"},
		{"Function", replace(own, foreign), foreign},
		{"Function", functionProperties(`,"VpcConfig":{}`), "VpcConfig"},
		{"Function", functionProperties(`,"Timeout":901`), "Timeout"},
		{"Function", functionProperties(`,"MemorySize":64`), "MemorySize"},
		{"Function", functionProperties(`,"FunctionName":"a b"`), "FunctionName"},
		{"Function", functionProperties(`,"FunctionName":"f"`), "Function already exist: f"},
		{"Function", functionProperties(`,"Environment":{"Variables":{"AWS_REGION":"x"}}`), "AWS_REGION is reserved"},
		{"Function", functionProperties(`,"Environment":{"Variables":{"A1":"` + strings.Repeat("x", 4096) + `"}}`), "4098 bytes"},
		{"Function", functionProperties(`,"LoggingConfig":{"SystemLogLevel":"WARN"}`), "LogFormat JSON"},
		{"Function", replace("role/worker", "role/none"), "role"},
		{"Function", functionProperties(`,"DeadLetterConfig":{"TargetArn":"arn:aws:s3:::b"}`), "DeadLetterConfig"},
		{"Permission", `{"FunctionName":"g","Action":"lambda:InvokeFunction","Principal":"events.amazonaws.com"}`, "function:g"},
		{"Permission", `{"FunctionName":"f","Action":"sqs:SendMessage","Principal":"events.amazonaws.com"}`, "sqs:SendMessage"},
		{"Permission", `{"FunctionName":"f","Action":"lambda:InvokeFunction","Principal":"x","PrincipalOrgID":"o"}`, "PrincipalOrgID"},
		{"EventInvokeConfig", `{"FunctionName":"f","Qualifier":"live"}`, "Qualifier"},
		{"EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","MaximumRetryAttempts":3}`, "MaximumRetryAttempts"},
		{"EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","MaximumEventAgeInSeconds":59}`, "MaximumEventAgeInSeconds"},
		{"EventSourceMapping", `{"FunctionName":"f","EventSourceArn":"arn:aws:kafka:x"}`, "arn:aws:kafka:x"},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+test.want, func(t *testing.T) {
			if _, err := c.tryCreate(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s", err, test.want)
			}
		})
	}
}

func TestFunctionWithoutANameGetsOne(t *testing.T) {
	c := start(t)
	instance := c.create("Function", functionProperties(""))
	if want := "arn:aws:lambda:us-east-1:000000000000:function:" + instance.ID; instance.Attributes["Arn"] != want || !strings.HasPrefix(instance.ID, "Test-Function1-") {
		t.Errorf("Ref %s and Arn %v, want a name made of the stack's and %s", instance.ID, instance.Attributes["Arn"], want)
	}
}

func TestLogsAreWritten(t *testing.T) {
	c := start(t)
	c.function("")
	c.invoke(`{"do":"print","text":"x"}`)
	put := c.received("PutLogEvents")
	var messages []string
	for _, event := range put["logEvents"].([]any) {
		messages = append(messages, event.(map[string]any)["message"].(string))
	}
	got := strings.Join(messages, "\n")
	if err := contains(got, "START RequestId: ", "\nto stdout x\nto stderr x\nEND RequestId: ", "\nREPORT RequestId: "); err != nil {
		t.Error(err)
	}
	stream := c.received("CreateLogStream")
	if stream["logGroupName"] != "/aws/lambda/f" || !strings.Contains(stream["logStreamName"].(string), "/[$LATEST]") || put["logStreamName"] != stream["logStreamName"] {
		t.Errorf("stream %v, want one of version $LATEST in /aws/lambda/f", stream)
	}
	if got := c.calls.of("PutLogEvents")[0].principal.RoleARN; got != roleARN {
		t.Errorf("written as %s, want the function's role", got)
	}
}

func TestJSONLogs(t *testing.T) {
	c := start(t)
	c.function(`,"LoggingConfig":{"LogFormat":"JSON","SystemLogLevel":"DEBUG","LogGroup":"own"}`)
	c.invoke(`{}`)
	put := c.received("PutLogEvents")
	var kinds []string
	for _, event := range put["logEvents"].([]any) {
		var line struct {
			Type   string
			Record struct{ RequestID string }
		}
		if err := json.Unmarshal([]byte(event.(map[string]any)["message"].(string)), &line); err != nil {
			t.Fatal(err)
		}
		if line.Record.RequestID == "" {
			t.Errorf("%s has no request id", line.Type)
		}
		kinds = append(kinds, line.Type)
	}
	if got, want := fmt.Sprint(kinds), "[platform.start platform.runtimeDone platform.report]"; got != want || put["logGroupName"] != "own" {
		t.Errorf("%s in %v, want %s in own", got, put["logGroupName"], want)
	}
}

func TestMissingLogPermissionIsCountedOnly(t *testing.T) {
	c := startWith(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)
	c.function("")
	if out := c.invoke(`{"text":"fine"}`); string(out.Payload) != `"fine"` {
		t.Errorf("got %s, want \"fine\"", out.Payload)
	}
	eventually(t, "the lost lines are counted", func() bool { return c.service.Stats()["f"].LostLogLines == 3 })
}

func TestRoleMustSendTraces(t *testing.T) {
	c := startWith(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"xray:PutTelemetryRecords","Resource":"*"}}`)
	c.create("Function", functionProperties(`,"TracingConfig":{"Mode":"PassThrough"}`))
	_, err := c.tryCreate("Function", functionProperties(`,"FunctionName":"traced","TracingConfig":{"Mode":"Active"}`))
	if err := contains(fmt.Sprint(err), "PutTraceSegments on XRAY", "xray:PutTraceSegments"); err != nil {
		t.Error(err)
	}
}

// registerStream serves a stream with one record.
func registerStream(c *cloud) {
	c.door.Register(frontdoor.Service{Name: "dynamodbstreams", Operations: []frontdoor.Operation{
		c.calls.operation("dynamodb", "DescribeStream", func(map[string]any) (map[string]any, error) {
			return map[string]any{"StreamDescription": map[string]any{"Shards": []any{map[string]any{"ShardId": "shard-1"}}}}, nil
		}),
		c.calls.operation("dynamodb", "GetShardIterator", func(map[string]any) (map[string]any, error) {
			return map[string]any{"ShardIterator": "first"}, nil
		}),
		c.calls.operation("dynamodb", "GetRecords", func(in map[string]any) (map[string]any, error) {
			if in["ShardIterator"] != "first" {
				return map[string]any{"Records": []any{}, "NextShardIterator": "end"}, nil
			}
			record := map[string]any{"eventID": "e", "dynamodb": map[string]any{"SequenceNumber": "1", "ApproximateCreationDateTime": 1}}
			return map[string]any{"Records": []any{record}, "NextShardIterator": "end"}, nil
		}),
	}})
}

const streamARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000"

func TestStreamMapping(t *testing.T) {
	c := start(t)
	registerStream(c)
	c.function("")
	mapping := c.create("EventSourceMapping", `{"FunctionName":"`+functionARN+`","EventSourceArn":"`+streamARN+`","StartingPosition":"TRIM_HORIZON"}`)
	eventually(t, "the record is handled", func() bool { return c.service.Stats()["f"].Invocations == 1 })
	if got := c.calls.of("GetRecords")[0].principal.RoleARN; got != roleARN {
		t.Errorf("read as %s, want the function's role", got)
	}
	eventually(t, "the result is shown", func() bool {
		out, err := c.client.GetEventSourceMapping(t.Context(), &sdk.GetEventSourceMappingInput{UUID: aws.String(mapping.ID)})
		return err == nil && *out.State == "Enabled" && *out.LastProcessingResult == "OK" && *out.MaximumRetryAttempts == -1
	})
	list, err := c.client.ListEventSourceMappings(t.Context(), &sdk.ListEventSourceMappingsInput{FunctionName: aws.String("f")})
	if err != nil || len(list.EventSourceMappings) != 1 {
		t.Errorf("%d mappings, %v, want 1", len(list.EventSourceMappings), err)
	}
}

func TestRoleMustReadTheSource(t *testing.T) {
	c := startWith(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:DescribeStream","dynamodb:GetShardIterator","dynamodb:ListStreams"],"Resource":"*"}}`)
	registerStream(c)
	c.function("")
	_, err := c.tryCreate("EventSourceMapping", `{"FunctionName":"f","EventSourceArn":"`+streamARN+`","StartingPosition":"LATEST"}`)
	if err := contains(fmt.Sprint(err), "dynamodb:GetRecords", streamARN); err != nil {
		t.Error(err)
	}
}
