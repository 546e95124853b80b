package provision

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"eda-demo/local/resource"
)

// members are the properties at the top level.
func members(properties json.RawMessage) (map[string]json.RawMessage, error) {
	values := map[string]json.RawMessage{}
	return values, json.Unmarshal(properties, &values)
}

func union(a, b map[string]json.RawMessage) map[string]bool {
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	return names
}

// or is whether a resource is replaced, given that and the recreation that one
// more property requires.
func (c Certainty) or(recreation string) Certainty {
	switch {
	case c == True || recreation == "Always":
		return True
	case c == Conditional || recreation == "Conditionally":
		return Conditional
	}
	return False
}

func recreation(kind resource.Type, property string, dynamic bool) string {
	switch {
	case kind.Update != nil && !slices.Contains(kind.Immutable, property):
		return "Never"
	case dynamic:
		return "Conditionally"
	}
	return "Always"
}

// detail tells of a property that differs.
func (p *planner) detail(id, name string, before, after json.RawMessage) Detail {
	d := Detail{
		Attribute: "Properties", Name: name, Kind: Modify, Before: asText(before), After: asText(after),
		Dynamic: bytes.Contains(after, []byte(Unknown)), Source: "DirectModification",
	}
	switch {
	case before == nil:
		d.Kind = Add
	case after == nil:
		d.Kind = Remove
	}
	if source, cause := p.reference(id, name); source != "" {
		d.Source, d.Cause = source, cause
	}
	return d
}

// reference finds the changing resource, or else the parameter, that a
// property refers to and that so explains why it differs.
func (p *planner) reference(id, property string) (source, cause string) {
	for _, r := range p.target.template.Resources[id].References(p.target.scope.Conditions) {
		if len(r.Path) == 0 || r.Path[0] != property {
			continue
		}
		_, isParameter := p.target.template.Parameters[r.Name]
		switch {
		case isParameter:
			source, cause = "ParameterReference", r.Name
		case !p.fresh[r.Name] && !p.touched[r.Name]:
		case r.Attribute != "":
			return "ResourceAttribute", r.Entity()
		default:
			return "ResourceReference", r.Entity()
		}
	}
	return source, cause
}

// asText is a JSON string's text, and other values as they are.
func asText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}

// outputsChange tells whether outputs or tags will differ. Values that are not
// known yet do.
func (p *planner) outputsChange() bool {
	outputs, err := p.target.outputs()
	return err != nil || !slices.Equal(outputs, p.current.Outputs) || !slices.Equal(p.target.spec.Tags, p.current.Spec.Tags)
}

// removalOrder are the resources that a template does not have any more, each
// before those it depends on.
func (s *state) removalOrder(kept []string) []string {
	var doomed []Resource
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		if !slices.Contains(kept, id) {
			doomed = append(doomed, *s.resources[id])
		}
	}
	var ids []string
	for _, r := range dependentsFirst(doomed) {
		ids = append(ids, r.LogicalID)
	}
	return ids
}

// dependentsFirst orders resources so that each comes before those it depends
// on. Of several with one logical id, replaced ones, the order is kept.
func dependentsFirst(list []Resource) []Resource {
	byID := map[string][]Resource{}
	for _, r := range list {
		byID[r.LogicalID] = append(byID[r.LogicalID], r)
	}
	var ordered []Resource
	placed := map[string]bool{}
	var place func(id string)
	place = func(id string) {
		if placed[id] {
			return
		}
		placed[id] = true
		for _, r := range byID[id] {
			for _, on := range r.DependsOn {
				place(on)
			}
		}
		ordered = append(ordered, byID[id]...)
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		place(id)
	}
	slices.Reverse(ordered)
	return ordered
}

// retains tells whether a deletion or update-replace policy keeps a resource
// that exists.
func retains(policy string) bool { return strings.HasPrefix(policy, "Retain") }
