package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"eda-demo/test/system"
)

// runner is a running `go run ./local`.
type runner = system.Runner

// startRunner starts the runner on free ports and returns once it is ready.
func startRunner(outputs string, flags ...string) (*runner, error) {
	return system.StartRunner(runnerPath, outputs, flags...)
}

func TestRunnerPrintsEachEvent(t *testing.T) {
	r := needRunner(t)
	order := placeOrder(t, "100")
	awaitStatus(t, order, "OrderCompleted")
	for _, name := range []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"} {
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^.*%s.*%d.*$`, name, order))
		eventually(t, "a line for "+name, func() error {
			if !line.MatchString(r.Printed()) {
				return errors.New("not printed")
			}
			return nil
		})
	}
}

func TestRunnerStopsCleanly(t *testing.T) {
	needRunner(t)
	r, err := startRunner(t.TempDir() + "/out.json")
	if err != nil {
		t.Fatal(err)
	}
	// An order starts Lambda processes; they must end with the runner.
	postTo(t, outputOf(t, r.Outputs, "ApiEndpoint"), `{"id":1,"amount":1}`)
	group := r.Pid()
	r.Stop()
	if code := r.ExitCode(); code != 0 {
		t.Errorf("exit status is %d, want 0; output:\n%s", code, r.Printed())
	}
	children, _ := exec.Command("pgrep", "-P", fmt.Sprint(group)).Output()
	if len(children) > 0 {
		t.Errorf("processes left: %s", children)
	}
	if _, err := http.Get(r.Endpoint); err == nil {
		t.Errorf("the endpoint %s still answers", r.Endpoint)
	}
}

func TestRunnerRefusesToStart(t *testing.T) {
	needRunner(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name   string
		flags  []string
		status int
		says   string
	}{
		{"unknown flag", []string{"-nonsense"}, 2, "-nonsense"},
		{"argument", []string{"order"}, 2, `unexpected argument "order"`},
		{"no port", []string{"-addr", "127.0.0.1"}, 2, "not host:port"},
		{"reachable from outside", []string{"-addr", "0.0.0.0:0"}, 2, "-allow-remote"},
		{"context without value", []string{"-context", "stage"}, 2, "not key=value"},
		{"context beside assembly", []string{"-app", "x", "-context", "a=b"}, 2, "leave out"},
		{"no assembly", []string{"-app", t.TempDir()}, 1, "no cloud assembly"},
		{"bad context", []string{"-context", "stage=moon"}, 1, "moon"},
		{"port in use", []string{"-addr", taken.Addr().String()}, 1, "in use"},
		{"port of the API in use", []string{"-addr", "127.0.0.1:0", "-api-addr", taken.Addr().String()}, 1, "in use"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, runnerPath, test.flags...)
			command.Dir = "../.."
			out, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != test.status {
				t.Fatalf("exit is %v, want status %d; output:\n%s", err, test.status, out)
			}
			if !strings.Contains(string(out), test.says) {
				t.Errorf("output is\n%s\nwant it to say %q", out, test.says)
			}
		})
	}
}

func TestRunnerHelps(t *testing.T) {
	needRunner(t)
	out, err := exec.Command(runnerPath, "-help").CombinedOutput()
	if err != nil {
		t.Fatalf("-help ends with %v, want status 0", err)
	}
	for _, name := range []string{"-addr", "-api-addr", "-app", "-context", "-outputs"} {
		if !strings.Contains(string(out), name) {
			t.Errorf("the help does not name %s:\n%s", name, out)
		}
	}
}
