package asl

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// callback ends the resources whose result is sent back with a token.
const callback = ".waitForTaskToken"

func (f *frame) task(ctx context.Context, in document) (document, error) {
	if strings.HasSuffix(f.state.task.resource, callback) {
		f.token = f.NewToken()
	}
	argument, err := f.argument(in)
	if err != nil {
		return document{}, err
	}
	request, err := f.request(in, argument)
	if err != nil {
		return document{}, err
	}
	scheduled := Event{Type: TaskScheduled, Data: request.Input, Timeout: request.Timeout, Heartbeat: request.Heartbeat}
	if err := f.recordTask(scheduled); err != nil {
		return document{}, err
	}
	if err := f.recordTask(Event{Type: TaskStarted}); err != nil {
		return document{}, err
	}
	result, err := f.do(ctx, request)
	if err != nil {
		return document{}, err
	}
	return f.conclude(result)
}

func (f *frame) request(in, argument document) (TaskRequest, error) {
	t := f.state.task
	d := f.data(in.value)
	timeout, err := t.timeout.resolve(d)
	if err != nil {
		return TaskRequest{}, err
	}
	heartbeat, err := t.heartbeat.resolve(d)
	return TaskRequest{Resource: t.resource, Input: argument.text, Token: f.token, Timeout: timeout, Heartbeat: heartbeat}, err
}

func (f *frame) recordTask(e Event) error {
	e.Resource = f.state.task.resource
	return f.record(e)
}

// do has the task run and records how it ended.
func (f *frame) do(ctx context.Context, request TaskRequest) (document, error) {
	answer, err := f.answer(ctx, request)
	if ctx.Err() != nil {
		return document{}, context.Cause(ctx)
	}
	if err == nil && len(answer) > MaxPayload {
		err = tooLarge(f.state.task.resource)
	}
	var result document
	if err == nil {
		result, err = read(answer)
	}
	var stop *recordingError
	if errors.As(err, &stop) {
		return document{}, stop.error
	}
	if err != nil {
		return document{}, f.taskFailed(asTaskError(err))
	}
	return result, f.recordTask(Event{Type: TaskSucceeded, Data: answer})
}

func (f *frame) taskFailed(err *Error) error {
	event := Event{Type: TaskFailed, Err: err}
	if err.Name == errTimeout {
		event.Type = TaskTimedOut
	}
	if recording := f.recordTask(event); recording != nil {
		return recording
	}
	return err
}

// recordingError is an error of the Recorder, which ends the execution.
type recordingError struct{ error }

// answer calls the runner and stops waiting for it when time is up.
func (f *frame) answer(ctx context.Context, request TaskRequest) (json.RawMessage, error) {
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request.Beat = func() {}
	if d := request.Timeout; d > 0 {
		timer := time.AfterFunc(d, func() { cancel(&Error{Name: errTimeout}) })
		defer timer.Stop()
	}
	if d := request.Heartbeat; d > 0 {
		timer := time.AfterFunc(d, func() { cancel(&Error{Name: errTimeout, heartbeat: true}) })
		defer timer.Stop()
		request.Beat = func() { timer.Reset(d) }
	}
	return f.await(limited, request)
}

// await runs the runner beside, because it may not end with its context. What
// it submits is recorded here, so that nothing is recorded after the state ended.
func (f *frame) await(ctx context.Context, request TaskRequest) (json.RawMessage, error) {
	type answer struct {
		result json.RawMessage
		err    error
	}
	submitted := make(chan json.RawMessage)
	answered := make(chan answer, 1)
	request.Submitted = func(output json.RawMessage) error {
		select {
		case submitted <- output:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	go func() {
		result, err := f.Tasks.Run(ctx, request)
		answered <- answer{result, err}
	}()
	for {
		select {
		case output := <-submitted:
			if err := f.recordTask(Event{Type: TaskSubmitted, Data: output}); err != nil {
				return nil, &recordingError{err}
			}
		case a := <-answered:
			if cause := context.Cause(ctx); cause != nil && a.err != nil {
				return nil, cause
			}
			return a.result, a.err
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
