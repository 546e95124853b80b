package cloudwatch

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"sync"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

// maxName is how many characters the name of an alarm or dashboard may have.
const maxName = 255

// named manages the resources of a type of which the runner knows the names
// only: what their properties ask for is checked, and nothing is done with it.
type named struct {
	name    string // the property with the name
	allowed *regexp.Regexp
	check   func(resource.Definition) (name string, err error)
	// attributes are those of a resource by its name; nil if the type has none.
	attributes func(resource.Stack, string) map[string]any

	mu    sync.Mutex
	taken map[string]bool
}

// of is the type with a schema whose resources n manages.
func (n *named) of(schema resource.Schema) resource.Type {
	n.taken = map[string]bool{}
	schema.NotEmpty = []string{n.name}
	schema.Name, schema.Immutable = n.name, []string{n.name}
	return schema.Type(n.create, n.update, n.remove)
}

func (n *named) create(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	given, err := n.check(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(definition.PhysicalID, given, definition.Name(maxName))
	if len(name) > maxName {
		return resource.Instance{}, fmt.Errorf("property %s: %d characters are more than %d", n.name, len(name), maxName)
	}
	if !n.allowed.MatchString(name) {
		return resource.Instance{}, fmt.Errorf("property %s: %q does not match %s", n.name, name, n.allowed)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken[name] && definition.PhysicalID == "" {
		return resource.Instance{}, declared.Taken(definition, name)
	}
	n.taken[name] = true
	return n.instance(definition.Stack, name), nil
}

func (n *named) update(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	next.PhysicalID = previous.PhysicalID
	if _, err := n.check(next); err != nil {
		return resource.Instance{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.taken[next.PhysicalID] {
		return resource.Instance{}, declared.Gone(next)
	}
	return n.instance(next.Stack, next.PhysicalID), nil
}

func (n *named) remove(_ context.Context, definition resource.Definition) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.taken, definition.PhysicalID)
	return nil
}

func (n *named) instance(stack resource.Stack, name string) resource.Instance {
	created := resource.Instance{ID: name}
	if n.attributes != nil {
		created.Attributes = n.attributes(stack, name)
	}
	return created
}
