package sandbox

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Limits of the Lambda service.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	// MaxResponse is the largest response of a function, in bytes.
	MaxResponse = 6291556
	// initTime is how long a program may take until it asks for its first
	// invocation.
	initTime = 10 * time.Second
)

// Config describes a function.
type Config struct {
	// ARN is what the program sees as the invoked function's ARN, unless an
	// invocation has another.
	ARN string
	// Version is the function's, which the names of log streams tell; "" stands
	// for $LATEST.
	Version string
	// Dir is the folder of the program, which is named bootstrap.
	Dir string
	// Environ returns the environment of a new process, except for
	// AWS_LAMBDA_RUNTIME_API. stream is the name of its log stream.
	Environ func(stream string) []string
	// Timeout is how long an invocation may take.
	Timeout time.Duration
	// MaxProcesses is how many processes run at a time before invocations wait
	// for one.
	MaxProcesses int
	// Patience is how long an invocation waits, and none of them becomes free,
	// before it gets a process beyond MaxProcesses. Without this, a function
	// that waits for another invocation of itself would wait forever.
	Patience time.Duration
	// IdleTime is how long a process may be without work before it is ended.
	IdleTime time.Duration
	// NewLog returns what receives the output of a new process.
	NewLog func(stream string) Log
	// Drained, unless it is nil, is called once when the function is configured
	// otherwise, or removed, and the last process with this configuration has
	// ended.
	Drained func()
}

// Log receives what happens in one process. It must be safe for concurrent use.
type Log interface {
	// Line is a line of the program's output, without its end. It is valid
	// during the call only.
	Line(at time.Time, line []byte)
	// Start marks the start of an invocation. With tail, the lines from here to
	// End are to be kept for End to return.
	Start(at time.Time, requestID string, tail bool)
	// End marks the end of an invocation and returns the last 4 KB of its
	// lines if Start asked for them.
	End(at time.Time, report Report) []byte
	// Close tells that the process has ended. After it comes at most the End of
	// the invocation that was running.
	Close()
}

// Status is how an invocation ended, in the words of Lambda's telemetry.
type Status string

// The ends of an invocation.
const (
	Success Status = "success"
	// Error is an error that the program has reported.
	Error Status = "error"
	// Failure is a program that ended without an answer.
	Failure Status = "failure"
	// TimedOut is a program that was ended at its deadline.
	TimedOut Status = "timeout"
)

// Report sums up an invocation.
type Report struct {
	RequestID string
	Status    Status
	ErrorType string // such as "Runtime.ExitError"; empty on success
	// Message is the line that Lambda itself logs about a timeout or an exit.
	Message  string
	Duration time.Duration
	// Init is how long the process took to ask for its first invocation; zero
	// but for the first invocation of a process.
	Init time.Duration
	// Memory is the most memory that the process used so far, in bytes; zero
	// where the system can't tell.
	Memory int64
	// Bytes is the size of the response.
	Bytes int
}

// Invocation is one event for a function.
type Invocation struct {
	RequestID string
	Payload   []byte
	// ARN is the ARN by which the function is invoked; "" stands for that of the
	// configuration.
	ARN string
	// TraceID is the value of the header Lambda-Runtime-Trace-Id.
	TraceID string
	// ClientContext is JSON that a synchronous caller may send along.
	ClientContext string
	// Tail asks for the end of the log.
	Tail bool
	// Death, unless it is nil, kills the process on purpose.
	Death *Death
}

// Result is what a function answered.
type Result struct {
	// Payload is the response, or the error document if Failed.
	Payload []byte
	// Failed tells that the function failed: by an error, a crash or a timeout.
	Failed bool
	// Tail is the last 4 KB of the log, if the invocation asked for it.
	Tail []byte
}

// Function is a function and its processes. It is safe for concurrent use.
type Function struct {
	server  *Server
	current atomic.Pointer[generation]
	stats   recorder
}

// generation is a function as it is configured at a time, with its processes.
type generation struct {
	Config
	function *Function
	pool     pool
}

// Function adds a function. Its processes are started when needed.
func (s *Server) Function(config Config) *Function {
	f := &Function{server: s}
	f.current.Store(f.generation(config))
	s.add(f)
	return f
}

func (f *Function) generation(config Config) *generation {
	g := &generation{Config: config, function: f}
	g.pool.generation = g
	return g
}

// drained is called when the last process has ended and no more can come.
func (g *generation) drained() {
	if g.Drained != nil && g.pool.closed != ErrClosed {
		g.Drained()
	}
}

// Update has invocations from now on run as configured. Those in progress go
// on to their end in the processes that they are in, which end with them;
// those that wait for a process get a new one. Update and Remove must not be
// called at the same time.
func (f *Function) Update(config Config) {
	f.current.Swap(f.generation(config)).pool.close(errUpdated)
}

// Remove removes the function: further invocations get ErrRemoved. Those in
// progress go on to their end.
func (f *Function) Remove() {
	f.server.remove(f)
	f.current.Load().pool.close(ErrRemoved)
}

// Invoke runs one invocation and returns its result. While it waits for a
// process, ctx may end it; an invocation that has begun goes on to its end, as
// on AWS, whether or not the caller is still there.
//
// The error tells that the function could not be run at all.
func (f *Function) Invoke(ctx context.Context, in Invocation) (Result, error) {
	for {
		pool := &f.current.Load().pool
		p, err := pool.acquire(ctx)
		if errors.Is(err, errUpdated) {
			continue // there is a newer generation
		}
		if err != nil {
			return Result{}, err
		}
		result, delivered := p.run(in)
		pool.release(p)
		if delivered {
			return result, nil
		}
	}
}
