package provision

import (
	"context"
	"fmt"
	"slices"

	"eda-demo/local/resource"
)

// Restore takes up the resources of all stacks that an earlier process has
// kept, and ends what it was in the middle of: creations and updates are rolled
// back, deletions go on.
func (e *Engine) Restore(ctx context.Context) error {
	e.mu.Lock()
	stacks := slices.Clone(e.stacks)
	e.mu.Unlock()
	for _, s := range stacks {
		s.work.Lock() // operations that are asked for meanwhile wait
		defer s.work.Unlock()
	}
	for _, s := range stacks {
		if s.loaded == "" || s.loaded == DeleteComplete {
			continue
		}
		if err := e.takeUp(ctx, s); err != nil {
			return fmt.Errorf("restore stack %s: %w", s.Identity.Name, err)
		}
	}
	for _, s := range stacks {
		if err := e.goOn(ctx, s); err != nil {
			e.config.Log.Warn("a stack's operation was interrupted by the end of the runner", "stack", s.Identity.Name, "error", err)
		}
	}
	return ctx.Err()
}

// takeUp has the services take up a stack's resources, those first that
// others depend on.
func (e *Engine) takeUp(ctx context.Context, s *state) error {
	for _, r := range slices.Backward(dependentsFirst(s.all())) {
		kind, known := e.config.Registry[r.Type]
		if !known {
			return fmt.Errorf("%s: the resource type %s can't be run here", r.LogicalID, r.Type)
		}
		if err := e.takeUpOne(ctx, s, kind, r); err != nil {
			return fmt.Errorf("%s (%s): %w", r.LogicalID, r.Type, err)
		}
	}
	return nil
}

// takeUpOne takes up a resource. One whose creation was interrupted may exist
// in its service: it is created (again), so that the rollback can delete it,
// unless another resource has its name.
func (e *Engine) takeUpOne(ctx context.Context, s *state, kind resource.Type, r Resource) error {
	interrupted := r.PhysicalID == ""
	if interrupted && (r.Status != CreateInProgress || slices.ContainsFunc(e.namesakes(r), exists)) {
		return nil
	}
	definition := r.actual()
	definition.Interrupted = interrupted
	instance, err := kind.Create(ctx, definition)
	if err != nil {
		if interrupted {
			return nil // it can't be created, so it has not been
		}
		return err
	}
	if !interrupted && instance.ID != r.PhysicalID {
		return fmt.Errorf("it has come back as %s, not as %s", instance.ID, r.PhysicalID)
	}
	r.PhysicalID, r.Attributes = instance.ID, instance.Attributes
	if !s.isRetired(r) {
		return e.adjust(s, r)
	}
	s.forgetResource(r, true)
	return e.retire(s, &r)
}

func exists(r Resource) bool { return r.PhysicalID != "" }

// goOn ends what was in the middle.
func (e *Engine) goOn(ctx context.Context, s *state) error {
	switch s.loaded { // by now, another operation may be waiting
	case CreateInProgress, UpdateInProgress, RollbackInProgress, UpdateRollbackInProgress:
		reason := "The runner ended in the middle of the operation"
		if err := e.turnLocked(s, s.rollbackStatus(), reason, nil); err != nil {
			return err
		}
		return e.backward(ctx, s)
	case UpdateCleanup:
		return e.cleanUp(s, UpdateComplete)
	case UpdateRollbackCleanup:
		return e.cleanUp(s, UpdateRollbackComplete)
	case DeleteInProgress:
		return e.erase(ctx, s)
	}
	return nil
}
