package asl

import (
	"context"
	"encoding/json"
	"errors"
)

// defaultConcurrency is how many iterations of a Map state run at once where
// MaxConcurrency sets no limit, as in AWS's inline mode.
const defaultConcurrency = 40

func (f *frame) mapped(ctx context.Context, in document) (document, error) {
	items, limit, err := f.items(in)
	if err != nil {
		return document{}, err
	}
	if err := f.record(Event{Type: MapStarted, Length: len(items)}); err != nil {
		return document{}, err
	}
	inputs, err := f.iterationInputs(in, items)
	if err != nil {
		return document{}, err
	}
	w := &workers{frame: f, siblings: newSiblings(ctx, f.last), items: items, inputs: inputs, results: make([]json.RawMessage, len(items))}
	if limit == 0 || limit > defaultConcurrency {
		limit = defaultConcurrency
	}
	for range min(int(limit), len(items)) {
		w.start()
	}
	return f.join(w.siblings, w.results, MapSucceeded)
}

func (f *frame) items(in document) ([]any, int64, error) {
	e := f.state.each
	d := f.data(in.value)
	value, err := e.items.get(d)
	if err != nil {
		return nil, 0, err
	}
	items, ok := value.([]any)
	if !ok {
		return nil, 0, faultf("Reference path \"%s\" must point to array.", e.items.text)
	}
	limit, err := e.limit(d)
	return items, limit, err
}

func (f *frame) iterationInputs(in document, items []any) ([]document, error) {
	inputs := make([]document, len(items))
	for i, item := range items {
		value := item
		if selector := f.state.each.item; selector != nil {
			d := f.data(in.value)
			d.context = func() any { return f.contextWith(mapContext(i, item)) }
			var err error
			if value, err = selector.evaluate(d); err != nil {
				return nil, err
			}
		}
		var err error
		if inputs[i], err = write(value); err != nil {
			return nil, err
		}
		if len(inputs[i].text) > MaxPayload {
			return nil, tooLarge(f.state.name)
		}
	}
	return inputs, nil
}

func mapContext(index int, item any) map[string]any {
	return map[string]any{"Item": map[string]any{"Index": number(int64(index)), "Value": item}}
}

// workers run the iterations of a Map state, each one iteration after another.
type workers struct {
	*frame
	*siblings
	items   []any
	inputs  []document
	results []json.RawMessage
	// next is the index of the iteration to start next; guarded by mu.
	next int
}

// start lets a worker begin. The first iterations are recorded before any runs.
func (w *workers) start() {
	index, started, ok := w.begin(w.frame.last)
	if !ok {
		return
	}
	w.wg.Go(func() {
		for ok {
			last, done := w.iterate(index, started)
			if !done {
				return
			}
			index, started, ok = w.begin(last)
		}
	})
}

// begin takes the next iteration and returns the id of its IterationStarted.
func (w *workers) begin(previous int64) (index int, started int64, ok bool) {
	w.mu.Lock()
	index = w.next
	ok = w.err == nil && index < len(w.items)
	w.next++
	w.mu.Unlock()
	if !ok {
		return 0, 0, false
	}
	started, err := w.note(IterationStarted, index, previous)
	if err != nil {
		w.stop(previous, err)
	}
	return index, started, err == nil
}

func (w *workers) note(t EventType, index int, previous int64) (int64, error) {
	event := w.event(Event{Type: t, Index: index})
	event.Previous = previous
	return w.History.Record(event)
}

// iterate runs one iteration and tells whether the worker may go on.
func (w *workers) iterate(index int, started int64) (int64, bool) {
	flow := w.state.each.processor
	v := visit{flow: flow, at: flow.startAt, in: w.inputs[index], last: started, item: mapContext(index, w.items[index])}
	output, last, err := w.runner.flow(w.ctx, v)
	if err != nil {
		w.end(index, last, err)
		return 0, false
	}
	w.results[index] = output.text
	id, err := w.note(IterationSucceeded, index, last)
	if err != nil {
		w.stop(last, err)
		return 0, false
	}
	w.succeeded(id)
	return last, true
}

// end records how an iteration failed and ends the others.
func (w *workers) end(index int, last int64, err error) {
	var a *aborted
	if cause := context.Cause(w.ctx); errors.As(cause, &a) {
		if _, recording := w.note(IterationAborted, index, a.by); recording != nil {
			err = recording
		}
		w.stop(last, err)
		return
	}
	var named *Error
	if errors.As(err, &named) && w.ctx.Err() == nil {
		if _, recording := w.note(IterationFailed, index, last); recording != nil {
			err = recording
		}
	}
	w.stop(last, err)
}
