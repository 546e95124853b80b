package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// runner is the local runner, ready.
type runner struct {
	command  *exec.Cmd
	endpoint string
	outputs  map[string]string
	exited   chan error
}

var endpointLine = regexp.MustCompile(`AWS_ENDPOINT_URL=(\S+)`)

// buildRunner compiles the runner.
func buildRunner(ctx context.Context, s settings) (string, error) {
	return buildCommand(ctx, s, "local")
}

// buildCommand compiles a command of the module.
func buildCommand(ctx context.Context, s settings, name string) (string, error) {
	binary := filepath.Join(s.dir, name)
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./"+name)
	build.Dir = s.root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return binary, nil
}

// startRunner builds the runner and starts it.
func startRunner(ctx context.Context, s settings) (*runner, error) {
	binary, err := buildRunner(ctx, s)
	if err != nil {
		return nil, err
	}
	return launch(ctx, s, binary)
}

// launch starts a command that takes the runner's flags, on free ports, and
// returns when it is ready.
func launch(ctx context.Context, s settings, name string, arguments ...string) (*runner, error) {
	file := filepath.Join(s.dir, "out.json")
	r, err := launchEmpty(ctx, s, name, append(arguments, "-outputs", file, "-context", "email=bench@example.com")...)
	if err != nil {
		return nil, err
	}
	return r, r.readOutputs(file)
}

// launchEmpty is launch without an app, unless the arguments ask for it.
func launchEmpty(ctx context.Context, s settings, name string, arguments ...string) (*runner, error) {
	arguments = append(arguments, "-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0")
	r := &runner{command: exec.Command(name, arguments...), exited: make(chan error, 1)}
	r.command.Dir = s.root
	r.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := r.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var complaints strings.Builder
	r.command.Stderr = &complaints
	if err := r.command.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go r.watch(out, ready)
	select {
	case r.endpoint = <-ready:
		return r, nil
	case err := <-r.exited:
		return nil, fmt.Errorf("the runner ended: %w\n%s", err, complaints.String())
	case <-ctx.Done():
		r.kill()
		return nil, ctx.Err()
	}
}

// watch drains what the runner prints and sends its endpoint to ready.
func (r *runner) watch(out io.Reader, ready chan<- string) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if match := endpointLine.FindStringSubmatch(lines.Text()); match != nil {
			ready <- match[1]
		}
	}
	r.exited <- errors.Join(r.command.Wait(), errors.New("its output is closed"))
}

func (r *runner) readOutputs(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var stacks map[string]map[string]string
	if err := json.Unmarshal(raw, &stacks); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	r.outputs = stacks["EdaDemo"]
	return nil
}

// stop ends the runner, and `go run` above it, as Ctrl-C in a terminal does.
func (r *runner) stop() {
	syscall.Kill(-r.command.Process.Pid, syscall.SIGINT)
	select {
	case <-r.exited:
	case <-time.After(20 * time.Second):
		r.kill()
	}
}

func (r *runner) kill() { syscall.Kill(-r.command.Process.Pid, syscall.SIGKILL) }

// memory returns the resident memory of the runner in MB, its Lambda processes
// left out, and that of those.
func (r *runner) memory() (own, functions float64, err error) {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,rss=").Output()
	if err != nil {
		return 0, 0, fmt.Errorf("read the processes' memory: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		kilobytes, err := strconv.ParseFloat(fields[2], 64)
		if err != nil {
			return 0, 0, fmt.Errorf("read the processes' memory: %w", err)
		}
		switch strconv.Itoa(r.command.Process.Pid) {
		case fields[0]:
			own = kilobytes / 1024
		case fields[1]:
			functions += kilobytes / 1024
		}
	}
	return own, functions, nil
}

// aws is the configuration of an SDK client of the runner.
func (r *runner) aws() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(r.endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", ""),
	}
}
