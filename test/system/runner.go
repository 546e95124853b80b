// Package system starts the whole system for tests: it builds the local runner,
// synthesizes the app, changes its template and starts the runner.
package system

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// root is the module's folder, as seen from a test two folders below it.
const root = "../.."

// BuildRunner compiles the runner into dir and returns the program's path.
func BuildRunner(ctx context.Context, dir string) (program string, err error) {
	program = filepath.Join(dir, "local")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./local")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the runner: %w\n%s", err, out)
	}
	return program, nil
}

// Runner is a running `go run ./local`.
type Runner struct {
	Endpoint string // URL of the AWS APIs
	Outputs  string // file with the stack's outputs

	command *exec.Cmd
	exited  chan struct{}

	mu      sync.Mutex
	printed bytes.Buffer
}

var endpointLine = regexp.MustCompile(`AWS_ENDPOINT_URL=(\S+)`)

// readyTimeout is how long a start may take: the app is compiled and
// synthesized if no assembly is given.
const readyTimeout = 4 * time.Minute

// StartRunner starts the program on free ports and returns once it is ready.
// outputs is the file it is to write the stack's outputs to. The error has what
// the runner printed.
func StartRunner(program, outputs string, flags ...string) (*Runner, error) {
	arguments := append([]string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0", "-outputs", outputs}, flags...)
	r := &Runner{command: exec.Command(program, arguments...), Outputs: outputs, exited: make(chan struct{})}
	r.command.Dir = root
	out, err := r.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the runner: %w", err)
	}
	r.command.Stderr = r.command.Stdout
	if err := r.command.Start(); err != nil {
		return nil, fmt.Errorf("start the runner: %w", err)
	}
	ready := make(chan string, 1)
	go r.read(out, ready)
	select {
	case r.Endpoint = <-ready:
		return r, nil
	case <-r.exited:
		return nil, fmt.Errorf("the runner ended with status %d: %s", r.ExitCode(), r.Printed())
	case <-time.After(readyTimeout):
		r.Stop()
		return nil, fmt.Errorf("the runner is not ready after %v: %s", readyTimeout, r.Printed())
	}
}

// read collects what the runner prints; its endpoint is sent to ready.
func (r *Runner) read(out io.Reader, ready chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		r.mu.Lock()
		fmt.Fprintln(&r.printed, lines.Text())
		r.mu.Unlock()
		if match := endpointLine.FindStringSubmatch(lines.Text()); match != nil {
			ready <- match[1]
		}
	}
	r.command.Wait() // how it ended is in ExitCode
	close(r.exited)
}

// Printed is all that the runner has printed.
func (r *Runner) Printed() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.printed.String()
}

// stopTimeout is how long the runner may take to stop.
const stopTimeout = 20 * time.Second

// Stop ends the runner as Ctrl-C does and returns when it has ended.
func (r *Runner) Stop() {
	r.signal(syscall.SIGINT)
	select {
	case <-r.exited:
	case <-time.After(stopTimeout):
		r.Kill()
	}
}

// Kill ends the runner as kill -9 does.
func (r *Runner) Kill() {
	r.signal(syscall.SIGKILL)
	<-r.exited
}

// signal has no effect on a runner that has ended already.
func (r *Runner) signal(s syscall.Signal) { _ = r.command.Process.Signal(s) }

// Pid is the process id of the runner.
func (r *Runner) Pid() int { return r.command.Process.Pid }

// ExitCode is the status that the runner ended with. It must have ended.
func (r *Runner) ExitCode() int { return r.command.ProcessState.ExitCode() }
