package delivery

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/store"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func accept(t *testing.T, q *Queue, kind, payload string) {
	t.Helper()
	if err := q.Accept(kind, []byte(payload)); err != nil {
		t.Fatal(err)
	}
}

func wantPending(t *testing.T, q *Queue, want int) {
	t.Helper()
	if got := q.Pending(); got != want {
		t.Errorf("pending: got %d, want %d", got, want)
	}
}

// passes lets time pass, and everything happen that is due by then.
func passes(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestDelivers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(quiet(), 1, store.Memory())
		defer q.Close()
		var got []string
		q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
			got = append(got, fmt.Sprint(task.Kind, string(task.Payload), task.Attempts, task.Accepted.Equal(time.Now()), task.ID != ""))
			return Done()
		})
		for _, payload := range []string{"a", "b", "c"} {
			accept(t, q, "one", payload)
		}
		synctest.Wait()
		if want := []string{"onea0 true true", "oneb0 true true", "onec0 true true"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		wantPending(t, q, 0)
	})
}

func TestRetriesUntilDone(t *testing.T) {
	for _, scale := range []float64{1, 0.5, 0} {
		synctest.Test(t, func(t *testing.T) {
			q := New(quiet(), scale, store.Memory())
			defer q.Close()
			start := time.Now()
			var got []string
			ids := map[string]bool{}
			q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
				got = append(got, fmt.Sprint(task.Attempts, " ", time.Since(start)))
				ids[task.ID] = true
				if task.Attempts == 3 {
					return Done()
				}
				return RetryAfter(time.Duration(task.Attempts+1) * time.Minute)
			})
			accept(t, q, "one", "x")
			if scale > 0 {
				synctest.Wait()
				wantPending(t, q, 1)
			}
			passes(time.Hour)
			at := func(minutes time.Duration) time.Duration { return time.Duration(float64(minutes*time.Minute) * scale) }
			want := []string{fmt.Sprint("0 ", at(0)), fmt.Sprint("1 ", at(1)), fmt.Sprint("2 ", at(3)), fmt.Sprint("3 ", at(6))}
			if !slices.Equal(got, want) || len(ids) != 1 {
				t.Errorf("scale %v: got %q with %d ids, want %q with one", scale, got, len(ids), want)
			}
			wantPending(t, q, 0)
		})
	}
}

func TestWorkersBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(quiet(), 1, store.Memory())
		defer q.Close()
		var running, most, other atomic.Int32
		var ended time.Time // of the last task
		q.Handle("slow", 3, func(context.Context, Task) Verdict {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(time.Second)
			if running.Add(-1) == 0 {
				ended = time.Now()
			}
			return Done()
		})
		q.Handle("other", 1, func(context.Context, Task) Verdict { other.Add(1); return Done() })
		start := time.Now()
		for range 7 {
			accept(t, q, "slow", "x")
		}
		accept(t, q, "other", "x")
		synctest.Wait()
		wantPending(t, q, 7)
		if other.Load() != 1 {
			t.Errorf("another kind waits behind the slow one")
		}
		passes(time.Minute)
		if took := ended.Sub(start); most.Load() != 3 || took != 3*time.Second {
			t.Errorf("got %d at a time and %v in all, want 3 and 3s", most.Load(), took)
		}
		wantPending(t, q, 0)
	})
}

func TestRetryDoesNotHoldAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(quiet(), 1, store.Memory())
		defer q.Close()
		var got []string
		q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
			got = append(got, string(task.Payload))
			if string(task.Payload) == "later" && task.Attempts == 0 {
				return RetryAfter(time.Hour)
			}
			return Done()
		})
		accept(t, q, "one", "later")
		accept(t, q, "one", "now")
		passes(2 * time.Hour)
		if want := []string{"later", "now", "later"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestRetryWithAnotherPayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(quiet(), 1, store.Memory())
		defer q.Close()
		var got []string
		q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
			got = append(got, string(task.Payload))
			switch task.Attempts {
			case 0:
				return RetryAfter(time.Second).With([]byte("changed"))
			case 1:
				return RetryAfter(time.Second)
			}
			return Done()
		})
		accept(t, q, "one", "first")
		passes(time.Minute)
		if want := []string{"first", "changed", "changed"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestPanicIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		q := New(slog.New(slog.NewTextHandler(&log, nil)), 0.001, store.Memory())
		defer q.Close()
		start := time.Now()
		var took time.Duration
		q.Handle("one", 1, func(_ context.Context, task Task) Verdict {
			if task.Attempts == 0 {
				panic("a broken handler")
			}
			took = time.Since(start)
			return Done()
		})
		accept(t, q, "one", "x")
		passes(time.Minute)
		if took != panicPause {
			t.Errorf("tried again after %v, want %v", took, panicPause)
		}
		if !strings.Contains(log.String(), `cause="a broken handler"`) || !strings.Contains(log.String(), "kind=one") {
			t.Errorf("got log %s, want the cause and the kind", log.String())
		}
		wantPending(t, q, 0)
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New(quiet(), 1, store.Memory())
		var ended, attempts int
		q.Handle("slow", 1, func(ctx context.Context, _ Task) Verdict {
			attempts++
			<-ctx.Done()
			time.Sleep(time.Second)
			ended++
			return RetryAfter(0)
		})
		q.Handle("paused", 1, func(context.Context, Task) Verdict { return RetryAfter(time.Minute) })
		accept(t, q, "slow", "running")
		accept(t, q, "slow", "waiting")
		accept(t, q, "paused", "x")
		synctest.Wait()
		q.Close()
		if attempts != 1 || ended != 1 {
			t.Errorf("after Close: got %d attempts begun and %d ended, want 1 and 1", attempts, ended)
		}
		wantPending(t, q, 3)
		passes(time.Hour)
		if attempts != 1 {
			t.Errorf("an hour after Close: got %d attempts, want 1", attempts)
		}
		if err := q.Accept("slow", nil); err == nil || err.Error() != "accept a slow task: the queue is closed" {
			t.Errorf("Accept after Close: got %v", err)
		}
		q.Close()
	})
}

func TestProgrammingErrors(t *testing.T) {
	q := New(quiet(), 1, store.Memory())
	defer q.Close()
	if err := q.Accept("none", nil); err == nil || err.Error() != `accept a task: nothing handles "none"` {
		t.Errorf("unknown kind: got %v", err)
	}
	done := func(context.Context, Task) Verdict { return Done() }
	q.Handle("one", 1, done)
	for name, want := range map[string]string{"one": "delivery: kind one registered twice", "two": "delivery: no workers for kind two"} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("got panic %v, want %s", got, want)
				}
			}()
			q.Handle(name, map[string]int{"one": 1, "two": 0}[name], done)
		}()
	}
}

// TestConcurrently has many goroutines accept while attempts fail at random
// and the queue closes in the end: each task is attempted until it is done.
func TestConcurrently(t *testing.T) {
	q := New(quiet(), 0.000001, store.Memory())
	var done sync.Map
	q.Handle("one", 4, func(_ context.Context, task Task) Verdict {
		if task.Attempts < len(task.Payload)%3 {
			return RetryAfter(time.Second)
		}
		done.Store(string(task.Payload), true)
		return Done()
	})
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 100 {
				if err := q.Accept("one", fmt.Appendf(nil, "%d-%d", worker, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for deadline := time.Now().Add(5 * time.Second); q.Pending() > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	q.Close()
	count := 0
	done.Range(func(any, any) bool { count++; return true })
	if count != 800 {
		t.Errorf("got %d tasks done, want 800", count)
	}
	wantPending(t, q, 0)
}
