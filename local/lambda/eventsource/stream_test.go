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

func TestParallelLanesKeepTheOrderOfAKey(t *testing.T) {
	stream, f := newFakeStream(), &function{}
	run(t, settings(t, `{"ParallelizationFactor":4,"BatchSize":1}`), stream, f, &discarded{}, func(*Stream) {
		wait := make(chan struct{})
		f.answer = func([]string) (Answer, error) { <-wait; return Answer{}, nil }
		for i := range 40 {
			stream.put(fmt.Sprint("key", i%7), time.Now())
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
