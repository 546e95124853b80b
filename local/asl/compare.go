package asl

import (
	"cmp"
	"encoding/json"
	"math/big"
	"strings"
	"time"
)

// compareNumbers orders two numbers: integers by all their digits, others as
// binary64.
func compareNumbers(a, b json.Number) int {
	if a == b {
		return 0
	}
	x, isInteger := parseInteger(a)
	y, bothIntegers := parseInteger(b)
	if isInteger && bothIntegers {
		return x.Cmp(y)
	}
	// A number beyond binary64 comes back as an infinity with the right sign.
	f, _ := a.Float64()
	g, _ := b.Float64()
	return cmp.Compare(f, g)
}

func parseInteger(n json.Number) (*big.Int, bool) {
	if strings.ContainsAny(string(n), ".eE") {
		return nil, false
	}
	return new(big.Int).SetString(string(n), 10)
}

// parseTimestamp parses an RFC 3339 text with upper case T and Z:
// https://states-language.net/spec.html#timestamps
func parseTimestamp(value any) (time.Time, bool) {
	s, ok := value.(string)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// equal tells whether two JSON values are the same.
func equal(a, b any) bool {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		return ok && compareNumbers(x, y) == 0
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && equalObjects(x, y)
	}
	switch b.(type) {
	case json.Number, []any, map[string]any:
		return false
	}
	return a == b
}

func equalObjects(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		other, found := b[name]
		if !found || !equal(value, other) {
			return false
		}
	}
	return true
}
