// Package order is the domain of the order service: what an order is, how its
// status may change, and which event tells of each change.
package order

import (
	"errors"
	"fmt"
	"time"

	"eda-demo/internal/decimal"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
)

// ID names an order: 1 to MaxID, chosen by who places the order.
type ID int64

// MaxID is 2^53-1, the largest integer that every JSON reader takes exactly.
const MaxID ID = 1<<53 - 1

var (
	// ErrID says that something is no order id.
	ErrID = errors.New("an order id is an integer from 1 to 9007199254740991")
	// ErrNotFound says that there is no order with the id.
	ErrNotFound = errors.New("there is no such order")
	// ErrConflict says that an order with the id, but another amount, exists.
	ErrConflict = errors.New("an order with this id and another amount exists")
)

// ParseID reads a JSON number by its value (1e2 is 100), or fails with ErrID.
func ParseID(literal string) (ID, error) {
	n, err := decimal.Scaled(literal, 0)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrID, err)
	}
	return ID(n), ID(n).Validate()
}

// Validate fails with ErrID for an id out of range.
func (id ID) Validate() error {
	if id < 1 || id > MaxID {
		return ErrID
	}
	return nil
}

// Status is how far an order has come. Its text is the detail type of the event
// that tells of it.
type Status string

// The statuses. Created is the first; the others are final.
const (
	Created   Status = event.OrderCreated
	Completed Status = event.OrderCompleted
	Cancelled Status = event.OrderCancelled
)

// Final reports whether an order with this status stays as it is.
func (s Status) Final() bool { return s == Completed || s == Cancelled }

// Valid reports whether s is one of the statuses.
func (s Status) Valid() bool { return s == Created || s.Final() }

// Order is one order with all that happened to it.
type Order struct {
	ID     ID
	Amount money.Amount
	Status Status
	// Created and Updated are in UTC, with milliseconds.
	Created time.Time
	Updated time.Time
	// History has every change of status, the first one first.
	History []Change
}

// Change says since when an order has had a status.
type Change struct {
	Status Status
	At     time.Time
}

// New is an order just created. It fails with ErrID or
// money.ErrPrice.
func New(id ID, amount money.Amount, at time.Time) (Order, error) {
	if err := errors.Join(id.Validate(), amount.ValidatePrice()); err != nil {
		return Order{}, err
	}
	at = Instant(at)
	return Order{
		ID:      id,
		Amount:  amount,
		Status:  Created,
		Created: at,
		Updated: at,
		History: []Change{{Status: Created, At: at}},
	}, nil
}

// Instant is a time as orders keep it: in UTC, in whole milliseconds.
func Instant(t time.Time) time.Time {
	return t.UTC().Truncate(time.Millisecond)
}
