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
	ids, cycle := arrange(t.Existing(conditions), func(id string) []string { return t.Dependencies(id, conditions) })
	return ids, errCycle(cycle)
}

// checkCycles refuses resources that depend on each other whatever the
// conditions are: what stands in an Fn::If does not count.
func (t *Template) checkCycles() error {
	_, cycle := arrange(slices.Sorted(maps.Keys(t.Resources)), func(id string) []string {
		return t.dependencies(t.Resources[id], nil, noBranches)
	})
	return errCycle(cycle)
}

func errCycle(ids []string) error {
	if ids == nil {
		return nil
	}
	return fmt.Errorf("Circular dependency between resources: [%s]", strings.Join(ids, ", "))
}

// arrange returns the names so that each comes after those it depends on, or
// a cycle of them.
func arrange(names []string, dependencies func(name string) []string) (arranged, cycle []string) {
	o := ordering{dependencies: dependencies, progress: map[string]progress{}}
	for _, name := range names {
		if cycle := o.visit(name); cycle != nil {
			return nil, cycle
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
	dependencies func(name string) []string
	progress     map[string]progress
	path         []string
	order        []string
}

// visit places id after its dependencies, or returns a cycle.
func (o *ordering) visit(id string) []string {
	switch o.progress[id] {
	case placed:
		return nil
	case onPath:
		return o.path[slices.Index(o.path, id):]
	}
	o.progress[id] = onPath
	o.path = append(o.path, id)
	for _, name := range o.dependencies(id) {
		if cycle := o.visit(name); cycle != nil {
			return cycle
		}
	}
	o.path = o.path[:len(o.path)-1]
	o.progress[id] = placed
	o.order = append(o.order, id)
	return nil
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
