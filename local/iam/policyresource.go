package iam

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"eda-demo/local/resource"
)

type policyProperties struct {
	PolicyName     string
	PolicyDocument json.RawMessage
	Roles          []string
}

func (d *Directory) createPolicy(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	id := cmp.Or(definition.PhysicalID, definition.Name(128))
	return d.putPolicy(id, definition, definition.PhysicalID == "")
}

func (d *Directory) updatePolicy(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	return d.putPolicy(previous.PhysicalID, next, false)
}

func (d *Directory) deletePolicy(_ context.Context, definition resource.Definition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, role := range d.roles {
		if role.hasOf(definition.PhysicalID) {
			role.inline = role.inlineWithout(definition.PhysicalID)
			d.settleRole(role)
		}
	}
	return nil
}

// putPolicy puts an inline policy into the roles of its definition and takes
// it from all others. A new one replaces none that a role has.
func (d *Directory) putPolicy(id string, definition resource.Definition, isNew bool) (resource.Instance, error) {
	var properties policyProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	if len(properties.Roles) == 0 {
		return resource.Instance{}, errors.New("property Roles: at least one role is required")
	}
	policy, err := policyElement{properties.PolicyName, properties.PolicyDocument}.read(id)
	if err != nil {
		return resource.Instance{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	roles, err := d.rolesNamed(properties.Roles)
	if err != nil {
		return resource.Instance{}, err
	}
	planned := map[*Role][]inlinePolicy{}
	for _, role := range roles {
		others := role.inline
		if !isNew {
			others = role.inlineWithout(id)
		}
		planned[role] = append(slices.Clone(others), policy)
		if err := checkInline(role.Name, planned[role]); err != nil {
			return resource.Instance{}, err
		}
	}
	d.movePolicy(id, planned)
	return resource.Instance{ID: id}, nil
}

// movePolicy gives roles their inline policies and takes those with an owner
// from all others. The caller holds the lock.
func (d *Directory) movePolicy(owner string, planned map[*Role][]inlinePolicy) {
	for _, role := range d.roles {
		policies, kept := planned[role]
		switch {
		case kept:
			role.inline = policies
		case role.hasOf(owner):
			role.inline = role.inlineWithout(owner)
		default:
			continue
		}
		d.settleRole(role)
	}
}

func (r *Role) hasOf(owner string) bool {
	return slices.ContainsFunc(r.inline, func(policy inlinePolicy) bool { return policy.owner == owner })
}

// inlineWithout returns the inline policies but those of an owner.
func (r *Role) inlineWithout(owner string) []inlinePolicy {
	return slices.DeleteFunc(slices.Clone(r.inline), func(policy inlinePolicy) bool { return policy.owner == owner })
}
