package attribute

import (
	"cmp"
	"slices"
)

// Equal tells whether two values are the same: of one type, and for sets regardless of order.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case List:
		other, ok := b.(List)
		return ok && slices.EqualFunc(a, other, Equal)
	case Map:
		other, ok := b.(Map)
		return ok && EqualItems(a, other)
	case StringSet:
		other, ok := b.(StringSet)
		return ok && equalSets(a, other)
	case NumberSet:
		other, ok := b.(NumberSet)
		return ok && equalSets(a, other)
	case BinarySet:
		other, ok := b.(BinarySet)
		return ok && equalSets(a, other)
	}
	if b == nil || a == nil || a.Type() != b.Type() {
		return false
	}
	return a == b // scalars are comparable
}

// EqualItems tells whether two items have the same attributes with equal values.
func EqualItems(a, b Map) bool {
	if len(a) != len(b) {
		return false
	}
	for name, v := range a {
		other, ok := b[name]
		if !ok || !Equal(v, other) {
			return false
		}
	}
	return true
}

func equalSets[E comparable](a, b []E) bool {
	if len(a) != len(b) {
		return false
	}
	for _, e := range a {
		if !slices.Contains(b, e) {
			return false
		}
	}
	return true
}

// Compare orders two values of type S (by UTF-8 bytes), N (numerically) or B (by unsigned bytes).
// ok is false if they are of different or of other types.
func Compare(a, b Value) (order int, ok bool) {
	switch a := a.(type) {
	case String:
		if b, same := b.(String); same {
			return cmp.Compare(a, b), true
		}
	case Number:
		if b, same := b.(Number); same {
			return cmp.Compare(a.enc, b.enc), true
		}
	case Binary:
		if b, same := b.(Binary); same {
			return cmp.Compare(a, b), true
		}
	}
	return 0, false
}
