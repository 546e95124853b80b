package provision

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"

	"eda-demo/local/resource"
)

// stackName is the pattern of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
var stackName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// identity is a stack's, with the last part of its id.
func (e *Engine) identity(name, id string) resource.Stack {
	identity := resource.Stack{Name: name, Account: e.config.Account, Region: e.config.Region, Partition: "aws"}
	identity.ID = identity.ARN("cloudformation", "stack/"+name+"/"+id)
	return identity
}

// Operation is work on a stack.
type Operation struct {
	// StackID is the id of the stack.
	StackID string
	done    chan struct{}
	err     error
}

// Wait waits for the end of the operation, or of ctx. The error is the first
// failure, or why the wait ended: an operation goes on without being waited for.
func (o *Operation) Wait(ctx context.Context) error {
	select {
	case <-o.done:
		return o.err
	default:
	}
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Options tell how an operation is done.
type Options struct {
	// DisableRollback leaves a stack as it is when a step fails.
	DisableRollback bool
	// RetainExceptOnCreate has a rollback delete what is new in the stack, also
	// if its deletion policy is Retain.
	RetainExceptOnCreate bool
	// ImportExisting takes over resources that exist under the name that the
	// template gives them, if it retains them.
	ImportExisting bool
	// Token is the client's token of the request, shown in its events.
	Token string
	// Retain are logical ids of resources that Delete leaves alone; allowed for
	// stacks in DELETE_FAILED.
	Retain []string
}

// begin lets work start on a stack that is in its new, in-progress status, once
// a patch of one of its resources has ended. The engine is locked.
func (e *Engine) begin(s *state, work func(ctx context.Context) error) *Operation {
	o := &Operation{StackID: s.Identity.ID, done: make(chan struct{})}
	e.work.Go(func() {
		defer close(o.done)
		s.work.Lock()
		defer s.work.Unlock()
		o.err = work(e.ctx)
	})
	return o
}

// Review makes a stack in review: without resources, waiting for its first
// change set. id is the last part of its ARN; "" stands for a new one.
func (e *Engine) Review(name, id string) (Stack, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.find(name); s != nil {
		return Stack{}, &Exists{fmt.Sprintf("Stack [%s] already exists", name)}
	}
	s, err := e.newStack(name, id)
	if err != nil {
		return Stack{}, err
	}
	if err := e.turn(s, ReviewInProgress, "User Initiated", nil); err != nil {
		return Stack{}, err
	}
	e.stacks = append(e.stacks, s)
	return s.snapshot(), nil
}

// newStack returns a stack without resources, which the engine has room for but
// does not have yet. The engine is locked.
func (e *Engine) newStack(name, id string) (*state, error) {
	if err := e.running(); err != nil {
		return nil, err
	}
	if !stackName.MatchString(name) {
		return nil, invalidf("1 validation error detected: Value '%s' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", name)
	}
	if id == "" {
		id = strings.ToLower(rand.Text())
	}
	s := &state{resources: map[string]*Resource{}}
	s.Identity, s.Created, s.Generations = e.identity(name, id), time.Now(), map[string]int{}
	return s, e.makeRoom(s.Identity.ID)
}

// Create makes a new stack, or the one of that name that is in review, what
// spec says. If a step fails, everything is deleted again.
func (e *Engine) Create(name string, spec Spec, options Options) (*Operation, error) {
	return e.create(name, "", spec, options)
}

func (e *Engine) create(name, id string, spec Spec, options Options) (*Operation, error) {
	if s, there := e.Stack(name); there && s.Status != ReviewInProgress {
		return nil, &Exists{fmt.Sprintf("Stack [%s] already exists", s.Name)}
	}
	// What is wrong with the spec is refused before the stack exists.
	if _, err := e.Plan(e.ctx, name, spec); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if s := e.find(name); s != nil {
		if s.Status != ReviewInProgress {
			return nil, &Exists{fmt.Sprintf("Stack [%s] already exists", s.Identity.Name)}
		}
		return e.converge(s, CreateInProgress, spec, options)
	}
	s, err := e.newStack(name, id)
	if err != nil {
		return nil, err
	}
	operation, err := e.converge(s, CreateInProgress, spec, options)
	if err == nil {
		e.stacks = append(e.stacks, s)
	}
	return operation, err
}

// converge begins an operation that makes of a stack what spec says. The
// engine is locked.
func (e *Engine) converge(s *state, status Status, spec Spec, options Options) (*Operation, error) {
	if err := e.running(); err != nil {
		return nil, err
	}
	err := e.turn(s, status, "User Initiated", func(h *header) {
		h.Spec, h.DisableRollback, h.DropsNew, h.ImportsExisting, h.Token = spec, options.DisableRollback, options.RetainExceptOnCreate, options.ImportExisting, options.Token
		if status == UpdateInProgress {
			h.Updated = time.Now()
		}
	})
	if err != nil {
		return nil, err
	}
	return e.begin(s, func(ctx context.Context) error { return e.forward(ctx, s) }), nil
}

// Update makes of a stack what spec says. If a step fails, everything becomes
// what it was before.
func (e *Engine) Update(nameOrID string, spec Spec, options Options) (*Operation, error) {
	if err := e.updatable(nameOrID); err != nil {
		return nil, err
	}
	plan, err := e.Plan(e.ctx, nameOrID, spec)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s, err := e.existing(nameOrID)
	if err != nil {
		return nil, err
	}
	if err := canUpdate(s); err != nil {
		return nil, err
	}
	if plan.Empty() && s.Status != CreateFailed && s.Status != UpdateFailed {
		return nil, ErrNoChanges
	}
	return e.converge(s, UpdateInProgress, spec, options)
}

func (e *Engine) updatable(nameOrID string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, err := e.existing(nameOrID)
	if err != nil {
		return err
	}
	return canUpdate(s)
}

func canUpdate(s *state) error {
	if s.Status.Updatable() {
		return nil
	}
	return invalidf("Stack:%s is in %s state and can not be updated.", s.Identity.ID, s.Status)
}

// Rollback takes back what a paused stack has of its last operation.
func (e *Engine) Rollback(nameOrID string, options Options) (*Operation, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.running(); err != nil {
		return nil, err
	}
	s, err := e.existing(nameOrID)
	if err != nil {
		return nil, err
	}
	if !s.Status.Paused() {
		return nil, invalidf("Stack:%s is in %s state and can not be rolled back.", s.Identity.ID, s.Status)
	}
	err = e.turn(s, s.rollbackStatus(), "User Initiated", func(h *header) {
		h.Token, h.DropsNew = options.Token, options.RetainExceptOnCreate
	})
	if err != nil {
		return nil, err
	}
	return e.begin(s, func(ctx context.Context) error { return e.backward(ctx, s) }), nil
}

// rollbackStatus is that of a stack that is taken back.
func (s *state) rollbackStatus() Status {
	if s.Stable == nil {
		return RollbackInProgress
	}
	return UpdateRollbackInProgress
}

// Delete deletes a stack with its resources, but for those that are to be
// retained. Without such a stack there is no operation, and no error.
func (e *Engine) Delete(nameOrID string, options Options) (*Operation, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.running(); err != nil {
		return nil, err
	}
	s := e.find(nameOrID)
	if s == nil || s.Status == DeleteComplete {
		return nil, nil
	}
	if err := canDelete(s, options.Retain); err != nil {
		return nil, err
	}
	before := s.Status
	err := e.turn(s, DeleteInProgress, "User Initiated", func(h *header) {
		h.Token, h.Retain, h.Undeleted = options.Token, options.Retain, before
	})
	if err != nil {
		return nil, err
	}
	return e.begin(s, func(ctx context.Context) error { return e.erase(ctx, s) }), nil
}

func canDelete(s *state, retain []string) error {
	switch {
	case s.Protected:
		return invalidf("Stack [%s] cannot be deleted while TerminationProtection is enabled", s.Identity.Name)
	case s.Status.InProgress():
		return invalidf("Stack:%s is in %s state and can not be deleted.", s.Identity.ID, s.Status)
	case len(retain) > 0 && s.Status != DeleteFailed:
		return invalidf("Invalid operation on stack [%s]. Specify the resources to retain only when the stack is in the DELETE_FAILED state.", s.Identity.Name)
	}
	if unknown := unknownOf(s, retain); unknown != nil {
		return invalidf("The specified resources to retain must be in a valid state: [%s]", strings.Join(unknown, ", "))
	}
	return nil
}

func unknownOf(s *state, ids []string) []string {
	var unknown []string
	for _, id := range ids {
		if s.resources[id] == nil {
			unknown = append(unknown, id)
		}
	}
	return unknown
}
