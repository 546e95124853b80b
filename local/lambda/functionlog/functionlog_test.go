package functionlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/lambda/sandbox"
)

// fakeLogs records calls; fail may refuse one.
type fakeLogs struct {
	mu    sync.Mutex
	calls []string
	puts  []putInput
	fail  func(operation string) error
}

func (f *fakeLogs) call(_ context.Context, operation string, in, _ any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, operation)
	if f.fail != nil {
		if err := f.fail(operation); err != nil {
			return err
		}
	}
	if put, ok := in.(putInput); ok {
		f.puts = append(f.puts, put)
	}
	return nil
}

// made returns what was called and put so far.
func (f *fakeLogs) made() (calls []string, puts []putInput) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls), slices.Clone(f.puts)
}

func newTestGroup(t *testing.T, f *fakeLogs, format Format, level Level) *Group {
	return NewGroup(Config{
		Group: "g", Format: format, Level: level, MemoryMB: 128, Call: f.call,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
}

func TestLinesAreWrittenTogetherShortlyAfterTheInvocation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeLogs{}
		s := newTestGroup(t, f, Text, Info).Stream("s")
		now := time.Now()
		s.Start(now, "1", false)
		s.Line(now, []byte("hello"))
		s.Line(now, nil)
		s.End(now, sandbox.Report{RequestID: "1", Status: sandbox.Success, Duration: 1500 * time.Microsecond, Init: 2 * time.Millisecond, Memory: 10 << 20})
		synctest.Wait()
		if calls, _ := f.made(); len(calls) > 0 {
			t.Errorf("calls %v during the invocation, want none", calls)
		}
		time.Sleep(flushDelay)
		synctest.Wait()
		calls, puts := f.made()
		if got := fmt.Sprint(calls); got != "[CreateLogStream PutLogEvents]" {
			t.Fatalf("calls %s, want one creation and one write", got)
		}
		want := []string{
			"START RequestId: 1 Version: $LATEST", "hello", "END RequestId: 1",
			"REPORT RequestId: 1\tDuration: 1.50 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 10 MB\tInit Duration: 2.00 ms\t",
		}
		var got []string
		for _, e := range puts[0].LogEvents {
			got = append(got, e.Message)
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("lines %q, want %q", got, want)
		}
	})
}

func TestEndsOfInvocations(t *testing.T) {
	report := sandbox.Report{RequestID: "1", Duration: time.Second}
	timeout, crash := report, report
	timeout.Status, timeout.ErrorType, timeout.Message = sandbox.TimedOut, "Sandbox.Timedout", "2026-01-01T00:00:00.000Z 1 Task timed out after 1.00 seconds"
	crash.Status, crash.ErrorType, crash.Message = sandbox.Failure, "Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: exit status 1\nRuntime.ExitError"
	const line = "REPORT RequestId: 1\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 128 MB\tMax Memory Used: 0 MB\t"
	tests := []struct {
		name   string
		report sandbox.Report
		want   []string
	}{
		{"timeout", timeout, []string{"END RequestId: 1", line + "Status: timeout", timeout.Message}},
		{"crash", crash, []string{crash.Message, "END RequestId: 1", line + "Status: error\tError Type: Runtime.ExitError"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := newTestGroup(t, &fakeLogs{}, Text, Info).endLines(time.Now(), test.report)
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("lines %q, want %q", got, test.want)
			}
		})
	}
}

func TestJSONLevels(t *testing.T) {
	ok := sandbox.Report{RequestID: "1", Status: sandbox.Success, Duration: time.Millisecond, Bytes: 7}
	failed := ok
	failed.Status, failed.ErrorType = sandbox.TimedOut, "Sandbox.Timedout"
	tests := []struct {
		level  Level
		report sandbox.Report
		want   int // lines
	}{
		{Debug, ok, 2}, {Info, ok, 1}, {Warn, ok, 0}, {Warn, failed, 2},
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	for _, test := range tests {
		got := newTestGroup(t, &fakeLogs{}, JSON, test.level).endLines(at, test.report)
		if len(got) != test.want {
			t.Errorf("level %d, %s: lines %q, want %d", test.level, test.report.Status, got, test.want)
		}
	}
	got := newTestGroup(t, &fakeLogs{}, JSON, Debug).endLines(at, failed)
	want := `{"time":"2026-01-02T03:04:05.006Z","type":"platform.runtimeDone","record":{"requestId":"1","status":"timeout","errorType":"Sandbox.Timedout","metrics":{"durationMs":1,"producedBytes":7}}}`
	if got[0] != want {
		t.Errorf("line %s, want %s", got[0], want)
	}
}

func TestTailIsTheEndOfTheLog(t *testing.T) {
	s := newTestGroup(t, &fakeLogs{}, Text, Info).Stream("s")
	now := time.Now()
	s.Line(now, []byte("before"))
	s.Start(now, "1", true)
	s.Line(now, []byte(strings.Repeat("x", 5000)))
	tail := string(s.End(now, sandbox.Report{RequestID: "1", Status: sandbox.Success}))
	if len(tail) != tailSize || strings.Contains(tail, "before") || !strings.Contains(tail, "END RequestId: 1\nREPORT") {
		t.Errorf("tail of %d bytes %.40q…, want the last %d", len(tail), tail, tailSize)
	}
	s.Start(now, "2", false)
	if tail := s.End(now, sandbox.Report{RequestID: "2"}); tail != nil {
		t.Errorf("tail %q without asking, want none", tail)
	}
}

func TestMissingGroupIsCreated(t *testing.T) {
	f := &fakeLogs{}
	missing := true
	f.fail = func(operation string) error {
		if operation == "CreateLogStream" && missing {
			missing = false
			return &frontdoor.Error{Code: "ResourceNotFoundException"}
		}
		return nil
	}
	g := newTestGroup(t, f, Text, Info)
	g.Stream("s").Line(time.Now(), []byte("x"))
	g.Flush()
	if got, want := fmt.Sprint(f.calls), "[CreateLogStream CreateLogGroup CreateLogStream PutLogEvents]"; got != want {
		t.Errorf("calls %s, want %s", got, want)
	}
}

func TestDenialStopsWriting(t *testing.T) {
	f := &fakeLogs{fail: func(string) error { return &iam.Denied{} }}
	g := newTestGroup(t, f, Text, Info)
	s := g.Stream("s")
	for range 3 {
		s.Line(time.Now(), []byte("x"))
		g.Flush()
	}
	if len(f.calls) != 1 || g.Lost() != 3 {
		t.Errorf("%d calls and %d lost lines, want 1 and 3", len(f.calls), g.Lost())
	}
}

func TestOtherErrorsAreTriedAgain(t *testing.T) {
	f := &fakeLogs{}
	f.fail = func(string) error {
		if len(f.calls) == 1 {
			return errors.New("broken")
		}
		return nil
	}
	g := newTestGroup(t, f, Text, Info)
	s := g.Stream("s")
	s.Line(time.Now(), []byte("lost"))
	g.Flush()
	s.Line(time.Now(), []byte("kept"))
	g.Flush()
	if len(f.puts) != 1 || f.puts[0].LogEvents[0].Message != "kept" || g.Lost() != 1 {
		t.Errorf("written %v with %d lost, want the second line", f.puts, g.Lost())
	}
}

func TestBatchesKeepTheLimits(t *testing.T) {
	f := &fakeLogs{}
	g := newTestGroup(t, f, Text, Info)
	s := g.Stream("s")
	for range 3 {
		s.Line(time.Now(), []byte(strings.Repeat("x", 400<<10)))
	}
	for range maxEntries {
		s.Line(time.Now(), []byte("y"))
	}
	g.Flush()
	var sizes []int
	for _, put := range f.puts {
		sizes = append(sizes, len(put.LogEvents))
	}
	// Two large lines fit into 1 MB; the third and the short ones are one too many.
	if want := fmt.Sprint([]int{2, maxEntries, 1}); fmt.Sprint(sizes) != want {
		t.Errorf("batches of %v lines, want %s", sizes, want)
	}
}
