// Package entity is what services keep their state in: a store of values of one
// kind, each under its key, and with each the event that its last change
// announces. It is a port; package dynamotable has the adapter.
package entity

import (
	"context"
	"errors"

	"eda-demo/internal/event"
)

var (
	// ErrNotFound says that there is no value under a key.
	ErrNotFound = errors.New("it does not exist")
	// ErrKey says that a change would give a value another key.
	ErrKey = errors.New("a value's key can't change")
)

// Keyed is a value that knows its key, which is part of its JSON.
type Keyed[K comparable] interface {
	Key() K
}

// Store keeps values. A value and the event that its change announces are one
// write: whoever sees the change can publish the event, and an event is there
// only if the change happened. Each event has an id of its own. All methods are
// safe for concurrent use, also from several processes.
//
// A value is kept as its JSON: what has no json tag is lost. No member may be
// called "outbox" or "version", and no two may differ in case only.
type Store[K comparable, T Keyed[K]] interface {
	// Create stores the value, and the event unless that is nil, if nothing has
	// its key. Otherwise it writes nothing and returns what stands there, and
	// false.
	Create(ctx context.Context, value T, announces *event.Pending) (stored T, created bool, err error)

	// Get returns the value as it stands, or fails with ErrNotFound.
	Get(ctx context.Context, key K) (T, error)

	// Change has decide say what becomes of the value that stands, and writes
	// that, and the event unless it is nil: the one announced before stays then.
	// It writes nothing and returns false if decide returns false. When the value
	// changes in the meantime it asks again, so decide may be called several
	// times, and must have no effect of its own. It returns the value as it stands
	// afterwards. It fails with ErrNotFound, ErrKey, and with the errors of decide.
	Change(ctx context.Context, key K, decide Decision[T]) (stands T, changed bool, err error)
}

// Decision says what becomes of a value: the next one, which has the same key,
// the event that announces it or nil, and whether there is a change at all. For
// a change without an event decide may be shown the very value that it decided
// on, namely when the answer to the write got lost: it must see that nothing is
// left to do.
type Decision[T any] func(stands T) (next T, announces *event.Pending, changed bool, err error)
