package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Order returns the logical ids of the resources so that each comes after
// those it depends on; otherwise alphabetically. Resources whose condition is
// false are left out.
func (t *Template) Order(conditions map[string]bool) ([]string, error) {
	o := ordering{template: t, conditions: conditions, progress: map[string]progress{}}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if err := o.visit(id); err != nil {
			return nil, err
		}
	}
	return o.order, nil
}

type progress int

const (
	onPath progress = iota + 1
	placed
)

type ordering struct {
	template   *Template
	conditions map[string]bool
	progress   map[string]progress
	path       []string
	order      []string
}

func (o *ordering) visit(id string) error {
	resource, ok := o.template.Resources[id]
	if !ok || o.progress[id] == placed || resource.Condition != "" && !o.conditions[resource.Condition] {
		return nil
	}
	if o.progress[id] == onPath {
		cycle := o.path[slices.Index(o.path, id):]
		return fmt.Errorf("circular dependency between resources: [%s]", strings.Join(cycle, ", "))
	}
	o.progress[id] = onPath
	o.path = append(o.path, id)
	names, err := resource.dependencies()
	if err != nil {
		return fmt.Errorf("resource %s: %w", id, err)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if err := o.visit(name); err != nil {
			return err
		}
	}
	o.path = o.path[:len(o.path)-1]
	o.progress[id] = placed
	o.order = append(o.order, id)
	return nil
}

// dependencies are the names that a resource refers to, in its properties and
// by DependsOn.
func (r Resource) dependencies() ([]string, error) {
	names, err := r.dependsOn()
	if err != nil {
		return nil, err
	}
	err = calls(r.Properties, func(function string, argument any) error {
		names = append(names, referred(function, argument)...)
		return nil
	})
	return names, err
}

func (r Resource) dependsOn() ([]string, error) {
	switch on := r.DependsOn.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{on}, nil
	case []any:
		names := make([]string, len(on))
		for i, name := range on {
			text, ok := name.(string)
			if !ok {
				return nil, fmt.Errorf("DependsOn holds %v where a logical id is expected", name)
			}
			names[i] = text
		}
		return names, nil
	}
	return nil, fmt.Errorf("DependsOn is %v, neither a logical id nor a list of them", r.DependsOn)
}
