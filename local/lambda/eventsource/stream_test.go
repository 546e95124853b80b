package eventsource

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/local/frontdoor"
)

// run reads the stream in a bubble of its own time while during goes on.
func run(t *testing.T, s Settings, stream *fakeStream, f *function, d *discarded, during func(*Stream)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		stream.changed = make(chan struct{}) // of the bubble
		ctx, cancel := context.WithCancel(t.Context())
		source := NewStream(config(t, s, stream, f, d))
		stopped := make(chan struct{})
		go func() { source.Run(ctx); close(stopped) }()
		synctest.Wait()
		during(source)
		cancel()
		<-stopped
	})
}

// pass lets time pass and then waits until nothing goes on.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestRecordsArriveAtOnceAndTogether(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	run(t, settings(t, `{"BatchSize":3}`), stream, f, &discarded{}, func(source *Stream) {
		start := time.Now()
		stream.put("a", start)
		synctest.Wait()
		if got := f.got(); got != "[[100]]" || time.Since(start) > 0 {
			t.Errorf("batches %s after %v, want [[100]] at once", got, time.Since(start))
		}
		release := make(chan struct{})
		f.answer = func([]string) (Answer, error) { <-release; return Answer{}, nil }
		for range 6 { // the first is being handled while the others come
			stream.put("a", start)
			synctest.Wait()
		}
		close(release)
		synctest.Wait()
		if got, want := f.got(), "[[100] [101] [102 103 104] [105 106]]"; got != want {
			t.Errorf("batches %s, want %s", got, want)
		}
		if got := source.LastResult(); got != "OK" {
			t.Errorf("last result %q, want OK", got)
		}
	})
}

func TestRecordAsFunctionsKnowIt(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	created := time.Unix(1700000000, 0)
	stream.put("a", created)
	run(t, settings(t, `{}`), stream, f, &discarded{}, func(*Stream) {})
	var event events.DynamoDBEvent
	if err := json.Unmarshal(f.events[0], &event); err != nil {
		t.Fatal(err)
	}
	r := event.Records[0]
	if r.EventSourceArn != streamARN || r.EventName != "INSERT" || r.AWSRegion != "us-east-1" || r.EventSource != "aws:dynamodb" ||
		!r.Change.ApproximateCreationDateTime.Equal(created) || r.Change.SequenceNumber != "100" || r.Change.NewImage["n"].Number() != "100" {
		t.Errorf("record %+v, want that of the stream with its ARN", r)
	}
}

func TestStartingPosition(t *testing.T) {
	for position, want := range map[string]string{"TRIM_HORIZON": "[[100] [101]]", "LATEST": "[[101]]"} {
		stream, f := newFakeStream(), &function{}
		stream.put("a", time.Now())
		run(t, settings(t, `{"StartingPosition":"`+position+`"}`), stream, f, &discarded{}, func(*Stream) {
			stream.put("a", time.Now())
			synctest.Wait()
			if got := f.got(); got != want {
				t.Errorf("%s: batches %s, want %s", position, got, want)
			}
		})
	}
}

func TestBatchingWindow(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	run(t, settings(t, `{"BatchSize":3,"MaximumBatchingWindowInSeconds":5}`), stream, f, &discarded{}, func(*Stream) {
		start := time.Now()
		stream.put("a", start)
		pass(2 * time.Second)
		stream.put("a", start)
		pass(10 * time.Second)
		for range 3 {
			stream.put("a", start)
		}
		synctest.Wait()
		if got, want := f.got(), "[[100 101] [102 103 104]]"; got != want {
			t.Fatalf("batches %s, want %s", got, want)
		}
		if first, full := f.times[0].Sub(start), f.times[1].Sub(start); first != 5*time.Second || full != 12*time.Second {
			t.Errorf("invoked after %v and %v, want 5s for the window and 12s for the full batch", first, full)
		}
	})
}

func TestPartialFailures(t *testing.T) {
	reports := `"FunctionResponseTypes":["ReportBatchItemFailures"]`
	tests := []struct {
		name, report, want string
	}{
		{"from the lowest", `{"batchItemFailures":[{"itemIdentifier":"103"},{"itemIdentifier":"102"}]}`, "[[100 101 102 103] [102 103]]"},
		{"none", `{"batchItemFailures":[]}`, "[[100 101 102 103]]"},
		{"null list", `{"batchItemFailures":null}`, "[[100 101 102 103]]"},
		{"empty object", `{}`, "[[100 101 102 103]]"},
		{"null", `null`, "[[100 101 102 103]]"},
		{"nothing", ``, "[[100 101 102 103]]"},
		{"empty identifier", `{"batchItemFailures":[{"itemIdentifier":""}]}`, "[[100 101 102 103] [100 101 102 103]]"},
		{"null identifier", `{"batchItemFailures":[{"itemIdentifier":null}]}`, "[[100 101 102 103] [100 101 102 103]]"},
		{"unknown identifier", `{"batchItemFailures":[{"itemIdentifier":"e102"}]}`, "[[100 101 102 103] [100 101 102 103]]"},
		{"bad key", `{"batchItemFailures":[{"id":"102"}]}`, "[[100 101 102 103] [100 101 102 103]]"},
		{"other JSON", `"ok"`, "[[100 101 102 103] [100 101 102 103]]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stream, f := newFakeStream(), &function{}
			for range 4 {
				stream.put("a", time.Now())
			}
			calls := 0
			f.answer = func(ids []string) (Answer, error) {
				if calls++; calls > 1 {
					return Answer{}, nil
				}
				return reporting(test.report)(ids)
			}
			run(t, settings(t, `{`+reports+`}`), stream, f, &discarded{}, func(*Stream) {
				pass(time.Minute)
				if got := f.got(); got != test.want {
					t.Errorf("batches %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestWithoutReportsTheResponseIsIgnored(t *testing.T) {
	stream, f := newFakeStream(), &function{answer: reporting(`{"batchItemFailures":[{"itemIdentifier":"100"}]}`)}
	stream.put("a", time.Now())
	run(t, settings(t, `{}`), stream, f, &discarded{}, func(*Stream) {
		pass(time.Minute)
		if got := f.got(); got != "[[100]]" {
			t.Errorf("batches %s, want [[100]]", got)
		}
	})
}

func TestBisectionIsolatesThePoison(t *testing.T) {
	stream, f, d := newFakeStream(), &function{answer: failingOn("102")}, &discarded{}
	for range 4 {
		stream.put("a", time.Now())
	}
	run(t, settings(t, `{"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1}`), stream, f, d, func(*Stream) {
		pass(time.Minute)
		if got, want := f.got(), "[[100 101 102 103] [100 101] [102 103] [102] [102] [103]]"; got != want {
			t.Errorf("batches %s, want %s", got, want)
		}
	})
	if len(d.records) != 1 || !strings.Contains(string(d.records[0]), `"startSequenceNumber":"102","endSequenceNumber":"102"`) {
		t.Errorf("discarded %s, want record 102 alone", d.records)
	}
}

func TestExhaustedRetriesAreDiscarded(t *testing.T) {
	stream, f, d := newFakeStream(), &function{answer: failingOn("100")}, &discarded{}
	created := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	stream.put("a", created)
	stream.put("a", created)
	run(t, settings(t, `{"BatchSize":2,"MaximumRetryAttempts":2,"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:q"}}}`), stream, f, d, func(source *Stream) {
		pass(time.Minute)
		stream.put("a", created)
		synctest.Wait()
		if got, want := f.got(), "[[100 101] [100 101] [100 101] [102]]"; got != want {
			t.Errorf("batches %s, want %s", got, want)
		}
	})
	if len(d.records) != 1 {
		t.Fatalf("%d batches discarded, want 1", len(d.records))
	}
	var got map[string]any
	if err := json.Unmarshal(d.records[0], &got); err != nil {
		t.Fatal(err)
	}
	if _, err := time.Parse(time.RFC3339, got["timestamp"].(string)); err != nil {
		t.Error(err)
	}
	delete(got, "timestamp")
	want := map[string]any{
		"version": "1.0",
		"requestContext": map[string]any{
			"requestId": "r", "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
			"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 3.0,
		},
		"responseContext": map[string]any{"statusCode": 200.0, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"DDBStreamBatchInfo": map[string]any{
			"shardId": "shard-1", "startSequenceNumber": "100", "endSequenceNumber": "101",
			"approximateArrivalOfFirstRecord": "2026-01-02T03:04:05Z", "approximateArrivalOfLastRecord": "2026-01-02T03:04:05Z",
			"batchSize": 2.0, "streamArn": streamARN,
		},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("record %v, want %v", got, want)
	}
}

func TestOldRecordsAreDiscarded(t *testing.T) {
	stream, f, d := newFakeStream(), &function{answer: failing}, &discarded{}
	run(t, settings(t, `{"MaximumRecordAgeInSeconds":60}`), stream, f, d, func(*Stream) {
		stream.put("a", time.Now().Add(-2*time.Minute))
		stream.put("a", time.Now())
		synctest.Wait()
		if got := f.got(); strings.Contains(got, "100") || !strings.Contains(got, "101") {
			t.Errorf("batches %s, want 101 only", got)
		}
		pass(5 * time.Minute)
	})
	if len(d.records) != 2 || !strings.Contains(string(d.records[0]), "RecordAgeExceeded") || !strings.Contains(string(d.records[1]), `"startSequenceNumber":"101"`) {
		t.Errorf("discarded %s, want both records for their age", d.records)
	}
}

func TestRetriesAreWithoutEndByDefault(t *testing.T) {
	stream, f, d := newFakeStream(), &function{answer: failing}, &discarded{}
	stream.put("a", time.Now())
	run(t, settings(t, `{}`), stream, f, d, func(source *Stream) {
		pass(time.Hour)
		if n := len(f.batches); n < 50 || n > 80 || len(d.records) > 0 {
			t.Errorf("%d attempts within an hour and %d discarded, want about one a minute and none", n, len(d.records))
		}
		if got := source.LastResult(); got != "PROBLEM: Function call failed" {
			t.Errorf("last result %q, want the failure", got)
		}
	})
}

func TestThrottlesAreNoAttempts(t *testing.T) {
	stream, d := newFakeStream(), &discarded{}
	throttles := 5
	f := &function{answer: func([]string) (Answer, error) {
		if throttles--; throttles >= 0 {
			return Answer{}, errThrottled
		}
		return Answer{}, nil
	}}
	stream.put("a", time.Now())
	run(t, settings(t, `{"MaximumRetryAttempts":0}`), stream, f, d, func(*Stream) {
		pass(time.Hour)
		if len(f.batches) != 6 || len(d.records) > 0 {
			t.Errorf("%d attempts and %d discarded, want 6 and none", len(f.batches), len(d.records))
		}
	})
}

func TestParallelLanesKeepTheOrderOfAKey(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	run(t, settings(t, `{"ParallelizationFactor":4,"BatchSize":1}`), stream, f, &discarded{}, func(*Stream) {
		wait := make(chan struct{})
		f.answer = func([]string) (Answer, error) { <-wait; return Answer{}, nil }
		for i := range 40 {
			stream.put(fmt.Sprint("key", i%8), time.Now())
		}
		synctest.Wait()
		if running := len(f.batches); running < 2 || running > 4 {
			t.Errorf("%d batches at a time, want 2 to 4", running)
		}
		close(wait)
		synctest.Wait()
	})
	last := map[string]string{}
	for i, batch := range f.batches {
		var event events.DynamoDBEvent
		if err := json.Unmarshal(f.events[i], &event); err != nil {
			t.Fatal(err)
		}
		key := event.Records[0].Change.Keys["id"].String()
		if batch[0] <= last[key] {
			t.Errorf("record %s of %s after %s, want the order of the stream", batch[0], key, last[key])
		}
		last[key] = batch[0]
	}
	if len(f.batches) != 40 {
		t.Errorf("%d records handled, want 40", len(f.batches))
	}
}

func TestFilter(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	for _, key := range []string{"a", "b", "a"} {
		stream.put(key, time.Now())
	}
	pattern := `{\"eventName\":[\"INSERT\"],\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[\"a\"]}}}}`
	run(t, settings(t, `{"FilterCriteria":{"Filters":[{"Pattern":"`+pattern+`"}]}}`), stream, f, &discarded{}, func(*Stream) {})
	if got := f.got(); got != "[[100 102]]" {
		t.Errorf("batches %s, want [[100 102]]", got)
	}
}

func TestReadErrorsAreReportedAndRetried(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	stream.fail = &frontdoor.Error{Code: "AccessDeniedException", Message: "no"}
	run(t, settings(t, `{}`), stream, f, &discarded{}, func(source *Stream) {
		if got := source.LastResult(); got != "PROBLEM: describe the stream: AccessDeniedException: no" {
			t.Errorf("last result %q, want the denial", got)
		}
		stream.mu.Lock()
		stream.fail = nil
		stream.mu.Unlock()
		stream.put("a", time.Now())
		pass(5 * time.Second)
		if got := f.got(); got != "[[100]]" {
			t.Errorf("batches %s, want [[100]]", got)
		}
		stream.mu.Lock()
		stream.fail = &frontdoor.Error{Code: "ExpiredIteratorException", Message: "old"}
		stream.mu.Unlock()
		stream.put("a", time.Now())
		synctest.Wait()
		stream.mu.Lock()
		stream.fail = nil
		stream.mu.Unlock()
		pass(5 * time.Second)
		if got := f.got(); got != "[[100] [101]]" || !slices.Contains(stream.calls, "GetShardIterator") {
			t.Errorf("batches %s, want [[100] [101]]", got)
		}
	})
}

func TestLargeBatchesAreCut(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	large := strings.Repeat("x", 3<<19)
	for range 2 { // each record has its key twice
		stream.put(large, time.Now())
	}
	run(t, settings(t, `{}`), stream, f, &discarded{}, func(*Stream) {})
	if got := f.got(); got != "[[100] [101]]" {
		t.Errorf("batches %s, want [[100] [101]]: at most 6 MB each", got)
	}
}

func TestRefusedSettings(t *testing.T) {
	const queue = `"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q"`
	const stream = `"EventSourceArn":"` + streamARN + `","StartingPosition":"LATEST"`
	tests := []struct{ properties, want string }{
		{`{"EventSourceArn":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}`, "EventSourceArn"},
		{`{"EventSourceArn":"` + streamARN + `"}`, "StartingPosition"},
		{`{` + stream + `,"BatchSize":10001}`, "BatchSize"},
		{`{` + stream + `,"TumblingWindowInSeconds":5}`, "TumblingWindowInSeconds"},
		{`{` + stream + `,"ParallelizationFactor":11}`, "ParallelizationFactor"},
		{`{` + stream + `,"MaximumRecordAgeInSeconds":5}`, "MaximumRecordAgeInSeconds"},
		{`{` + stream + `,"MaximumRetryAttempts":-2}`, "MaximumRetryAttempts"},
		{`{` + stream + `,"FunctionResponseTypes":["Other"]}`, "Other"},
		{`{` + stream + `,"ScalingConfig":{"MaximumConcurrency":2}}`, "ScalingConfig"},
		{`{` + stream + `,"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:s3:::b"}}}`, "DestinationConfig"},
		{`{` + stream + `,"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":1}"}]}}`, "FilterCriteria"},
		{`{` + queue + `,"BatchSize":11}`, "MaximumBatchingWindowInSeconds"},
		{`{` + queue + `,"BisectBatchOnFunctionError":true}`, "BisectBatchOnFunctionError"},
		{`{` + queue + `,"ScalingConfig":{"MaximumConcurrency":1}}`, "ScalingConfig"},
		{`{"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:q.fifo"}`, "FIFO"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			var s Settings
			if err := json.Unmarshal([]byte(test.properties), &s); err != nil {
				t.Fatal(err)
			}
			if err := s.Prepare(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s", err, test.want)
			}
		})
	}
}

func FuzzFirstFailure(f *testing.F) {
	f.Add([]byte(`{"batchItemFailures":[{"itemIdentifier":"1"}]}`))
	f.Add([]byte(`{"batchItemFailures":{}}`))
	f.Add([]byte(`[`))
	s := Settings{FunctionResponseTypes: []string{reportFailures}}
	f.Fuzz(func(t *testing.T, payload []byte) {
		ids := []string{"0", "1", "2"}
		if got := s.firstFailure(Answer{Payload: payload}, ids); got < 0 || got > len(ids) {
			t.Errorf("firstFailure(%q) = %d, want 0 to %d", payload, got, len(ids))
		}
	})
}
