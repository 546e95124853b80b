package provision

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// backward makes of a stack what it last was in full, or nothing if it never
// was anything.
func (e *Engine) backward(ctx context.Context, s *state) error {
	if s.Stable == nil {
		failed := e.removeAll(ctx, s, func(r Resource) bool { return s.keeps(r.DeletionPolicy, RollbackComplete) })
		if err := ctx.Err(); err != nil {
			return err
		}
		if failed != nil {
			return errors.Join(failed, e.turnLocked(s, RollbackFailed, failed.Error(), nil))
		}
		return e.turnLocked(s, RollbackComplete, "", nil)
	}
	stable := *s.Stable
	if err := e.reach(ctx, s, stable); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return errors.Join(fmt.Errorf("roll back: %w", err), e.turnLocked(s, UpdateRollbackFailed, err.Error(), nil))
	}
	return e.finish(s, stable)
}

// cleanUp deletes what the stack's spec does not have any more, and what was
// replaced. What can't be deleted is left behind, as CloudFormation does.
func (e *Engine) cleanUp(s *state, end Status) error {
	t, err := e.aim(e.ctx, s.Identity, s.Spec, real{s})
	if err != nil {
		return err
	}
	var doomed []Resource
	for _, r := range s.retired {
		doomed = append(doomed, *r)
	}
	for _, id := range s.removalOrder(t.order) {
		doomed = append(doomed, *s.resources[id])
	}
	for _, r := range dependentsFirst(doomed) {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		policy := r.DeletionPolicy
		if s.isRetired(r) {
			policy = r.UpdateReplacePolicy
		}
		if err := e.remove(e.ctx, s, r, s.keeps(policy, end)); err != nil {
			e.config.Log.Warn("a resource is left behind", "stack", s.Identity.Name, "error", err)
			if err := e.drop(s, r, DeleteFailed, err.Error()); err != nil {
				return err
			}
		}
	}
	return e.turnLocked(s, end, "", nil)
}

// keeps tells whether a policy keeps a resource that a stack gives up to come
// to its end. RetainExceptOnCreate does not keep what a rolled back operation
// has made.
func (s *state) keeps(policy string, end Status) bool {
	if policy == "Retain" && !s.DropsNew {
		return true
	}
	return retains(policy) && end != UpdateRollbackComplete && end != RollbackComplete
}

func (s *state) isRetired(r Resource) bool {
	return slices.ContainsFunc(s.retired, func(old *Resource) bool {
		return old.LogicalID == r.LogicalID && old.Generation == r.Generation
	})
}

// erase deletes a stack.
func (e *Engine) erase(ctx context.Context, s *state, retain []string) error {
	if err := e.unimported(s); err != nil {
		return errors.Join(err, e.turnLocked(s, DeleteFailed, err.Error(), nil))
	}
	failed := e.removeAll(ctx, s, func(r Resource) bool {
		return retains(r.DeletionPolicy) || slices.Contains(retain, r.LogicalID)
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed != nil {
		return errors.Join(failed, e.turnLocked(s, DeleteFailed, failed.Error(), nil))
	}
	return e.turnLocked(s, DeleteComplete, "", func(h *header) {
		h.Deleted, h.Outputs, h.Imports = time.Now(), nil, nil
	})
}

// unimported refuses to delete a stack whose exports are in use.
func (e *Engine) unimported(s *state) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, output := range s.Outputs {
		if users := e.importers(output.Export); output.Export != "" && len(users) > 0 {
			return fmt.Errorf("Delete canceled. Cannot delete export %s as it is in use by %s.", output.Export, strings.Join(users, " and "))
		}
	}
	return nil
}

// removeAll deletes all resources of a stack but those that are kept. One that
// can't be deleted ends it, since others may depend on it.
func (e *Engine) removeAll(ctx context.Context, s *state, kept func(Resource) bool) error {
	var all []Resource
	for _, r := range s.retired {
		all = append(all, *r)
	}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		all = append(all, *s.resources[id])
	}
	for _, r := range dependentsFirst(all) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := e.remove(ctx, s, r, kept(r)); err != nil {
			return fmt.Errorf("The following resource(s) failed to delete: [%s]. %w", r.LogicalID, err)
		}
	}
	return nil
}

// remove deletes a resource, or lets it go if it is kept.
func (e *Engine) remove(ctx context.Context, s *state, r Resource, kept bool) error {
	if r.PhysicalID == "" { // it never came to be
		return e.drop(s, r, "", "")
	}
	if kept {
		return e.drop(s, r, DeleteSkipped, "")
	}
	at := r
	at.Status, at.Reason = DeleteInProgress, ""
	if err := e.progress(s, at); err != nil {
		return err
	}
	if err := e.config.Registry[r.Type].Delete(ctx, r.actual()); err != nil {
		at.Status, at.Reason = DeleteFailed, err.Error()
		return errors.Join(fmt.Errorf("%s (%s): %w", r.LogicalID, r.Type, err), e.progress(s, at))
	}
	return e.drop(s, r, DeleteComplete, "")
}
