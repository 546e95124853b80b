package asl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// TaskRequest is one attempt of a Task state.
type TaskRequest struct {
	Resource string
	// Input is what the state passes to the task: its Parameters, or its input.
	Input json.RawMessage
	// Token identifies the attempt where the resource ends in .waitForTaskToken.
	Token string
	// Timeout and Heartbeat are for information: the executor enforces both, by
	// the context. 0 if there is none.
	Timeout, Heartbeat time.Duration
	// Beat tells that the task is alive.
	Beat func()
	// Submitted is called by the runner once a call that waits for its token
	// has returned.
	Submitted func(output json.RawMessage) error
}

// TaskRunner does what Task states ask for.
type TaskRunner interface {
	// Run returns the task's result. An error that is no *Error is reported as
	// States.TaskFailed. When ctx is done, the result is not waited for.
	Run(ctx context.Context, request TaskRequest) (json.RawMessage, error)
}

// Execution is one run of a machine.
type Execution struct {
	Machine *Machine
	Input   json.RawMessage
	// About is the context object's Execution member, Owner its StateMachine.
	About, Owner map[string]any
	Tasks        TaskRunner
	History      Recorder
	// NewToken makes a task token.
	NewToken func() string
	// From is the state to begin with; empty for StartAt.
	From string
	// Previous is the id of the event that leads to the first state.
	Previous int64
	// Since is when the first state was entered, if that was before an
	// interruption; a Wait state waits from then on. Zero for now.
	Since time.Time
}

// Run runs the machine until it ends. It returns the output and the id of the
// last event; the error of a machine that failed is an *Error, any other is of
// the Recorder or the cause of ctx's end. The machine's own Timeout is the
// caller's to enforce, through ctx.
func (e Execution) Run(ctx context.Context) (json.RawMessage, int64, error) {
	input, err := read(e.Input)
	if err != nil {
		return nil, e.Previous, fmt.Errorf("read the execution's input: %w", err)
	}
	r := &runner{Execution: e}
	start := e.Machine.top.startAt
	if e.From != "" {
		start = e.From
	}
	output, last, err := r.flow(ctx, visit{flow: e.Machine.top, at: start, in: input, last: e.Previous, since: e.Since})
	return output.text, last, err
}

// runner carries what is the same for all states of an execution.
type runner struct{ Execution }

// visit is where a flow stands: about to enter a state.
type visit struct {
	flow *flow
	at   string
	in   document
	// last is the id of the event before.
	last int64
	// item is the context object's Map member within an iteration; else nil.
	item any
	// since is when the state was entered; zero for now.
	since time.Time
}

func (r *runner) flow(ctx context.Context, v visit) (document, int64, error) {
	for {
		s := v.flow.states[v.at]
		if s == nil {
			return document{}, v.last, fmt.Errorf("enter state %q: there is none", v.at)
		}
		out, err := r.enter(ctx, s, v)
		if err != nil || out.next == "" {
			return out.data, out.last, err
		}
		v.at, v.in, v.last, v.since = out.next, out.data, out.last, time.Time{}
	}
}

// outcome is what a state led to.
type outcome struct {
	data document
	// next is empty if the flow ends here.
	next string
	last int64
}

// frame is a state being run.
type frame struct {
	*runner
	state *state
	visit
	// entered is the id of the state's StateEntered event.
	entered int64
	retries int64
	token   string
}

func (r *runner) enter(ctx context.Context, s *state, v visit) (outcome, error) {
	if v.since.IsZero() {
		v.since = time.Now()
	}
	f := &frame{runner: r, state: s, visit: v}
	if err := context.Cause(ctx); err != nil {
		return outcome{last: v.last}, err
	}
	if err := f.record(Event{Type: StateEntered, Data: v.in.text}); err != nil {
		return outcome{last: v.last}, err
	}
	f.entered = f.last
	out, err := f.run(ctx)
	if err == nil {
		out.last = f.last
		return out, nil
	}
	return outcome{last: f.last}, f.leave(ctx, err)
}

// leave names the state in an error, and records that a sibling's failure
// ended the state.
func (f *frame) leave(ctx context.Context, err error) error {
	var a *aborted
	if !errors.As(context.Cause(ctx), &a) {
		return asRuntime(err, f.state.name, f.entered)
	}
	if k := f.state.kind; k == Task || k == Wait || k == Parallel || k == Map {
		event := f.event(Event{Type: StateAborted})
		event.Previous = a.by
		if _, recording := f.History.Record(event); recording != nil {
			return recording
		}
	}
	return err
}

func (f *frame) run(ctx context.Context) (outcome, error) {
	next := f.state.next
	result, err := f.attempts(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return outcome{}, err
	case err != nil:
		result, next, err = f.caught(err)
	case f.state.choice != nil:
		result, next, err = f.choose(result)
	}
	if err != nil {
		return outcome{}, err
	}
	if len(result.text) > MaxPayload {
		return outcome{}, tooLarge(f.state.name)
	}
	return outcome{data: result, next: next}, f.record(Event{Type: StateExited, Data: result.text})
}

// data is what the state's paths are applied to.
func (f *frame) data(input any) data {
	return data{input, func() any { return f.contextWith(f.item) }}
}

// contextWith is the context object; item is its Map member, nil for none.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
func (f *frame) contextWith(item any) any {
	about := map[string]any{"Name": f.state.name, "EnteredTime": Timestamp(f.since)}
	if k := f.state.kind; k == Task || k == Parallel || k == Map {
		about["RetryCount"] = number(f.retries)
	}
	object := map[string]any{"Execution": f.About, "StateMachine": f.Owner, "State": about}
	if f.token != "" {
		object["Task"] = map[string]any{"Token": f.token}
	}
	if item != nil {
		object["Map"] = item
	}
	return object
}

// Timestamp is a time as the context object has it.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (f *frame) event(e Event) Event {
	e.State, e.Kind, e.Previous = f.state.name, f.state.kind, f.last
	return e
}

// record records an event and makes it the last one.
func (f *frame) record(e Event) error {
	id, err := f.History.Record(f.event(e))
	if err == nil {
		f.last = id
	}
	return err
}
