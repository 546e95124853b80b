package iam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"eda-demo/local/resource"
)

type inlinePolicy struct {
	PolicyName     string
	PolicyDocument json.RawMessage
}

type roleProperties struct {
	RoleName                 string
	AssumeRolePolicyDocument json.RawMessage
	Policies                 []inlinePolicy
	Description              string
	Path                     string
	MaxSessionDuration       resource.Int
	Tags                     []resource.Tag
}

type policyProperties struct {
	PolicyName     string
	PolicyDocument json.RawMessage
	Roles          []string
}

// namePattern is what IAM takes as the name of a role or policy.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var namePattern = regexp.MustCompile(`^[\w+=,.@-]+$`)

func checkName(property, name string, limit int) error {
	if len(name) > limit || !namePattern.MatchString(name) {
		return fmt.Errorf("property %s: %q is not 1 to %d letters, digits or characters of _+=,.@-", property, name, limit)
	}
	return nil
}

// Resources returns the handlers of AWS::IAM::Role and AWS::IAM::Policy.
// Managed policies, users and groups are not supported: the property is
// refused by name.
func (d *Directory) Resources() map[string]resource.Type {
	return map[string]resource.Type{
		"AWS::IAM::Role":   resource.Schema{NotEmpty: []string{"RoleName"}}.Type(d.createRole, nil, nil),
		"AWS::IAM::Policy": resource.Schema{Required: []string{"PolicyDocument", "PolicyName"}}.Type(d.createPolicy, nil, nil),
	}
}

func (d *Directory) createRole(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties roleProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	name := properties.RoleName
	if name == "" {
		name = definition.Name(64)
	}
	if err := properties.check(name); err != nil {
		return resource.Instance{}, err
	}
	trust, err := ParseResourcePolicy(properties.AssumeRolePolicyDocument)
	if err != nil {
		return resource.Instance{}, fmt.Errorf("property AssumeRolePolicyDocument: %w", err)
	}
	role, err := d.putRole(name, definition.LogicalID, trust)
	if err != nil {
		return resource.Instance{}, err
	}
	for _, inline := range properties.Policies {
		if err := d.putInline(name, inline); err != nil {
			return resource.Instance{}, err
		}
	}
	return resource.Instance{ID: name, Attributes: map[string]any{"Arn": role.ARN, "RoleId": role.ID}}, nil
}

func (p *roleProperties) check(name string) error {
	if p.Path != "" && p.Path != "/" {
		return fmt.Errorf("property Path: %q is not supported, only / is", p.Path)
	}
	if p.MaxSessionDuration != 0 && (p.MaxSessionDuration < 3600 || p.MaxSessionDuration > 43200) {
		return fmt.Errorf("property MaxSessionDuration: %d is not from 3600 to 43200 seconds", p.MaxSessionDuration)
	}
	return checkName("RoleName", name, 64)
}

func (d *Directory) createPolicy(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var properties policyProperties
	if err := definition.Decode(&properties); err != nil {
		return resource.Instance{}, err
	}
	if len(properties.Roles) == 0 {
		return resource.Instance{}, errors.New("property Roles: at least one role is required")
	}
	for _, role := range properties.Roles {
		if err := d.putInline(role, inlinePolicy{properties.PolicyName, properties.PolicyDocument}); err != nil {
			return resource.Instance{}, err
		}
	}
	return resource.Instance{ID: definition.Name(128)}, nil
}

func (d *Directory) putInline(role string, inline inlinePolicy) error {
	if err := checkName("PolicyName", inline.PolicyName, 128); err != nil {
		return err
	}
	policy, err := ParseIdentityPolicy(inline.PolicyDocument)
	if err != nil {
		return fmt.Errorf("policy %s: %w", inline.PolicyName, err)
	}
	return d.PutRolePolicy(role, inline.PolicyName, policy)
}
