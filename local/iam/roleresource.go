package iam

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"eda-demo/local/resource"
)

type policyElement struct {
	PolicyName     string
	PolicyDocument json.RawMessage
}

type roleProperties struct {
	RoleName                 string
	AssumeRolePolicyDocument json.RawMessage
	Policies                 []policyElement
	ManagedPolicyArns        []string
	Description              string
	Path                     string
	MaxSessionDuration       resource.Int
	Tags                     []resource.Tag
}

// maxAttached is how many managed policies a role may name.
const maxAttached = 10

func (d *Directory) createRole(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	properties, settings, err := readRole(definition)
	if err != nil {
		return resource.Instance{}, err
	}
	name := cmp.Or(definition.PhysicalID, properties.RoleName, definition.Name(64))
	if err := checkName("RoleName", name, 64); err != nil {
		return resource.Instance{}, err
	}
	path, err := checkPath(properties.Path)
	if err != nil {
		return resource.Instance{}, err
	}
	role := &Role{ARN: d.roleARN(path, name), Name: name, ID: uniqueID("AROA", definition), logicalID: definition.LogicalID}
	d.mu.Lock()
	defer d.mu.Unlock()
	if there := d.roleNamed(name); there != nil && definition.PhysicalID != "" {
		return d.configure(there, settings)
	}
	if err := d.checkSettings(role, settings); err != nil {
		return resource.Instance{}, err
	}
	if err := d.checkTrusted(settings.trust); err != nil && definition.PhysicalID == "" {
		return resource.Instance{}, err
	}
	role.roleSettings = settings
	if err := d.add(role); err != nil {
		return resource.Instance{}, err
	}
	return role.instance(), nil
}

func (d *Directory) updateRole(_ context.Context, previous, next resource.Definition) (resource.Instance, error) {
	_, settings, err := readRole(next)
	if err != nil {
		return resource.Instance{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	role := d.roleNamed(previous.PhysicalID)
	if role == nil {
		return resource.Instance{}, noSuchRole(previous.PhysicalID)
	}
	return d.configure(role, settings)
}

func (d *Directory) deleteRole(_ context.Context, definition resource.Definition) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if role := d.roleNamed(definition.PhysicalID); role != nil {
		d.remove(role)
	}
	return nil
}

// configure changes a role. The inline policies that others have put there
// stay. The caller holds the lock.
func (d *Directory) configure(role *Role, settings roleSettings) (resource.Instance, error) {
	for _, inline := range role.inline {
		if inline.owner != "" {
			settings.inline = append(settings.inline, inline)
		}
	}
	if err := d.checkSettings(role, settings); err != nil {
		return resource.Instance{}, err
	}
	// Whom it trusted already may be gone by now, which changes nothing.
	if !reflect.DeepEqual(role.trust, settings.trust) {
		if err := d.checkTrusted(settings.trust); err != nil {
			return resource.Instance{}, err
		}
	}
	role.roleSettings = settings
	d.settleRole(role)
	return role.instance(), nil
}

func (r *Role) instance() resource.Instance {
	return resource.Instance{ID: r.Name, Attributes: map[string]any{"Arn": r.ARN, "RoleId": r.ID}}
}

// readRole reads what can be told of a role without looking at others.
func readRole(definition resource.Definition) (roleProperties, roleSettings, error) {
	var properties roleProperties
	if err := definition.Decode(&properties); err != nil {
		return properties, roleSettings{}, err
	}
	settings := roleSettings{maxSession: presetMaxSession, attached: properties.ManagedPolicyArns}
	if seconds := properties.MaxSessionDuration; seconds != 0 {
		if seconds < 3600 || seconds > 43200 {
			return properties, settings, fmt.Errorf("property MaxSessionDuration: %d is not from 3600 to 43200 seconds", seconds)
		}
		settings.maxSession = time.Duration(seconds) * time.Second
	}
	if len(properties.ManagedPolicyArns) > maxAttached {
		return properties, settings, fmt.Errorf("property ManagedPolicyArns: Cannot exceed quota for PoliciesPerRole: %d", maxAttached)
	}
	var err error
	if settings.trust, err = parseTrust(properties.AssumeRolePolicyDocument); err != nil {
		return properties, settings, err
	}
	settings.inline, err = readInline(properties.Policies)
	return properties, settings, err
}

func readInline(elements []policyElement) ([]inlinePolicy, error) {
	var policies []inlinePolicy
	for _, element := range elements {
		policy, err := element.read("")
		if err != nil {
			return nil, err
		}
		policies = append(policies, policy)
	}
	return policies, nil
}

// read parses an inline policy that belongs to owner.
func (e policyElement) read(owner string) (inlinePolicy, error) {
	if err := checkName("PolicyName", e.PolicyName, 128); err != nil {
		return inlinePolicy{}, err
	}
	policy, err := ParseIdentityPolicy(e.PolicyDocument)
	if err != nil {
		return inlinePolicy{}, fmt.Errorf("policy %s: %w", e.PolicyName, err)
	}
	return inlinePolicy{owner: owner, name: e.PolicyName, policy: policy, size: size(e.PolicyDocument)}, nil
}

// checkSettings refuses what a role can't become. The caller holds the lock.
func (d *Directory) checkSettings(role *Role, settings roleSettings) error {
	for i, arn := range settings.attached {
		if err := d.checkAttachable(arn); err != nil {
			return fmt.Errorf("property ManagedPolicyArns: %w", err)
		}
		if slices.Contains(settings.attached[:i], arn) {
			return fmt.Errorf("property ManagedPolicyArns: %s is given twice", arn)
		}
	}
	return checkInline(role.Name, settings.inline)
}

// checkInline refuses inline policies that a role can't have together.
func checkInline(role string, policies []inlinePolicy) error {
	total := 0
	for i, policy := range policies {
		total += policy.size
		if slices.ContainsFunc(policies[:i], func(other inlinePolicy) bool { return other.name == policy.name }) {
			return fmt.Errorf("Role %s already has an inline policy with name %s.", role, policy.name)
		}
	}
	if total > maxInlineSize {
		return fmt.Errorf("Maximum policy size of %d bytes exceeded for role %s", maxInlineSize, role)
	}
	return nil
}
