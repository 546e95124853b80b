package sqs_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/sqs"
	"eda-demo/local/store"
)

const endpoint = "http://127.0.0.1:4566"

func start(t testing.TB) (*sqs.Service, *frontdoor.Door) {
	t.Helper()
	return open(t, store.Memory())
}

// open starts SQS with what a store has.
func open(t testing.TB, kept *store.Store) (*sqs.Service, *frontdoor.Door) {
	t.Helper()
	service, err := sqs.New(doortest.Account, doortest.Region, endpoint, kept)
	if err != nil {
		t.Fatal(err)
	}
	door := doortest.NewDoor(t)
	for _, api := range service.API() {
		door.Register(api)
	}
	return service, door
}

func client(t testing.TB) (*awssqs.Client, *frontdoor.Door) {
	t.Helper()
	_, door := start(t)
	return awssqs.NewFromConfig(doortest.Serve(t, door)), door
}

func must[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func createQueue(t testing.TB, c *awssqs.Client, name string, attributes map[string]string) *string {
	t.Helper()
	out := must[*awssqs.CreateQueueOutput](t)(c.CreateQueue(t.Context(), &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributes}))
	return out.QueueUrl
}

// codeOf is the code that SDK clients see.
func codeOf(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return ""
}

func TestMessageGoesThroughWithItsAttributes(t *testing.T) {
	c, _ := client(t)
	url := createQueue(t, c, "orders", nil)
	if want := endpoint + "/000000000000/orders"; *url != want {
		t.Errorf("QueueUrl = %s, want %s", *url, want)
	}
	sent := must[*awssqs.SendMessageOutput](t)(c.SendMessage(t.Context(), &awssqs.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("hëllo"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"RULE_ARN": {DataType: aws.String("String"), StringValue: aws.String("arn:x")},
			"count":    {DataType: aws.String("Number.int"), StringValue: aws.String("3")},
			"raw":      {DataType: aws.String("Binary"), BinaryValue: []byte{0, 1, 2}},
		},
	}))
	// Computed independently, by a few lines of Python: MD5 over the sorted,
	// length-prefixed attributes.
	if got, want := aws.ToString(sent.MD5OfMessageAttributes), "ec9c30715b5e3feba0f144f2f095c376"; got != want {
		t.Errorf("MD5OfMessageAttributes = %s, want %s", got, want)
	}
	out := must[*awssqs.ReceiveMessageOutput](t)(c.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{
		QueueUrl: url, MessageAttributeNames: []string{"RULE_*", "co.*", "raw"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"},
	}))
	if len(out.Messages) != 1 {
		t.Fatalf("got %d messages, want 1", len(out.Messages))
	}
	m := out.Messages[0]
	if *m.Body != "hëllo" || len(m.MessageAttributes) != 2 || m.Attributes["ApproximateReceiveCount"] != "1" {
		t.Errorf("got body %q, attributes %v and %v", *m.Body, m.MessageAttributes, m.Attributes)
	}
}

func TestMessageRefusalsCarryTheTypedError(t *testing.T) {
	c, _ := client(t)
	url := createQueue(t, c, "q", nil)
	ctx := context.Background()
	send := func(in awssqs.SendMessageInput) error {
		in.QueueUrl = url
		_, err := c.SendMessage(ctx, &in)
		return err
	}
	tests := map[string]refusal{
		"no such queue": {func() error {
			_, err := c.GetQueueUrl(ctx, &awssqs.GetQueueUrlInput{QueueName: aws.String("none")})
			var typed *types.QueueDoesNotExist
			if !errors.As(err, &typed) {
				t.Errorf("got %T, want a QueueDoesNotExist", err)
			}
			return err
		}, "AWS.SimpleQueueService.NonExistentQueue"},
		"body too large": {func() error {
			return send(awssqs.SendMessageInput{MessageBody: aws.String(string(make([]byte, 1<<20+1)))})
		}, "AWS.SimpleQueueService.InvalidMessageContents"},
		"body one byte too large": {func() error {
			return send(awssqs.SendMessageInput{MessageBody: aws.String(filled(1<<20 + 1))})
		}, "InvalidParameterValue"},
		"control character": {func() error { return send(awssqs.SendMessageInput{MessageBody: aws.String("a\x00b")}) }, "AWS.SimpleQueueService.InvalidMessageContents"},
		"empty body":        {func() error { return send(awssqs.SendMessageInput{MessageBody: aws.String("")}) }, "MissingParameter"},
		"long delay":        {func() error { return send(awssqs.SendMessageInput{MessageBody: aws.String("x"), DelaySeconds: 901}) }, "InvalidParameterValue"},
		"bad attribute type": {func() error {
			return send(awssqs.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"a": {DataType: aws.String("Text"), StringValue: aws.String("b")}}})
		}, "InvalidParameterValue"},
		"eleven attributes": {func() error {
			many := map[string]types.MessageAttributeValue{}
			for _, name := range "abcdefghijk" {
				many[string(name)] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("b")}
			}
			return send(awssqs.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: many})
		}, "InvalidParameterValue"},
	}
	runRefusals(t, tests)
}

// refusal is a call and the code it is refused with.
type refusal struct {
	call func() error
	want string
}

func runRefusals(t *testing.T, tests map[string]refusal) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := test.call(); codeOf(err) != test.want {
				t.Errorf("got %v, want code %s", err, test.want)
			}
		})
	}
}

func TestQueueRefusals(t *testing.T) {
	c, _ := client(t)
	url := createQueue(t, c, "q", nil)
	ctx := context.Background()
	runRefusals(t, map[string]refusal{
		"fifo name": {func() error {
			_, err := c.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: aws.String("q.fifo")})
			return err
		}, "AWS.SimpleQueueService.UnsupportedOperation"},
		"bad name": {func() error {
			_, err := c.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: aws.String("a b")})
			return err
		}, "InvalidParameterValue"},
		"other attributes": {func() error {
			_, err := c.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: aws.String("q"), Attributes: map[string]string{"DelaySeconds": "5"}})
			return err
		}, "QueueAlreadyExists"},
		"unknown attribute": {func() error {
			_, err := c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Colour": "red"}})
			return err
		}, "InvalidAttributeName"},
		"value out of range": {func() error {
			_, err := c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"VisibilityTimeout": "43201"}})
			return err
		}, "InvalidAttributeValue"},
		"bad receipt handle": {func() error {
			_, err := c.DeleteMessage(ctx, &awssqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("nonsense")})
			return err
		}, "ReceiptHandleIsInvalid"},
		"too many at once": {func() error {
			_, err := c.ReceiveMessage(ctx, &awssqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
			return err
		}, "InvalidParameterValue"},
		"dead-letter queue missing": {func() error {
			_, err := c.SetQueueAttributes(ctx, &awssqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":"3"}`}})
			return err
		}, "InvalidParameterValue"},
		"move from a queue that is no dead-letter queue": {func() error {
			_, err := c.StartMessageMoveTask(ctx, &awssqs.StartMessageMoveTaskInput{SourceArn: aws.String("arn:aws:sqs:us-east-1:000000000000:q")})
			return err
		}, "InvalidParameterValue"},
		"move from a queue that does not exist": {func() error {
			_, err := c.StartMessageMoveTask(ctx, &awssqs.StartMessageMoveTaskInput{SourceArn: aws.String("arn:aws:sqs:us-east-1:000000000000:none")})
			return err
		}, "ResourceNotFoundException"},
	})
}

func filled(size int) string {
	body := make([]byte, size)
	for i := range body {
		body[i] = 'x'
	}
	return string(body)
}

func TestLargestMessageIsAccepted(t *testing.T) {
	c, _ := client(t)
	url := createQueue(t, c, "q", nil)
	if _, err := c.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(filled(1 << 20))}); err != nil {
		t.Errorf("sending 1 MiB: %v, want no error", err)
	}
}

func TestBatchRules(t *testing.T) {
	c, _ := client(t)
	url := createQueue(t, c, "q", nil)
	entry := func(id, body string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body}
	}
	eleven := make([]types.SendMessageBatchRequestEntry, 11)
	for i := range eleven {
		eleven[i] = entry(string(rune('a'+i)), "x")
	}
	tests := map[string]struct {
		entries []types.SendMessageBatchRequestEntry
		want    string
	}{
		"none":     {[]types.SendMessageBatchRequestEntry{}, "AWS.SimpleQueueService.EmptyBatchRequest"},
		"too many": {eleven, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
		"same id":  {[]types.SendMessageBatchRequestEntry{entry("a", "x"), entry("a", "y")}, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
		"bad id":   {[]types.SendMessageBatchRequestEntry{entry("a b", "x")}, "AWS.SimpleQueueService.InvalidBatchEntryId"},
		"too long": {[]types.SendMessageBatchRequestEntry{entry("a", filled(600<<10)), entry("b", filled(600<<10))}, "AWS.SimpleQueueService.BatchRequestTooLong"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.SendMessageBatch(t.Context(), &awssqs.SendMessageBatchInput{QueueUrl: url, Entries: test.entries})
			if codeOf(err) != test.want {
				t.Errorf("got %v, want code %s", err, test.want)
			}
		})
	}
	out := must[*awssqs.SendMessageBatchOutput](t)(c.SendMessageBatch(t.Context(), &awssqs.SendMessageBatchInput{
		QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{entry("good", "x"), entry("bad", "\x01")},
	}))
	if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || len(out.Failed) != 1 || *out.Failed[0].Id != "bad" || !out.Failed[0].SenderFault {
		t.Errorf("got %+v and %+v, want good to succeed and bad to fail", out.Successful, out.Failed)
	}
}

func TestWhoMaySend(t *testing.T) {
	c, door := client(t)
	url := createQueue(t, c, "q", nil)
	topic := iam.Service("sns.amazonaws.com", doortest.Account, "arn:aws:sns:us-east-1:000000000000:topic")
	send := func() error {
		return door.Call(t.Context(), topic, "sqs", "SendMessage", map[string]any{"QueueUrl": "/000000000000/q", "MessageBody": "x"}, nil)
	}
	if got := frontdoor.Code(send()); got != "AccessDenied" {
		t.Errorf("without a policy: code %q, want AccessDenied", got)
	}
	policy, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{
		"Effect": "Allow", "Principal": map[string]string{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
		"Resource":  "arn:aws:sqs:us-east-1:000000000000:q",
		"Condition": map[string]any{"ArnEquals": map[string]string{"aws:SourceArn": topic.SourceARN}},
	}})
	must[*awssqs.SetQueueAttributesOutput](t)(c.SetQueueAttributes(t.Context(), &awssqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Policy": string(policy)}}))
	if err := send(); err != nil {
		t.Errorf("with a policy: %v, want no error", err)
	}
	topic.SourceARN = "arn:aws:sns:us-east-1:000000000000:other"
	if got := frontdoor.Code(send()); got != "AccessDenied" {
		t.Errorf("from another topic: code %q, want AccessDenied", got)
	}
}

func TestRoleNeedsPermission(t *testing.T) {
	_, door := start(t)
	cfg := doortest.Serve(t, door)
	url := createQueue(t, awssqs.NewFromConfig(cfg), "q", nil)
	sender := awssqs.NewFromConfig(doortest.AsRole(t, door, cfg, "sender", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:*:*:q"}}`))
	if _, err := sender.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x")}); err != nil {
		t.Errorf("send: %v, want no error", err)
	}
	_, err := sender.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: url})
	if codeOf(err) != "AccessDenied" {
		t.Errorf("receive: %v, want AccessDenied", err)
	}
}

func TestListings(t *testing.T) {
	c, _ := client(t)
	dead := createQueue(t, c, "dead", nil)
	createQueue(t, c, "live", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3}`})
	list := must[*awssqs.ListQueuesOutput](t)(c.ListQueues(t.Context(), &awssqs.ListQueuesInput{MaxResults: aws.Int32(1)}))
	if len(list.QueueUrls) != 1 || list.QueueUrls[0] != *dead || list.NextToken == nil {
		t.Fatalf("first page: %v, token %v; want dead and a token", list.QueueUrls, list.NextToken)
	}
	rest := must[*awssqs.ListQueuesOutput](t)(c.ListQueues(t.Context(), &awssqs.ListQueuesInput{MaxResults: aws.Int32(1), NextToken: list.NextToken}))
	if len(rest.QueueUrls) != 1 || rest.QueueUrls[0] != endpoint+"/000000000000/live" {
		t.Errorf("second page: %v, want live", rest.QueueUrls)
	}
	sources := must[*awssqs.ListDeadLetterSourceQueuesOutput](t)(c.ListDeadLetterSourceQueues(t.Context(), &awssqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead}))
	if len(sources.QueueUrls) != 1 || sources.QueueUrls[0] != endpoint+"/000000000000/live" {
		t.Errorf("sources: %v, want live", sources.QueueUrls)
	}
	all := must[*awssqs.GetQueueAttributesOutput](t)(c.GetQueueAttributes(t.Context(), &awssqs.GetQueueAttributesInput{QueueUrl: dead, AttributeNames: []types.QueueAttributeName{"All"}}))
	for name, want := range map[string]string{
		"QueueArn": "arn:aws:sqs:us-east-1:000000000000:dead", "VisibilityTimeout": "30",
		"MessageRetentionPeriod": "345600", "MaximumMessageSize": "1048576", "SqsManagedSseEnabled": "true",
	} {
		if got := all.Attributes[name]; got != want {
			t.Errorf("attribute %s = %q, want %q", name, got, want)
		}
	}
}
