package iam

import (
	"reflect"
	"slices"
)

// namedPolicy is a policy as it decides for one role.
type namedPolicy struct {
	name   string
	arn    string // of a managed policy
	policy *Policy
	usage  []*usage // of each statement
}

// newNamedPolicy gives a policy that takes over the usage of the statements
// that were in it before, so that an update does not begin to count anew what
// it leaves alone.
func newNamedPolicy(name, arn string, policy *Policy, before []namedPolicy) namedPolicy {
	named := namedPolicy{name: name, arn: arn, policy: policy}
	var old namedPolicy
	if i := slices.IndexFunc(before, func(b namedPolicy) bool { return b.name == name && b.arn == arn }); i >= 0 {
		old = before[i]
	}
	taken := make([]bool, len(old.usage))
	for i := range policy.Statements {
		named.usage = append(named.usage, old.usageOf(&policy.Statements[i], taken))
	}
	return named
}

// usageOf returns the usage of an equal statement that is not taken, and takes
// it; without one, a new one.
func (n namedPolicy) usageOf(s *Statement, taken []bool) *usage {
	for i, used := range n.usage {
		if !taken[i] && reflect.DeepEqual(n.policy.Statements[i], *s) {
			taken[i] = true
			return used
		}
	}
	return &usage{}
}
