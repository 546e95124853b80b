package asl

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// attempts runs the state, again after each error that a retrier takes, and
// returns its output.
func (f *frame) attempts(ctx context.Context) (document, error) {
	used := make([]int64, len(f.state.retriers))
	for {
		output, err := f.attempt(ctx)
		if err == nil {
			return output, nil
		}
		if ctx.Err() != nil {
			return document{}, context.Cause(ctx)
		}
		delay, again := f.retry(err, used)
		if !again {
			return document{}, f.failed(err)
		}
		if err := sleep(ctx, delay); err != nil {
			return document{}, err
		}
		f.retries++
	}
}

// retry returns after which delay to try again, if at all, and counts it.
func (f *frame) retry(err error, used []int64) (time.Duration, bool) {
	var named *Error
	if !errors.As(asRuntime(err, f.state.name, f.entered), &named) {
		return 0, false
	}
	for i, r := range f.state.retriers {
		if !named.matches(r.errors) {
			continue
		}
		if used[i] >= r.attempts {
			return 0, false
		}
		used[i]++
		return r.delay(used[i] - 1), true
	}
	return 0, false
}

// failed records that a Parallel or Map state failed for good.
func (f *frame) failed(err error) error {
	var named *Error
	if !errors.As(err, &named) {
		return err
	}
	var recording error
	switch f.state.kind {
	case Parallel:
		recording = f.record(Event{Type: ParallelFailed, Err: named})
	case Map:
		recording = f.record(Event{Type: MapFailed, Err: named})
	}
	if recording != nil {
		return recording
	}
	return err
}

// caught returns the output and the next state if a catcher takes the error.
func (f *frame) caught(err error) (document, string, error) {
	var named *Error
	if !errors.As(err, &named) {
		return document{}, "", err
	}
	for _, c := range f.state.catchers {
		if !named.matches(c.errors) {
			continue
		}
		if c.drop {
			return f.in, c.next, nil
		}
		value, err := c.result.place(f.in.value, map[string]any{"Error": named.Name, "Cause": named.Cause})
		if err != nil {
			return document{}, "", err
		}
		output, err := write(value)
		return output, c.next, err
	}
	return document{}, "", err
}

// attempt runs the state once.
func (f *frame) attempt(ctx context.Context) (document, error) {
	input, err := f.effectiveInput()
	if err != nil {
		return document{}, err
	}
	switch f.state.kind {
	case Pass:
		return f.pass(input)
	case Task:
		return f.task(ctx, input)
	case Choice:
		return input, nil
	case Wait:
		return f.wait(ctx, input)
	case Fail:
		return document{}, f.state.failure.evaluate(f.data(input.value))
	case Parallel:
		return f.parallel(ctx, input)
	case Map:
		return f.mapped(ctx, input)
	}
	return f.output(input)
}

// effectiveInput applies InputPath.
func (f *frame) effectiveInput() (document, error) {
	if f.state.noInput {
		return emptyObject(), nil
	}
	return f.apply(f.state.input, f.in)
}

// output applies OutputPath.
func (f *frame) output(in document) (document, error) {
	if f.state.noOutput {
		return emptyObject(), nil
	}
	return f.apply(f.state.output, in)
}

func (f *frame) apply(p path, in document) (document, error) {
	if p.isRoot() {
		return in, nil
	}
	value, err := p.get(f.data(in.value))
	if err != nil {
		return document{}, err
	}
	return write(value)
}

func emptyObject() document {
	return document{map[string]any{}, json.RawMessage("{}")}
}

// argument applies Parameters.
func (f *frame) argument(in document) (document, error) {
	if f.state.parameters == nil {
		return in, nil
	}
	value, err := f.state.parameters.evaluate(f.data(in.value))
	if err != nil {
		return document{}, err
	}
	argument, err := write(value)
	if err == nil && len(argument.text) > MaxPayload {
		err = tooLarge(f.state.name)
	}
	return argument, err
}

// conclude applies ResultSelector, ResultPath and OutputPath to a result.
func (f *frame) conclude(result document) (document, error) {
	if f.state.selector != nil {
		value, err := f.state.selector.evaluate(f.data(result.value))
		if err != nil {
			return document{}, err
		}
		if result, err = write(value); err != nil {
			return document{}, err
		}
	}
	switch {
	case f.state.dropResult:
		result = f.in
	case !f.state.result.isRoot():
		value, err := f.state.result.place(f.in.value, result.value)
		if err != nil {
			return document{}, err
		}
		if result, err = write(value); err != nil {
			return document{}, err
		}
	}
	return f.output(result)
}

func (f *frame) pass(in document) (document, error) {
	result, err := f.argument(in)
	if err != nil {
		return document{}, err
	}
	if f.state.fixed != nil {
		if result, err = write(f.state.fixed.value); err != nil {
			return document{}, err
		}
	}
	return f.conclude(result)
}

// choose returns a Choice state's output and the state that follows.
func (f *frame) choose(in document) (document, string, error) {
	next, err := f.state.choice.choose(f.data(in.value))
	if err != nil {
		return document{}, "", err
	}
	output, err := f.output(in)
	return output, next, err
}

func (f *frame) wait(ctx context.Context, in document) (document, error) {
	delay, err := f.state.wait.duration(f.data(in.value), f.since)
	if err != nil {
		return document{}, err
	}
	if err := sleep(ctx, delay-time.Since(f.since)); err != nil {
		return document{}, err
	}
	return f.output(in)
}

// sleep waits; it ends early, with the cause, if ctx does.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func number(i int64) json.Number { return json.Number(strconv.FormatInt(i, 10)) }
