package stepfunctions_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
)

func taskMachine(resource, parameters string) string {
	if parameters != "" {
		parameters = `"Parameters":` + parameters + `,`
	}
	return `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"` + resource + `",` + parameters + `"End":true}}}`
}

var requestID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

const metadata = `"SdkHttpMetadata":{"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"ID"}`

func TestIntegrations(t *testing.T) {
	const function = "arn:aws:lambda:us-east-1:000000000000:function:f"
	reply := func(text string) func(json.RawMessage) (any, error) {
		return func(json.RawMessage) (any, error) { return json.RawMessage(text), nil }
	}
	refuse := func(code, message string) func(json.RawMessage) (any, error) {
		return func(json.RawMessage) (any, error) { return nil, frontdoor.Errorf(code, "%s", message) }
	}
	tests := map[string]struct {
		resource, parameters string
		operation            string
		answer               func(json.RawMessage) (any, error)
		wantCall, want       string
	}{
		"a function": {function, ``, "lambda.Invoke", reply(`{"StatusCode":200,"Payload":{"sum":3}}`),
			`{"FunctionName":"` + function + `","Payload":{"in":1}}`, `SUCCEEDED {"sum":3}`},
		"a function that returns nothing": {function, ``, "lambda.Invoke", reply(`{"StatusCode":200}`),
			`{"FunctionName":"` + function + `","Payload":{"in":1}}`, `SUCCEEDED null`},
		"a function that fails": {function, ``, "lambda.Invoke", reply(`{"StatusCode":200,"FunctionError":"Unhandled","Payload":{"errorMessage":"m","errorType":"MyError"}}`),
			`{"FunctionName":"` + function + `","Payload":{"in":1}}`, `FAILED MyError: {"errorMessage":"m","errorType":"MyError"}`},
		"a function that dies": {function, ``, "lambda.Invoke", reply(`{"StatusCode":200,"FunctionError":"Unhandled","Payload":{"errorMessage":"m"}}`),
			`{"FunctionName":"` + function + `","Payload":{"in":1}}`, `FAILED Lambda.Unknown: {"errorMessage":"m"}`},
		"a function that is missing": {function, ``, "lambda.Invoke", refuse("ResourceNotFoundException", "Function not found: f"),
			`{"FunctionName":"` + function + `","Payload":{"in":1}}`, `FAILED Lambda.ResourceNotFoundException: Function not found: f (Service: AWSLambda; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)`},
		"lambda:invoke": {"arn:aws:states:::lambda:invoke", `{"FunctionName":"f","Payload.$":"$"}`, "lambda.Invoke", reply(`{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":[1]}`),
			`{"FunctionName":"f","Payload":{"in":1}}`, `SUCCEEDED {"ExecutedVersion":"$LATEST","Payload":[1],` + metadata + `,"StatusCode":200}`},
		"lambda:invoke that fails": {"arn:aws:states:::lambda:invoke", `{"FunctionName":"f"}`, "lambda.Invoke", reply(`{"FunctionError":"Unhandled","Payload":{"errorType":"MyError"}}`),
			`{"FunctionName":"f"}`, `FAILED MyError: {"errorType":"MyError"}`},
		"sqs:sendMessage": {"arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"u","MessageBody":{"a.$":"$.in"}}`, "sqs.SendMessage", reply(`{"MessageId":"1","MD5OfMessageBody":"m"}`),
			`{"MessageBody":"{\"a\":1}","QueueUrl":"u"}`, `SUCCEEDED {"MD5OfMessageBody":"m","MessageId":"1",` + metadata + `}`},
		"a queue that is missing": {"arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"u","MessageBody":"b"}`, "sqs.SendMessage", refuse("AWS.SimpleQueueService.NonExistentQueue", "no queue"),
			`{"MessageBody":"b","QueueUrl":"u"}`, `FAILED SQS.AmazonSQSException: no queue (Service: AmazonSQS; Status Code: 400; Error Code: NonExistentQueue; Request ID: ID; Proxy: null)`},
		"sns:publish": {"arn:aws:states:::sns:publish", `{"TopicArn":"t","Message":{"a":"<b>"}}`, "sns.Publish", reply(`{"MessageId":"1"}`),
			`{"Message":"{\"a\":\"\u003cb\u003e\"}","TopicArn":"t"}`, `SUCCEEDED {"MessageId":"1",` + metadata + `}`},
		"dynamodb:putItem": {"arn:aws:states:::dynamodb:putItem", `{"TableName":"t","Item":{"id":{"N":"1"}}}`, "dynamodb.PutItem", refuse("ConditionalCheckFailedException", "The conditional request failed"),
			`{"Item":{"id":{"N":"1"}},"TableName":"t"}`, `FAILED DynamoDB.ConditionalCheckFailedException: The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: ID; Proxy: null)`},
		"dynamodb:getItem": {"arn:aws:states:::dynamodb:getItem", `{"TableName":"t"}`, "dynamodb.GetItem", reply(`{"Item":{"id":{"N":"12345678901234567890"}}}`),
			`{"TableName":"t"}`, `SUCCEEDED {"Item":{"id":{"N":"12345678901234567890"}},` + metadata + `}`},
		"dynamodb:updateItem": {"arn:aws:states:::dynamodb:updateItem", `{"TableName":"t"}`, "dynamodb.UpdateItem", nil, `{"TableName":"t"}`, `SUCCEEDED {` + metadata + `}`},
		"dynamodb:deleteItem": {"arn:aws:states:::dynamodb:deleteItem", `{"TableName":"t"}`, "dynamodb.DeleteItem", refuse("ValidationException", "no key"),
			`{"TableName":"t"}`, `FAILED DynamoDB.AmazonDynamoDBException: no key (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ID; Proxy: null)`},
		"putEvents without entries": {"arn:aws:states:::events:putEvents", `{"Entries":1}`, "", nil, ``, `FAILED States.Runtime: The Parameters of putEvents must have the array Entries`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.answer(tt.operation, tt.answer)
			got := requestID.ReplaceAllString(c.execute(t, taskMachine(tt.resource, tt.parameters), `{"in":1}`), "ID")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			call := ""
			if calls := c.called(); len(calls) > 0 {
				call = calls[0].input
			}
			if call != tt.wantCall {
				t.Errorf("got call %s, want %s", call, tt.wantCall)
			}
		})
	}
}

func TestStartExecutionAsATask(t *testing.T) {
	c := newCloud(t)
	child := c.create(t, "child", `{"StartAt":"P","States":{"P":{"Type":"Pass","OutputPath":"$.n","End":true}}}`)
	got := c.execute(t, taskMachine("arn:aws:states:::states:startExecution", `{"StateMachineArn":"`+child+`","Name":"c1","Input":{"n.$":"$.in"}}`), `{"in":1}`)
	if want := `SUCCEEDED {"ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:child:c1",`; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s…", got, want)
	}
	if d := c.finish(t, "arn:aws:states:us-east-1:000000000000:execution:child:c1"); *d.Output != "1" {
		t.Errorf("got the child's output %s, want 1", *d.Output)
	}
	got = c.execute(t, taskMachine("arn:aws:states:::states:startExecution", `{"StateMachineArn":"`+machinePre+`none"}`), `{}`)
	if want := "FAILED StepFunctions.StateMachineDoesNotExistException: State Machine Does Not Exist"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s…", got, want)
	}
}

func TestFunctionHistory(t *testing.T) {
	const function = "arn:aws:lambda:us-east-1:000000000000:function:f"
	c := newCloud(t)
	c.answer("lambda.Invoke", func(json.RawMessage) (any, error) { return json.RawMessage(`{"Payload":2}`), nil })
	execution := c.start(t, c.create(t, "m", taskMachine(function, "")), "e", "1")
	c.finish(t, execution)
	checkLines(t, "history", c.story(t, execution), []string{"1 0 ExecutionStarted", "2 0 TaskStateEntered",
		"3 2 LambdaFunctionScheduled", "4 3 LambdaFunctionStarted", "5 4 LambdaFunctionSucceeded", "6 5 TaskStateExited", "7 6 ExecutionSucceeded"})
}

func TestMapAndParallelHistory(t *testing.T) {
	c := newCloud(t)
	execution := c.start(t, c.create(t, "m", `{"StartAt":"M","States":{
		"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"Next":"P"},
		"P":{"Type":"Parallel","Branches":[{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}],"End":true}}}`), "e", `[1]`)
	if got := c.finish(t, execution); *got.Error != "E" {
		t.Errorf("got error %s, want E", *got.Error)
	}
	checkLines(t, "history", c.story(t, execution), []string{
		"1 0 ExecutionStarted", "2 0 MapStateEntered", "3 2 MapStateStarted", "4 3 MapIterationStarted", "5 4 PassStateEntered", "6 5 PassStateExited",
		"7 6 MapIterationSucceeded", "8 7 MapStateSucceeded", "9 7 MapStateExited",
		"10 9 ParallelStateEntered", "11 10 ParallelStateStarted", "12 11 FailStateEntered", "13 12 ParallelStateFailed", "14 13 ExecutionFailed"})
}
