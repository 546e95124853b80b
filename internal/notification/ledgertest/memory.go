// Package ledgertest has what tests of notifications share: a
// notification.Ledger in memory, and the tests that every ledger passes.
package ledgertest

import (
	"context"
	"sync"
	"time"

	"eda-demo/internal/notification"
)

// Memory is a notification.Ledger in memory. The zero value is empty and ready.
type Memory struct {
	mu     sync.Mutex
	leases map[string]time.Time // the zero time for what is done
	writes int
}

var _ notification.Ledger = (*Memory)(nil)

// Writes is how many calls there were that changed something.
func (m *Memory) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

// Claim implements notification.Ledger.
func (m *Memory) Claim(_ context.Context, eventID string, now, until time.Time) (notification.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	lease, known := m.leases[eventID]
	switch {
	case known && lease.IsZero():
		return notification.Done, nil
	case known && lease.After(now):
		return notification.Taken, nil
	}
	m.set(eventID, until)
	return notification.Claimed, nil
}

// Release implements notification.Ledger.
func (m *Memory) Release(_ context.Context, eventID string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if lease, known := m.leases[eventID]; known && lease.Equal(until) {
		m.set(eventID, time.UnixMilli(0))
	}
	return nil
}

// Finish implements notification.Ledger.
func (m *Memory) Finish(_ context.Context, eventID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(eventID, time.Time{})
	return nil
}

func (m *Memory) set(eventID string, lease time.Time) {
	if m.leases == nil {
		m.leases = map[string]time.Time{}
	}
	m.leases[eventID] = lease
	m.writes++
}
