package table

import (
	"errors"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/store"
)

// ErrRemoved tells that a table was deleted while a write was on its way to it.
var ErrRemoved = errors.New("the table was deleted")

// Change is an item before and after a write; nil where it does not exist.
type Change struct {
	Old, New attribute.Map
}

// write is a change that is about to be made.
type write struct {
	table *Table
	Change
	expired bool
}

// commit makes changes with their stream records, all or none: the one place where items, indexes and streams are
// written. They are kept in the store first, so that nothing is seen that a crash could take back. It needs the write
// locks of the tables, which have one store.
func commit(writes ...write) error {
	for _, w := range writes {
		if w.table.removed {
			return ErrRemoved
		}
	}
	for _, w := range writes {
		w.draft()
	}
	if len(writes) > 0 && writes[0].table.store.Lasting() {
		if err := keep(writes); err != nil {
			for _, w := range writes {
				w.discard()
			}
			return err
		}
	}
	for _, w := range writes {
		w.publish()
	}
	return nil
}

// changes tells whether there is an item before or after the write.
func (w write) changes() bool { return w.Old != nil || w.New != nil }

// some is the item before or after the write.
func (w write) some() attribute.Map {
	if w.New != nil {
		return w.New
	}
	return w.Old
}

func (w write) draft() {
	if w.table.stream != nil && w.changes() {
		w.table.stream.Draft(w.table.KeyOf(w.some()), w.Old, w.New, w.expired)
	}
}

func (w write) discard() {
	if w.table.stream != nil {
		w.table.stream.Discard()
	}
}

func (w write) publish() {
	if w.changes() {
		w.table.set(w.Change)
	}
	if w.table.stream != nil {
		w.table.stream.Publish()
	}
}

// keep puts the changes and their records into the store.
func keep(writes []write) error {
	return writes[0].table.store.Update(func(tx *store.Tx) {
		kept := map[*stream.Stream]bool{}
		for _, w := range writes {
			w.keep(tx)
			if records := w.table.stream; records != nil && !kept[records] {
				records.KeepDrafts(tx)
				kept[records] = true
			}
		}
	})
}

func (w write) keep(tx *store.Tx) {
	switch {
	case w.New != nil:
		tx.Put(w.table.bucket(), w.table.id(w.New), w.New.AppendBinary(nil))
	case w.Old != nil:
		tx.Delete(w.table.bucket(), w.table.id(w.Old))
	}
}
