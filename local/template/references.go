package template

import (
	"maps"
	"slices"
	"strings"
)

// Reference is a Ref, an Fn::GetAtt, or a placeholder of Fn::Sub that does what
// these do.
type Reference struct {
	// Path is where it stands, such as Tags, 0, Value: names of properties and
	// indexes into lists. Functions that it is an argument of are not in it.
	Path []string
	// Name is a logical id or the name of a parameter or pseudo parameter.
	Name string
	// Attribute is "" for a Ref.
	Attribute string
}

// Entity names what is referred to as the CausingEntity of a change does: Queue
// or Queue.Arn.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html
func (r Reference) Entity() string {
	if r.Attribute == "" {
		return r.Name
	}
	return r.Name + "." + r.Attribute
}

// References lists what a resource's properties refer to, pseudo parameters
// included, in the order of the properties' names. Of an Fn::If whose condition
// is among conditions, only the branch taken counts.
func (r Resource) References(conditions map[string]bool) []Reference {
	return references(r.Properties, taken(conditions))
}

func references(value any, branches func(string) (bool, bool)) []Reference {
	var found []Reference
	w := walker{branches: branches, visit: func(at []string, function string, argument any) error {
		for _, r := range referred(function, argument) {
			r.Path = slices.Clone(at)
			found = append(found, r)
		}
		return nil
	}}
	if w.walk(value, nil) != nil {
		return nil // can't be: Parse has seen all calls
	}
	return found
}

// referred returns what a call refers to, by itself.
func referred(function string, argument any) []Reference {
	switch function {
	case "Ref":
		if name, ok := argument.(string); ok {
			return []Reference{{Name: name}}
		}
	case "Fn::GetAtt":
		if id, attribute, err := splitGetAtt(argument); err == nil {
			return []Reference{{Name: id, Attribute: attribute}}
		}
	case "Fn::Sub":
		return subReferences(argument)
	}
	return nil
}

// Dependencies returns the logical ids of the resources that a resource comes
// after: those it refers to and those of DependsOn, sorted. Resources whose
// condition is false don't count, nor do branches of Fn::If that are not taken.
func (t *Template) Dependencies(id string, conditions map[string]bool) []string {
	return t.dependencies(t.Resources[id], conditions, taken(conditions))
}

func (t *Template) dependencies(r Resource, conditions map[string]bool, branches func(string) (bool, bool)) []string {
	names, err := r.dependsOn()
	if err != nil {
		return nil // can't be: Parse refuses it
	}
	for _, reference := range append(references(r.Properties, branches), r.UpdatePolicy.references(branches)...) {
		names = append(names, reference.Name)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool {
		return !t.exists(name, conditions)
	})
}

// Existing returns the logical ids of the resources whose condition is not
// false, sorted.
func (t *Template) Existing(conditions map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t.Resources)), func(id string) bool {
		return !t.exists(id, conditions)
	})
}

func (t *Template) exists(id string, conditions map[string]bool) bool {
	resource, ok := t.Resources[id]
	if !ok {
		return false
	}
	value, known := conditions[resource.Condition]
	return value || !known
}

// subReferences are the placeholders of a text that are no variables of it.
func subReferences(argument any) []Reference {
	text, variables, err := subParts(argument)
	if err != nil {
		return nil
	}
	var found []Reference
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if _, isVariable := variables[match[2]]; match[1] == "" && !isVariable {
			name, attribute, _ := strings.Cut(match[2], ".")
			found = append(found, Reference{Name: name, Attribute: attribute})
		}
	}
	return found
}
