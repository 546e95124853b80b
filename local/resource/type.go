package resource

import "context"

// Type is how the resources of one CloudFormation type are managed. Each
// function is called once at a time for one resource; different resources may
// be managed at the same time.
type Type struct {
	Schema

	// Create makes the resource. Everything that it refers to or depends on
	// exists. A name that is taken is refused.
	//
	// With a PhysicalID in the definition, the resource was created by an
	// earlier process of the runner: Create takes it up under that id, with what
	// the service has kept of it, and makes anew what was not kept.
	Create func(ctx context.Context, definition Definition) (Instance, error)

	// Update makes of the resource previous, whose PhysicalID it keeps, what
	// next says, or fails and leaves it as it is. No immutable property differs.
	// The two may be equal: an update that is undone is an update back.
	Update func(ctx context.Context, previous, next Definition) (Instance, error)

	// Delete removes the resource with the definition's PhysicalID, with
	// everything in it. One that is gone already is no error.
	Delete func(ctx context.Context, definition Definition) error
}

// Type returns the type whose resources have properties of the schema: they
// are checked before create and update are called. Without update, each change
// replaces the resource.
func (s Schema) Type(
	create func(context.Context, Definition) (Instance, error),
	update func(ctx context.Context, previous, next Definition) (Instance, error),
	remove func(context.Context, Definition) error,
) Type {
	t := Type{Schema: s, Delete: remove}
	t.Create = func(ctx context.Context, definition Definition) (Instance, error) {
		if err := s.check(definition.Properties); err != nil {
			return Instance{}, err
		}
		return create(ctx, definition)
	}
	if update == nil {
		return t
	}
	t.Update = func(ctx context.Context, previous, next Definition) (Instance, error) {
		if err := s.check(next.Properties); err != nil {
			return Instance{}, err
		}
		return update(ctx, previous, next)
	}
	return t
}
