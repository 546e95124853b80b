package table

import (
	"iter"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/sorted"
)

// pageBytes is how much is read before a page ends, in bytes.
const pageBytes = 1 << 20

// Read is what Query and Scan have in common.
type Read struct {
	Index  string        // "" reads the table itself
	Start  attribute.Map // ExclusiveStartKey, nil to start at the beginning
	Limit  int           // how many items are read before the page ends, 0 for no limit
	Filter *expression.Condition
	// WholeItems reads an index's items from the table, not as projected.
	WholeItems bool
}

// Page is a part of the result of a Query or Scan.
type Page struct {
	Items   []attribute.Map // those that the filter lets pass
	Scanned int             // how many were read
	Bytes   int             // the size of those that were read
	Last    attribute.Map   // the key to go on from, nil if all was read
}

// source is a table or one of its indexes, to read from.
type source struct {
	table *Table
	keys  Keys
	index *Index // nil for the table itself
	// entries are the index's. If it is dropped, they stay as they were.
	entries *sorted.Map[key, entry]
}

func (t *Table) source(index string) (source, error) {
	if index == "" {
		return source{table: t, keys: t.Keys}, nil
	}
	t.mu.RLock()
	entries := t.indexes[index]
	t.mu.RUnlock()
	i, ok := t.Index(index)
	if !ok || entries == nil {
		return source{}, invalid.Errorf("The table does not have the specified index: %s", index)
	}
	return source{t, i.Keys, &i, entries}, nil
}

// ascend and descend walk entries, see sorted.Map. They need the lock.

func (s source) ascend(from key) iter.Seq2[key, entry] {
	if s.index == nil {
		return asEntries(s.table.items.Ascend(from))
	}
	return s.entries.Ascend(from)
}

func (s source) descend(from key) iter.Seq2[key, entry] {
	if s.index == nil {
		return asEntries(s.table.items.Descend(from))
	}
	return s.entries.Descend(from)
}

func asEntries(items iter.Seq2[key, attribute.Map]) iter.Seq2[key, entry] {
	return func(yield func(key, entry) bool) {
		for k, item := range items {
			if !yield(k, entry{item, item}) {
				return
			}
		}
	}
}

// startKeys are the attributes of an ExclusiveStartKey.
func (s source) startKeys() []Attribute {
	attributes := s.table.Keys.all()
	if s.index == nil {
		return attributes
	}
	for _, a := range s.index.Keys.all() {
		if !s.table.Keys.has(a.Name) {
			attributes = append(attributes, a)
		}
	}
	return attributes
}

// keyOf is the key of the entry that a start key names.
func (s source) keyOf(start attribute.Map) key {
	if s.index == nil {
		return keyIn(s.keys, start)
	}
	return s.table.indexKey(*s.index, start)
}

func (s source) checkStart(start attribute.Map) error {
	attributes := s.startKeys()
	for _, a := range attributes {
		if v := start[a.Name]; v == nil || v.Type() != a.Type || len(start) != len(attributes) {
			if s.index != nil {
				return invalid.Errorf("The provided starting key is invalid")
			}
			return invalid.Errorf("The provided starting key is invalid: %v", errKeyMismatch())
		}
	}
	if err := checkKeyValues(s.table.Keys, start); err != nil {
		return invalid.Errorf("The provided starting key is invalid: %v", err)
	}
	return nil
}

// collect reads a page of the entries, up to where done tells so.
func (s source) collect(r Read, entries iter.Seq2[key, entry], done func(key) bool) Page {
	var page Page
	var start key
	if r.Start != nil {
		start = s.keyOf(r.Start)
	}
	for k, e := range entries {
		if r.Start != nil && compareKeys(k, start) == 0 {
			continue
		}
		if done(k) {
			break
		}
		page.add(r, e)
		if page.Scanned == r.Limit || page.Bytes >= pageBytes {
			page.Last = pick(e.item, s.startKeys())
			break
		}
	}
	return page
}

func (p *Page) add(r Read, e entry) {
	item := e.projected
	if r.WholeItems {
		item = e.item
	}
	p.Scanned++
	p.Bytes += attribute.ItemSize(item)
	if r.Filter == nil || r.Filter.Matches(item) {
		p.Items = append(p.Items, item)
	}
}
