package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

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
		c.MaxProcesses, c.Patience = 1, 300*time.Millisecond
	})
	invoke(t, f, `{}`)
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
