package iam

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"eda-demo/local/resource"
)

type managedProperties struct {
	ManagedPolicyName string
	PolicyDocument    json.RawMessage
	Description       string
	Path              string
	Roles             []string
}

// maxDescription is how many characters a policy's description may have.
const maxDescription = 1000

func (d *Directory) createManaged(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	properties, err := readManaged(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(properties.ManagedPolicyName, definition.Name(128))
	if err := checkName("ManagedPolicyName", name, 128); err != nil {
		return resource.Instance{}, err
	}
	path, err := checkPath(properties.Path)
	if err != nil {
		return resource.Instance{}, err
	}
	arn := d.policyARN(path, name)
	if definition.PhysicalID != "" {
		arn, name = definition.PhysicalID, RoleName(definition.PhysicalID)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if definition.PhysicalID == "" && d.isManagedName(name) {
		return resource.Instance{}, fmt.Errorf("A policy called %s already exists. Duplicate names are not allowed.", name)
	}
	return d.configureManaged(managedPolicy{arn: arn, name: name, id: uniqueID("ANPA", definition)}, properties)
}

func (d *Directory) updateManaged(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	properties, err := readManaged(next)
	if err != nil {
		return resource.Instance{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	policy := d.managed[previous.PhysicalID]
	if policy == nil {
		return resource.Instance{}, fmt.Errorf("Policy %s was not found.", previous.PhysicalID)
	}
	return d.configureManaged(*policy, properties)
}

func (d *Directory) deleteManaged(_ context.Context, definition resource.Definition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.removeManaged(definition.PhysicalID)
}

func readManaged(definition resource.Definition) (managedProperties, error) {
	var properties managedProperties
	if err := definition.Decode(&properties); err != nil {
		return properties, err
	}
	if len(properties.Description) > maxDescription {
		return properties, fmt.Errorf("property Description: %d characters are more than %d", len(properties.Description), maxDescription)
	}
	if size(properties.PolicyDocument) > maxManagedSize {
		return properties, fmt.Errorf("property PolicyDocument: Cannot exceed quota for PolicySize: %d", maxManagedSize)
	}
	return properties, nil
}

// configureManaged gives a managed policy its document and its roles. The
// caller holds the lock.
func (d *Directory) configureManaged(policy managedPolicy, properties managedProperties) (resource.Instance, error) {
	document, err := ParseIdentityPolicy(properties.PolicyDocument)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property PolicyDocument: %w", err)
	}
	if _, err := d.rolesNamed(properties.Roles); err != nil {
		return resource.Instance{}, fmt.Errorf("property Roles: %w", err)
	}
	policy.policy, policy.roles = document, properties.Roles
	d.putManaged(&policy)
	return resource.Instance{ID: policy.arn, Attributes: map[string]any{"PolicyArn": policy.arn, "PolicyId": policy.id}}, nil
}

// isManagedName tells whether a policy of the account has a name, whatever its
// path. The caller holds the lock.
func (d *Directory) isManagedName(name string) bool {
	for _, policy := range d.managed {
		if strings.EqualFold(policy.name, name) {
			return true
		}
	}
	return false
}
