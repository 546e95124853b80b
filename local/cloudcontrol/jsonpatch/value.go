package jsonpatch

import (
	"encoding/json"
	"math/big"
	"slices"
)

// clone is a copy that shares nothing.
func clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		copied := make(map[string]any, len(value))
		for name, member := range value {
			copied[name] = clone(member)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, element := range value {
			copied[i] = clone(element)
		}
		return copied
	}
	return value
}

// equal compares as section 4.6 of the RFC says: numbers by their values.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for name, member := range a {
			if counterpart, there := other[name]; !there || !equal(member, counterpart) {
				return false
			}
		}
		return true
	case []any:
		other, ok := b.([]any)
		return ok && slices.EqualFunc(a, other, equal)
	case json.Number:
		other, ok := b.(json.Number)
		return ok && (a == other || sameNumber(string(a), string(other)))
	}
	return a == b
}

// maxDigits is the longest text of a number that is compared by its value.
const maxDigits = 64

func sameNumber(a, b string) bool {
	if len(a) > maxDigits || len(b) > maxDigits {
		return false
	}
	first, _, err1 := big.ParseFloat(a, 10, 256, big.ToNearestEven)
	second, _, err2 := big.ParseFloat(b, 10, 256, big.ToNearestEven)
	return err1 == nil && err2 == nil && first.Cmp(second) == 0
}
