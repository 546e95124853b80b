package asl

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// aborted is the cause of ending a flow because a sibling failed.
type aborted struct {
	// by is the id of the last event of the flow that failed.
	by int64
}

func (a *aborted) Error() string { return fmt.Sprintf("a sibling failed at event %d", a.by) }

// siblings are flows that run at the same time: the first failure ends all.
type siblings struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup

	mu sync.Mutex
	// last is the latest event that led on; after a failure, the failed flow's.
	last int64
	err  error
}

func newSiblings(ctx context.Context, last int64) *siblings {
	s := &siblings{last: last}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	return s
}

// stop ends the siblings because of an error, unless one has failed before.
func (s *siblings) stop(last int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err, s.last = err, last
	s.cancel(&aborted{last})
}

func (s *siblings) succeeded(last int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.last = max(s.last, last)
	}
}

// wait waits until all have ended.
func (s *siblings) wait() (int64, error) {
	s.wg.Wait()
	s.cancel(nil)
	return s.last, s.err
}

func (f *frame) parallel(ctx context.Context, in document) (document, error) {
	argument, err := f.argument(in)
	if err != nil {
		return document{}, err
	}
	if err := f.record(Event{Type: ParallelStarted}); err != nil {
		return document{}, err
	}
	s := newSiblings(ctx, f.last)
	results := make([]json.RawMessage, len(f.state.branches))
	for i, branch := range f.state.branches {
		v := visit{flow: branch, at: branch.startAt, in: argument, last: f.last, item: f.item}
		s.wg.Go(func() {
			output, last, err := f.runner.flow(s.ctx, v)
			results[i] = output.text
			if err != nil {
				s.stop(last, err)
				return
			}
			s.succeeded(last)
		})
	}
	return f.join(s, results, ParallelSucceeded)
}

// join waits for the siblings and makes their outputs the state's output.
// Success is recorded, but what follows comes after the last sibling's event.
func (f *frame) join(s *siblings, results []json.RawMessage, succeeded EventType) (document, error) {
	last, err := s.wait()
	f.last = last
	if err != nil {
		return document{}, err
	}
	if _, err := f.History.Record(f.event(Event{Type: succeeded})); err != nil {
		return document{}, err
	}
	text, err := encode(results)
	if err != nil {
		return document{}, err
	}
	result, err := read(text)
	if err != nil {
		return document{}, err
	}
	return f.conclude(result)
}
