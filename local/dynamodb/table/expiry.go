package table

import (
	"time"

	"eda-demo/local/dynamodb/attribute"
)

// oldestExpiry is how far in the past an expiry may lie: older ones are taken for mistakes and left alone.
const oldestExpiry = 5 * 365 * 24 * time.Hour

// Expire deletes the items whose attribute holds an expiry, in seconds since 1970, that has passed. It tells how many.
func (t *Table) Expire(name string, now time.Time) int {
	deleted := 0
	for _, k := range t.expired(name, now) {
		if t.expireOne(k, name, now) {
			deleted++
		}
	}
	return deleted
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

func (t *Table) expireOne(k key, name string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	item, ok := t.items.Get(k)
	if !ok || !isExpired(item[name], now) {
		return false
	}
	t.commit(Change{Old: item}, true)
	return true
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
