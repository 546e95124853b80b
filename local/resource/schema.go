package resource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Schema is what CloudFormation checks of a resource type's properties before
// it creates anything. Names are those of properties at the top level.
type Schema struct {
	// Required are the properties that have to be given.
	Required []string
	// NotEmpty are those that can't be "" or 0 when they are given: names have
	// at least one character, and what else starts at 1.
	NotEmpty []string
	// Name is the property by which a template can name the resource; "" if
	// there is none.
	Name string
	// Immutable are the properties, Name among them, whose change makes a
	// resource to replace the old one: "Update requires: Replacement".
	Immutable []string
}

// Replacing returns the immutable properties that differ between two
// definitions, sorted.
func (s Schema) Replacing(previous, next json.RawMessage) ([]string, error) {
	before, err := members(previous)
	if err != nil {
		return nil, err
	}
	after, err := members(next)
	if err != nil {
		return nil, err
	}
	var changed []string
	for _, name := range s.Immutable {
		if !reflect.DeepEqual(before[name], after[name]) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed, nil
}

func members(properties json.RawMessage) (map[string]any, error) {
	values := map[string]any{}
	if len(properties) == 0 {
		return values, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(properties))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		return nil, fmt.Errorf("read properties: %w", err)
	}
	return values, nil
}

func (s Schema) check(raw json.RawMessage) error {
	properties := map[string]json.RawMessage{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &properties); err != nil {
			return fmt.Errorf("read properties: %w", err)
		}
	}
	for _, name := range s.Required {
		if _, given := properties[name]; !given {
			return fmt.Errorf("required property %s is missing", name)
		}
	}
	for _, name := range s.NotEmpty {
		switch value := string(properties[name]); value {
		case `""`, `0`, `"0"`:
			return fmt.Errorf("property %s: %s is less than 1 or has no characters", name, value)
		}
	}
	return nil
}
