// Package order is the domain of the order service: what an order is, how its
// status may change, and which event tells of each change.
package order

import (
	"encoding/json"
	"errors"
	"fmt"

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
	ID      ID           `json:"id"`
	Amount  money.Amount `json:"amount"`
	Status  Status       `json:"status"`
	Created event.Time   `json:"createdAt"`
	Updated event.Time   `json:"updatedAt"`
	// History has every change of status, the first one first.
	History []Change `json:"history"`
}

// Change says since when an order has had a status.
type Change struct {
	Status Status     `json:"status"`
	At     event.Time `json:"at"`
}

// Key is what a store knows the order by.
func (o Order) Key() ID { return o.ID }

// UnmarshalJSON reads an order of which nothing is missing, out of range or
// unknown.
func (o *Order) UnmarshalJSON(data []byte) error {
	type plain Order // without this method
	if err := json.Unmarshal(data, (*plain)(o)); err != nil {
		return err
	}
	err := errors.Join(o.ID.Validate(), o.Amount.ValidatePrice(), validate(o.Status, o.Created), validate(o.Status, o.Updated))
	if len(o.History) == 0 {
		err = errors.Join(err, errors.New("an order has no history"))
	}
	for _, c := range o.History {
		err = errors.Join(err, validate(c.Status, c.At))
	}
	return err
}

func validate(status Status, at event.Time) error {
	if !status.Valid() {
		return fmt.Errorf("%q is no order's status", status)
	}
	if at.IsZero() {
		return fmt.Errorf("the time of the status %s is missing", status)
	}
	return nil
}

// New is an order just created. It fails with ErrID or money.ErrPrice.
func New(id ID, amount money.Amount, at event.Time) (Order, error) {
	if err := errors.Join(id.Validate(), amount.ValidatePrice()); err != nil {
		return Order{}, err
	}
	return Order{
		ID:      id,
		Amount:  amount,
		Status:  Created,
		Created: at,
		Updated: at,
		History: []Change{{Status: Created, At: at}},
	}, nil
}
