package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

const noStream = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-11-20T00:00:00.000"

func streamRecordOf(start, end string) string { return recordOf(noStream, "shardId-1", start, end, 2) }

func recordOf(stream, shard, start, end string, size int) string {
	return fmt.Sprintf(`{"requestContext":{"requestId":"r","functionArn":%q,"condition":"RetryAttemptsExhausted","approximateInvokeCount":101},`+
		`"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"version":"1.0","timestamp":"2026-11-20T08:00:00.000Z",`+
		`"DDBStreamBatchInfo":{"shardId":%q,"startSequenceNumber":%q,"endSequenceNumber":%q,`+
		`"approximateArrivalOfFirstRecord":"2026-11-20T08:00:00Z","approximateArrivalOfLastRecord":"2026-11-20T08:00:00Z","batchSize":%d,"streamArn":%q}}`,
		functionARN, shard, start, end, size, stream)
}

// recently has the event happen now: a log group takes no old ones.
func recently(event string) string {
	return strings.Replace(event, "2026-11-20T08:00:00Z", time.Now().UTC().Format(time.RFC3339), 1)
}

// table makes a table of the stack and writes items to it; their records are
// those of one shard.
func (w *world) table(t *testing.T, items ...map[string]types.AttributeValue) (stream, shard string, numbers []string) {
	t.Helper()
	client := dynamodb.NewFromConfig(w.admin)
	made, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("orders"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeN}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		StreamSpecification:  &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
	})
	must(t, err)
	must(t, dynamodb.NewTableExistsWaiter(client).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("orders")}, time.Minute))
	w.has("AWS::DynamoDB::Table", "orders")
	for _, item := range items {
		_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("orders"), Item: item})
		must(t, err)
	}
	stream = *made.TableDescription.LatestStreamArn
	described, err := w.root.streams.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: &stream})
	must(t, err)
	shard = *described.StreamDescription.Shards[0].ShardId
	at, err := w.root.streams.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &stream, ShardId: &shard, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	must(t, err)
	page, err := w.root.streams.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: at.ShardIterator})
	must(t, err)
	for _, r := range page.Records {
		numbers = append(numbers, *r.Dynamodb.SequenceNumber)
	}
	return stream, shard, numbers
}

func numbered(id int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: fmt.Sprint(id)}}
}

func TestRedriveReadsTheStreamAgain(t *testing.T) {
	w := newWorld(t)
	full := numbered(2)
	full["all"] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"s": &types.AttributeValueMemberS{Value: "<text>"}, "n": &types.AttributeValueMemberN{Value: "12345678901234567890.5"},
		"b": &types.AttributeValueMemberB{Value: []byte{1, 2}}, "t": &types.AttributeValueMemberBOOL{Value: true},
		"z": &types.AttributeValueMemberNULL{Value: true}, "ss": &types.AttributeValueMemberSS{Value: []string{"a"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{{3}}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}}},
	}}
	stream, shard, numbers := w.table(t, numbered(1), full, numbered(3), numbered(4), numbered(5))
	w.has("AWS::Lambda::Function", "f")
	url := w.queue(t, "f-failures")
	w.letter(t, url, recordOf(stream, shard, numbers[1], numbers[3], 2), nil)
	w.asOperator(t)
	w.expect(t, 0, []string{"2 writes to table orders  stream to function f: put back"}, "redrive", "-queue", "f-failures", "-yes")
	calls := w.invocations()
	if len(calls) != 2 {
		t.Fatalf("got %d invocations, want 2 of at most 2 records", len(calls))
	}
	var got events.DynamoDBEvent
	for _, call := range calls {
		if call.kind != "RequestResponse" && call.kind != "" {
			t.Errorf("the invocation is %s, want it synchronous", call.kind)
		}
		var event events.DynamoDBEvent
		must(t, json.Unmarshal([]byte(call.payload), &event))
		got.Records = append(got.Records, event.Records...)
	}
	for i, record := range got.Records {
		if record.Change.SequenceNumber != numbers[i+1] || record.EventSourceArn != stream || record.EventName != "INSERT" ||
			record.Change.Keys["id"].Number() != fmt.Sprint(i+2) || record.Change.ApproximateCreationDateTime.IsZero() {
			t.Errorf("record %d is %+v, want that of item %d", i, record, i+2)
		}
	}
	all := got.Records[0].Change.NewImage["all"].Map()
	written := fmt.Sprint(all["s"].String(), all["n"].Number(), all["b"].Binary(), all["t"].Boolean(), all["z"].IsNull(),
		all["ss"].StringSet(), all["ns"].NumberSet(), all["bs"].BinarySet(), len(all["l"].List()[0].Map()))
	if want := "<text>12345678901234567890.5[1 2] true true [a] [1] [[3]] 0"; written != want {
		t.Errorf("the attributes arrive as %s, want %s", written, want)
	}
	if got := w.left(t, url); got != "0 visible, 0 hidden" {
		t.Errorf("the queue has %s, want nothing", got)
	}
}

func TestRecordsThatFailAgainStay(t *testing.T) {
	tests := map[string]struct {
		answer func() (string, bool)
		want   string
	}{
		"an item":       {func() (string, bool) { return `{"batchItemFailures":[{"itemIdentifier":"7"}]}`, false }, "failed again for 1 of 2 records, first for sequence number 7"},
		"all":           {func() (string, bool) { return `{"errorMessage":"broken"}`, true }, "failed again: {\"errorMessage\":\"broken\"}"},
		"unreadable":    {func() (string, bool) { return `"?"`, false }, "read the answer of function f"},
		"no such shard": {nil, "-scan looks in the whole table"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.answer = test.answer
			stream, shard, numbers := w.table(t, numbered(1), numbered(2))
			if test.answer == nil {
				shard = "shardId-00000000000000000000-aaaaaaaa"
			}
			url := w.queue(t, "f-failures")
			w.letter(t, url, recordOf(stream, shard, numbers[0], numbers[1], 2), nil)
			w.expect(t, 1, []string{"FAILED: ", test.want, "1 message could not be put back"}, "redrive", "-queue", "f-failures", "-yes")
			if got := w.left(t, url); got != "1 visible, 0 hidden" {
				t.Errorf("the queue has %s, want the message", got)
			}
		})
	}
}

// TestRedriveScansForWhatTheStreamLost has items with and without an event of
// the time of the lost records. What the function gets, the outbox can read.
func TestRedriveScansForWhatTheStreamLost(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	announcing := func(id int, at time.Time) map[string]types.AttributeValue {
		item := numbered(id)
		item[outbox.AttributeName] = outbox.Attribute(event.Pending{EventID: fmt.Sprint("e", id), DetailType: "OrderCreated", Detail: "{}", At: at})
		return item
	}
	stream, _, _ := w.table(t, numbered(1), announcing(2, at.Add(-time.Second)), announcing(3, at.Add(-time.Hour)), announcing(4, at.Add(time.Hour)), announcing(5, at.Add(time.Second)))
	w.has("AWS::Lambda::Function", "f")
	url := w.queue(t, "f-failures")
	w.letter(t, url, recordOf(stream, "shardId-00000000000000000000-aaaaaaaa", "1", "2", 2), nil)
	w.asOperator(t)
	w.expect(t, 0, []string{"1 message put back."}, "redrive", "-queue", "f-failures", "-yes", "-scan")
	bus := &recordingBus{}
	for _, call := range w.invocations() {
		var e outbox.StreamEvent
		must(t, json.Unmarshal([]byte(call.payload), &e))
		answer, err := outbox.NewPublisher(bus, slog.New(slog.DiscardHandler)).Handle(t.Context(), e)
		if err != nil || len(answer.BatchItemFailures) > 0 {
			t.Errorf("the publisher answers %v, %v; want no failures", answer, err)
		}
	}
	slices.Sort(bus.ids)
	if got := fmt.Sprint(bus.ids); got != "[e2 e5]" {
		t.Errorf("the publisher publishes %s, want those of the time: [e2 e5]", got)
	}

	w.letter(t, url, strings.ReplaceAll(recordOf(stream, "shardId-00000000000000000000-aaaaaaaa", "1", "2", 2), "2026-11-20T08", "2026-11-19T08"), nil)
	w.expect(t, 1, []string{"no item of table orders has an event that was written between 2026-11-19T07:59:00"}, "redrive", "-queue", "f-failures", "-yes", "-scan")
}

// recordingBus is an outbox.Bus.
type recordingBus struct{ ids []string }

func (b *recordingBus) Put(_ context.Context, batch []event.Pending) ([]error, error) {
	for _, p := range batch {
		b.ids = append(b.ids, p.EventID)
	}
	return make([]error, len(batch)), nil
}

func (*recordingBus) Size(event.Pending) int { return 1 }

func TestSequenceNumbersAreCompared(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{{"2", "10", false}, {"10", "2", true}, {"5", "5", false}, {"005", "4", true}, {"100000000000000000001", "100000000000000000000", true}}
	for _, test := range tests {
		if got := later(test.a, test.b); got != test.want {
			t.Errorf("later(%s, %s) = %t, want %t", test.a, test.b, got, test.want)
		}
	}
}
