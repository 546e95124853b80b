package provision

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// Config is what an engine needs.
type Config struct {
	Account, Region string
	Registry        resource.Registry
	Store           *store.Store
	Log             *slog.Logger
	// Parameter returns the value of an SSM parameter, for template parameters
	// of the type AWS::SSM::Parameter::Value<String>.
	Parameter func(ctx context.Context, name string) (value string, found bool, err error)
	// Observe is told each event, if it is set. It must not call the engine.
	Observe func(Event)
}

// Engine manages the stacks of one account and Region. It is safe for
// concurrent use: one operation at a time works on a stack, another is refused.
type Engine struct {
	config Config
	ctx    context.Context // done when the engine closes
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	stacks []*state // in the order of their creation, deleted ones included
}

// New returns an engine with the stacks that the store has kept. Their
// resources are not there before Restore.
func New(config Config) (*Engine, error) {
	e := &Engine{config: config}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e, e.load()
}

// Close stops what is at work after its current step, and waits for it. Nothing
// begins afterwards.
func (e *Engine) Close() {
	e.mu.Lock()
	e.cancel() // before or after a begin, not in the middle of it
	e.mu.Unlock()
	e.work.Wait()
}

// running refuses what would begin after Close.
func (e *Engine) running() error {
	if e.ctx.Err() != nil {
		return errors.New("the stacks are closed: the runner is ending")
	}
	return nil
}

// Stacks returns all stacks, the newest first, deleted ones included.
func (e *Engine) Stacks() []Stack {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Stack, 0, len(e.stacks))
	for _, s := range slices.Backward(e.stacks) {
		list = append(list, s.snapshot())
	}
	return list
}

// Stack returns the stack with an id, or the one with a name that is not
// deleted.
func (e *Engine) Stack(nameOrID string) (Stack, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.find(nameOrID); s != nil {
		return s.snapshot(), true
	}
	return Stack{}, false
}

// Events returns the events of a stack, the newest first.
func (e *Engine) Events(nameOrID string) []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.find(nameOrID)
	if s == nil {
		return nil
	}
	events := slices.Clone(s.events)
	slices.Reverse(events)
	return events
}

// find returns a stack by its id, or by its name if it is not deleted. The
// engine is locked.
func (e *Engine) find(nameOrID string) *state {
	for _, s := range slices.Backward(e.stacks) {
		if s.Identity.ID == nameOrID || s.Identity.Name == nameOrID && s.Status != DeleteComplete {
			return s
		}
	}
	return nil
}

// existing is find, for what needs a stack that is not deleted.
func (e *Engine) existing(nameOrID string) (*state, error) {
	s := e.find(nameOrID)
	if s == nil || s.Status == DeleteComplete {
		return nil, missing(nameOrID)
	}
	return s, nil
}

// maxDeleted is how many deleted stacks are remembered.
const maxDeleted = 100

// makeRoom forgets the deleted stack that had an id which is used again, and
// the oldest of too many deleted ones. The engine is locked.
func (e *Engine) makeRoom(id string) error {
	deleted := 0
	for _, s := range slices.Backward(e.stacks) {
		if s.Status != DeleteComplete {
			continue
		}
		if deleted++; deleted <= maxDeleted && s.Identity.ID != id {
			continue
		}
		if err := e.forget(s); err != nil {
			return err
		}
		e.stacks = slices.DeleteFunc(slices.Clone(e.stacks), func(other *state) bool { return other == s })
	}
	return nil
}

// Protect sets whether a stack is protected against deletion.
func (e *Engine) Protect(nameOrID string, protected bool) (Stack, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, err := e.existing(nameOrID)
	if err != nil {
		return Stack{}, err
	}
	changed := s.header
	changed.Protected = protected
	if err := e.keepHeader(changed); err != nil {
		return Stack{}, err
	}
	s.Protected = protected // the rest may be read by an operation at work
	return s.snapshot(), nil
}

// turn gives a stack a status and tells it. The engine is locked.
func (e *Engine) turn(s *state, status Status, reason string, also func(*header)) error {
	before := s.header
	s.Status, s.Reason = status, reason
	if also != nil {
		also(&s.header)
	}
	event := s.tell(time.Now())
	if err := e.keepTurn(s, event); err != nil {
		s.header, s.events = before, s.events[:len(s.events)-1]
		return fmt.Errorf("stack %s: %w", s.Identity.Name, err)
	}
	e.observe(event)
	return nil
}

func (e *Engine) observe(event Event) {
	if e.config.Observe != nil {
		e.config.Observe(event)
	}
}

// put sets a resource of a stack and tells its status.
func (e *Engine) put(s *state, r Resource) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r.Changed = time.Now()
	event := s.tellOf(&r)
	if err := e.keepResource(s, &r, event); err != nil {
		return fmt.Errorf("%s of stack %s: %w", r.LogicalID, s.Identity.Name, err)
	}
	s.resources[r.LogicalID] = &r
	e.observe(event)
	return nil
}
