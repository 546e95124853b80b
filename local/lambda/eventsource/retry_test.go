package eventsource

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
