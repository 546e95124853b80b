package table

import (
	"fmt"
	"time"

	"eda-demo/local/dynamodb/attribute"
)

// oldestExpiry is how far in the past an expiry may lie: older ones are taken for mistakes and left alone.
const oldestExpiry = 5 * 365 * 24 * time.Hour

// Expire deletes the items whose attribute holds an expiry, in seconds since 1970, that has passed.
func (t *Table) Expire(name string, now time.Time) error {
	for _, k := range t.expired(name, now) {
		if err := t.expireOne(k, name, now); err != nil {
			return fmt.Errorf("delete expired items of table %s: %w", t.Name, err)
		}
	}
	return nil
}

func (t *Table) expired(name string, now time.Time) []key {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var keys []key
	for k, item := range t.items.Ascend(key{edge: beforePartition}) {
		if isExpired(item[name], now) {
			keys = append(keys, k)
		}
	}
	return keys
}

func (t *Table) expireOne(k key, name string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	item, ok := t.items.Get(k)
	if !ok || !isExpired(item[name], now) {
		return nil
	}
	return commit(write{table: t, Change: Change{Old: item}, expired: true})
}

func isExpired(v attribute.Value, now time.Time) bool {
	n, ok := v.(attribute.Number)
	if !ok {
		return false
	}
	seconds, ok := n.Int64()
	if !ok {
		return false
	}
	expiry := time.Unix(seconds, 0)
	return !expiry.After(now) && now.Sub(expiry) < oldestExpiry
}
