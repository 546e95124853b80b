package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// runner is a running `go run ./local`.
type runner struct {
	command  *exec.Cmd
	endpoint string
	outputs  string

	mu      sync.Mutex
	printed bytes.Buffer
	exited  chan struct{}
}

var endpointLine = regexp.MustCompile(`AWS_ENDPOINT_URL=(\S+)`)

// startRunner starts the runner on free ports and returns once it is ready.
func startRunner(outputs string, flags ...string) (*runner, error) {
	arguments := append([]string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-outputs", outputs}, flags...)
	r := &runner{command: exec.Command(runnerPath, arguments...), outputs: outputs, exited: make(chan struct{})}
	r.command.Dir = "../.."
	out, err := r.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.command.Stderr = r.command.Stdout
	if err := r.command.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go r.read(out, ready)
	select {
	case r.endpoint = <-ready:
		return r, nil
	case <-r.exited:
		return nil, fmt.Errorf("the runner ended: %s", r.output())
	case <-time.After(4 * time.Minute):
		r.stop()
		return nil, fmt.Errorf("the runner is not ready: %s", r.output())
	}
}

// read collects what the runner prints; its endpoint is sent to ready.
func (r *runner) read(out io.Reader, ready chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		r.mu.Lock()
		fmt.Fprintln(&r.printed, lines.Text())
		r.mu.Unlock()
		if match := endpointLine.FindStringSubmatch(lines.Text()); match != nil {
			ready <- match[1]
		}
	}
	r.command.Wait()
	close(r.exited)
}

func (r *runner) output() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.printed.String()
}

// stop ends the runner as Ctrl-C does.
func (r *runner) stop() {
	r.command.Process.Signal(syscall.SIGINT)
	select {
	case <-r.exited:
	case <-time.After(20 * time.Second):
		r.command.Process.Kill()
	}
}

func TestRunnerPrintsEachEvent(t *testing.T) {
	r := needRunner(t)
	order := placeOrder(t, "100")
	awaitStatus(t, order, "OrderCompleted")
	for _, name := range []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"} {
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^.*%s.*%d.*$`, name, order))
		eventually(t, "a line for "+name, func() error {
			if !line.MatchString(r.output()) {
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
	postTo(t, outputOf(t, r.outputs, "ApiEndpoint"), `{"id":1,"amount":1}`)
	group := r.command.Process.Pid
	r.stop()
	<-r.exited
	if code := r.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status is %d, want 0; output:\n%s", code, r.output())
	}
	children, _ := exec.Command("pgrep", "-P", fmt.Sprint(group)).Output()
	if len(children) > 0 {
		t.Errorf("processes left: %s", children)
	}
	if _, err := http.Get(r.endpoint); err == nil {
		t.Errorf("the endpoint %s still answers", r.endpoint)
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
