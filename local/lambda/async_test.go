package lambda_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

const (
	queueARN    = "arn:aws:sqs:us-east-1:000000000000:failures"
	topicARN    = "arn:aws:sns:us-east-1:000000000000:failures"
	busARN      = "arn:aws:events:us-east-1:000000000000:event-bus/b"
	functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
)

func (c *cloud) send(payload string) {
	c.t.Helper()
	out, err := c.client.Invoke(c.t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("f"), InvocationType: types.InvocationTypeEvent, Payload: []byte(payload),
	})
	if err != nil || out.StatusCode != 202 || len(out.Payload) > 0 {
		c.t.Fatalf("invoke with type Event: %+v, %v, want 202 and nothing else", out, err)
	}
}

// received waits for one call of an operation and returns its input.
func (c *cloud) received(operation string) map[string]any {
	c.t.Helper()
	eventually(c.t, operation+" was called", func() bool { return len(c.calls.of(operation)) > 0 })
	return c.calls.of(operation)[0].input
}

func TestAsyncFailuresAreRetriedAndThenRecorded(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
	c.send(`{"do":"fail","text":"no luck"}`)
	in := c.received("SendMessage")
	if in["QueueUrl"] != "/000000000000/failures" {
		t.Errorf("queue %v, want that of the ARN", in["QueueUrl"])
	}
	var record map[string]any
	if err := json.Unmarshal([]byte(in["MessageBody"].(string)), &record); err != nil {
		t.Fatal(err)
	}
	context := record["requestContext"].(map[string]any)
	if context["requestId"] == "" || record["timestamp"] == "" {
		t.Errorf("record %v, want a request id and a time", record)
	}
	delete(context, "requestId")
	delete(record, "timestamp")
	want := map[string]any{
		"version":         "1.0",
		"requestContext":  map[string]any{"functionArn": functionARN + ":$LATEST", "condition": "RetriesExhausted", "approximateInvokeCount": 3},
		"requestPayload":  map[string]any{"do": "fail", "text": "no luck"},
		"responseContext": map[string]any{"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"responsePayload": map[string]any{"errorMessage": "no luck", "errorType": "errorString"},
	}
	if fmt.Sprint(record) != fmt.Sprint(want) {
		t.Errorf("record %v, want %v", record, want)
	}
	if n := c.service.Stats()["f"].Invocations; n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	if got := c.calls.of("SendMessage")[0].principal.RoleARN; got != roleARN {
		t.Errorf("sent as %s, want the function's role", got)
	}
}

func TestAsyncRetriesCanBeLimited(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","MaximumRetryAttempts":0,"DestinationConfig":{"OnFailure":{"Destination":"`+topicARN+`"}}}`)
	c.send(`{"do":"exit"}`)
	if err := contains(c.received("Publish")["Message"].(string), "Runtime.ExitError", `"approximateInvokeCount":1`); err != nil {
		t.Error(err)
	}
}

func TestAsyncSuccessIsRecorded(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnSuccess":{"Destination":"`+busARN+`"}}}`)
	c.send(`{"text":"fine"}`)
	entry := c.received("PutEvents")["Entries"].([]any)[0].(map[string]any)
	if entry["Source"] != "lambda" || entry["DetailType"] != "Lambda Function Invocation Result - Success" || entry["EventBusName"] != busARN {
		t.Errorf("entry %v, want a success of Lambda on the bus", entry)
	}
	if err := contains(entry["Detail"].(string), `"condition":"Success"`, `"responsePayload":"fine"`, `"approximateInvokeCount":1`); err != nil {
		t.Error(err)
	}
}

func TestDeadLetterQueue(t *testing.T) {
	c := start(t)
	c.function(`,"DeadLetterConfig":{"TargetArn":"` + queueARN + `"}`)
	c.send(`{"do":"fail","text":"no luck"}`)
	in := c.received("SendMessage")
	if in["MessageBody"] != `{"do":"fail","text":"no luck"}` {
		t.Errorf("body %v, want the event", in["MessageBody"])
	}
	attributes := in["MessageAttributes"].(map[string]any)
	for name, want := range map[string]string{"ErrorCode": "200", "ErrorMessage": "no luck"} {
		if got := attributes[name].(map[string]any)["StringValue"]; got != want {
			t.Errorf("attribute %s is %v, want %s", name, got, want)
		}
	}
}

func TestThrottledEventsAreTriedAgain(t *testing.T) {
	c := start(t)
	c.function(`,"ReservedConcurrentExecutions":1`)
	for range 5 {
		c.send(`{"sleep":20}`)
	}
	eventually(t, "all five are done", func() bool { return c.service.Stats()["f"].Invocations == 5 })
}

func TestZeroConcurrencyGoesToTheDestination(t *testing.T) {
	c := start(t)
	c.function(`,"ReservedConcurrentExecutions":0`)
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
	c.send(`{}`)
	body := c.received("SendMessage")["MessageBody"].(string)
	if err := contains(body, `"condition":"ZeroReservedConcurrency"`, `"approximateInvokeCount":0`, `"requestPayload":{}`); err != nil {
		t.Error(err)
	}
}

func TestEventInvokeConfigCanBeRead(t *testing.T) {
	c := start(t)
	c.function("")
	in := &sdk.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")}
	if _, err := c.client.GetFunctionEventInvokeConfig(t.Context(), in); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("without one: %v, want ResourceNotFoundException", err)
	}
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","MaximumRetryAttempts":1,"MaximumEventAgeInSeconds":60}`)
	out, err := c.client.GetFunctionEventInvokeConfig(t.Context(), in)
	if err != nil || *out.MaximumRetryAttempts != 1 || *out.MaximumEventAgeInSeconds != 60 {
		t.Errorf("got %+v, %v, want 1 retry within 60 s", out, err)
	}
}

func TestRoleMustReachTheDestination(t *testing.T) {
	c := startWith(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}`)
	c.function("")
	_, err := c.tryCreate("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
	if err := contains(fmt.Sprint(err), "sqs:SendMessage", queueARN); err != nil {
		t.Error(err)
	}
}
