package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// program is the file that Lambda starts.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
const program = "bootstrap"

// process is a running program: what AWS calls an execution environment.
type process struct {
	id string
	*generation
	cmd     *exec.Cmd
	output  *output
	log     Log
	started time.Time
	pid     atomic.Int64 // 0 before the start
	reaped  atomic.Bool

	pending   chan *invocation // unbuffered: taken only by a waiting request
	current   atomic.Pointer[invocation]
	ready     atomic.Int64 // nanoseconds from start to the first request for work; 0 before
	initError atomic.Pointer[[]byte]

	exited   chan struct{} // closed once the program is gone; exitText is set before
	exitText string

	// These belong to the goroutine that has the process from the pool.
	answered  bool
	due       time.Time // when it must have asked for its next invocation
	idleSince time.Time
	memory    memory

	gone bool // guarded by the pool
}

// start starts a process.
func (g *generation) start() (*process, error) {
	p := &process{
		id: newID(), generation: g, started: time.Now(),
		pending: make(chan *invocation), exited: make(chan struct{}),
	}
	p.due = p.started.Add(initTime)
	server := g.function.server
	if err := server.register(p); err != nil {
		return nil, err
	}
	if err := p.exec(); err != nil {
		server.unregister(p)
		return nil, fmt.Errorf("start %s: %w", g.ARN, err)
	}
	p.pid.Store(int64(p.cmd.Process.Pid))
	if server.isClosed() {
		p.kill()
	}
	g.function.stats.started()
	go p.watch()
	return p, nil
}

func (p *process) exec() error {
	stream := p.streamName()
	p.log = p.NewLog(stream)
	output, write, err := newOutput(p.log.Line)
	if err != nil {
		return err
	}
	defer write.Close()
	p.output = output
	p.cmd = exec.Command(filepath.Join(p.Dir, program))
	p.cmd.Dir = p.Dir
	p.cmd.Env = append(p.Environ(stream),
		"AWS_LAMBDA_RUNTIME_API="+p.function.server.listener.Addr().String()+"/"+p.id)
	p.cmd.Stdout, p.cmd.Stderr = write, write
	p.cmd.SysProcAttr = attributes()
	if err := p.function.server.spawner.start(p.cmd); err != nil {
		output.close()
		return err
	}
	go output.follow()
	return nil
}

// streamName is the name of the process's log stream, as on AWS.
func (p *process) streamName() string {
	return p.started.UTC().Format("2006/01/02/") + "[" + cmp.Or(p.Version, "$LATEST") + "]" + p.id
}

func newID() string {
	raw := make([]byte, 16)
	rand.Read(raw)
	return hex.EncodeToString(raw)
}

// watch waits for the end of the program and then ends whatever it has
// started itself.
func (p *process) watch() {
	defer p.function.server.unregister(p)
	p.exitText = exitText(p.cmd.Wait())
	p.kill()
	p.reaped.Store(true)
	p.output.drain()
	p.output.close()
	p.log.Close()
	p.pool.leave(p)
	close(p.exited)
}

// exitText says how a program ended in the words of Lambda.
func exitText(err error) string {
	exit, ok := err.(*exec.ExitError)
	if !ok {
		return "Runtime exited without providing a reason"
	}
	return "Runtime exited with error: " + exit.ProcessState.String()
}

// kill ends the program and all that it has started, at once. It does nothing
// before the start and after the end, when the number may be another's.
func (p *process) kill() {
	if pid := p.pid.Load(); pid != 0 && !p.reaped.Load() {
		// The error is that of a group without processes.
		_ = syscall.Kill(-int(pid), syscall.SIGKILL)
	}
}

func (p *process) askedForWork() {
	if p.ready.Load() == 0 {
		p.ready.CompareAndSwap(0, int64(time.Since(p.started)))
	}
}

func (p *process) isReady() bool { return p.ready.Load() != 0 }
