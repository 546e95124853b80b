package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

// programDir is the folder of testdata/program, compiled.
var programDir string

func TestMain(m *testing.M) {
	if dir := os.Getenv("SANDBOX_TEST_RUNNER"); dir != "" {
		fmt.Println(beRunner(dir))
		os.Exit(1)
	}
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

func (j *journal) Line(_ time.Time, line []byte) { j.add(string(line)) }

func (j *journal) Start(_ time.Time, id string, _ bool) { j.add("START " + id) }

func (j *journal) Close() {}

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

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:test"

func newFunction(t testing.TB, server *sandbox.Server, log *journal, change func(*sandbox.Config)) *sandbox.Function {
	t.Helper()
	config := sandbox.Config{
		ARN: functionARN, Dir: programDir,
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
	if got.RequestID != "request-1" || got.ARN != functionARN {
		t.Errorf("request %q and ARN %q, want request-1 and %q", got.RequestID, got.ARN, functionARN)
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
