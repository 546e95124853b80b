package resource

import (
	"context"
	"encoding/json"
	"fmt"
)

// Schema is what CloudFormation checks of a resource type's properties before
// it creates anything. Names are those of properties at the top level.
type Schema struct {
	// Required are the properties that have to be given.
	Required []string
	// NotEmpty are those that can't be "" or 0 when they are given: names have
	// at least one character, and what else starts at 1.
	NotEmpty []string
}

// Checked returns a handler that refuses properties against the schema, and
// else calls create.
func (s Schema) Checked(create HandlerFunc) Handler {
	return HandlerFunc(func(ctx context.Context, definition Definition) (Instance, error) {
		if err := s.check(definition.Properties); err != nil {
			return Instance{}, err
		}
		return create(ctx, definition)
	})
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
