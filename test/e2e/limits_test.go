package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"eda-demo/internal/event"
)

// limit is a call that goes beyond one of AWS's limits, and how it is refused.
type limit struct {
	name string
	call func(context.Context) error
	code string
	// typed tells whether the error is the SDK's type for the code; nil if the
	// SDK has none.
	typed func(error) bool
}

// as tells whether an error is of a type of the SDK.
func as[E error](err error) bool {
	var typed E
	return errors.As(err, &typed)
}

func checkLimits(t *testing.T, limits []limit) {
	t.Helper()
	for _, l := range limits {
		t.Run(l.name, func(t *testing.T) {
			err := l.call(t.Context())
			var got smithy.APIError
			if !errors.As(err, &got) || got.ErrorCode() != l.code {
				t.Fatalf("got %v, want %s", err, l.code)
			}
			if l.typed != nil && !l.typed(err) {
				t.Errorf("got %T, want the SDK's type for %s", got, l.code)
			}
		})
	}
}

// filled is a text of n bytes.
func filled(n int) *string { return aws.String(strings.Repeat("x", n)) }

// times is a list of n elements made from their index.
func times[T any](n int, element func(int) T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = element(i)
	}
	return list
}

func TestEventLimits(t *testing.T) {
	client := eventbridge.NewFromConfig(sut.aws)
	entry := func(detail string) eventtypes.PutEventsRequestEntry {
		return eventtypes.PutEventsRequestEntry{
			EventBusName: aws.String(sut.output("EventBusName")), Source: aws.String("limits"), DetailType: aws.String("Tried"), Detail: aws.String(detail),
		}
	}
	put := func(entries ...eventtypes.PutEventsRequestEntry) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
			return err
		}
	}
	checkLimits(t, []limit{
		{"eleven entries", put(times(11, func(int) eventtypes.PutEventsRequestEntry { return entry("{}") })...), "ValidationException", nil},
		{"no entry", put([]eventtypes.PutEventsRequestEntry{}...), "ValidationException", nil},
		{"more than 1 MB", put(entry(`{"a":"` + *filled(1 << 20) + `"}`)), "ValidationException", nil},
		{"rule with a bad name", func(ctx context.Context) error {
			_, err := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("a b"), EventPattern: aws.String(`{"source":["a"]}`)})
			return err
		}, "ValidationException", nil},
		{"bad pattern", func(ctx context.Context) error {
			_, err := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("limits"), EventPattern: aws.String(`{"source":"a"}`)})
			return err
		}, "InvalidEventPatternException", as[*eventtypes.InvalidEventPatternException]},
	})
	reserved := entry("{}")
	reserved.Source = aws.String("aws.orders")
	out, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{reserved, entry("[]"), entry("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"NotAuthorizedForSourceException", "MalformedDetail", ""} {
		if got := aws.ToString(out.Entries[i].ErrorCode); got != want {
			t.Errorf("entry %d: got %q, want %q", i, got, want)
		}
	}
}

func TestQueueLimits(t *testing.T) {
	client := sqs.NewFromConfig(sut.aws)
	queues, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String("eda-demo-")})
	if err != nil || len(queues.QueueUrls) == 0 {
		t.Fatalf("got queues %v, %v; want some", queues, err)
	}
	url := &queues.QueueUrls[0]
	batch := func(entries ...sqstypes.SendMessageBatchRequestEntry) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
			return err
		}
	}
	entry := func(i int) sqstypes.SendMessageBatchRequestEntry {
		return sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint("m", i)), MessageBody: filled(1)}
	}
	large := func(i int) sqstypes.SendMessageBatchRequestEntry {
		return sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint("m", i)), MessageBody: filled(600 << 10)}
	}
	checkLimits(t, []limit{
		{"message of more than 1 MiB", func(ctx context.Context) error {
			_, err := client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: filled(1<<20 + 1)})
			return err
		}, "InvalidParameterValue", nil},
		{"eleven messages", batch(times(11, entry)...), "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", as[*sqstypes.TooManyEntriesInBatchRequest]},
		{"batch of more than 1 MiB", batch(times(2, large)...), "AWS.SimpleQueueService.BatchRequestTooLong", as[*sqstypes.BatchRequestTooLong]},
		{"the same id twice", batch(entry(1), entry(1)), "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", as[*sqstypes.BatchEntryIdsNotDistinct]},
		{"no such queue", func(ctx context.Context) error {
			_, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("eda-demo-nowhere")})
			return err
		}, "AWS.SimpleQueueService.NonExistentQueue", as[*sqstypes.QueueDoesNotExist]},
		{"eleven to receive", func(ctx context.Context) error {
			_, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
			return err
		}, "InvalidParameterValue", nil},
		{"21 seconds to wait", func(ctx context.Context) error {
			_, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 21})
			return err
		}, "InvalidParameterValue", nil},
	})
}

func TestTopicLimits(t *testing.T) {
	client, topic := sns.NewFromConfig(sut.aws), aws.String(sut.output("NotificationTopicArn"))
	publish := func(in sns.PublishInput) func(context.Context) error {
		return func(ctx context.Context) error {
			in.TopicArn = topic
			_, err := client.Publish(ctx, &in)
			return err
		}
	}
	invalid := as[*snstypes.InvalidParameterException]
	checkLimits(t, []limit{
		{"subject of 101 characters", publish(sns.PublishInput{Message: filled(1), Subject: filled(101)}), "InvalidParameter", invalid},
		{"subject with a line break", publish(sns.PublishInput{Message: filled(1), Subject: aws.String("a\nb")}), "InvalidParameter", invalid},
		{"message of more than 256 KiB", publish(sns.PublishInput{Message: filled(256<<10 + 1)}), "InvalidParameter", invalid},
		{"empty message", publish(sns.PublishInput{Message: aws.String("")}), "InvalidParameter", invalid},
		{"eleven messages", func(ctx context.Context) error {
			_, err := client.PublishBatch(ctx, &sns.PublishBatchInput{TopicArn: topic, PublishBatchRequestEntries: times(11, func(i int) snstypes.PublishBatchRequestEntry {
				return snstypes.PublishBatchRequestEntry{Id: aws.String(fmt.Sprint("m", i)), Message: filled(1)}
			})})
			return err
		}, "TooManyEntriesInBatchRequest", as[*snstypes.TooManyEntriesInBatchRequestException]},
	})
}

func TestTableLimits(t *testing.T) {
	client, table := dynamodb.NewFromConfig(sut.aws), aws.String(event.NotifiedEventsTable)
	item := func(id string, attributes ...string) map[string]dynamotypes.AttributeValue {
		all := map[string]dynamotypes.AttributeValue{"eventId": &dynamotypes.AttributeValueMemberS{Value: id}}
		for i, text := range attributes {
			all[fmt.Sprint("a", i)] = &dynamotypes.AttributeValueMemberS{Value: text}
		}
		return all
	}
	put := func(item map[string]dynamotypes.AttributeValue) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
			return err
		}
	}
	transact := func(n int, id func(int) string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: times(n, func(i int) dynamotypes.TransactWriteItem {
				return dynamotypes.TransactWriteItem{Put: &dynamotypes.Put{TableName: table, Item: item(id(i))}}
			})})
			return err
		}
	}
	number := item("limits")
	number["n"] = &dynamotypes.AttributeValueMemberN{Value: strings.Repeat("1", 39)}
	checkLimits(t, []limit{
		{"item of more than 400 KB", put(item("limits", *filled(400 << 10))), "ValidationException", nil},
		{"partition key of 2049 bytes", put(item(*filled(2049))), "ValidationException", nil},
		{"empty partition key", put(item("")), "ValidationException", nil},
		{"number of 39 digits", put(number), "ValidationException", nil},
		{"101 items in a transaction", transact(101, func(i int) string { return fmt.Sprint("limits-", i) }), "ValidationException", nil},
		{"one item twice in a transaction", transact(2, func(int) string { return "limits" }), "ValidationException", nil},
		{"26 items in a batch", func(ctx context.Context) error {
			_, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]dynamotypes.WriteRequest{*table: times(26, func(i int) dynamotypes.WriteRequest {
				return dynamotypes.WriteRequest{PutRequest: &dynamotypes.PutRequest{Item: item(fmt.Sprint("limits-", i))}}
			})}})
			return err
		}, "ValidationException", nil},
		{"expression of more than 4 KB", func(ctx context.Context) error {
			_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item("limits"), ConditionExpression: aws.String("attribute_exists(" + *filled(4096) + ")")})
			return err
		}, "ValidationException", nil},
		{"no such table", func(ctx context.Context) error {
			_, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("eda-demo-nowhere"), Key: item("a")})
			return err
		}, "ResourceNotFoundException", as[*dynamotypes.ResourceNotFoundException]},
	})
}

func TestInvocationLimits(t *testing.T) {
	functions, machines, logs := lambda.NewFromConfig(sut.aws), sfn.NewFromConfig(sut.aws), cloudwatchlogs.NewFromConfig(sut.aws)
	invoke := func(kind lambdatypes.InvocationType, size int) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("eda-demo-get-order"), InvocationType: kind, Payload: []byte(`"` + *filled(size) + `"`)})
			return err
		}
	}
	start := func(name, input *string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := machines.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String(sut.output("PaymentStateMachineArn")), Name: name, Input: input})
			return err
		}
	}
	checkLimits(t, []limit{
		{"payload of more than 6 MB", invoke("RequestResponse", 6<<20), "RequestTooLargeException", as[*lambdatypes.RequestTooLargeException]},
		{"event of more than 1 MB", invoke("Event", 1<<20), "RequestTooLargeException", as[*lambdatypes.RequestTooLargeException]},
		{"input of more than 256 KiB", start(nil, aws.String(`"`+*filled(256 << 10)+`"`)), "ValidationException", nil},
		{"input that is no JSON", start(nil, aws.String("{")), "InvalidExecutionInput", as[*sfntypes.InvalidExecutionInput]},
		{"execution name of 81 characters", start(filled(81), aws.String("{}")), "InvalidName", as[*sfntypes.InvalidName]},
		{"execution name with a slash", start(aws.String("a/b"), aws.String("{}")), "InvalidName", as[*sfntypes.InvalidName]},
		{"log group name with a space", func(ctx context.Context) error {
			_, err := logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("a b")})
			return err
		}, "InvalidParameterException", as[*logtypes.InvalidParameterException]},
		{"10001 log events to find", func(ctx context.Context) error {
			_, err := logs.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(sut.output("CatchAllLogGroupName")), Limit: aws.Int32(10001)})
			return err
		}, "InvalidParameterException", as[*logtypes.InvalidParameterException]},
	})
}

func TestRequestLimitsOfTheAPI(t *testing.T) {
	tests := []struct {
		name, body, header string
		status             int
		says               string
	}{
		{"body of more than 10 MB", *filled(10<<20 + 1), "", http.StatusRequestEntityTooLarge, "Request Entity Too Large"},
		{"headers of more than 10 KB", "{}", *filled(10241), http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, sut.api+"/order", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("X-Large", test.header)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, response); got.status != test.status || !strings.Contains(got.body, test.says) {
				t.Errorf("answers %d %s, want %d %s", got.status, got.body, test.status, test.says)
			}
		})
	}
}
