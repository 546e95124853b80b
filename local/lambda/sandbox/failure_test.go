package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

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

// alive tells whether a process exists and is no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}
