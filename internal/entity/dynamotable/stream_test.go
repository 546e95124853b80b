package dynamotable_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// TestEveryAnnouncementIsPublishedOnce makes changes with an event and without,
// and publishes what the table's stream has of them.
func TestEveryAnnouncementIsPublishedOnce(t *testing.T) {
	client := newTable(t)
	stream := enableStream(t, client)
	store := newStore(client)
	ctx := context.Background()
	var want []string
	pending := func(id string) *event.Pending {
		want = append(want, id)
		return &event.Pending{EventID: id, DetailType: "ThingChanged", Detail: `{}`}
	}
	change := func(announces *event.Pending) {
		t.Helper()
		if _, changed, err := store.Change(ctx, "a", count(announces)); err != nil || !changed {
			t.Fatalf("Change = %v, %v, want true, nil", changed, err)
		}
	}
	for _, announces := range []*event.Pending{pending("a-1"), {EventID: "too late"}} {
		if _, _, err := store.Create(ctx, thing{ID: "a"}, announces); err != nil {
			t.Fatalf("Create: %v", err)
		}
	}
	change(nil)
	change(pending("a-2"))
	change(nil)
	change(nil)
	if _, _, err := store.Create(ctx, thing{ID: "silent"}, nil); err != nil {
		t.Fatalf("Create: %v", err)
	}
	change(pending("a-3"))
	var bus listBus
	answer, err := outbox.NewPublisher(&bus, slog.New(slog.DiscardHandler)).Handle(ctx, records(t, client, stream))
	if err != nil || len(answer.BatchItemFailures) > 0 || !slices.Equal(bus, want) {
		t.Errorf("Handle = %+v, %v, and published %v, want %v", answer, err, bus, want)
	}
}

// count is a change, which an event announces unless it is nil.
func count(announces *event.Pending) func(thing) (thing, *event.Pending, bool, error) {
	return func(stands thing) (thing, *event.Pending, bool, error) {
		stands.Count++
		return stands, announces, true, nil
	}
}

// listBus has the ids of what is published.
type listBus []string

func (b *listBus) Size(event.Pending) int { return 1 }

func (b *listBus) Put(_ context.Context, batch []event.Pending) ([]error, error) {
	for _, p := range batch {
		*b = append(*b, p.EventID)
	}
	return make([]error, len(batch)), nil
}

// enableStream returns the ARN of the table's stream.
func enableStream(t *testing.T, client *dynamodb.Client) string {
	t.Helper()
	out, err := client.UpdateTable(context.Background(), &dynamodb.UpdateTableInput{
		TableName:           aws.String(table),
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
	})
	if err != nil {
		t.Fatalf("UpdateTable: %v", err)
	}
	return aws.ToString(out.TableDescription.LatestStreamArn)
}

// records reads a stream from its start, as Lambda hands it over: by the JSON
// of GetRecords, which has the same members.
func records(t *testing.T, client *dynamodb.Client, stream string) outbox.StreamEvent {
	t.Helper()
	ctx, o := context.Background(), client.Options()
	last := &lastAnswer{HTTPClient: o.HTTPClient}
	streams := dynamodbstreams.New(dynamodbstreams.Options{Region: o.Region, BaseEndpoint: o.BaseEndpoint, Credentials: o.Credentials, HTTPClient: last})
	described, err := streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &stream})
	if err != nil {
		t.Fatalf("DescribeStream: %v", err)
	}
	start, err := streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &stream, ShardId: described.StreamDescription.Shards[0].ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		t.Fatalf("GetShardIterator: %v", err)
	}
	if _, err := streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: start.ShardIterator}); err != nil {
		t.Fatalf("GetRecords: %v", err)
	}
	var e outbox.StreamEvent
	if err := json.Unmarshal(last.body, &e); err != nil {
		t.Fatalf("decoding %s: %v", last.body, err)
	}
	return e
}

// lastAnswer keeps the last answer's body.
type lastAnswer struct {
	aws.HTTPClient
	body []byte
}

func (l *lastAnswer) Do(r *http.Request) (*http.Response, error) {
	answer, err := l.HTTPClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if l.body, err = io.ReadAll(answer.Body); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(l.body))
	return answer, nil
}
