package provision

import (
	"context"
	"encoding/json"
	"fmt"

	"eda-demo/local/resource"
)

// Unmanaged is the answer for a resource that no stack has.
type Unmanaged struct{ Type, PhysicalID string }

func (u *Unmanaged) Error() string {
	return fmt.Sprintf("Resource of type '%s' with identifier '%s' was not found.", u.Type, u.PhysicalID)
}

// Patch changes a resource behind its template's back, as Cloud Control does:
// the stack still shows the template's properties, so that an update to the
// same template changes nothing, and one that changes the resource compares
// with the template's.
func (e *Engine) Patch(ctx context.Context, typeName, physicalID string, patch func(properties json.RawMessage) (json.RawMessage, error)) error {
	s, _, err := e.patchable(typeName, physicalID)
	if err != nil {
		return err
	}
	s.work.Lock()
	defer s.work.Unlock()
	// Something else may have been at work.
	now, r, err := e.patchable(typeName, physicalID)
	if err != nil {
		return err
	}
	if now != s {
		return &Unmanaged{typeName, physicalID}
	}
	patched := r
	if patched.Applied, err = patch(r.actual().Properties); err != nil {
		return err
	}
	if patched.Attributes, err = e.apply(ctx, r, patched); err != nil {
		return fmt.Errorf("update %s (%s): %w", r.LogicalID, r.Type, err)
	}
	return e.adjust(s, patched)
}

// patchable finds a resource of a stack that no operation is at work on.
func (e *Engine) patchable(typeName, physicalID string) (*state, Resource, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, r := e.managed(typeName, physicalID)
	switch {
	case s == nil:
		return nil, Resource{}, &Unmanaged{typeName, physicalID}
	case s.Status.InProgress():
		return nil, Resource{}, invalidf("Stack:%s is in %s state and can not be updated.", s.Identity.ID, s.Status)
	}
	return s, *r, e.running()
}

// Applied returns the properties that a resource of a stack has, patches
// included.
func (e *Engine) Applied(typeName, physicalID string) (json.RawMessage, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, r := e.managed(typeName, physicalID); r != nil {
		return r.actual().Properties, nil
	}
	return nil, &Unmanaged{typeName, physicalID}
}

// managed finds a resource of a stack. The engine is locked.
func (e *Engine) managed(typeName, physicalID string) (*state, *Resource) {
	for _, s := range e.stacks {
		for _, r := range s.resources {
			if r.Type == typeName && r.PhysicalID == physicalID {
				return s, r
			}
		}
	}
	return nil, nil
}

// apply updates a resource, unless a property that can't change differs.
func (e *Engine) apply(ctx context.Context, current, next Resource) (map[string]any, error) {
	kind := e.config.Registry[current.Type]
	if kind.Update == nil {
		return nil, invalidf("resources of type %s can't be updated", current.Type)
	}
	changed, err := kind.Replacing(current.actual().Properties, next.actual().Properties)
	if err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		return nil, invalidf("properties %v can't be updated", changed)
	}
	instance, err := kind.Update(ctx, current.actual(), next.actual())
	return instance.Attributes, err
}

// actual is the definition that a resource has, patches included.
func (r *Resource) actual() resource.Definition {
	definition := r.Definition
	if r.Applied != nil {
		definition.Properties = r.Applied
	}
	return definition
}
