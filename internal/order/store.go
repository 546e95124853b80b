package order

import (
	"context"

	"eda-demo/internal/event"
)

// Store keeps orders, and with each the event that its last change announces.
// Both are one write: whoever sees the change can publish the event, and an
// event is there only if the change happened. All methods are safe for
// concurrent use, also from several processes.
type Store interface {
	// Create stores the order and its event if no order has the id. Otherwise
	// it writes nothing and returns the order that stands there, and false.
	Create(ctx context.Context, o Order, announces event.Pending) (stored Order, created bool, err error)

	// Advance gives the order a further status, and adds it to the history, if
	// its status is from. Otherwise it writes nothing. It returns the order as
	// it stood before: the change was made exactly if its status was from. It
	// fails with ErrNotFound for an order that does not exist.
	Advance(ctx context.Context, id ID, from Status, to Change, announces event.Pending) (stood Order, err error)

	// Get returns the order as it stands, or fails with ErrNotFound.
	Get(ctx context.Context, id ID) (Order, error)
}
