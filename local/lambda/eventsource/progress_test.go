package eventsource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
)

// memory is positions that last as long as the test.
type memory struct {
	mu      sync.Mutex
	resumed bool
	kept    map[string]string
	began   map[string]string // of runs of the same process; nil for others
	fail    error
}

func (m *memory) Resumed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.resumed
}

func (m *memory) Handled(shard string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[shard]
}

func (m *memory) Began(shard string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.began[shard]
}

func (m *memory) Begin(shard, iterator string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.began != nil {
		m.resumed, m.began[shard] = true, iterator
	}
}

func (m *memory) Keep(shard, sequence string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.kept = map[string]string{shard: sequence}
	}
	return m.fail
}

// read reads the stream in a run of its own while during goes on.
func read(t *testing.T, c Config, during func(*Stream)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	source := NewStream(c)
	stopped := make(chan struct{})
	go func() { source.Run(ctx); close(stopped) }()
	synctest.Wait()
	during(source)
	cancel()
	<-stopped
}

// resuming is a stream that is read in several runs.
type resuming struct {
	t        *testing.T
	settings Settings
	stream   *fakeStream
	kept     memory
	lost     discarded
}

func resume(t *testing.T, properties string, test func(*resuming)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(&resuming{t: t, settings: settings(t, properties), stream: newFakeStream()})
	})
}

func (r *resuming) put(keys ...string) {
	for _, key := range keys {
		r.stream.put(key, time.Now())
	}
}

// read is one run: it returns the batches that the function gets.
func (r *resuming) read(answer func([]string) (Answer, error), during func(*Stream)) string {
	r.t.Helper()
	f := &function{answer: answer}
	c := config(r.t, r.settings, r.stream, f, &r.lost)
	c.Positions = &r.kept
	read(r.t, c, during)
	r.kept.resumed = true
	return f.got()
}

func (r *resuming) wantHandled(want string) {
	r.t.Helper()
	if got := r.kept.Handled("shard-1"); got != want {
		r.t.Errorf("position %q, want %q", got, want)
	}
}

func (r *resuming) wantRead(want string) {
	r.t.Helper()
	if got := r.read(nil, func(*Stream) {}); got != want {
		r.t.Errorf("the next run handles %s, want %s", got, want)
	}
}

func nothing(*Stream) {}

func TestReadingGoesOnAfterWhatWasHandled(t *testing.T) {
	resume(t, `{"BatchSize":2}`, func(r *resuming) {
		r.put("a", "b", "c")
		r.read(nil, nothing)
		r.wantHandled("102")
		r.put("d")
		r.wantRead("[[103]]")
		r.wantRead("[]")
	})
}

func TestRecordsInTheFunctionAreHandledAgain(t *testing.T) {
	resume(t, `{"BatchSize":2}`, func(r *resuming) {
		r.put("a", "b", "c", "d")
		r.read(failingOn("102"), func(*Stream) { pass(time.Second) })
		r.wantHandled("101")
		r.wantRead("[[102 103]]")
	})
}

// TestALaneAheadDoesNotMoveThePosition has one lane fail while the others go
// on to the end.
func TestALaneAheadDoesNotMoveThePosition(t *testing.T) {
	resume(t, `{"ParallelizationFactor":4,"BatchSize":1}`, func(r *resuming) {
		for i := range 20 {
			r.put(fmt.Sprint("key", i))
		}
		got := r.read(failingOn("103"), func(*Stream) { pass(time.Second) })
		if !strings.Contains(got, "[119]") {
			t.Fatalf("batches %s, want the last record handled before the fourth", got)
		}
		r.wantHandled("102")
		again := r.read(nil, nothing)
		if !strings.Contains(again, "[103]") || strings.Contains(again, "[102]") {
			t.Errorf("the next run handles %s, want all from 103 on", again)
		}
		r.wantHandled("119")
	})
}

func TestAPartOfABatchMovesThePosition(t *testing.T) {
	tests := map[string]string{
		"report":    `{"FunctionResponseTypes":["ReportBatchItemFailures"]}`,
		"bisection": `{"BisectBatchOnFunctionError":true}`,
	}
	for name, properties := range tests {
		t.Run(name, func(t *testing.T) {
			resume(t, properties, func(r *resuming) {
				r.put("a", "b", "c", "d")
				answer := failingOn("102")
				if name == "report" {
					answer = func(ids []string) (Answer, error) {
						if !slices.Contains(ids, "102") {
							return Answer{}, nil
						}
						return reporting(`{"batchItemFailures":[{"itemIdentifier":"102"}]}`)(ids)
					}
				}
				r.read(answer, func(*Stream) { pass(time.Second) })
				r.wantHandled("101")
				r.wantRead("[[102 103]]")
			})
		})
	}
}

func TestDiscardedAndFilteredRecordsAreHandled(t *testing.T) {
	pattern := `{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[\"a\"]}}}}`
	properties := `{"MaximumRetryAttempts":1,"BatchSize":1,"FilterCriteria":{"Filters":[{"Pattern":"` + pattern + `"}]}}`
	resume(t, properties, func(r *resuming) {
		r.put("b", "b", "a", "b")
		r.read(failing, func(*Stream) {
			r.wantHandled("101")
			pass(time.Minute)
		})
		r.wantHandled("103")
		if len(r.lost.records) != 1 {
			t.Errorf("%d batches discarded, want 1", len(r.lost.records))
		}
		r.wantRead("[]")
	})
}

// TestADiscardThatTheEndInterruptsIsMadeAgain ends the run while the failure
// destination is being called.
func TestADiscardThatTheEndInterruptsIsMadeAgain(t *testing.T) {
	resume(t, `{"MaximumRetryAttempts":0}`, func(r *resuming) {
		r.put("a")
		f := &function{answer: failing}
		c := config(r.t, r.settings, r.stream, f, &r.lost)
		c.Positions = &r.kept
		c.Discard = func(ctx context.Context, _ []byte) error { <-ctx.Done(); return ctx.Err() }
		read(r.t, c, nothing)
		r.wantHandled("")
	})
}

func TestStartingPositionOfLaterRuns(t *testing.T) {
	for _, position := range []string{"LATEST", "TRIM_HORIZON"} {
		resume(t, `{"StartingPosition":"`+position+`"}`, func(r *resuming) {
			r.read(nil, nothing) // the process ends before anything came
			r.put("a")
			r.wantRead("[[100]]")
			r.put("b")
			r.wantRead("[[101]]")
		})
	}
}

func TestATrimmedPosition(t *testing.T) {
	for _, operation := range []string{"GetShardIterator", "GetRecords"} {
		resume(t, `{}`, func(r *resuming) {
			r.kept = memory{resumed: true, kept: map[string]string{"shard-1": "100"}}
			r.put("a", "b", "c")
			f := &function{}
			c := config(r.t, r.settings, r.stream, f, &r.lost)
			c.Positions = &r.kept
			refused := false
			c.Call = func(ctx context.Context, service, called string, in, out any) error {
				if called == operation && !refused {
					refused = true
					return &frontdoor.Error{Code: "TrimmedDataAccessException", Message: "too old"}
				}
				return r.stream.call(ctx, service, called, in, out)
			}
			read(r.t, c, func(*Stream) { pass(5 * time.Second) })
			if got := f.got(); got != "[[100 101 102]]" {
				t.Errorf("%s says trimmed: batches %s, want all there are", operation, got)
			}
		})
	}
}

func TestAPositionThatCantBeKeptIsReported(t *testing.T) {
	resume(t, `{}`, func(r *resuming) {
		r.kept.fail = errors.New("disk full")
		r.put("a")
		r.read(nil, func(source *Stream) {
			if got, want := source.LastResult(), "PROBLEM: keep the position in the stream: disk full"; got != want {
				t.Errorf("last result %q, want %q", got, want)
			}
		})
		r.wantHandled("")
	})
}

// TestProgress ends records in each order of five: the position is always the
// end of those that are handled without a gap.
func TestProgress(t *testing.T) {
	var each func(order []int, left map[int]bool)
	each = func(order []int, left map[int]bool) {
		for i := range left {
			rest := maps.Clone(left)
			delete(rest, i)
			each(append(slices.Clone(order), i), rest)
		}
		if len(left) == 0 {
			endInOrder(t, order)
		}
	}
	each(nil, map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true})
}

func endInOrder(t *testing.T, order []int) {
	t.Helper()
	var kept memory
	p := &progress{shard: "s", positions: &kept}
	records := make([]record, len(order))
	for i := range records {
		records[i].sequence = fmt.Sprint(i + 1)
	}
	p.begin(records)
	ended := map[int]bool{}
	for _, i := range order {
		p.end(records[i : i+1])
		ended[i] = true
		want := ""
		for n := 0; ended[n]; n++ {
			want = fmt.Sprint(n + 1)
		}
		if got := kept.Handled("s"); got != want {
			t.Errorf("order %v, after %d: position %q, want %q", order, i, got, want)
		}
	}
	if len(p.open) > 0 {
		t.Errorf("order %v: %d records are still open", order, len(p.open))
	}
}
