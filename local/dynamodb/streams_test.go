package dynamodb_test

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// streamARN finds the stream of a table.
func (w *world) streamARN(table string) string {
	w.Helper()
	out, err := w.db.DescribeTable(ctx, &sdk.DescribeTableInput{TableName: &table})
	if err != nil {
		w.Fatal(err)
	}
	return aws.ToString(out.Table.LatestStreamArn)
}

func (w *world) shardID(arn string) string {
	w.Helper()
	out, err := w.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &arn})
	if err != nil || len(out.StreamDescription.Shards) != 1 {
		w.Fatalf("DescribeStream: %+v, %v; want one shard", out, err)
	}
	return *out.StreamDescription.Shards[0].ShardId
}

func (w *world) iterator(arn string, kind streamtypes.ShardIteratorType, sequence *string) *string {
	w.Helper()
	out, err := w.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &arn, ShardId: aws.String(w.shardID(arn)), ShardIteratorType: kind, SequenceNumber: sequence,
	})
	if err != nil {
		w.Fatalf("GetShardIterator: %v", err)
	}
	return out.ShardIterator
}

func (w *world) records(iterator *string) ([]streamtypes.Record, *string) {
	w.Helper()
	out, err := w.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator})
	if err != nil {
		w.Fatalf("GetRecords: %v", err)
	}
	return out.Records, out.NextShardIterator
}

func (w *world) set(table, id, value string) {
	w.Helper()
	w.put(table, item{"id": num(id), "a": str(value)})
}

func (w *world) delete(table, id string) {
	w.Helper()
	if _, err := w.db.DeleteItem(ctx, &sdk.DeleteItemInput{TableName: &table, Key: item{"id": num(id)}}); err != nil {
		w.Fatal(err)
	}
}

func TestStreamRecordsEveryChangeInOrder(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.set("orders", "1", "new")
	w.set("orders", "1", "new") // changes nothing: no record
	w.set("orders", "1", "changed")
	w.delete("orders", "1")
	w.delete("orders", "1") // there is none: no record
	records, next := w.records(w.iterator(w.streamARN("orders"), "TRIM_HORIZON", nil))
	if len(records) != 3 || next == nil {
		t.Fatalf("got %d records, want 3 and an iterator", len(records))
	}
	image := func(a string) map[string]streamtypes.AttributeValue {
		return map[string]streamtypes.AttributeValue{"id": &streamtypes.AttributeValueMemberN{Value: "1"}, "a": &streamtypes.AttributeValueMemberS{Value: a}}
	}
	wants := []struct {
		event    streamtypes.OperationType
		old, new map[string]streamtypes.AttributeValue
	}{
		{"INSERT", nil, image("new")}, {"MODIFY", image("new"), image("changed")}, {"REMOVE", image("changed"), nil},
	}
	last := ""
	for i, want := range wants {
		r := records[i]
		if r.EventName != want.event || !reflect.DeepEqual(r.Dynamodb.OldImage, want.old) || !reflect.DeepEqual(r.Dynamodb.NewImage, want.new) {
			t.Errorf("record %d is %s of %v to %v, want %+v", i, r.EventName, r.Dynamodb.OldImage, r.Dynamodb.NewImage, want)
		}
		if sequence := *r.Dynamodb.SequenceNumber; len(sequence) != 21 || sequence <= last {
			t.Errorf("record %d has sequence number %s after %s", i, sequence, last)
		}
		last = *r.Dynamodb.SequenceNumber
		if *r.EventSource != "aws:dynamodb" || *r.EventVersion != "1.1" || *r.AwsRegion != "us-east-1" || len(*r.EventID) != 32 || r.Dynamodb.StreamViewType != "NEW_AND_OLD_IMAGES" {
			t.Errorf("record %d is %+v %+v", i, r, r.Dynamodb)
		}
		if r.UserIdentity != nil || len(r.Dynamodb.Keys) != 1 || time.Since(*r.Dynamodb.ApproximateCreationDateTime) > time.Minute {
			t.Errorf("record %d is %+v %+v", i, r, r.Dynamodb)
		}
	}
	if got, want := *records[1].Dynamodb.SizeBytes, int64(4+(4+4)+(4+8)); got != want {
		t.Errorf("size of record 1 is %d, want %d", got, want)
	}
}

func TestViewTypes(t *testing.T) {
	cases := []struct {
		view     types.StreamViewType
		old, new bool
	}{{"KEYS_ONLY", false, false}, {"NEW_IMAGE", false, true}, {"OLD_IMAGE", true, false}, {"NEW_AND_OLD_IMAGES", true, true}}
	w := newWorld(t)
	for _, c := range cases {
		name := "view-" + string(c.view)
		w.create(&sdk.CreateTableInput{
			TableName:            &name,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "N"}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}},
			StreamSpecification:  &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: c.view},
		})
		w.set(name, "1", "old")
		w.set(name, "1", "new")
		records, _ := w.records(w.iterator(w.streamARN(name), "TRIM_HORIZON", nil))
		if len(records) != 2 {
			t.Fatalf("%s: %d records, want 2", c.view, len(records))
		}
		change := records[1].Dynamodb
		if (change.OldImage != nil) != c.old || (change.NewImage != nil) != c.new || len(change.Keys) != 1 {
			t.Errorf("%s: got %+v", c.view, change)
		}
	}
}

func TestIteratorPositions(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	for i := range 3 {
		w.set("orders", strconv.Itoa(i), "x")
	}
	arn := w.streamARN("orders")
	latest := w.iterator(arn, "LATEST", nil)
	all, _ := w.records(w.iterator(arn, "TRIM_HORIZON", nil))
	second := all[1].Dynamodb.SequenceNumber
	for kind, want := range map[streamtypes.ShardIteratorType]int{"AT_SEQUENCE_NUMBER": 2, "AFTER_SEQUENCE_NUMBER": 1} {
		if got, _ := w.records(w.iterator(arn, kind, second)); len(got) != want {
			t.Errorf("%s: %d records, want %d", kind, len(got), want)
		}
	}
	got, next := w.records(latest)
	if len(got) != 0 {
		t.Errorf("LATEST: got %d records before anything was written", len(got))
	}
	w.set("orders", "9", "x")
	if got, _ = w.records(next); len(got) != 1 || got[0].EventName != "INSERT" {
		t.Errorf("after LATEST: got %v, want the record written since", got)
	}
	limited, err := w.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: w.iterator(arn, "TRIM_HORIZON", nil), Limit: aws.Int32(2)})
	if err != nil || len(limited.Records) != 2 {
		t.Errorf("with a limit of 2: got %v, %v", limited, err)
	}
	if rest, _ := w.records(limited.NextShardIterator); len(rest) != 2 {
		t.Errorf("after a limited read: %d records, want the other 2", len(rest))
	}
}

func TestStreamErrors(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	arn := w.streamARN("orders")
	_, err := w.streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: aws.String(arn + "x")})
	wantError[*streamtypes.ResourceNotFoundException](t, "DescribeStream", err)
	_, err = w.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: &arn, ShardId: aws.String("shardId-00000000000000000000-00000000"), ShardIteratorType: "LATEST"})
	wantError[*streamtypes.ResourceNotFoundException](t, "GetShardIterator of a missing shard", err)
	_, err = w.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: &arn, ShardId: aws.String(w.shardID(arn)), ShardIteratorType: "AT_SEQUENCE_NUMBER"})
	wantInvalid(t, "GetShardIterator", err, "SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER")
	for _, iterator := range []string{"x", arn + "|1|x", arn + "|1|eA=="} {
		_, err = w.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: &iterator})
		wantInvalid(t, "GetRecords of "+iterator, err, "Invalid ShardIterator")
	}
	_, err = w.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: w.iterator(arn, "LATEST", nil), Limit: aws.Int32(1001)})
	wantInvalid(t, "GetRecords", err, "1 validation error detected: Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000")
}

func TestDisabledStreamStaysReadable(t *testing.T) {
	w := newWorld(t)
	w.createOrders()
	w.set("orders", "1", "x")
	arn := w.streamARN("orders")
	enable := func(on bool) error {
		spec := &types.StreamSpecification{StreamEnabled: &on}
		if on {
			spec.StreamViewType = "NEW_IMAGE"
		}
		_, err := w.db.UpdateTable(ctx, &sdk.UpdateTableInput{TableName: aws.String("orders"), StreamSpecification: spec})
		return err
	}
	wantError[*types.ResourceInUseException](t, "enabling a stream twice", enable(true))
	changed := w.service.StreamChanged(arn)
	if err := enable(false); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
	case <-time.After(5 * time.Second):
		t.Error("readers are not told that the stream was disabled")
	}
	w.set("orders", "2", "x")
	records, next := w.records(w.iterator(arn, "TRIM_HORIZON", nil))
	if len(records) != 1 || next != nil {
		t.Errorf("got %d records and iterator %v, want 1 and none", len(records), next)
	}
	if err := enable(true); err != nil {
		t.Fatal(err)
	}
	if again := w.streamARN("orders"); again == arn {
		t.Errorf("the stream enabled again has the ARN of the one before: %s", again)
	}
	listed, err := w.streams.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: aws.String("orders")})
	if err != nil || len(listed.Streams) != 2 {
		t.Errorf("ListStreams: %v, %v; want 2 streams", listed, err)
	}
}

// TestReadersMissNothing has writers race with a reader that waits for changes rather than polling.
func TestReadersMissNothing(t *testing.T) {
	const writers, each = 4, 25
	w := newWorld(t)
	w.createOrders()
	arn := w.streamARN("orders")
	at := w.iterator(arn, "LATEST", nil)
	var running sync.WaitGroup
	for writer := range writers {
		running.Go(func() {
			for i := range each {
				w.set("orders", strconv.Itoa(writer), fmt.Sprint(i))
			}
		})
	}
	seen := map[string]int{}
	deadline := time.After(10 * time.Second)
	for total := 0; total < writers*each; {
		changed := w.service.StreamChanged(arn)
		var records []streamtypes.Record
		records, at = w.records(at)
		for _, r := range records {
			id := r.Dynamodb.Keys["id"].(*streamtypes.AttributeValueMemberN).Value
			if got, want := r.Dynamodb.NewImage["a"].(*streamtypes.AttributeValueMemberS).Value, fmt.Sprint(seen[id]); got != want {
				t.Fatalf("item %s: got change %s, want %s", id, got, want)
			}
			seen[id]++
		}
		if total += len(records); len(records) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("got %d of %d records", total, writers*each)
		}
	}
	running.Wait()
}
