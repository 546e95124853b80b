package cloudcontrol

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/provision"
)

// target names a resource.
type target struct {
	TypeName   string
	Identifier string
}

// Limits of the API reference, in bytes.
const (
	maxIdentifier = 1024
	maxPatch      = 256 << 10
)

func (t target) check() error {
	switch {
	case t.TypeName == "":
		return invalid("TypeName is required")
	case t.Identifier == "" || len(t.Identifier) > maxIdentifier:
		return invalid("Identifier must have 1 to %d bytes", maxIdentifier)
	}
	return nil
}

func invalid(format string, arguments ...any) error {
	return frontdoor.Errorf("ValidationException", format, arguments...)
}

func (t target) notFound() error {
	return frontdoor.Errorf("ResourceNotFoundException", "%s", &provision.Unmanaged{Type: t.TypeName, PhysicalID: t.Identifier})
}

// find returns the resource of a stack that the identifier means: by its
// physical id, or by several values with bars between them, one of which is the
// physical id and the others are properties.
func (s *Service) find(t target) (provision.Resource, error) {
	if err := t.check(); err != nil {
		return provision.Resource{}, err
	}
	parts := strings.Split(t.Identifier, "|")
	for _, stack := range s.engine.Stacks() {
		for _, r := range stack.Resources {
			if r.Type != t.TypeName || r.PhysicalID == "" || stack.Status == provision.DeleteComplete {
				continue
			}
			if r.PhysicalID == t.Identifier || slices.Contains(parts, r.PhysicalID) && hasAll(r, parts) {
				return r, nil
			}
		}
	}
	return provision.Resource{}, t.notFound()
}

// hasAll tells whether each part is the physical id or a property of r.
func hasAll(r provision.Resource, parts []string) bool {
	properties, err := object(r.Properties)
	if err != nil {
		return false
	}
	for _, part := range parts {
		found := part == r.PhysicalID
		for _, value := range properties {
			found = found || value == part
		}
		if !found {
			return false
		}
	}
	return true
}

func object(raw json.RawMessage) (map[string]any, error) {
	properties := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	err := decoder.Decode(&properties)
	return properties, err
}

// describe is the JSON of a resource's properties, those that it has only when
// it exists among them.
func (s *Service) describe(r provision.Resource) (string, error) {
	applied, err := s.engine.Applied(r.Type, r.PhysicalID)
	if err != nil {
		return "", err
	}
	properties, err := object(applied)
	if err != nil {
		return "", fmt.Errorf("properties of %s: %w", r.LogicalID, err)
	}
	for name, value := range r.Attributes {
		set(properties, strings.Split(name, "."), value)
	}
	raw, err := json.Marshal(properties)
	return string(raw), err
}

// set sets a value at a path of names, unless something is there.
func set(properties map[string]any, path []string, value any) {
	there, taken := properties[path[0]]
	if len(path) == 1 {
		if !taken {
			properties[path[0]] = value
		}
		return
	}
	inner, isObject := there.(map[string]any)
	if !taken {
		inner, isObject = map[string]any{}, true
		properties[path[0]] = inner
	}
	if isObject {
		set(inner, path[1:], value)
	}
}
