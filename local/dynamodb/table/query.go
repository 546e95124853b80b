package table

import (
	"iter"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
	"eda-demo/local/dynamodb/invalid"
)

// Query reads the items of one partition in the order of their sort keys.
type Query struct {
	Read
	Terms    []expression.KeyTerm
	Backward bool
}

// Query carries out a query.
func (t *Table) Query(q Query) (Page, error) {
	s, err := t.source(q.Index)
	if err != nil {
		return Page{}, err
	}
	partition, ordering, err := s.split(q.Terms)
	if err != nil {
		return Page{}, err
	}
	if err := s.checkQuery(q, partition, ordering); err != nil {
		return Page{}, err
	}
	r := newSpan(hashed(encode(partition.Values[0])), ordering)
	t.mu.RLock()
	defer t.mu.RUnlock()
	return s.collect(q.Read, s.within(q, r), r.ends(q.Backward)), nil
}

func (s source) within(q Query, r span) iter.Seq2[key, entry] {
	from := r.low
	if q.Backward {
		from = r.high
	}
	if q.Start != nil {
		from = s.keyOf(q.Start)
	}
	if q.Backward {
		return s.descend(from)
	}
	return s.ascend(from)
}

// split sorts the terms of a key condition into the one on the partition key and the one on the sort key, if any.
func (s source) split(terms []expression.KeyTerm) (partition expression.KeyTerm, ordering *expression.KeyTerm, err error) {
	if len(terms) > 2 {
		return partition, nil, invalid.Errorf("Conditions can be of length 1 or 2 only")
	}
	if len(terms) == 2 && s.keys.Sort == nil {
		return partition, nil, invalid.Errorf("Query key condition not supported")
	}
	found := false
	for i, term := range terms {
		switch {
		case term.Attribute == s.keys.Partition.Name:
			partition, found = term, true
		case s.keys.Sort != nil && term.Attribute == s.keys.Sort.Name:
			ordering = &terms[i]
		}
	}
	if !found {
		return partition, nil, missingElement(s.keys.Partition.Name)
	}
	if len(terms) == 2 && ordering == nil {
		return partition, nil, missingElement(s.keys.Sort.Name)
	}
	return partition, ordering, nil
}

func missingElement(name string) error {
	return invalid.Errorf("Query condition missed key schema element: %s", name)
}

func (s source) checkQuery(q Query, partition expression.KeyTerm, ordering *expression.KeyTerm) error {
	if err := checkTerm(partition, s.keys.Partition); err != nil {
		return err
	}
	if partition.Operator != "=" {
		return invalid.Errorf("Query key condition not supported")
	}
	if ordering != nil {
		if err := checkTerm(*ordering, *s.keys.Sort); err != nil {
			return err
		}
	}
	if q.Start != nil {
		if err := s.checkQueryStart(q.Start, partition, ordering); err != nil {
			return err
		}
	}
	return s.checkFilter(q.Filter)
}

func checkTerm(term expression.KeyTerm, a Attribute) error {
	for _, v := range term.Values {
		if v.Type() != a.Type {
			return invalid.Errorf("One or more parameter values were invalid: Condition parameter type does not match schema type")
		}
		if what := emptiness(v); what != "" {
			return invalid.Errorf("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", what, a.Name)
		}
	}
	return nil
}

func (s source) checkQueryStart(start attribute.Map, partition expression.KeyTerm, ordering *expression.KeyTerm) error {
	if err := s.checkStart(start); err != nil {
		return err
	}
	if !attribute.Equal(start[partition.Attribute], partition.Values[0]) {
		return invalid.Errorf("The provided starting key is outside query boundaries based on provided conditions")
	}
	if ordering != nil && !newSpan("", ordering).contains(encode(start[ordering.Attribute])) {
		return invalid.Errorf("The provided starting key does not match the range key predicate")
	}
	return nil
}

func (s source) checkFilter(filter *expression.Condition) error {
	if filter == nil {
		return nil
	}
	for _, path := range filter.Paths() {
		if s.keys.has(path.Head()) {
			return invalid.Errorf("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", path.Head())
		}
	}
	return s.table.CheckPaths(filter.Paths())
}

// span is the keys of a partition that a condition on the sort key selects: those between two edges.
type span struct{ low, high key }

func newSpan(partition string, term *expression.KeyTerm) span {
	r := span{key{partition: partition, edge: beforePartition}, key{partition: partition, edge: afterPartition}}
	if term == nil {
		return r
	}
	first := encode(term.Values[0])
	switch term.Operator {
	case "=":
		r.low, r.high = r.at(first, beforeSort), r.at(first, afterSort)
	case "<":
		r.high = r.at(first, beforeSort)
	case "<=":
		r.high = r.at(first, afterSort)
	case ">":
		r.low = r.at(first, afterSort)
	case ">=":
		r.low = r.at(first, beforeSort)
	case "BETWEEN":
		r.low, r.high = r.at(first, beforeSort), r.at(encode(term.Values[1]), afterSort)
	case "begins_with":
		r.low = r.at(first, beforeSort)
		if next := successor(first); next != "" {
			r.high = r.at(next, beforeSort)
		}
	}
	return r
}

func (r span) at(sort string, e edge) key {
	return key{partition: r.low.partition, sort: sort, edge: e}
}

// successor is the least string that is greater than all strings that begin with prefix, "" if there is none.
func successor(prefix string) string {
	trimmed := strings.TrimRight(prefix, "\xff")
	if trimmed == "" {
		return ""
	}
	last := len(trimmed) - 1
	return trimmed[:last] + string([]byte{trimmed[last] + 1})
}

func (r span) contains(sort string) bool {
	k := key{partition: r.low.partition, sort: sort}
	return compareKeys(r.low, k) < 0 && compareKeys(k, r.high) < 0
}

// ends returns what tells that a walk has left the span.
func (r span) ends(backward bool) func(key) bool {
	if backward {
		return func(k key) bool { return compareKeys(k, r.low) < 0 }
	}
	return func(k key) bool { return compareKeys(k, r.high) > 0 }
}
