package iam

import "fmt"

// Access is one thing that a call needs to be allowed to do.
type Access struct {
	// Action in IAM's spelling, such as "dynamodb:PutItem".
	Action string
	// Resource is the ARN acted upon, or "*" for actions without one.
	Resource string
	// Keys are the service's condition keys of this call, such as
	// "events:source". The global keys are added by Authorize.
	Keys map[string][]string
	// ResourcePolicy is the policy attached to the resource; nil if there is none.
	ResourcePolicy *Policy
}

// Denied is the refusal of an Access. Its text is the sentence AWS gives:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
type Denied struct {
	Principal Principal
	Access    Access
	Reason    string
}

func (d *Denied) Error() string {
	who := d.Principal.ARN
	if who == "" {
		who = "anonymous"
	}
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s",
		who, d.Access.Action, d.Access.Resource, d.Reason)
}

// Authorize returns nil if p may do what access says, else a *Denied.
// An explicit denial stands over everything; within one account it is enough
// that either the role's or the resource's policy allows. A statement that
// can't be decided, because it has a condition that is not supported, denies.
func (d *Directory) Authorize(p Principal, access Access) error {
	return d.settle(&request{principal: p, access: access}, false)
}

// Check decides as Authorize does, for a service that makes sure before
// anything happens that a role allows what will be needed. The report counts it
// apart: a permission that was only checked has not been used.
func (d *Directory) Check(p Principal, access Access) error {
	return d.settle(&request{principal: p, access: access}, true)
}

// settle decides and counts, and has a denial observed.
func (d *Directory) settle(r *request, check bool) error {
	if denied := d.decide(r); denied != nil {
		return d.refuse(denied)
	}
	if r.allowedBy != nil {
		r.usage.tally(r.allowedBy, r.access).count(check)
	}
	return nil
}

func (d *Directory) decide(r *request) *Denied {
	p, access := r.principal, r.access
	deny := func(format string, args ...any) *Denied {
		return &Denied{p, access, fmt.Sprintf(format, args...)}
	}
	if p.Kind == Revoked || p.Kind == Expired {
		return deny("because the security token included in the request is not valid")
	}
	policies, exists := d.policiesOf(p.RoleARN)
	if p.Kind == RoleSession && !exists {
		return deny("because the role does not exist")
	}
	identity, err := r.evaluateAll(policies)
	if err != nil {
		return deny("because an identity-based policy can't be decided: %v", err)
	}
	var resource verdict
	if access.ResourcePolicy != nil {
		if resource, _, err = r.evaluate(access.ResourcePolicy, true); err != nil {
			return deny("because the resource-based policy can't be decided: %v", err)
		}
	}
	switch {
	case identity == denied:
		return deny("with an explicit deny in an identity-based policy")
	case resource == denied:
		return deny("with an explicit deny in a resource-based policy")
	case identity == allowed || resource == allowed || p.Kind == Administrator:
		return nil
	case p.Kind == RoleSession:
		return deny("because no identity-based policy allows the %s action", access.Action)
	}
	return deny("because no resource-based policy allows the %s action", access.Action)
}

type verdict int

const (
	undecided verdict = iota
	allowed
	denied
)

// request is one access asked for by one principal.
type request struct {
	principal Principal
	access    Access
	known     map[string][]string // the condition keys, once one was needed

	allowedBy *Statement // the first of the role's that allows it
	usage     *usage     // of allowedBy
}

func (r *request) evaluateAll(policies []namedPolicy) (verdict, error) {
	result := undecided
	var undecidable error
	for _, named := range policies {
		v, first, err := r.evaluate(named.policy, false)
		if v == denied {
			return denied, nil
		}
		if v == allowed && r.allowedBy == nil {
			r.allowedBy, r.usage = &named.policy.Statements[first], named.usage[first]
		}
		if err != nil {
			undecidable = fmt.Errorf("policy %s: %w", named.name, err)
		}
		result = max(result, v)
	}
	return result, undecidable
}

// evaluate decides by one policy. The verdict may be denied beside an error:
// a denial that holds needs no other statement. by is the index of the first
// statement that allows.
func (r *request) evaluate(policy *Policy, resourceBased bool) (result verdict, by int, undecidable error) {
	for i := range policy.Statements {
		s := &policy.Statements[i]
		if resourceBased && !s.concerns(r.principal) {
			continue
		}
		applies, err := r.meets(s)
		switch {
		case err != nil:
			undecidable = fmt.Errorf("%s: %w", s.title(i), err)
		case applies && !s.Allow:
			return denied, i, nil
		case applies && result == undecided:
			result, by = allowed, i
		}
	}
	return result, by, undecidable
}

// meets tells whether the action, the resource and the conditions of a
// statement fit the request.
func (r *request) meets(s *Statement) (bool, error) {
	if s.Actions != nil && !matchAction(s.Actions, r.access.Action) || s.NotActions != nil && matchAction(s.NotActions, r.access.Action) {
		return false, nil
	}
	if s.Resources != nil && !matchResource(s.Resources, r.access.Resource) || s.NotResources != nil && matchResource(s.NotResources, r.access.Resource) {
		return false, nil
	}
	all := true
	for _, condition := range s.Conditions {
		holds, err := condition.holds(r.keys())
		if err != nil {
			return false, err
		}
		all = all && holds
	}
	return all, nil
}
