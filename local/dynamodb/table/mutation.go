package table

import (
	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/expression"
)

// Kind tells what a mutation does to its item.
type Kind int

// The kinds of mutations.
const (
	Put Kind = iota
	Update
	Delete
	Check // only checks the condition
)

// Mutation is a write of one item. Make sure by Validate that it fits the table.
type Mutation struct {
	Kind      Kind
	Item      attribute.Map         // Put: the whole item, else the primary key
	Condition *expression.Condition // nil if there is none
	Update    *expression.Update    // nil for an update without an expression
}

// ConditionError tells that the condition of a write does not hold.
type ConditionError struct {
	Item attribute.Map // as it is, nil if it does not exist
}

func (*ConditionError) Error() string { return "The conditional request failed" }

// Validate refuses a mutation that does not fit the table, whatever the table holds.
func (s *Schema) Validate(m Mutation) error {
	check := s.CheckKey
	if m.Kind == Put {
		check = s.CheckItem
	}
	if err := check(m.Item); err != nil {
		return err
	}
	if m.Condition != nil {
		if err := s.CheckPaths(m.Condition.Paths()); err != nil {
			return err
		}
	}
	if m.Update != nil {
		return s.CheckUpdate(m.Update)
	}
	return nil
}

// Apply carries out one mutation.
func (t *Table) Apply(m Mutation) (Change, error) {
	if err := t.Validate(m); err != nil {
		return Change{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.evaluate(m)
	if err != nil {
		return Change{}, err
	}
	return c, commit(write{table: t, Change: c})
}

// evaluate tells what a mutation would change. It needs the lock.
func (t *Table) evaluate(m Mutation) (Change, error) {
	old := t.find(m.Item)
	if m.Condition != nil && !m.Condition.Matches(old) {
		return Change{}, &ConditionError{Item: old}
	}
	switch m.Kind {
	case Put:
		return Change{old, m.Item}, nil
	case Delete:
		return Change{old, nil}, nil
	case Update:
		updated, err := t.updated(m, old)
		return Change{old, updated}, err
	}
	return Change{old, old}, nil
}

func (t *Table) updated(m Mutation, old attribute.Map) (attribute.Map, error) {
	base := old
	if base == nil {
		base = m.Item
	}
	if m.Update == nil {
		return base, nil
	}
	item, err := m.Update.Apply(base)
	if err != nil {
		return nil, err
	}
	return item, t.checkUpdated(item)
}
