package sqs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

func definition(kind, properties string) resource.Definition {
	return resource.Definition{LogicalID: "Q", Type: kind, Properties: json.RawMessage(properties), Stack: doortest.Stack()}
}

func TestQueueResource(t *testing.T) {
	service, door := start(t)
	a := account{t, door}
	handlers := service.Resources()
	instance, err := handlers["AWS::SQS::Queue"].Create(t.Context(), definition("AWS::SQS::Queue", `{
		"QueueName": "q", "VisibilityTimeout": "45", "MessageRetentionPeriod": 1209600,
		"SqsManagedSseEnabled": true, "Tags": [{"Key": "a", "Value": "b"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := endpoint + "/000000000000/q"; instance.ID != want || instance.Attributes["QueueUrl"] != want ||
		instance.Attributes["Arn"] != "arn:aws:sqs:us-east-1:000000000000:q" || instance.Attributes["QueueName"] != "q" {
		t.Errorf("instance = %+v", instance)
	}
	_, err = handlers["AWS::SQS::QueuePolicy"].Create(t.Context(), definition("AWS::SQS::QueuePolicy", `{
		"Queues": ["`+instance.ID+`"],
		"PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	var out struct{ Attributes map[string]string }
	a.must("GetQueueAttributes", map[string]any{"QueueUrl": instance.ID, "AttributeNames": []string{"VisibilityTimeout", "Policy"}}, &out)
	if out.Attributes["VisibilityTimeout"] != "45" || !strings.Contains(out.Attributes["Policy"], "sqs:*") {
		t.Errorf("attributes = %v", out.Attributes)
	}
}

func TestQueueResourceRefusals(t *testing.T) {
	service, _ := start(t)
	for properties, want := range map[string]string{
		`{"FifoQueue": true}`:           "FifoQueue",
		`{"KmsMasterKeyId": "alias"}`:   "KmsMasterKeyId",
		`{"DelaySeconds": 901}`:         "DelaySeconds",
		`{"QueueName": "a.fifo"}`:       "FIFO",
		`{"RedrivePolicy": {"a": "b"}}`: "RedrivePolicy",
	} {
		_, err := service.Resources()["AWS::SQS::Queue"].Create(t.Context(), definition("AWS::SQS::Queue", properties))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that names %s", properties, err, want)
		}
	}
}

func FuzzDecoders(f *testing.F) {
	f.Add("RedrivePolicy", `{"deadLetterTargetArn":"a","maxReceiveCount":1}`, "cS9pZC9u")
	f.Add("RedriveAllowPolicy", `{"redrivePermission":"byQueue","sourceQueueArns":["a"]}`, "")
	f.Add("Policy", `{"Statement":[]}`, "////")
	f.Fuzz(func(t *testing.T, name, value, handle string) {
		a := newAccount(t)
		url := a.queue("q", nil)
		a.call("SetQueueAttributes", map[string]any{"QueueUrl": url, "Attributes": map[string]string{name: value}}, nil)
		a.call("DeleteMessage", map[string]any{"QueueUrl": url, "ReceiptHandle": handle}, nil)
		a.call("CancelMessageMoveTask", map[string]any{"TaskHandle": handle}, nil)
		a.call("SendMessage", map[string]any{"QueueUrl": url, "MessageBody": value, "MessageAttributes": map[string]any{name: map[string]any{"DataType": value, "StringValue": handle}}}, nil)
	})
}
