// Package storetest has what tests of the order service share: an order.Store
// in memory, and the suite of tests that every order.Store passes.
package storetest

import (
	"context"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
)

// Memory is an order.Store in memory. The zero value is empty and ready.
type Memory struct {
	entitytest.Memory[order.ID, order.Order]
}

var _ order.Store = (*Memory)(nil)

// Advance implements order.Store.
func (m *Memory) Advance(ctx context.Context, id order.ID, from order.Status, to order.Change, announces event.Pending) (stood order.Order, err error) {
	_, _, err = m.Change(ctx, id, func(o order.Order) (order.Order, *event.Pending, bool, error) {
		stood = o
		if o.Status != from {
			return o, nil, false, nil
		}
		o.Status, o.Updated = to.Status, to.At
		o.History = append(o.History[:len(o.History):len(o.History)], to)
		return o, &announces, true, nil
	})
	return stood, err
}
