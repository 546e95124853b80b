package iam

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// managedPolicy is a policy of the account that roles share.
type managedPolicy struct {
	arn    string
	name   string
	id     string
	policy *Policy
	roles  []string // that the policy itself names; others name the policy
}

func (m *managedPolicy) names(role *Role) bool { return slices.ContainsFunc(m.roles, role.isNamed) }

func (d *Directory) policyARN(path, name string) string {
	return "arn:aws:iam::" + d.account + ":policy" + path + name
}

// attachedTo returns the managed policies of a role, each once. The caller
// holds the lock.
func (d *Directory) attachedTo(role *Role) []*managedPolicy {
	var attached []*managedPolicy
	for _, arn := range role.attached {
		if policy := d.findManaged(arn); policy != nil {
			attached = append(attached, policy)
		}
	}
	for _, policy := range d.managed {
		if policy.names(role) && !slices.Contains(role.attached, policy.arn) {
			attached = append(attached, policy)
		}
	}
	return attached
}

// findManaged returns a policy of the account or of AWS, or nil. The caller
// holds the lock.
func (d *Directory) findManaged(arn string) *managedPolicy {
	if policy, ok := d.managed[arn]; ok {
		return policy
	}
	if name, ok := strings.CutPrefix(arn, awsPolicyPrefix); ok && awsPolicies[name] != nil {
		return &managedPolicy{arn: arn, name: RoleName(name), policy: awsPolicies[name]}
	}
	return nil
}

// checkAttachable refuses a policy that can't be attached to a role. The
// caller holds the lock.
func (d *Directory) checkAttachable(arn string) error {
	if d.findManaged(arn) != nil {
		return nil
	}
	if name, ok := strings.CutPrefix(arn, awsPolicyPrefix); ok {
		return fmt.Errorf("the AWS managed policy %s is not supported; supported are %s",
			name, strings.Join(slices.Sorted(maps.Keys(awsPolicies)), ", "))
	}
	return fmt.Errorf("Policy %s does not exist or is not attachable.", arn)
}

// putManaged makes or changes a managed policy and has the roles it is attached
// to, or was, decide by it. The caller holds the lock.
func (d *Directory) putManaged(policy *managedPolicy) {
	d.managed[policy.arn] = policy
	d.settleRoles()
}

// removeManaged takes a managed policy away, which must not be attached by a
// role itself. The caller holds the lock.
func (d *Directory) removeManaged(arn string) error {
	if d.managed[arn] == nil {
		return nil
	}
	for _, role := range d.roles {
		if slices.Contains(role.attached, arn) {
			return errors.New("Cannot delete a policy attached to entities.")
		}
	}
	delete(d.managed, arn)
	d.settleRoles()
	return nil
}

func (d *Directory) settleRoles() {
	for _, role := range d.roles {
		d.settleRole(role)
	}
}
