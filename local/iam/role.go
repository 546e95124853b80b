package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Role is an IAM role. What is exported never changes; the rest is the
// directory's, under its lock, and is replaced as a whole.
type Role struct {
	ARN  string
	Name string
	ID   string

	logicalID string // in the template; "" if it was not made from one

	roleSettings
	policies []namedPolicy // what decides: the inline ones and the attached ones, by name
}

// roleSettings is what can change about a role.
type roleSettings struct {
	trust      *Policy
	maxSession time.Duration
	inline     []inlinePolicy
	attached   []string // ARNs of the managed policies that the role itself names
}

// presetMaxSession is how long a session may last if the role doesn't say.
const presetMaxSession = time.Hour

// inlinePolicy is a policy of one role.
type inlinePolicy struct {
	owner  string // the id of the AWS::IAM::Policy that put it there; "" for the role itself
	name   string
	policy *Policy
	size   int // of the document, as the quota counts it; 0 without a document
}

// PutRole creates a role; the name must be free.
func (d *Directory) PutRole(name string, trust *Policy) (*Role, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	role := &Role{ARN: d.roleARN("/", name), Name: name, ID: "AROA" + randomKey(idLength)}
	role.trust, role.maxSession = trust, presetMaxSession
	return role, d.add(role)
}

func (d *Directory) roleARN(path, name string) string {
	return "arn:aws:iam::" + d.account + ":role" + path + name
}

// add enters a role. The caller holds the lock.
func (d *Directory) add(role *Role) error {
	if d.roleNamed(role.Name) != nil {
		return fmt.Errorf("Role with name %s already exists.", role.Name)
	}
	d.roles[role.ARN] = role
	d.byName[strings.ToLower(role.Name)] = role
	d.settleRole(role)
	return nil
}

// remove takes a role away with its inline policies, its attachments and its
// sessions. The caller holds the lock.
func (d *Directory) remove(role *Role) {
	delete(d.roles, role.ARN)
	delete(d.byName, strings.ToLower(role.Name))
	for _, policy := range d.managed {
		policy.roles = slices.DeleteFunc(slices.Clone(policy.roles), role.isNamed)
	}
	for key, session := range d.sessions {
		if session.principal.RoleARN == role.ARN {
			delete(d.sessions, key)
		}
	}
}

func (r *Role) isNamed(name string) bool { return strings.EqualFold(r.Name, name) }

// roleNamed returns the role of a name, or nil. The caller holds the lock.
func (d *Directory) roleNamed(name string) *Role { return d.byName[strings.ToLower(name)] }

// rolesNamed returns the roles of the names. The caller holds the lock.
func (d *Directory) rolesNamed(names []string) ([]*Role, error) {
	roles := make([]*Role, 0, len(names))
	for _, name := range names {
		role := d.roleNamed(name)
		if role == nil {
			return nil, noSuchRole(name)
		}
		roles = append(roles, role)
	}
	return roles, nil
}

func noSuchRole(name string) error {
	return fmt.Errorf("The role with name %s cannot be found.", name)
}

// PutRolePolicy sets the named inline policy of a role.
func (d *Directory) PutRolePolicy(roleName, policyName string, policy *Policy) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	role := d.roleNamed(roleName)
	if role == nil {
		return noSuchRole(roleName)
	}
	role.inline = slices.DeleteFunc(slices.Clone(role.inline), func(old inlinePolicy) bool { return old.name == policyName })
	role.inline = append(role.inline, inlinePolicy{name: policyName, policy: policy})
	d.settleRole(role)
	return nil
}

// settleRole puts together what decides for a role, after one of its policies
// or of those attached to it has changed. The caller holds the lock.
func (d *Directory) settleRole(role *Role) {
	before := role.policies
	policies := make([]namedPolicy, 0, len(role.inline)+len(role.attached))
	for _, inline := range role.inline {
		policies = append(policies, newNamedPolicy(inline.name, "", inline.policy, before))
	}
	for _, policy := range d.attachedTo(role) {
		policies = append(policies, newNamedPolicy(policy.name, policy.arn, policy.policy, before))
	}
	slices.SortFunc(policies, func(a, b namedPolicy) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.arn, b.arn))
	})
	role.policies = policies
}

// policiesOf returns the policies of a role in the order of their names; ok is
// false if there is no such role.
func (d *Directory) policiesOf(roleARN string) (policies []namedPolicy, ok bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	role, ok := d.roles[roleARN]
	if !ok {
		return nil, false
	}
	return role.policies, true
}
