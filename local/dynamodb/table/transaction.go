package table

import (
	"cmp"
	"slices"
)

// Step is one write of a transaction.
type Step struct {
	Table    *Table
	Mutation Mutation
}

// Transact carries out all steps, or none. If it carries out none, failures has an error for each step that is the
// cause, nil for the others; or the changes could not be kept, then there is err only. No two steps may be of the same
// item.
func Transact(steps []Step) (changes []Change, failures []error, err error) {
	tables := make([]*Table, len(steps))
	for i, s := range steps {
		tables[i] = s.Table
	}
	defer lockAll(tables)()
	changes, failures = make([]Change, len(steps)), make([]error, len(steps))
	failed := false
	for i, s := range steps {
		changes[i], failures[i] = s.Table.evaluate(s.Mutation)
		failed = failed || failures[i] != nil
	}
	if failed {
		return nil, failures, nil
	}
	var writes []write
	for i, s := range steps {
		if s.Mutation.Kind != Check {
			writes = append(writes, write{table: s.Table, Change: changes[i]})
		}
	}
	if err := commit(writes...); err != nil {
		return nil, nil, err
	}
	return changes, nil, nil
}

// lockAll locks each table once, all in one order, and returns what unlocks them.
func lockAll(tables []*Table) (unlock func()) {
	tables = inOrder(tables)
	for _, t := range tables {
		t.mu.Lock()
	}
	return func() {
		for _, t := range tables {
			t.mu.Unlock()
		}
	}
}

func inOrder(tables []*Table) []*Table {
	tables = slices.Clone(tables)
	slices.SortFunc(tables, func(a, b *Table) int { return cmp.Compare(a.serial, b.serial) })
	return slices.CompactFunc(tables, func(a, b *Table) bool { return a.contents == b.contents })
}

// Snapshot runs read while none of the tables is written. read may call Peek.
func Snapshot(tables []*Table, read func()) {
	tables = inOrder(tables)
	for _, t := range tables {
		t.mu.RLock()
		defer t.mu.RUnlock()
	}
	read()
}
