package table

import (
	"fmt"
	"time"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/store"
)

// bucket keeps the items in their binary form, by their id.
func (t *Table) bucket() string { return "dynamodb.items." + t.Name }

// Load returns a table with the items that the store keeps of it, and its stream, which may be nil.
func Load(schema Schema, from *store.Store, records *stream.Stream) (*Table, error) {
	t := New(schema, from)
	t.stream = records
	return t, from.Load(t.bucket(), t.load)
}

func (t *Table) load(id string, value []byte) error {
	item, rest, err := attribute.CutBinary(string(value))
	if err != nil {
		return fmt.Errorf("item %q: %w", id, err)
	}
	if rest != "" {
		return fmt.Errorf("item %q: there is more than an item", id)
	}
	if err := t.checkKeyOf(item); err != nil {
		return fmt.Errorf("item %q: %w", id, err)
	}
	if t.id(item) != id {
		return fmt.Errorf("item %q has another key", id)
	}
	t.set(Change{New: item})
	return nil
}

func (t *Table) checkKeyOf(item attribute.Map) error {
	for _, a := range t.Keys.all() {
		if v := item[a.Name]; v == nil || v.Type() != a.Type {
			return fmt.Errorf("key attribute %s is missing or of another type", a.Name)
		}
	}
	return nil
}

// Change returns the table with another schema that CheckSuccessor accepts, which records its changes in s from now on;
// nil ends that. The items enter the indexes that are new; another stream before is closed. What also puts is kept with
// that or nothing changes.
func (t *Table) Change(schema Schema, s *stream.Stream, also func(*store.Tx)) (*Table, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return nil, ErrRemoved
	}
	indexes := t.fill(schema.Indexes)
	if err := t.setStream(s, also); err != nil {
		return nil, err
	}
	t.current, t.indexes = schema.Indexes, indexes
	return &Table{schema, t.contents}, nil
}

func (t *Table) setStream(s *stream.Stream, also func(*store.Tx)) error {
	before, now := t.stream, time.Now()
	err := t.store.Update(func(tx *store.Tx) {
		also(tx)
		if before != nil && before != s {
			before.Keep(tx, now)
		}
		if s != nil && before != s {
			s.Keep(tx, time.Time{})
		}
	})
	if err != nil {
		return err
	}
	if before != nil && before != s {
		before.Close(now)
	}
	t.stream = s
	return nil
}

// Remove removes the items from the store and closes the stream. Nothing can be written to the table any more. What
// also puts is kept with that or not at all.
func (t *Table) Remove(also func(*store.Tx)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.removed {
		return ErrRemoved
	}
	err := t.setStream(nil, func(tx *store.Tx) {
		tx.Drop(t.bucket())
		also(tx)
	})
	t.removed = err == nil
	return err
}
