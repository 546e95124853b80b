package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// backward makes of a stack what it last was in full, or nothing if it never
// was anything.
func (e *Engine) backward(ctx context.Context, s *state) error {
	if s.Stable == nil {
		failed := e.removeAll(ctx, s, func(r Resource) bool { return s.keeps(r, RollbackComplete) })
		if err := ctx.Err(); err != nil {
			return err
		}
		if failed != nil {
			return errors.Join(failed, e.turnLocked(s, RollbackFailed, failed.Error(), nil))
		}
		return e.turnLocked(s, RollbackComplete, "", func(h *header) { h.Imports = nil })
	}
	t, err := e.reach(ctx, s, *s.Stable)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return errors.Join(fmt.Errorf("roll back: %w", err), e.turnLocked(s, UpdateRollbackFailed, err.Error(), nil))
	}
	return e.finish(s, t)
}

// cleanUp deletes what the stack's spec does not have any more, and what was
// replaced. What can't be deleted is left behind, as CloudFormation does.
func (e *Engine) cleanUp(s *state, end Status) error {
	var doomed []Resource
	for _, r := range s.retired {
		doomed = append(doomed, *r)
	}
	for _, id := range s.removalOrder(s.Declared) {
		doomed = append(doomed, *s.resources[id])
	}
	for _, r := range dependentsFirst(doomed) {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		if err := e.remove(e.ctx, s, r, s.keeps(r, end)); err != nil {
			if e.ctx.Err() != nil { // the runner ends: the next one deletes it
				return err
			}
			e.config.Log.Warn("a resource is left behind", "stack", s.Identity.Name, "error", err)
			if err := e.drop(s, r, DeleteFailed, err.Error()); err != nil {
				return err
			}
		}
	}
	return e.turnLocked(s, end, "", nil)
}

// keeps tells whether a resource that a stack gives up to come to its end is
// left alone, by its policy or because a rolled back operation has found it and
// not made it. RetainExceptOnCreate does not keep what that has made.
func (s *state) keeps(r Resource, end Status) bool {
	policy := r.DeletionPolicy
	if s.isRetired(r) {
		policy = r.UpdateReplacePolicy
	}
	if end == UpdateRollbackComplete || end == RollbackComplete {
		return r.Imported || policy == "Retain" && !s.DropsNew
	}
	return retains(policy)
}

func (s *state) isRetired(r Resource) bool {
	return slices.ContainsFunc(s.retired, func(old *Resource) bool {
		return old.LogicalID == r.LogicalID && old.Generation == r.Generation
	})
}

// erase deletes a stack.
func (e *Engine) erase(ctx context.Context, s *state) error {
	if err := e.unimported(s); err != nil {
		return errors.Join(err, e.turnLocked(s, s.Undeleted, err.Error(), nil))
	}
	failed := e.removeAll(ctx, s, func(r Resource) bool {
		return retains(r.DeletionPolicy) || slices.Contains(s.Retain, r.LogicalID)
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

// removeAll deletes all resources of a stack but those that are kept, and those
// that one which can't be deleted depends on. The error is the first failure.
func (e *Engine) removeAll(ctx context.Context, s *state, kept func(Resource) bool) error {
	var failed []string
	var first error
	needed := map[string]bool{}
	for _, r := range dependentsFirst(s.all()) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !needed[r.LogicalID] {
			err := e.remove(ctx, s, r, kept(r))
			if err == nil {
				continue
			}
			failed, first = append(failed, r.LogicalID), cmp.Or(first, err)
		}
		for _, id := range r.DependsOn {
			needed[id] = true
		}
	}
	if failed == nil {
		return nil
	}
	slices.Sort(failed)
	return fmt.Errorf("The following resource(s) failed to delete: [%s]. %w", strings.Join(failed, ", "), first)
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
