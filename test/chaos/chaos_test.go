package chaos_test

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	faults "eda-demo/local/chaos"
	"eda-demo/test/chaos"
	"eda-demo/test/sources"
	"eda-demo/test/system"
)

const root = "../.."

// short has fewer crashes than the long run: a notification that is interrupted
// can be taken over when its claim has ended, 16 seconds after it began.
const short = "duplicate=0.1,delay=0.2,reorder=0.2,crash=0.01,throttle=0.05,drop-ack=0.05"

var seed = flag.Uint64("seed", 1, "the seed of the faults")

// TestOrdersUnderFaults is the short run; `go run ./bench -chaos` is the long
// one.
func TestOrdersUnderFaults(t *testing.T) {
	if err := sources.Watch(root); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	runner, err := system.BuildRunner(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ops := filepath.Join(dir, "ops")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", ops, "./ops")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build ops: %v\n%s", err, out)
	}
	spec, err := faults.Parse(short)
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	got, err := chaos.Run(t.Context(), chaos.Settings{
		Root: root, Runner: runner, Ops: ops, Dir: t.TempDir(), Orders: 200, Clients: 8, Faults: spec, Seed: *seed,
		Backoff: 0.02, Kills: 1, Patience: time.Minute,
		Report: func(format string, arguments ...any) {
			t.Logf("%4.1f s  %s", time.Since(started).Seconds(), fmt.Sprintf(format, arguments...))
		},
	})
	t.Logf("%d orders in %v: %s; killed %d times; %d requests refused, %d deliveries retried, %d events doubled, %d dead letters put back, %d executions restarted, %d second mails",
		got.Orders, got.Took.Round(time.Millisecond), got.Faults(), got.Kills, got.Refused, got.Retries, got.Duplicates, got.DeadLetters, got.Restarted, got.SecondMails)
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
