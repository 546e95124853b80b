package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

// programDir is the folder of testdata/program, compiled.
var programDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "sandbox-test")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	programDir = dir
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, "bootstrap"), "./testdata/program")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Printf("build the test program: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// journal records what a Log is told.
type journal struct {
	mu      sync.Mutex
	entries []string
	reports []sandbox.Report
}

func (j *journal) add(entry string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}

func (j *journal) Line(_ time.Time, line []byte)        { j.add(string(line)) }
func (j *journal) Start(_ time.Time, id string, _ bool) { j.add("START " + id) }
func (j *journal) Close()                               {}
func (j *journal) End(_ time.Time, r sandbox.Report) []byte {
	j.add("END " + r.RequestID)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.reports = append(j.reports, r)
	return []byte("tail")
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.entries...)
}

func (j *journal) last() sandbox.Report {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.reports[len(j.reports)-1]
}

func newServer(t testing.TB) *sandbox.Server {
	t.Helper()
	server, err := sandbox.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return server
}

func newFunction(t testing.TB, server *sandbox.Server, log *journal, change func(*sandbox.Config)) *sandbox.Function {
	t.Helper()
	config := sandbox.Config{
		ARN: "arn:aws:lambda:us-east-1:000000000000:function:test", Dir: programDir,
		Environ: func(stream string) []string { return []string{"STREAM=" + stream} },
		Timeout: 5 * time.Second, MaxProcesses: 4, Patience: 5 * time.Second, IdleTime: time.Minute,
		NewLog: func(string) sandbox.Log { return log },
	}
	if change != nil {
		change(&config)
	}
	return server.Function(config)
}

func invoke(t testing.TB, f *sandbox.Function, event string) sandbox.Result {
	t.Helper()
	result, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: "request-1", Payload: []byte(event)})
	if err != nil {
		t.Fatalf("Invoke(%s): %v", event, err)
	}
	return result
}

type identity struct {
	PID       int      `json:"pid"`
	RequestID string   `json:"requestId"`
	ARN       string   `json:"arn"`
	Left      int      `json:"left"`
	Environ   []string `json:"environ"`
}

func who(t testing.TB, f *sandbox.Function) identity {
	t.Helper()
	var id identity
	if err := json.Unmarshal(invoke(t, f, `{"do":"who"}`).Payload, &id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestInvokeTellsTheProgramWhoItIs(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	got := who(t, f)
	if got.RequestID != "request-1" || got.ARN != f.ARN {
		t.Errorf("request %q and ARN %q, want request-1 and %q", got.RequestID, got.ARN, f.ARN)
	}
	if got.Left < 4000 || got.Left > 5000 {
		t.Errorf("%d ms left, want nearly 5000", got.Left)
	}
	for _, variable := range got.Environ {
		// aws-lambda-go itself sets _X_AMZN_TRACE_ID.
		if !strings.HasPrefix(variable, "_X_AMZN_TRACE_ID=") && !strings.HasPrefix(variable, "STREAM=") && !strings.HasPrefix(variable, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:") {
			t.Errorf("the environment has %q, want a clean one", variable)
		}
	}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name, event, wantPayload string
		wantStatus               sandbox.Status
		wantType                 string
	}{
		{"error", `{"do":"fail","text":"no luck"}`, `{"errorMessage":"no luck","errorType":"errorString"}`, sandbox.Error, "errorString"},
		{"exit", `{"do":"exit"}`, `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: request-1 Error: Runtime exited with error: exit status 7"}`, sandbox.Failure, "Runtime.ExitError"},
		{"timeout", `{"sleep":60000}`, `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: request-1 Error: Task timed out after 0.30 seconds"}`, sandbox.TimedOut, "Sandbox.Timedout"},
		{"too large", `{"do":"large","size":6291600}`, `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`, sandbox.Error, "Function.ResponseSizeTooLarge"},
	}
	server := newServer(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			log := &journal{}
			f := newFunction(t, server, log, func(c *sandbox.Config) {
				if test.name == "timeout" {
					c.Timeout = 300 * time.Millisecond
				}
			})
			got := invoke(t, f, test.event)
			if !got.Failed || string(got.Payload) != test.wantPayload {
				t.Errorf("failed %v with %s, want true with %s", got.Failed, got.Payload, test.wantPayload)
			}
			if r := log.last(); r.Status != test.wantStatus || r.ErrorType != test.wantType {
				t.Errorf("reported %s %s, want %s %s", r.Status, r.ErrorType, test.wantStatus, test.wantType)
			}
			if after := invoke(t, f, `{"text":"alive"}`); string(after.Payload) != `"alive"` {
				t.Errorf("the next invocation gave %s, want \"alive\"", after.Payload)
			}
		})
	}
}

func TestPanicIsReportedAndTheProcessReplaced(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	got := invoke(t, f, `{"do":"panic","text":"oh"}`)
	if !got.Failed || !strings.Contains(string(got.Payload), `"errorMessage":"oh"`) {
		t.Errorf("failed %v with %s, want the panic's text", got.Failed, got.Payload)
	}
	for range 3 {
		if after := invoke(t, f, `{"text":"alive"}`); string(after.Payload) != `"alive"` {
			t.Errorf("the next invocation gave %s, want \"alive\"", after.Payload)
		}
	}
}

func TestBrokenResponseIsAnError(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	got := invoke(t, f, `{"do":"broken"}`)
	if !got.Failed || !strings.Contains(string(got.Payload), "read failed") {
		t.Errorf("failed %v with %s, want the error of the trailer", got.Failed, got.Payload)
	}
}

func TestKilledProcess(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	first := who(t, f)
	time.AfterFunc(100*time.Millisecond, func() { syscall.Kill(first.PID, syscall.SIGKILL) })
	got := invoke(t, f, `{"sleep":4000}`)
	want := `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: request-1 Error: Runtime exited with error: signal: killed"}`
	if !got.Failed || string(got.Payload) != want {
		t.Errorf("failed %v with %s, want true with %s", got.Failed, got.Payload, want)
	}
	if second := who(t, f); second.PID == first.PID {
		t.Errorf("process %d again, want another", second.PID)
	}
}

func TestProgramThatDoesNotStart(t *testing.T) {
	log := &journal{}
	f := newFunction(t, newServer(t), log, func(c *sandbox.Config) {
		c.Environ = func(string) []string { return []string{"FAIL_INIT=1"} }
	})
	got := invoke(t, f, `{}`)
	want := `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: request-1 Error: Runtime exited with error: exit status 3"}`
	if !got.Failed || string(got.Payload) != want {
		t.Errorf("failed %v with %s, want true with %s", got.Failed, got.Payload, want)
	}
	if lines := strings.Join(log.lines(), "|"); !strings.Contains(lines, "no start today") {
		t.Errorf("logged %s, want the program's last words", lines)
	}
}

func TestMissingProgramIsAnError(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) { c.Dir = t.TempDir() })
	_, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: "1"})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that says that the file does not exist", err)
	}
}

func TestOutputIsLoggedWithinItsInvocation(t *testing.T) {
	log := &journal{}
	f := newFunction(t, newServer(t), log, nil)
	for range 20 {
		invoke(t, f, `{"do":"print","text":"x"}`)
	}
	want := strings.Repeat("START request-1|to stdout x|to stderr x|END request-1|", 20)
	if got := strings.Join(log.lines(), "|") + "|"; got != want {
		t.Errorf("logged %s, want %s", got, want)
	}
}

func TestSequentialInvocationsShareOneProcess(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	first := who(t, f)
	for range 50 {
		if next := who(t, f); next.PID != first.PID {
			t.Fatalf("process %d, want %d again", next.PID, first.PID)
		}
	}
	stats := f.Stats()
	if stats.Started != 1 || stats.Invocations != 51 || len(stats.ColdStarts) != 1 {
		t.Errorf("stats %+v, want 1 process, 51 invocations, 1 cold start", stats)
	}
	if cold := stats.ColdStarts[0]; cold.Ready <= 0 || cold.FirstResponse < cold.Ready {
		t.Errorf("cold start %+v, want 0 < Ready <= FirstResponse", cold)
	}
}

func TestParallelInvocationsShareTheProcesses(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, nil)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			text := fmt.Sprint(i)
			result, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: text, Payload: []byte(`{"sleep":2,"text":"` + text + `"}`)})
			if err != nil || string(result.Payload) != `"`+text+`"` {
				t.Errorf("invocation %d: %s, %v, want its own text", i, result.Payload, err)
			}
		})
	}
	all.Wait()
	if stats := f.Stats(); stats.Started > 4 || stats.Invocations != 60 {
		t.Errorf("%d processes for %d invocations, want at most 4 for 60", stats.Started, stats.Invocations)
	}
}

// TestBusyIsNotStuck holds that more processes are no answer to more work than
// the processes can do: they would only share the cores.
func TestBusyIsNotStuck(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) {
		c.MaxProcesses, c.Patience = 1, 200*time.Millisecond
	})
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { invoke(t, f, `{"sleep":50}`) }) // half a second in all
	}
	all.Wait()
	if stats := f.Stats(); stats.Started != 1 {
		t.Errorf("%d processes were started, want 1", stats.Started)
	}
}

func TestImpatientInvocationGetsAProcessOfItsOwn(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) {
		c.MaxProcesses, c.Patience = 1, 50*time.Millisecond
	})
	var slow sync.WaitGroup
	slow.Go(func() {
		f.Invoke(t.Context(), sandbox.Invocation{RequestID: "slow", Payload: []byte(`{"sleep":1000}`)})
	})
	for f.Stats().Invocations == 0 {
		time.Sleep(time.Millisecond)
	}
	started := time.Now()
	invoke(t, f, `{}`)
	if took := time.Since(started); took > 900*time.Millisecond {
		t.Errorf("took %v, want less than the slow invocation", took)
	}
	slow.Wait()
}

func TestWaitingInvocationEndsWithItsContext(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) { c.MaxProcesses = 1 })
	var slow sync.WaitGroup
	slow.Go(func() { f.Invoke(t.Context(), sandbox.Invocation{RequestID: "slow", Payload: []byte(`{"sleep":300}`)}) })
	for f.Stats().Invocations == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Invoke(ctx, sandbox.Invocation{RequestID: "2"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	slow.Wait()
}

func TestIdleProcessesAreEnded(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) { c.IdleTime = 20 * time.Millisecond })
	id := who(t, f)
	eventually(t, "the idle process is gone", func() bool { return f.Stats().Processes == 0 && !alive(id.PID) })
	if result := invoke(t, f, `{"text":"again"}`); string(result.Payload) != `"again"` {
		t.Errorf("got %s, want \"again\"", result.Payload)
	}
}

func TestTimeoutEndsWhatTheProgramStarted(t *testing.T) {
	f := newFunction(t, newServer(t), &journal{}, func(c *sandbox.Config) {
		c.Timeout = 300 * time.Millisecond
		c.Environ = func(string) []string { return []string{"PATH=" + os.Getenv("PATH")} }
	})
	var child int
	if err := json.Unmarshal(invoke(t, f, `{"do":"child"}`).Payload, &child); err != nil {
		t.Fatal(err)
	}
	invoke(t, f, `{"sleep":60000}`)
	eventually(t, "the child is gone", func() bool { return !alive(child) })
}

func TestCloseEndsEverything(t *testing.T) {
	server, err := sandbox.Listen()
	if err != nil {
		t.Fatal(err)
	}
	f := newFunction(t, server, &journal{}, func(c *sandbox.Config) { c.MaxProcesses = 1 })
	id := who(t, f)
	results := make(chan error, 2)
	for range 2 { // one that runs, one that waits
		go func() {
			result, err := f.Invoke(context.Background(), sandbox.Invocation{RequestID: "1", Payload: []byte(`{"sleep":60000}`)})
			if err == nil && !result.Failed {
				err = fmt.Errorf("answered %s", result.Payload)
			} else {
				err = nil
			}
			results <- err
		}()
	}
	eventually(t, "the second invocation has begun", func() bool { return f.Stats().Invocations == 2 })
	if err := server.Close(t.Context()); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-results; err != nil {
			t.Errorf("an invocation %v, want a failure", err)
		}
	}
	if alive(id.PID) {
		t.Errorf("process %d is alive after Close", id.PID)
	}
	if _, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: "1"}); !errors.Is(err, sandbox.ErrClosed) {
		t.Errorf("error %v after Close, want %v", err, sandbox.ErrClosed)
	}
}

// alive tells whether a process exists and is no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 5 s it is not so that %s", what)
		}
	}
}

func BenchmarkWarmInvoke(b *testing.B) {
	f := newFunction(b, newServer(b), &journal{}, nil)
	invoke(b, f, `{}`)
	for b.Loop() {
		invoke(b, f, `{}`)
	}
}
