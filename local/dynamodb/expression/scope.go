package expression

import (
	"maps"
	"slices"
	"strings"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
)

// Scope holds the ExpressionAttributeNames and ExpressionAttributeValues of one request.
type Scope struct {
	names  map[string]string
	values attribute.Map

	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewScope checks the keys of names and values. Either may be nil if the request has none, but not empty.
func NewScope(names map[string]string, values attribute.Map) (*Scope, error) {
	if names != nil && len(names) == 0 {
		return nil, invalid.Errorf("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, invalid.Errorf("ExpressionAttributeValues must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if !isPlaceholder(key, '#') {
			return nil, invalid.Errorf("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !isPlaceholder(key, ':') {
			return nil, invalid.Errorf("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", key)
		}
	}
	return &Scope{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}, nil
}

func isPlaceholder(key string, first byte) bool {
	if len(key) < 2 || key[0] != first {
		return false
	}
	for i := 1; i < len(key); i++ {
		if !isWordByte(key[i]) {
			return false
		}
	}
	return true
}

func (s *Scope) name(placeholder string) (string, bool) {
	name, ok := s.names[placeholder]
	s.usedNames[placeholder] = true
	return name, ok
}

func (s *Scope) value(placeholder string) (attribute.Value, bool) {
	value, ok := s.values[placeholder]
	s.usedValues[placeholder] = true
	return value, ok
}

// Unused returns an error if a name or value was not used by any expression that was parsed in the scope.
func (s *Scope) Unused() error {
	if left := unused(s.names, s.usedNames); len(left) > 0 {
		return invalid.Errorf("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", strings.Join(left, ", "))
	}
	if left := unused(s.values, s.usedValues); len(left) > 0 {
		return invalid.Errorf("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", strings.Join(left, ", "))
	}
	return nil
}

func unused[V any](defined map[string]V, used map[string]bool) []string {
	if len(defined) <= len(used) { // all that were used are defined, else there was an error
		return nil
	}
	var left []string
	for _, key := range slices.Sorted(maps.Keys(defined)) {
		if !used[key] {
			left = append(left, key)
		}
	}
	return left
}
