// Package entitytest has what tests need of entities: a store in memory, and
// the contract that every store is held to.
package entitytest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
)

// Memory is an entity.Store. The zero value is empty. It keeps the JSON of
// values, as the real one does.
type Memory[K comparable, T entity.Keyed[K]] struct {
	mu        sync.Mutex
	values    map[K][]byte
	announced []announcement[K]

	// Fail, if it is set, is asked before each operation ("create", "get",
	// "change") for an error to fail with, with nothing done.
	Fail func(operation string) error
}

// announcement is an event with the key of the value that it tells of.
type announcement[K comparable] struct {
	key K
	event.Pending
}

// Announced returns the events that writes announced, in their order: of the
// values with the keys, or of all if no key is given.
func (m *Memory[K, T]) Announced(keys ...K) []event.Pending {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []event.Pending
	for _, a := range m.announced {
		if len(keys) == 0 || slices.Contains(keys, a.key) {
			found = append(found, a.Pending)
		}
	}
	return found
}

// Len is the number of values.
func (m *Memory[K, T]) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.values)
}

// Create implements entity.Store.
func (m *Memory[K, T]) Create(ctx context.Context, value T, announces *event.Pending) (T, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx, "create"); err != nil {
		return value, false, err
	}
	if kept, there := m.values[value.Key()]; there {
		stands, err := decode[T](kept)
		return stands, false, err
	}
	if err := m.write(value, announces); err != nil {
		return value, false, err
	}
	return value, true, nil
}

// Get implements entity.Store.
func (m *Memory[K, T]) Get(ctx context.Context, key K) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx, "get"); err != nil {
		return *new(T), err
	}
	return m.get(key)
}

// Change implements entity.Store.
func (m *Memory[K, T]) Change(ctx context.Context, key K, decide entity.Decision[T]) (T, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.ready(ctx, "change"); err != nil {
		return *new(T), false, err
	}
	stands, err := m.get(key)
	if err != nil {
		return stands, false, err
	}
	next, announces, changed, err := decide(stands)
	if err != nil || !changed {
		return stands, false, err
	}
	if next.Key() != key {
		return stands, false, fmt.Errorf("changing %v into %v: %w", key, next.Key(), entity.ErrKey)
	}
	if err := m.write(next, announces); err != nil {
		return stands, false, err
	}
	return next, true, nil
}

func (m *Memory[K, T]) ready(ctx context.Context, operation string) error {
	if m.Fail != nil {
		if err := m.Fail(operation); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (m *Memory[K, T]) get(key K) (T, error) {
	kept, there := m.values[key]
	if !there {
		return *new(T), fmt.Errorf("%v: %w", key, entity.ErrNotFound)
	}
	return decode[T](kept)
}

func (m *Memory[K, T]) write(value T, announces *event.Pending) error {
	kept, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding %v: %w", value.Key(), err)
	}
	if m.values == nil {
		m.values = map[K][]byte{}
	}
	m.values[value.Key()] = kept
	if announces != nil {
		m.announced = append(m.announced, announcement[K]{value.Key(), *announces})
	}
	return nil
}

func decode[T any](kept []byte) (T, error) {
	var value T
	err := json.Unmarshal(kept, &value)
	return value, err
}
