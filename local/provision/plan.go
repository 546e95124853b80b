package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Action is what happens to a resource.
type Action string

// The actions of a change.
const (
	Add    Action = "Add"
	Modify Action = "Modify"
	Remove Action = "Remove"
)

// Certainty is "True", "False" or, if it depends on values that are known only
// when other resources are made, "Conditional".
type Certainty string

// The certainties.
const (
	True        Certainty = "True"
	False       Certainty = "False"
	Conditional Certainty = "Conditional"
)

// Change is what an update will do to a resource.
type Change struct {
	Action      Action
	LogicalID   string
	PhysicalID  string // "" for Add
	Type        string
	Replacement Certainty // of Modify
	// Scope is which parts change: "Properties", "Metadata", "DeletionPolicy",
	// "UpdateReplacePolicy".
	Scope   []string
	Details []Detail
	// Before and After are the resource's properties, in JSON: unknown values
	// stand in After as Unknown.
	Before, After json.RawMessage
	// Retained is whether Remove, or the removal after a replacement, leaves the
	// resource itself alone.
	Retained bool
}

// Detail is why and how one property changes.
type Detail struct {
	Attribute string // one of Change.Scope
	Name      string // of the property at the top level; "" for other attributes
	Kind      Action
	// Recreation is whether the change replaces the resource: "Always",
	// "Conditionally" or "Never".
	Recreation string
	// Before and After are the values, texts as they are, others in JSON.
	Before, After string
	Dynamic       bool // After is not known before other resources are made
	// Source is "DirectModification", "ResourceReference", "ResourceAttribute"
	// or "ParameterReference"; Cause is the logical id, with ".Attribute" for an
	// attribute, or the parameter's name.
	Source, Cause string
}

// Plan is what an update would do.
type Plan struct {
	Changes []Change // in the order in which they would be done
	// OutputsChange tells that outputs, exports or tags differ.
	OutputsChange bool
}

// Empty tells whether the update would change nothing.
func (p Plan) Empty() bool { return len(p.Changes) == 0 && !p.OutputsChange }

// Plan tells what an update of a stack to spec would do. A stack in review, or
// one that does not exist, has nothing yet.
func (e *Engine) Plan(ctx context.Context, nameOrID string, spec Spec) (Plan, error) {
	e.mu.Lock()
	current := &state{resources: map[string]*Resource{}, header: header{Identity: e.identity(nameOrID, "planned")}}
	if s := e.find(nameOrID); s != nil && s.Status != DeleteComplete {
		current = &state{header: s.header, resources: maps.Clone(s.resources)}
	}
	e.mu.Unlock()
	p := &planner{engine: e, current: current, fresh: map[string]bool{}, touched: map[string]bool{}}
	return p.plan(ctx, spec)
}

// planner resolves a template without making anything: what a new resource
// will be is unknown.
type planner struct {
	engine  *Engine
	current *state
	target  *target
	fresh   map[string]bool // resources that will be made
	touched map[string]bool // resources that will be changed
	changes []Change
}

func (p *planner) ref(id string) (any, error) {
	if p.fresh[id] {
		return Unknown, nil
	}
	return real{p.current}.ref(id)
}

func (p *planner) getAtt(id, attribute string) (any, error) {
	if p.fresh[id] {
		return Unknown, nil
	}
	return real{p.current}.getAtt(id, attribute)
}

func (p *planner) plan(ctx context.Context, spec Spec) (Plan, error) {
	var err error
	if p.target, err = p.engine.aim(p.current.Identity, spec, p, p.engine.stored(ctx)); err != nil {
		return Plan{}, err
	}
	p.target.prepare = p.target.blurred
	if err := p.checkTypesKept(); err != nil {
		return Plan{}, err
	}
	for _, id := range p.target.order {
		if err := p.planOne(id); err != nil {
			return Plan{}, err
		}
	}
	for _, id := range p.current.removalOrder(p.target.order) {
		p.remove(*p.current.resources[id])
	}
	return Plan{p.changes, p.outputsChange()}, nil
}

// checkTypesKept refuses another type under the same logical id.
func (p *planner) checkTypesKept() error {
	var changed []string
	for _, id := range p.target.order {
		if there := p.current.resources[id]; there != nil && there.Type != p.target.template.Resources[id].Type {
			changed = append(changed, id)
		}
	}
	if changed != nil {
		return invalidf("Update of resource type is not permitted. The new template modifies resource type of the following resources: [%s]", strings.Join(changed, ", "))
	}
	return nil
}

func (p *planner) planOne(id string) error {
	there := p.current.resources[id]
	if there == nil || there.PhysicalID == "" {
		p.fresh[id] = true
	}
	next, err := p.target.resource(p.current.Identity, id)
	if err != nil {
		return invalidf("resource %s: %w", id, err)
	}
	if p.fresh[id] {
		p.changes = append(p.changes, Change{Action: Add, LogicalID: id, Type: next.Type, After: next.Properties})
		return nil
	}
	return p.modify(*there, next)
}

func (p *planner) remove(r Resource) {
	p.changes = append(p.changes, Change{
		Action: Remove, LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type, Before: r.Properties,
		Retained: retains(r.DeletionPolicy),
	})
}

func (p *planner) modify(there, next Resource) error {
	change := Change{
		Action: Modify, LogicalID: there.LogicalID, PhysicalID: there.PhysicalID, Type: there.Type, Replacement: False,
		Before: there.Properties, After: next.Properties, Retained: retains(there.UpdateReplacePolicy),
	}
	if !same(there.Properties, next.Properties) {
		if err := p.compareProperties(&change); err != nil {
			return fmt.Errorf("resource %s: %w", there.LogicalID, err)
		}
	}
	change.compareAttribute("Metadata", string(there.Metadata), string(next.Metadata))
	change.compareAttribute("DeletionPolicy", there.DeletionPolicy, next.DeletionPolicy)
	change.compareAttribute("UpdateReplacePolicy", there.UpdateReplacePolicy, next.UpdateReplacePolicy)
	if len(change.Scope) == 0 {
		return nil
	}
	p.touched[there.LogicalID] = true
	p.fresh[there.LogicalID] = change.Replacement != False
	p.changes = append(p.changes, change)
	return nil
}

func (c *Change) compareAttribute(name, before, after string) {
	if before == after {
		return
	}
	c.Scope = append(c.Scope, name)
	c.Details = append(c.Details, Detail{
		Attribute: name, Kind: Modify, Recreation: "Never", Before: before, After: after, Source: "DirectModification",
	})
}

func (p *planner) compareProperties(c *Change) error {
	kind := p.engine.config.Registry[c.Type]
	before, err := members(c.Before)
	if err != nil {
		return err
	}
	after, err := members(c.After)
	if err != nil {
		return err
	}
	c.Scope = append(c.Scope, "Properties")
	for _, name := range slices.Sorted(maps.Keys(union(before, after))) {
		if !same(before[name], after[name]) {
			d := p.detail(c.LogicalID, name, before[name], after[name])
			d.Recreation = recreation(kind, name, d.Dynamic)
			c.Details = append(c.Details, d)
			c.Replacement = c.Replacement.or(d.Recreation)
		}
	}
	return nil
}
