package iam

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Report tells what each role is granted and how much of it was used, and what
// was denied to anyone: the proof of least privilege, as far as what ran goes.
type Report struct {
	Roles   []RoleReport `json:"roles"`   // by their names
	Denials []Denial     `json:"denials"` // by who was denied what
}

// RoleReport is about one role.
type RoleReport struct {
	// Role is the role's name for people: the logical id in the template without
	// the hash that CDK appends, or the name if there is no template.
	Role   string  `json:"role"`
	Name   string  `json:"name"`
	Grants []Grant `json:"grants"` // as the policies have them
}

// Grant is one action on one resource that a statement allows, as written
// there: both may have wildcards.
type Grant struct {
	Policy    string `json:"policy"`
	Statement string `json:"statement"` // its Sid, or its number from 1
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	Condition string `json:"condition,omitempty"`
	// Calls is how many accesses it allowed. Where several statements allow an
	// access it counts for the first, so that one which is not needed beside
	// another shows as never used.
	Calls int64 `json:"calls"`
	// Checks is how often a service made sure of it before it was needed, as
	// Lambda does when a failure destination is configured.
	Checks   int64   `json:"checks,omitempty"`
	Accesses []Usage `json:"accesses"` // what was asked for
}

// Used tells whether anything needed the grant.
func (g Grant) Used() bool { return g.Calls > 0 || g.Checks > 0 }

// Usage is how often an access was allowed.
type Usage struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
	Calls    int64  `json:"calls"`
	Checks   int64  `json:"checks,omitempty"`
}

// Denial is how often an access was denied.
type Denial struct {
	// Who is a role's name for people, a service, or another principal's ARN.
	Who string `json:"who"`
	// For is the ARN of the resource that a service acted for.
	For      string `json:"for,omitempty"`
	Action   string `json:"action"`
	Resource string `json:"resource"`
	Reason   string `json:"reason"` // the end of AWS's sentence
	Count    int64  `json:"count"`
}

// Report returns what has been used and denied so far.
func (d *Directory) Report() Report {
	report := Report{Roles: []RoleReport{}, Denials: d.refusals.list()}
	for _, role := range d.sortedRoles() {
		policies, _ := d.policiesOf(role.ARN)
		report.Roles = append(report.Roles, RoleReport{Role: role.title(), Name: role.Name, Grants: grants(policies)})
	}
	slices.SortFunc(report.Denials, func(a, b Denial) int {
		return cmp.Or(cmp.Compare(a.Who, b.Who), cmp.Compare(a.For, b.For), cmp.Compare(a.Action, b.Action),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Reason, b.Reason))
	})
	return report
}

func (d *Directory) sortedRoles() []*Role {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.SortedFunc(maps.Values(d.roles), func(a, b *Role) int {
		return cmp.Or(cmp.Compare(a.title(), b.title()), cmp.Compare(a.Name, b.Name))
	})
}

// hash is what CDK appends to the path of a construct to make a logical id.
var hash = regexp.MustCompile(`[0-9A-F]{8}$`)

func (r *Role) title() string {
	return cmp.Or(hash.ReplaceAllString(r.logicalID, ""), r.Name)
}

func grants(policies []namedPolicy) []Grant {
	all := []Grant{}
	for _, named := range policies {
		for i := range named.policy.Statements {
			if s := &named.policy.Statements[i]; s.Allow {
				all = append(all, s.grants(named.name, i, named.usage[i])...)
			}
		}
	}
	return all
}

// grants are the actions and resources of the statement at index i of its
// policy, each action with each resource. NotAction and NotResource are one.
func (s *Statement) grants(policy string, i int, used *usage) []Grant {
	var all []Grant
	for _, action := range orNot(s.Actions, s.NotActions) {
		for _, resource := range orNot(s.Resources, s.NotResources) {
			all = append(all, Grant{
				Policy: policy, Statement: s.label(i), Action: action, Resource: resource,
				Condition: s.conditionText(), Accesses: []Usage{},
			})
		}
	}
	used.accesses(func(a asked, calls, checks int64) {
		grant := &all[s.position(a)]
		grant.Calls += calls
		grant.Checks += checks
		grant.Accesses = append(grant.Accesses, Usage{a.action, a.resource, calls, checks})
	})
	for _, grant := range all {
		slices.SortFunc(grant.Accesses, func(a, b Usage) int {
			return cmp.Or(cmp.Compare(a.Action, b.Action), cmp.Compare(a.Resource, b.Resource))
		})
	}
	return all
}

func orNot(values, not []string) []string {
	if values != nil {
		return values
	}
	return []string{"all but " + strings.Join(not, ", ")}
}

// position is the index, in the statement's grants, of the first that fits an
// access which the statement allowed.
func (s *Statement) position(a asked) int {
	action := max(0, slices.IndexFunc(s.Actions, func(pattern string) bool { return matchAction([]string{pattern}, a.action) }))
	resource := max(0, slices.IndexFunc(s.Resources, func(pattern string) bool { return matchResource([]string{pattern}, a.resource) }))
	return action*max(1, len(s.Resources)) + resource
}
