package chaos_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	faults "eda-demo/local/chaos"
	"eda-demo/test/chaos"
	"eda-demo/test/sources"
	"eda-demo/test/system"
)

const root = "../.."

// short has fewer crashes than the long run: a notification that is interrupted
// can be taken over when its claim has ended, 9 seconds after it began.
const short = "duplicate=0.1,delay=0.2,reorder=0.2,crash=0.01,throttle=0.05,drop-ack=0.05"

var seed = flag.Uint64("seed", 1, "the seed of the faults")

// TestOrdersUnderFaults is the short run; `go run ./bench -chaos` is the long
// one. The flight is booked meanwhile, and the runner is killed in the middle.
func TestOrdersUnderFaults(t *testing.T) {
	t.Parallel()
	prove(t, chaos.Settings{Orders: 200, Flights: 1, Clients: 16, Kills: 1})
}

// TestBookingsUnderFaults has all book at once.
func TestBookingsUnderFaults(t *testing.T) {
	t.Parallel()
	prove(t, chaos.Settings{Flights: 1, Clients: 64})
}

// prove runs what the settings say with the short run's faults, and fails for
// what the model does not allow.
func prove(t *testing.T, s chaos.Settings) {
	t.Helper()
	if err := sources.Watch(root); err != nil {
		t.Fatal(err)
	}
	if err := prepare(t, &s); err != nil {
		t.Fatal(err)
	}
	got, err := chaos.Run(t.Context(), s)
	t.Logf("%d orders in %v: %s; killed %d times; %d requests refused, %d deliveries retried, %d events doubled, %d dead letters put back, %d executions restarted, %d second mails",
		got.Orders, got.Took.Round(time.Millisecond), got.Faults(), got.Kills, got.Refused, got.Retries, got.Duplicates, got.DeadLetters, got.Restarted, got.SecondMails)
	t.Logf("bookings: %+v", got.Bookings)
	for _, violation := range got.Violations[:min(len(got.Violations), 20)] {
		t.Error(violation)
	}
	if err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("to see this again: go test ./test/chaos -count=1 -v -run '^%s$' -seed=%d", t.Name(), *seed)
	}
}

// prepare completes the settings.
func prepare(t *testing.T, s *chaos.Settings) error {
	built, err := programs()
	if err != nil {
		return err
	}
	s.Runner, s.Ops = built.runner, built.ops
	if s.Faults, err = faults.Parse(short); err != nil {
		return err
	}
	started := time.Now()
	s.Report = func(format string, arguments ...any) {
		t.Logf("%4.1f s  %s", time.Since(started).Seconds(), fmt.Sprintf(format, arguments...))
	}
	s.Root, s.Dir, s.Seed, s.Backoff, s.Patience = root, t.TempDir(), *seed, 0.02, 2*time.Minute
	return nil
}

// dir is for what is compiled.
var dir string

type built struct{ runner, ops string }

// programs compiles what is needed, once.
var programs = sync.OnceValues(func() (b built, err error) {
	if b.runner, err = system.BuildRunner(context.Background(), dir); err != nil {
		return b, err
	}
	b.ops, err = system.BuildOps(context.Background(), dir)
	return b, err
})

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	var err error
	if dir, err = os.MkdirTemp("", "eda-demo-chaos-"); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	return m.Run()
}
