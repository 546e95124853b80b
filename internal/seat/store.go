package seat

import (
	"context"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
)

// Store keeps what was decided for each booking, and which seats of each flight
// are taken. All methods are safe for concurrent use, also from several
// processes, and wait for their turn when others write the same.
type Store interface {
	// The assignments, by the bookings' ids. Seats are given by Claim only.
	entity.Store[string, Assignment]

	// Claim is Create of an assignment with its seat, which it takes in the same
	// write. It fails with ErrTaken if the seat is taken and the booking has no
	// assignment; nothing is written then.
	Claim(ctx context.Context, a Assignment, announces event.Pending) (stands Assignment, claimed bool, err error)

	// Taken lists the seats of a flight that are taken, in any order: all that
	// were when it was called, or a claim of which had failed.
	Taken(ctx context.Context, flightID string) ([]string, error)

	// Full reports whether the flight was marked as full, with the seats of this
	// very layout. It may miss a mark that was set a moment ago.
	Full(ctx context.Context, flightID string, layout Layout) (bool, error)

	// MarkFull marks the flight as full, which can't be undone: it is for a
	// flight of which Taken has listed all the layout's seats.
	MarkFull(ctx context.Context, flightID string, layout Layout) error
}
