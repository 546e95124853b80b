package delivery

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/store"
)

// reopen opens the store in a folder until the test ends.
func reopen(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// journal is a handler that notes the payloads it sees.
type journal struct {
	mu   sync.Mutex
	seen []string
}

func (j *journal) note(task Task) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, string(task.Payload))
}

func (j *journal) sorted() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(slices.Sorted(slices.Values(j.seen)), " ")
}

func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after 5 s", what)
		}
	}
}

// TestTasksOutliveTheProcess ends a queue with one task delivered, one that
// pauses, one in the middle of its attempt and one that waits for a worker: the
// next queue on the same store takes up the last three.
func TestTasksOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	kept := reopen(t, dir)
	first := New(quiet(), 1, kept)
	var seen journal
	first.Handle("work", 1, func(ctx context.Context, task Task) Verdict {
		seen.note(task)
		switch string(task.Payload) {
		case "pauses":
			return RetryAfter(10 * time.Millisecond).With([]byte("paused"))
		case "hangs":
			<-ctx.Done()
			return RetryAfter(time.Hour)
		}
		return Done()
	})
	if err := first.Accept("work", []byte("done"), []byte("pauses"), []byte("hangs"), []byte("waits")); err != nil {
		t.Fatal(err)
	}
	await(t, "the third task is attempted", func() bool { return seen.sorted() == "done hangs pauses" })
	first.Close()
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}

	second := New(quiet(), 1, reopen(t, dir))
	defer second.Close()
	var again journal
	second.Handle("work", 2, func(_ context.Context, task Task) Verdict {
		again.note(task)
		return Done()
	})
	accept(t, second, "work", "new")
	if err := second.Resume(); err != nil {
		t.Fatal(err)
	}
	await(t, "all are attempted", func() bool { return again.sorted() == "hangs new paused waits" })
	await(t, "nothing is pending", func() bool { return second.Pending() == 0 })
	if tasks, err := left(second.store); err != nil || len(tasks) > 0 {
		t.Errorf("the store still has %v, error %v", tasks, err)
	}
}

func TestResumeRefusesUnknownKinds(t *testing.T) {
	dir := t.TempDir()
	kept := reopen(t, dir)
	first := New(quiet(), 1, kept)
	first.Handle("old", 1, func(ctx context.Context, _ Task) Verdict { <-ctx.Done(); return RetryAfter(0) })
	accept(t, first, "old", "x")
	first.Close()
	kept.Close()
	second := New(quiet(), 1, reopen(t, dir))
	defer second.Close()
	if err := second.Resume(); err == nil || !strings.Contains(err.Error(), `"old"`) {
		t.Errorf("resuming without the kind gives %v, want an error that names it", err)
	}
}

// TestNothingIsAcceptedThatIsNotKept holds that an acknowledgement means the
// store has the task.
func TestNothingIsAcceptedThatIsNotKept(t *testing.T) {
	kept := reopen(t, t.TempDir())
	q := New(quiet(), 1, kept)
	defer q.Close()
	var seen journal
	q.Handle("work", 1, func(_ context.Context, task Task) Verdict { seen.note(task); return Done() })
	kept.Close()
	if err := q.Accept("work", []byte("x")); err == nil || q.Pending() != 0 || seen.sorted() != "" {
		t.Errorf("accepted with error %v, %d pending, seen %q; want an error and nothing", err, q.Pending(), seen.sorted())
	}
}
