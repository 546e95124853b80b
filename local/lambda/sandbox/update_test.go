package sandbox_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
)

// generation is the configuration of a function that tells which it is in the
// environment of its processes.
func generation(version string, drained *atomic.Int64) sandbox.Config {
	return sandbox.Config{
		ARN: functionARN, Dir: programDir,
		Environ: func(string) []string { return []string{"VERSION=" + version} },
		Timeout: 5 * time.Second, MaxProcesses: 2, Patience: 5 * time.Second, IdleTime: time.Minute,
		NewLog:  func(string) sandbox.Log { return &journal{} },
		Drained: func() { drained.Add(1) },
	}
}

func (i identity) version() string {
	for _, variable := range i.Environ {
		if len(variable) > len("VERSION=") && variable[:len("VERSION=")] == "VERSION=" {
			return variable[len("VERSION="):]
		}
	}
	return ""
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 5 s it is not so that %s", what)
		}
	}
}

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// TestUpdate has two invocations in progress and one waiting when the function
// is updated: the first two end where they are, the other one and those that
// come later run as configured now.
func TestUpdate(t *testing.T) {
	var first, second atomic.Int64
	f := newServer(t).Function(generation("1", &first))
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			if result := invoke(t, f, `{"sleep":300,"text":"done"}`); string(result.Payload) != `"done"` {
				t.Errorf("an invocation in progress: got %s, want its answer", result.Payload)
			}
		})
	}
	until(t, "both are running", func() bool { return f.Stats().Invocations == 2 })
	answered := make(chan identity, 1)
	running.Go(func() { answered <- who(t, f) })
	f.Update(generation("2", &second))
	if id := who(t, f); id.version() != "2" {
		t.Errorf("after the update: version %q, want 2", id.version())
	}
	if n := first.Load(); n != 0 {
		t.Errorf("drained %d times with two invocations in progress, want 0", n)
	}
	running.Wait()
	if id := <-answered; id.version() != "2" {
		t.Errorf("the invocation that waited: version %q, want 2", id.version())
	}
	until(t, "the old processes are gone", func() bool { return first.Load() == 1 && f.Stats().Processes <= 2 })
	if n := second.Load(); n != 0 {
		t.Errorf("what is current was drained %d times, want 0", n)
	}
	if stats := f.Stats(); stats.Invocations != 4 || len(stats.ColdStarts) != stats.Started {
		t.Errorf("stats %+v, want 4 invocations and a cold start for each process", stats)
	}
}

func TestUpdateEndsIdleProcessesAtOnce(t *testing.T) {
	var first, second atomic.Int64
	f := newServer(t).Function(generation("1", &first))
	old := who(t, f)
	f.Update(generation("2", &second))
	until(t, "the old process is gone", func() bool { return gone(old.PID) && f.Stats().Processes == 0 && first.Load() == 1 })
	f.Update(generation("3", &first))
	if n := second.Load(); n != 1 {
		t.Errorf("a configuration that no process ever had: drained %d times, want 1", n)
	}
	f.Remove()
	if n := first.Load(); n != 2 {
		t.Errorf("drained %d times, want once more by the removal", n)
	}
}

// TestUpdatesUnderLoad holds that no invocation is lost or fails because of an
// update, and that nothing is left of earlier configurations.
func TestUpdatesUnderLoad(t *testing.T) {
	var drained atomic.Int64
	f := newServer(t).Function(generation("0", &drained))
	stop := make(chan struct{})
	var clients sync.WaitGroup
	var done atomic.Int64
	for range 6 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if result := invoke(t, f, `{"text":"x","sleep":1}`); result.Failed {
					t.Errorf("got %s, want no failure", result.Payload)
				}
				done.Add(1)
			}
		})
	}
	const updates = 15
	for i := range updates {
		before := done.Load()
		until(t, "invocations get through", func() bool { return done.Load() > before+5 })
		f.Update(generation(string(rune('a'+i)), &drained))
	}
	close(stop)
	clients.Wait()
	until(t, "all but the last are drained", func() bool { return drained.Load() == updates })
	if id := who(t, f); id.version() != string(rune('a'+updates-1)) {
		t.Errorf("version %q, want the last", id.version())
	}
	if stats := f.Stats(); stats.Processes > 2 || stats.Invocations != int(done.Load())+1 {
		t.Errorf("%d processes and %d invocations, want at most 2 and %d", stats.Processes, stats.Invocations, done.Load()+1)
	}
}

func TestRemove(t *testing.T) {
	var drained atomic.Int64
	f := newServer(t).Function(generation("1", &drained))
	idle := who(t, f)
	results := make(chan string, 1)
	go func() { results <- string(invoke(t, f, `{"sleep":100,"text":"done"}`).Payload) }()
	until(t, "it is running", func() bool { return f.Stats().Invocations == 2 })
	f.Remove()
	if _, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: "r"}); !errors.Is(err, sandbox.ErrRemoved) {
		t.Errorf("after the removal: error %v, want ErrRemoved", err)
	}
	if got := <-results; got != `"done"` {
		t.Errorf("the invocation in progress: got %s, want its answer", got)
	}
	until(t, "the process is gone", func() bool { return gone(idle.PID) && drained.Load() == 1 && f.Stats().Processes == 0 })
}

func TestShutdownDrainsNothing(t *testing.T) {
	var drained atomic.Int64
	server, err := sandbox.Listen()
	if err != nil {
		t.Fatal(err)
	}
	f := server.Function(generation("1", &drained))
	invoke(t, f, `{}`)
	if err := server.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	until(t, "the process is gone", func() bool { return f.Stats().Processes == 0 })
	if n := drained.Load(); n != 0 {
		t.Errorf("drained %d times by the end of the server, want 0", n)
	}
}
