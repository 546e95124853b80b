package expression

import (
	"maps"
	"slices"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
)

// Apply returns the item as the update leaves it; the item given stays as it is. Every value is computed from the item
// as it was before the update. The error is an *invalid.Error.
func (u *Update) Apply(item attribute.Map) (attribute.Map, error) {
	changes := make([]change, len(u.actions))
	for i, a := range u.actions {
		c, err := a.change(item)
		if err != nil {
			return nil, err
		}
		changes[i] = c
	}
	updated, err := u.root.rebuild(item, changes)
	if err != nil {
		return nil, err
	}
	return updated.(attribute.Map), nil
}

// change is what happens at the end of a path: a new value, or the removal of the old one if value is nil.
// Nothing happens if keep is set.
type change struct {
	value attribute.Value
	keep  bool
}

func (a action) change(item attribute.Map) (change, error) {
	if a.section == "REMOVE" {
		return change{}, nil
	}
	value, err := a.value.compute(item)
	if err != nil || a.section == "SET" {
		return change{value: value}, err
	}
	old := a.path.Find(item)
	if old == nil {
		return change{value: value, keep: a.section == "DELETE"}, nil
	}
	if old.Type() != value.Type() {
		return change{}, errOperand
	}
	if a.section == "DELETE" {
		return change{value: without(old, value)}, nil
	}
	value, err = plus(old, value)
	return change{value: value}, err
}

// plus adds a number or the members of a set.
func plus(old, add attribute.Value) (attribute.Value, error) {
	switch old := old.(type) {
	case attribute.Number:
		total, err := old.Add(add.(attribute.Number))
		if err != nil {
			return nil, invalid.Errorf("%v", err)
		}
		return total, nil
	case attribute.StringSet:
		return attribute.StringSet(union(old, add.(attribute.StringSet))), nil
	case attribute.NumberSet:
		return attribute.NumberSet(union(old, add.(attribute.NumberSet))), nil
	case attribute.BinarySet:
		return attribute.BinarySet(union(old, add.(attribute.BinarySet))), nil
	}
	return nil, errOperand
}

// without removes members of a set; nil if none is left.
func without(old, remove attribute.Value) attribute.Value {
	switch old := old.(type) {
	case attribute.StringSet:
		if left := difference(old, remove.(attribute.StringSet)); len(left) > 0 {
			return attribute.StringSet(left)
		}
	case attribute.NumberSet:
		if left := difference(old, remove.(attribute.NumberSet)); len(left) > 0 {
			return attribute.NumberSet(left)
		}
	case attribute.BinarySet:
		if left := difference(old, remove.(attribute.BinarySet)); len(left) > 0 {
			return attribute.BinarySet(left)
		}
	}
	return nil
}

func union[E comparable](a, b []E) []E {
	out := slices.Clone(a)
	for _, e := range b {
		if !slices.Contains(a, e) {
			out = append(out, e)
		}
	}
	return out
}

func difference[E comparable](a, b []E) []E {
	return slices.DeleteFunc(slices.Clone(a), func(e E) bool { return slices.Contains(b, e) })
}

// rebuild returns a copy of v with the changes of the paths below b made.
func (b *branch) rebuild(v attribute.Value, changes []change) (attribute.Value, error) {
	switch container := v.(type) {
	case attribute.Map:
		if len(b.indexes) > 0 {
			return nil, errDocument
		}
		return b.rebuildMap(container, changes)
	case attribute.List:
		if len(b.names) > 0 {
			return nil, errDocument
		}
		return b.rebuildList(container, changes)
	}
	return nil, errDocument
}

func (b *branch) rebuildMap(m attribute.Map, changes []change) (attribute.Value, error) {
	out := maps.Clone(m)
	if out == nil {
		out = attribute.Map{}
	}
	for name, child := range b.names {
		v, err := child.changed(m[name], changes)
		if err != nil {
			return nil, err
		}
		if delete(out, name); v != nil {
			out[name] = v
		}
	}
	return out, nil
}

// rebuildList removes by the old indexes; elements set beyond the end are appended in the order of their indexes.
func (b *branch) rebuildList(l attribute.List, changes []change) (attribute.Value, error) {
	out := make(attribute.List, 0, len(l)+len(b.indexes))
	for i, old := range l {
		v := old
		if child := b.indexes[i]; child != nil {
			var err error
			if v, err = child.changed(old, changes); err != nil {
				return nil, err
			}
		}
		if v != nil {
			out = append(out, v)
		}
	}
	for _, index := range b.sortedIndexes() {
		if index < len(l) {
			continue
		}
		v, err := b.indexes[index].changed(nil, changes)
		if err != nil {
			return nil, err
		}
		if v != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

// changed returns what stands in the place of old after the update, nil if nothing does.
func (b *branch) changed(old attribute.Value, changes []change) (attribute.Value, error) {
	if !b.leaf {
		return b.rebuild(old, changes)
	}
	c := changes[b.number]
	if c.keep {
		return old, nil
	}
	return c.value, nil
}
