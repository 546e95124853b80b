package table

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/sorted"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/store"
)

// Table is the items of one table, seen with a schema. Tables that Change made of one another have the same items, so
// that an operation that began with the old schema is not lost. It is safe for concurrent use.
type Table struct {
	Schema // fixed
	*contents
}

// contents are the items of a table and what is made of them.
type contents struct {
	store *store.Store
	// serial is another for each, and the order in which several are locked.
	serial uint64

	mu      sync.RWMutex
	items   *sorted.Map[key, attribute.Map]
	current []Index // those that have entries
	indexes map[string]*sorted.Map[key, entry]
	size    int // of all items, in bytes
	stream  *stream.Stream
	removed bool // from the store: nothing can be written any more
}

// serials counts the tables that were ever made.
var serials atomic.Uint64

// entry is an item's entry in an index: what the index holds of it, and the item itself.
type entry struct {
	projected, item attribute.Map
}

// New returns an empty table that keeps its items in a store.
func New(schema Schema, in *store.Store) *Table {
	t := &Table{schema, &contents{store: in, serial: serials.Add(1), items: sorted.New[key, attribute.Map](compareKeys)}}
	t.current, t.indexes = schema.Indexes, t.fill(schema.Indexes)
	return t
}

// Stats counts the items and their bytes.
func (t *Table) Stats() (items, bytes int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.items.Len(), t.size
}

// IndexLen counts the entries of an index.
func (t *Table) IndexLen(name string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if index := t.indexes[name]; index != nil {
		return index.Len()
	}
	return 0
}

// Get returns the item with the given primary key, nil if there is none.
func (t *Table) Get(primary attribute.Map) (attribute.Map, error) {
	if err := t.CheckKey(primary); err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.find(primary), nil
}

// find needs the lock.
func (t *Table) find(primary attribute.Map) attribute.Map {
	item, _ := t.items.Get(keyIn(t.Keys, primary))
	return item
}

// set makes a change in memory. It needs the write lock.
func (t *Table) set(c Change) {
	if c.New == nil {
		t.items.Delete(keyIn(t.Keys, c.Old))
	} else {
		t.items.Set(keyIn(t.Keys, c.New), c.New)
	}
	t.size += attribute.ItemSize(c.New) - attribute.ItemSize(c.Old)
	for _, index := range t.current {
		t.reindex(index, t.indexes[index.Name], c)
	}
}

func (t *Table) reindex(index Index, entries *sorted.Map[key, entry], c Change) {
	if isIn(index, c.Old) {
		entries.Delete(t.indexKey(index, c.Old))
	}
	if isIn(index, c.New) {
		entries.Set(t.indexKey(index, c.New), entry{projected: t.project(index, c.New), item: c.New})
	}
}

// fill returns the entries of indexes, by their names: those that there are, and new ones of all items for other
// indexes. It needs the lock.
func (t *Table) fill(indexes []Index) map[string]*sorted.Map[key, entry] {
	filled := map[string]*sorted.Map[key, entry]{}
	for _, index := range indexes {
		if slices.ContainsFunc(t.current, func(i Index) bool { return reflect.DeepEqual(i, index) }) {
			filled[index.Name] = t.indexes[index.Name]
			continue
		}
		entries := sorted.New[key, entry](compareKeys)
		for _, item := range t.items.Ascend(key{edge: beforePartition}) {
			t.reindex(index, entries, Change{New: item})
		}
		filled[index.Name] = entries
	}
	return filled
}

// isIn tells whether the item has all attributes of the index's key. Items that were written before there was the index
// may have them with values that it does not take.
func isIn(index Index, item attribute.Map) bool {
	for _, a := range index.Keys.all() {
		if v := item[a.Name]; v == nil || v.Type() != a.Type || emptiness(v) != "" {
			return false
		}
	}
	return true
}

// Peek is Get within a Snapshot, for a key that CheckKey accepts.
func (t *Table) Peek(primary attribute.Map) attribute.Map { return t.find(primary) }
