package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"eda-demo/local/delivery"
	"eda-demo/local/frontdoor"
	"eda-demo/local/lambda/sandbox"
	"eda-demo/local/resource"
)

const (
	asyncKind = "lambda-async"
	// asyncWorkers is how many asynchronous invocations are attempted at a time;
	// most of them wait for a process.
	asyncWorkers = 256
	// The pause after a throttled attempt doubles from the first to the longest.
	firstThrottlePause = time.Second
	maxThrottlePause   = 5 * time.Minute
)

// asyncTask is an asynchronous invocation that is not yet done. In the queue
// it is this, as one line of JSON, and after it the payload as it came.
type asyncTask struct {
	Function  string
	Qualifier string `json:",omitempty"` // as the function was invoked
	RequestID string
	Failures  int // attempts that the function failed
	Throttles int // attempts that found no room

	payload []byte
}

func (t asyncTask) encode() ([]byte, error) {
	head, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode an asynchronous invocation: %w", err)
	}
	return append(append(head, '\n'), t.payload...), nil
}

func decodeAsync(raw []byte) (asyncTask, error) {
	head, payload, _ := bytes.Cut(raw, []byte{'\n'})
	t := asyncTask{payload: payload}
	if err := json.Unmarshal(head, &t); err != nil {
		return asyncTask{}, fmt.Errorf("decode an asynchronous invocation: %w", err)
	}
	return t, nil
}

// accept puts an event into the queue of asynchronous invocations.
func (s *Service) accept(t target, event []byte) (*invokeOutput, error) {
	if s.config.Faults.Throttles("events for "+t.function.name, event) {
		return nil, tooManyRequests("CallerRateLimitExceeded")
	}
	task, err := asyncTask{Function: t.function.name, Qualifier: t.qualifier, RequestID: uuid.NewString(), payload: event}.encode()
	if err != nil {
		return nil, err
	}
	if err := s.config.Queue.Accept(asyncKind, task); err != nil {
		return nil, err
	}
	return &invokeOutput{StatusCode: http.StatusAccepted}, nil
}

// attempt runs an asynchronous invocation once.
func (s *Service) attempt(ctx context.Context, queued delivery.Task) delivery.Verdict {
	task, err := decodeAsync(queued.Payload)
	if err != nil {
		s.config.Log.Error("an asynchronous invocation is lost", "task", queued.ID, "error", err)
		return delivery.Done()
	}
	t, err := s.findReference(reference{task.Function, task.Qualifier})
	if err != nil { // its destinations went with it
		s.config.Log.Warn("an asynchronous invocation is dropped: its function, version or alias was deleted",
			"function", task.Function, "qualifier", task.Qualifier, "request", task.RequestID)
		return delivery.Done()
	}
	settings, _ := s.state.eventInvoke(t)
	var result *sandbox.Result
	if time.Since(queued.Accepted) <= settings.maxAge() {
		result, err = s.runAsync(ctx, t, task)
	}
	switch {
	case ctx.Err() != nil || errors.Is(err, sandbox.ErrClosed): // the runner shuts down
		return delivery.RetryAfter(0)
	case err != nil && frontdoor.Code(err) != "TooManyRequestsException":
		s.config.Log.Error("a function can't be run", "function", task.Function, "error", err)
	}
	next := settings.next(t.function.now().settings.ReservedConcurrentExecutions, task, result, time.Since(queued.Accepted))
	return s.follow(ctx, t, next, result)
}

// runAsync returns nil if the function could not be run.
func (s *Service) runAsync(ctx context.Context, t target, task asyncTask) (*sandbox.Result, error) {
	result, err := s.run(ctx, t, sandbox.Invocation{RequestID: task.RequestID, Payload: task.payload})
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// step is what comes after an attempt.
type step struct {
	task      asyncTask
	condition string // why it is done; empty if it is to be tried again
	pause     time.Duration
}

// next decides what comes after an attempt, made at the given age of the
// event, of a function with so much reserved concurrency, if any. The result
// is nil if the function was not run.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func (e eventInvoke) next(reserved *resource.Int, task asyncTask, result *sandbox.Result, age time.Duration) step {
	switch {
	case result != nil && !result.Failed:
		return step{task: task, condition: conditionSuccess}
	case result != nil:
		task.Failures++
		if task.Failures > e.retries() {
			return step{task: task, condition: conditionRetries}
		}
		return e.again(task, time.Duration(task.Failures)*time.Minute, age)
	case reserved != nil && *reserved == 0:
		return step{task: task, condition: conditionZeroConcurrency}
	}
	task.Throttles++
	pause := maxThrottlePause
	if task.Throttles < 10 {
		pause = min(pause, firstThrottlePause<<(task.Throttles-1))
	}
	return e.again(task, pause, age)
}

// again tries once more, unless the event would be too old by then.
func (e eventInvoke) again(task asyncTask, pause, age time.Duration) step {
	if age+pause > e.maxAge() {
		return step{task: task, condition: conditionAge}
	}
	return step{task: task, pause: pause}
}

func (s *Service) follow(ctx context.Context, t target, next step, result *sandbox.Result) delivery.Verdict {
	if next.condition != "" {
		err := s.settle(ctx, t, next, result)
		if err != nil && ctx.Err() != nil { // the end interrupted it: the next process does it again
			return delivery.RetryAfter(0)
		}
		if err != nil {
			s.config.Log.Error("the destinations of an asynchronous invocation were not told", "function", t.function.name, "error", err)
		}
		return delivery.Done()
	}
	payload, err := next.task.encode()
	if err != nil {
		s.config.Log.Error("an asynchronous invocation is lost", "function", t.function.name, "error", err)
		return delivery.Done()
	}
	return delivery.RetryAfter(next.pause).With(payload)
}
