package notification

import (
	"context"
	"time"
)

// State is what a ledger knows of an event.
type State int

const (
	// Claimed: the event is the caller's to notify of, until its claim ends.
	Claimed State = iota + 1
	// Taken: somebody else has a claim which has not ended.
	Taken
	// Done: people were notified of the event.
	Done
)

// Retention is how long a ledger remembers an event: longer than an event can
// stay undelivered in a dead-letter queue (14 days), with time to look at it.
const Retention = 30 * 24 * time.Hour

// Ledger remembers which events people were notified of, and who is just about
// to. Times are kept in milliseconds. It is safe for concurrent use, also from
// several processes.
type Ledger interface {
	// Claim claims an event from now until a time, unless it is Taken or Done.
	Claim(ctx context.Context, eventID string, now, until time.Time) (State, error)
	// Release ends the claim that was to last until a time, if nobody has
	// claimed the event since and it is not done.
	Release(ctx context.Context, eventID string, until time.Time) error
	// Finish makes a claimed event Done.
	Finish(ctx context.Context, eventID string) error
}
