// Package storetest has what tests of the order service share: an order.Store
// in memory, and the suite of tests that every order.Store passes.
package storetest

import (
	"context"
	"slices"
	"sync"

	"eda-demo/internal/event"
	"eda-demo/internal/order"
)

// Memory is an order.Store in memory which can be told to fail. The zero value
// is empty and ready; it is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	orders map[order.ID]order.Order
	outbox map[order.ID][]event.Pending
	fail   error
}

var _ order.Store = (*Memory)(nil)

// Fail makes every later call fail with err and do nothing; nil ends that.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// Announced returns every event announced for the order, the first one first.
func (m *Memory) Announced(id order.ID) []event.Pending {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.outbox[id])
}

// Len is the number of orders.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.orders)
}

// Create implements order.Store.
func (m *Memory) Create(_ context.Context, o order.Order, announces event.Pending) (order.Order, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return order.Order{}, false, m.fail
	}
	if stored, exists := m.orders[o.ID]; exists {
		return clone(stored), false, nil
	}
	m.put(o, announces)
	return o, true, nil
}

// Advance implements order.Store.
func (m *Memory) Advance(_ context.Context, id order.ID, from order.Status, to order.Change, announces event.Pending) (order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return order.Order{}, m.fail
	}
	o, exists := m.orders[id]
	if !exists {
		return order.Order{}, order.ErrNotFound
	}
	stood := clone(o)
	if stood.Status != from {
		return stood, nil
	}
	o.Status, o.Updated = to.Status, to.At
	o.History = append(slices.Clone(o.History), to)
	m.put(o, announces)
	return stood, nil
}

// Get implements order.Store.
func (m *Memory) Get(_ context.Context, id order.ID) (order.Order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return order.Order{}, m.fail
	}
	o, exists := m.orders[id]
	if !exists {
		return order.Order{}, order.ErrNotFound
	}
	return clone(o), nil
}

func (m *Memory) put(o order.Order, announces event.Pending) {
	if m.orders == nil {
		m.orders = map[order.ID]order.Order{}
		m.outbox = map[order.ID][]event.Pending{}
	}
	m.orders[o.ID] = clone(o)
	m.outbox[o.ID] = append(m.outbox[o.ID], announces)
}

func clone(o order.Order) order.Order {
	o.History = slices.Clone(o.History)
	return o
}
