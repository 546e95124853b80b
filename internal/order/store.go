package order

import (
	"context"

	"eda-demo/internal/event"
)

// Store keeps orders as an entity.Store does, and changes them in one way only.
type Store interface {
	// Create is that of an entity.Store.
	Create(ctx context.Context, o Order, announces *event.Pending) (stored Order, created bool, err error)

	// Get is that of an entity.Store.
	Get(ctx context.Context, id ID) (Order, error)

	// Advance gives the order a further status, and adds it to the history, if
	// its status is from. Otherwise it writes nothing. The event is part of that
	// write. It returns the order as it stood before: the change was made exactly
	// if its status was from. It fails with entity.ErrNotFound for an order that
	// does not exist.
	Advance(ctx context.Context, id ID, from Status, to Change, announces event.Pending) (stood Order, err error)
}
