package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// replacing tells whether a change makes a new resource. One whose name the
// template gives can't be there twice.
func (e *Engine) replacing(current, next Resource) (bool, error) {
	kind := e.config.Registry[current.Type]
	if kind.Update == nil {
		return !same(current.Properties, next.Properties), nil
	}
	changed, err := kind.Replacing(current.Properties, next.Properties)
	if err != nil || len(changed) == 0 {
		return false, err
	}
	if kind.Name != "" && !slices.Contains(changed, kind.Name) {
		if name := nameIn(next.Properties, kind.Name); name != "" {
			return false, fmt.Errorf("CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename %s and update the stack again.", name)
		}
	}
	return true, nil
}

// replace makes a new resource; the old one stays until everything has
// worked.
func (e *Engine) replace(ctx context.Context, s *state, current, next Resource) error {
	at := current
	at.Status, at.Reason = UpdateInProgress, "Requested update requires the creation of a new physical resource; hence creating one."
	if err := e.put(s, at); err != nil {
		return err
	}
	if old := s.retiredLike(next); old != nil {
		return e.swapBack(s, current, old, next)
	}
	next.Generation = s.Generations[next.LogicalID] + 1
	if err := e.claim(s, next.LogicalID, next.Generation); err != nil {
		return err
	}
	// A process that is killed in between leaves word of what it was making.
	next.Status = CreateInProgress
	if err := e.retire(s, &next); err != nil {
		return err
	}
	made, err := e.invoke(ctx, next)
	if err != nil {
		return errors.Join(e.failUpdate(s, current, err), e.drop(s, next, "", ""))
	}
	made.Status = UpdateComplete
	return e.exchange(s, made, current, &next)
}

// retiredLike returns the replaced resource that is as next is to be.
func (s *state) retiredLike(next Resource) *Resource {
	for _, r := range s.retired {
		if r.PhysicalID != "" && r.LogicalID == next.LogicalID && r.Type == next.Type && same(r.Properties, next.Properties) {
			return r
		}
	}
	return nil
}

func (e *Engine) swapBack(s *state, current Resource, old *Resource, next Resource) error {
	next.PhysicalID, next.Generation, next.Applied, next.Attributes = old.PhysicalID, old.Generation, old.Applied, old.Attributes
	next.Status = UpdateComplete
	return e.exchange(s, next, current, old)
}
