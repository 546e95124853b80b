package eventsource

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
)

// TestWhatIsGoneIsNeitherLoggedNorAskedForWithoutEnd has sources disappear for
// an hour.
func TestWhatIsGoneIsNeitherLoggedNorAskedForWithoutEnd(t *testing.T) {
	gone := &frontdoor.Error{Code: "ResourceNotFoundException", Message: "Requested resource not found"}
	denied := &frontdoor.Error{Code: "AccessDeniedException", Message: "not authorized"}
	noQueue := &frontdoor.Error{Code: "QueueDoesNotExist", Message: "The specified queue does not exist."}
	tests := []struct {
		name   string
		arn    string
		err    error
		logged int // at most
		calls  int
	}{
		{"a stream", streamARN, gone, 2, 400},
		{"a stream that may not be read", streamARN, denied, 2, 800},
		{"a queue", queueARN, noQueue, 1, 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stream, lines := newFakeStream(), &bytes.Buffer{}
				c := config(t, settings(t, `{}`), stream, &function{}, &discarded{})
				c.Log = slog.New(slog.NewTextHandler(lines, nil))
				source := Source(NewStream(c))
				if c.SourceARN = test.arn; test.arn == queueARN {
					c.Settings = Settings{EventSourceArn: queueARN, BatchSize: 1}
					source = NewQueue(c)
				} else {
					stream.put("a", time.Now())
				}
				ctx, cancel := context.WithCancel(t.Context())
				stopped := make(chan struct{})
				stream.mu.Lock()
				if test.arn == queueARN {
					stream.fail = test.err
				}
				stream.mu.Unlock()
				go func() { source.Run(ctx); close(stopped) }()
				synctest.Wait()
				stream.mu.Lock()
				stream.fail, stream.calls = test.err, nil
				stream.mu.Unlock()
				time.Sleep(time.Hour)
				cancel()
				<-stopped
				if n := len(stream.calls); n == 0 || n > test.calls {
					t.Errorf("%d calls in an hour, want some, at most %d", n, test.calls)
				}
				if n := strings.Count(lines.String(), "\n"); n == 0 || n > test.logged {
					t.Errorf("%d lines in an hour, want some, at most %d:\n%s", n, test.logged, lines)
				}
			})
		})
	}
}

// TestAProblemIsLoggedAgainAfterItWasOver fails for a while, twice.
func TestAProblemIsLoggedAgainAfterItWasOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream, lines := newFakeStream(), &bytes.Buffer{}
		c := config(t, settings(t, `{}`), stream, &function{}, &discarded{})
		c.Log = slog.New(slog.NewTextHandler(lines, nil))
		fail := func(err error) {
			stream.mu.Lock()
			stream.fail = err
			stream.mu.Unlock()
			time.Sleep(time.Minute)
		}
		read(t, c, func(*Stream) {
			for range 2 {
				fail(&frontdoor.Error{Code: "InternalServerError", Message: "try again"})
				fail(nil)
			}
		})
		if n := strings.Count(lines.String(), "read the stream"); n != 2 {
			t.Errorf("%d lines, want 2:\n%s", n, lines)
		}
	})
}

// TestLatestIsWhereTheFirstRunBegan stops a mapping that began at LATEST
// before it has handled anything, in the same process.
func TestLatestIsWhereTheFirstRunBegan(t *testing.T) {
	resume(t, `{"StartingPosition":"LATEST"}`, func(r *resuming) {
		r.kept.began = map[string]string{}
		r.put("old", "older")
		f := func() string {
			f := &function{}
			c := config(r.t, r.settings, r.stream, f, &r.lost)
			c.Positions = &r.kept
			read(r.t, c, nothing)
			return f.got()
		}
		if got := f(); got != "[]" {
			t.Errorf("the first run handles %s, want nothing", got)
		}
		r.put("new")
		if got := f(); got != "[[102]]" {
			t.Errorf("the second run handles %s, want [[102]]", got)
		}
		r.put("newer")
		if got := f(); got != "[[103]]" {
			t.Errorf("the third run handles %s, want [[103]]", got)
		}
	})
}

// TestABatchThatEndsAfterTheStopCounts stops a mapping while the function is
// at work.
func TestABatchThatEndsAfterTheStopCounts(t *testing.T) {
	slow := func(answer Answer) func([]string) (Answer, error) {
		return func([]string) (Answer, error) {
			time.Sleep(time.Minute)
			return answer, nil
		}
	}
	tests := []struct {
		name   string
		answer Answer
		want   string
	}{
		{"handled", Answer{RequestID: "r"}, "101"},
		{"failed", Answer{RequestID: "r", Failed: true}, ""},
		{"handled in part", Answer{RequestID: "r", Payload: []byte(`{"batchItemFailures":[{"itemIdentifier":"101"}]}`)}, "100"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			resume(t, `{"FunctionResponseTypes":["ReportBatchItemFailures"],"MaximumRetryAttempts":0}`, func(r *resuming) {
				r.put("a", "b")
				r.read(slow(test.answer), nothing)
				r.wantHandled(test.want)
				if n := len(r.lost.records); n > 0 {
					t.Errorf("%d batches were discarded by the stop, want none", n)
				}
			})
		})
	}
}

// TestMessagesThatWereReceivedAreSeenThrough stops a mapping of a queue while
// the function is at work.
func TestMessagesThatWereReceivedAreSeenThrough(t *testing.T) {
	q := newFakeQueue()
	f := &function{answer: func([]string) (Answer, error) {
		time.Sleep(time.Minute)
		return Answer{RequestID: "r"}, nil
	}}
	runQueue(t, `{}`, q, f, func(*Queue) {
		q.send("1", "a")
		synctest.Wait()
	})
	if got := strings.Join(q.deleted, " "); got != "handle-1" {
		t.Errorf("deleted %q, want handle-1", got)
	}
}
