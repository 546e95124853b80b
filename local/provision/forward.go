package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

// forward makes of a stack what its spec says, and takes it back if that
// fails. The error is the first failure.
func (e *Engine) forward(ctx context.Context, s *state) error {
	t, failure := e.reach(ctx, s, s.Spec)
	if failure == nil {
		return e.finish(s, t)
	}
	if ctx.Err() != nil { // the runner ends: the next one takes it back
		return failure
	}
	if s.DisableRollback {
		return errors.Join(failure, e.turnLocked(s, s.failedStatus(), failure.Error(), nil))
	}
	if err := e.turnLocked(s, s.rollbackStatus(), failure.Error(), nil); err != nil {
		return errors.Join(failure, err)
	}
	return errors.Join(failure, e.backward(ctx, s))
}

func (s *state) failedStatus() Status {
	if s.Stable == nil {
		return CreateFailed
	}
	return UpdateFailed
}

func (e *Engine) turnLocked(s *state, status Status, reason string, also func(*header)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.turn(s, status, reason, also)
}

// reach creates, updates and replaces resources until each is as spec says,
// and the outputs are; what is too much stays for cleanUp.
func (e *Engine) reach(ctx context.Context, s *state, spec Spec) (*target, error) {
	stored := e.stored(ctx)
	if s.Status == UpdateRollbackInProgress {
		stored = s.storedOr(stored)
	}
	t, err := e.aim(s.Identity, spec, real{s}, stored)
	if err != nil {
		return nil, err
	}
	e.useImports(s, t)
	for _, id := range t.order {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// The first failure ends it: CloudFormation works on several at a time,
		// and would let the others end.
		if err := e.settle(ctx, s, t, id); err != nil {
			return nil, fmt.Errorf("The following resource(s) failed to %s: [%s]: %w", s.verb(), id, err)
		}
	}
	return t, e.setOutputs(s, t)
}

func (s *state) verb() string {
	if s.Stable == nil {
		return "create"
	}
	return "update"
}

// settle makes one resource what the target says.
func (e *Engine) settle(ctx context.Context, s *state, t *target, id string) error {
	next, err := t.resource(s.Identity, id)
	current, exists := s.resources[id], s.resources[id] != nil && s.resources[id].PhysicalID != ""
	switch {
	case err != nil:
		return e.unresolved(s, t, id, err)
	case !exists:
		return e.make(ctx, s, next)
	case same(current.Properties, next.Properties) && same(current.Metadata, next.Metadata):
		return e.unchanged(s, *current, next)
	case s.Status == UpdateRollbackInProgress && s.retiredLike(next) != nil:
		// Also what could be updated goes back to the resource that it was.
		return e.replace(ctx, s, *current, next)
	}
	replacing, err := e.replacing(*current, next)
	switch {
	case err != nil:
		return e.failUpdate(s, *current, err)
	case replacing:
		return e.replace(ctx, s, *current, next)
	}
	return e.update(ctx, s, *current, next)
}

// unresolved tells that it can't be said what a resource is to be.
func (e *Engine) unresolved(s *state, t *target, id string, cause error) error {
	r := Resource{Definition: resource.Definition{LogicalID: id, Type: t.template.Resources[id].Type, Stack: s.Identity}, Status: CreateFailed}
	if current := s.resources[id]; current != nil && current.PhysicalID != "" {
		r, r.Status = *current, UpdateFailed
	}
	return e.fail(s, r, cause)
}

// fail tells that a resource could not become what it is to be.
func (e *Engine) fail(s *state, r Resource, cause error) error {
	r.Reason = cause.Error()
	cause = fmt.Errorf("%s (%s): %w", r.LogicalID, r.Type, cause)
	return errors.Join(cause, e.put(s, r))
}

func (e *Engine) failUpdate(s *state, current Resource, cause error) error {
	current.Status = UpdateFailed
	return e.fail(s, current, cause)
}

// unchanged takes over what concerns the stack only. A resource whose update
// failed or was interrupted is as it was before.
func (e *Engine) unchanged(s *state, current, next Resource) error {
	policies := current.DeletionPolicy != next.DeletionPolicy || current.UpdateReplacePolicy != next.UpdateReplacePolicy
	dependencies := !slices.Equal(current.DependsOn, next.DependsOn)
	settled := current.Status == CreateComplete || current.Status == UpdateComplete
	if settled && !policies && !dependencies {
		return nil
	}
	current.DependsOn, current.DeletionPolicy, current.UpdateReplacePolicy = next.DependsOn, next.DeletionPolicy, next.UpdateReplacePolicy
	if settled && !policies {
		return e.adjust(s, current)
	}
	current.Status, current.Reason = UpdateComplete, ""
	return e.put(s, current)
}

// make creates a resource that the stack doesn't have, or takes back the one
// that was replaced.
func (e *Engine) make(ctx context.Context, s *state, next Resource) error {
	if generation, before := s.Generations[next.LogicalID]; before {
		next.Generation = generation + 1
	}
	next.Status = CreateInProgress
	next.Imported = s.ImportsExisting && e.importable(next) // until it is known
	if err := e.claim(s, next.LogicalID, next.Generation); err != nil {
		return err
	}
	if err := e.put(s, next); err != nil {
		return err
	}
	made, err := e.makeOrImport(ctx, next)
	if err != nil {
		next.Status = CreateFailed
		return e.fail(s, next, err)
	}
	made.Status = CreateComplete
	return e.put(s, made)
}

// makeOrImport creates a resource; one that can't be, because it is there, is
// taken over if that is allowed.
func (e *Engine) makeOrImport(ctx context.Context, next Resource) (Resource, error) {
	made, err := e.invoke(ctx, next)
	if err == nil || !next.Imported {
		made.Imported = false
		return made, err
	}
	next.Interrupted = true
	made, err = e.invoke(ctx, next)
	made.Interrupted = false
	return made, err
}

// importable tells whether a resource may be taken over by its name: the
// template gives it one and retains it, and no other stack has it.
func (e *Engine) importable(r Resource) bool {
	named := nameIn(r.Properties, e.config.Registry[r.Type].Name) != ""
	return named && retains(r.DeletionPolicy) && len(e.namesakes(r)) == 0
}

// namesakes are the other resources to which templates give the same name.
func (e *Engine) namesakes(r Resource) []Resource {
	property := e.config.Registry[r.Type].Name
	name := nameIn(r.Properties, property)
	if name == "" {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Resource
	for _, s := range e.stacks {
		for _, other := range s.resources {
			itself := s.Identity.ID == r.Stack.ID && other.LogicalID == r.LogicalID
			if !itself && other.Type == r.Type && nameIn(other.Properties, property) == name {
				list = append(list, *other)
			}
		}
	}
	return list
}

// claim counts one more resource with a logical id.
func (e *Engine) claim(s *state, id string, generation int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	s.Generations[id] = generation
	return nil // kept with the next event
}

// invoke creates the resource.
func (e *Engine) invoke(ctx context.Context, next Resource) (Resource, error) {
	instance, err := e.config.Registry[next.Type].Create(ctx, next.Definition)
	if err != nil {
		return next, err
	}
	if other := e.owner(next.Type, instance.ID); other != "" {
		return next, fmt.Errorf("%s already exists in stack %s", instance.ID, other)
	}
	next.PhysicalID, next.Attributes = instance.ID, instance.Attributes
	return next, nil
}

// owner returns the stack that has a resource, "" if none does.
func (e *Engine) owner(kind, physicalID string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.stacks {
		for _, r := range s.resources {
			if r.Type == kind && r.PhysicalID == physicalID {
				return s.Identity.Name
			}
		}
	}
	return ""
}

func (e *Engine) update(ctx context.Context, s *state, current, next Resource) error {
	next.PhysicalID, next.Generation = current.PhysicalID, current.Generation
	at := current
	at.Status, at.Reason = UpdateInProgress, ""
	if err := e.put(s, at); err != nil {
		return err
	}
	next.Attributes, next.Status = current.Attributes, UpdateComplete
	if !same(current.Properties, next.Properties) {
		instance, err := e.config.Registry[next.Type].Update(ctx, current.actual(), next.Definition)
		if err != nil {
			return e.failUpdate(s, current, err)
		}
		next.Attributes = instance.Attributes
	} else {
		next.Applied = current.Applied
	}
	return e.put(s, next)
}

// finish ends an operation that has reached its target: what is too much goes.
func (e *Engine) finish(s *state, t *target) error {
	spec := t.spec
	if s.Status == CreateInProgress {
		return e.turnLocked(s, CreateComplete, "", func(h *header) { h.Stable, h.Stored = &spec, t.stored() })
	}
	cleanup, end := UpdateCleanup, UpdateComplete
	if s.Status == UpdateRollbackInProgress || s.Status == UpdateRollbackCleanup {
		cleanup, end = UpdateRollbackCleanup, UpdateRollbackComplete
	}
	// From here on there is no way back: the stack is what the spec says.
	err := e.turnLocked(s, cleanup, "", func(h *header) { h.Spec, h.Stable, h.Stored, h.Declared = spec, &spec, t.stored(), t.order })
	if err != nil {
		return err
	}
	return e.cleanUp(s, end)
}
