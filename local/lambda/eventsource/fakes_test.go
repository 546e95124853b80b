package eventsource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
)

const streamARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000"

// fakeStream is a DynamoDB stream of one shard.
type fakeStream struct {
	mu      sync.Mutex
	records []json.RawMessage
	changed chan struct{}
	fail    error // what the next calls fail with
	calls   []string
}

func newFakeStream() *fakeStream { return &fakeStream{changed: make(chan struct{})} }

// put adds a record; its sequence number is its position, from 100.
func (f *fakeStream) put(key string, created time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sequence := 100 + len(f.records)
	f.records = append(f.records, json.RawMessage(fmt.Sprintf(
		`{"eventID":"e%d","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{
		"ApproximateCreationDateTime":%d,"Keys":{"id":{"S":%q}},"NewImage":{"id":{"S":%q},"n":{"N":"%d"}},
		"SequenceNumber":"%d","SizeBytes":10,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`,
		sequence, created.Unix(), key, key, sequence, sequence)))
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeStream) Changed(string) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

func (f *fakeStream) call(ctx context.Context, service, operation string, in, out any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.calls = append(f.calls, operation)
	if f.fail != nil {
		return f.fail
	}
	answer := map[string]any{}
	switch operation {
	case "DescribeStream":
		answer["StreamDescription"] = map[string]any{"Shards": []any{map[string]string{"ShardId": "shard-1"}}}
	case "GetShardIterator":
		answer["ShardIterator"] = f.iterator(in.(map[string]string))
	case "GetRecords":
		members := in.(map[string]any)
		from, err := strconv.Atoi(members["ShardIterator"].(string))
		if err != nil {
			return err
		}
		records := f.records[from:min(len(f.records), from+members["Limit"].(int))]
		answer["Records"], answer["NextShardIterator"] = records, strconv.Itoa(from+len(records))
	default:
		return &frontdoor.Error{Code: "UnknownOperationException", Message: service + "." + operation}
	}
	return convert(answer, out)
}

func (f *fakeStream) iterator(in map[string]string) string {
	switch in["ShardIteratorType"] {
	case "LATEST":
		return strconv.Itoa(len(f.records))
	case "AFTER_SEQUENCE_NUMBER":
		after, err := strconv.Atoi(in["SequenceNumber"])
		if err == nil {
			return strconv.Itoa(after - 100 + 1)
		}
	}
	return "0"
}

func convert(from, to any) error {
	raw, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// function is what a mapping invokes in tests.
type function struct {
	mu      sync.Mutex
	batches [][]string // the sequence numbers or message ids of each invocation
	events  [][]byte
	times   []time.Time
	// answer decides about an invocation; nil is success.
	answer func(ids []string) (Answer, error)
}

func (f *function) invoke(_ context.Context, payload []byte) (Answer, error) {
	var event struct {
		Records []struct {
			MessageID string `json:"messageId"`
			DynamoDB  struct{ SequenceNumber string }
		}
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return Answer{}, err
	}
	var ids []string
	for _, r := range event.Records {
		ids = append(ids, r.MessageID+r.DynamoDB.SequenceNumber)
	}
	f.mu.Lock()
	f.batches, f.events, f.times = append(f.batches, ids), append(f.events, payload), append(f.times, time.Now())
	answer := f.answer
	f.mu.Unlock()
	if answer == nil {
		return Answer{RequestID: "r", Payload: []byte("null")}, nil
	}
	return answer(ids)
}

func (f *function) got() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.batches)
}

func failing([]string) (Answer, error) {
	return Answer{RequestID: "r", Payload: []byte(`{"errorMessage":"no"}`), Failed: true}, nil
}

// failingOn fails each batch that has one of the ids.
func failingOn(poison ...string) func([]string) (Answer, error) {
	return func(ids []string) (Answer, error) {
		for _, id := range poison {
			if slices.Contains(ids, id) {
				return failing(ids)
			}
		}
		return Answer{RequestID: "r"}, nil
	}
}

func reporting(payload string) func([]string) (Answer, error) {
	return func([]string) (Answer, error) { return Answer{RequestID: "r", Payload: []byte(payload)}, nil }
}

var errThrottled = errors.New("throttled")

// settings reads properties of a stream mapping.
func settings(t *testing.T, properties string) Settings {
	t.Helper()
	s := Settings{EventSourceArn: streamARN, StartingPosition: "TRIM_HORIZON"}
	if err := json.Unmarshal([]byte(properties), &s); err != nil {
		t.Fatal(err)
	}
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	return s
}

// discarded collects the records of discarded batches.
type discarded struct {
	mu      sync.Mutex
	records [][]byte
}

func (d *discarded) add(_ context.Context, record []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.records = append(d.records, record)
	return nil
}

func config(t *testing.T, s Settings, stream *fakeStream, f *function, d *discarded) Config {
	return Config{
		SourceARN: s.EventSourceArn, FunctionARN: "arn:aws:lambda:us-east-1:000000000000:function:f", Region: "us-east-1",
		Settings: s, Call: stream.call, Invoke: f.invoke, Changed: stream.Changed, Discard: d.add, Scale: 1, Concurrency: 4,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
}
