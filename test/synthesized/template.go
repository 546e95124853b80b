// Package synthesized reads a CloudFormation template for tests about it.
package synthesized

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Template is the part of a CloudFormation template that the app makes use of.
type Template struct {
	Resources map[string]Resource // by logical id
	Outputs   map[string]struct{ Value any }
}

// Resource is a resource of a template.
type Resource struct {
	ID                  string `json:"-"` // logical id
	Type                string
	Properties          map[string]any
	Metadata            map[string]any
	DependsOn           []string
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// Parse reads a template in JSON.
func Parse(raw []byte) (Template, error) {
	var t Template
	if err := json.Unmarshal(raw, &t); err != nil {
		return Template{}, fmt.Errorf("read the template: %w", err)
	}
	for id, r := range t.Resources {
		r.ID = id
		t.Resources[id] = r
	}
	return t, nil
}

// OfType returns the resources of the types, sorted by logical id.
func (t Template) OfType(kinds ...string) []Resource {
	var found []Resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if slices.Contains(kinds, t.Resources[id].Type) {
			found = append(found, t.Resources[id])
		}
	}
	return found
}

// Find returns the first resource of a type whose property has a text.
func (t Template) Find(kind, property, value string) (Resource, bool) {
	for _, r := range t.OfType(kind) {
		if r.Text(property) == value {
			return r, true
		}
	}
	return Resource{}, false
}

// Referred returns the resource that a reference or attribute, as Text writes
// it, is of; the zero value if it is of none.
func (t Template) Referred(reference string) Resource {
	id, _, _ := strings.Cut(strings.Trim(reference, "${}"), ".")
	return t.Resources[id]
}

var hash = regexp.MustCompile(`[0-9A-F]{8}$`)

// Name is the logical id without the hash that the CDK ends it with: the names
// of the constructs that the resource is in, one after the other.
func (r Resource) Name() string { return hash.ReplaceAllString(r.ID, "") }

// At returns what is found below the properties at a path of keys and list
// indexes, or nil.
func (r Resource) At(path ...any) any { return at(r.Properties, path) }

// Text is Text(At(path)).
func (r Resource) Text(path ...any) string { return Text(r.At(path...)) }

// List returns the list at a path; nil if it is none.
func (r Resource) List(path ...any) []any {
	list, _ := r.At(path...).([]any)
	return list
}
