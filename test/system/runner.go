// Package system starts the whole system for tests: it builds the local runner,
// synthesizes the app, changes its template and starts the runner.
package system

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// root is the module's folder, as seen from a test two folders below it.
const root = "../.."

// BuildRunner compiles the runner into dir and returns the program's path.
func BuildRunner(ctx context.Context, dir string) (program string, err error) {
	return build(ctx, dir, "local")
}

// BuildOps compiles ops into dir and returns the program's path.
func BuildOps(ctx context.Context, dir string) (program string, err error) {
	return build(ctx, dir, "ops")
}

func build(ctx context.Context, dir, name string) (program string, err error) {
	program = filepath.Join(dir, name)
	command := exec.CommandContext(ctx, "go", "build", "-o", program, "./"+name)
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
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
	lines   int
}

var endpointLine = regexp.MustCompile(`AWS_ENDPOINT_URL=(\S+)`)

// readyTimeout is how long a start may take: the app is compiled and
// synthesized if no assembly is given.
const readyTimeout = 4 * time.Minute

// StartRunner starts the program on free ports and returns once it is ready.
// outputs is the file it is to write the stack's outputs to. The error has what
// the runner printed.
func StartRunner(program, outputs string, flags ...string) (*Runner, error) {
	r, err := StartIn(root, program, append([]string{"-outputs", outputs}, flags...)...)
	if err == nil {
		r.Outputs = outputs
	}
	return r, err
}

// StartIn starts the program in the folder dir on free ports and returns once
// it is ready. The error has what the runner printed.
func StartIn(dir, program string, flags ...string) (*Runner, error) {
	arguments := append([]string{"-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0"}, flags...)
	r := &Runner{command: exec.Command(program, arguments...), exited: make(chan struct{})}
	r.command.Dir = dir
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
		r.lines++
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

// Lines is how many lines the runner has printed: each event and fault is one.
func (r *Runner) Lines() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lines
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

// Children are the ids of the processes that the runner has started and that
// still run. It takes pgrep.
func (r *Runner) Children() ([]int, error) {
	out, err := exec.Command("pgrep", "-P", strconv.Itoa(r.Pid())).Output()
	var none *exec.ExitError
	if errors.As(err, &none) && none.ExitCode() == 1 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the runner's processes: %w", err)
	}
	var children []int
	for _, line := range strings.Fields(string(out)) {
		child, err := strconv.Atoi(line)
		if err != nil {
			return nil, fmt.Errorf("list the runner's processes: %w", err)
		}
		children = append(children, child)
	}
	return children, nil
}
