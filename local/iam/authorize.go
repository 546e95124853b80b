package iam

import (
	"fmt"
	"strings"
)

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

// Denied is the refusal of an Access. Its text is the sentence AWS gives.
type Denied struct {
	Principal Principal
	Access    Access
	Reason    string
}

func (d *Denied) Error() string {
	return fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s %s",
		d.Principal.ARN, d.Access.Action, d.Access.Resource, d.Reason)
}

// Authorize returns nil if p may do what access says, else a *Denied.
// An explicit denial stands over everything; within one account it is enough
// that either the role's or the resource's policy allows.
func (d *Directory) Authorize(p Principal, access Access) error {
	err := d.decide(p, access)
	d.note(p, access, err == nil)
	return err
}

func (d *Directory) decide(p Principal, access Access) error {
	keys := requestKeys(p, access)
	deny := func(format string, args ...any) error {
		return &Denied{p, access, fmt.Sprintf(format, args...)}
	}
	identity, err := evaluateAll(d.policiesOf(p.RoleARN), p, access, keys, false)
	if err != nil {
		return deny("because %v", err)
	}
	var resource verdict
	if access.ResourcePolicy != nil {
		if resource, err = evaluate(access.ResourcePolicy, p, access, keys, true); err != nil {
			return deny("because %v", err)
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

func evaluateAll(policies []*Policy, p Principal, access Access, keys map[string][]string, resourceBased bool) (verdict, error) {
	result := undecided
	for _, policy := range policies {
		v, err := evaluate(policy, p, access, keys, resourceBased)
		if err != nil || v == denied {
			return v, err
		}
		result = max(result, v)
	}
	return result, nil
}

func evaluate(policy *Policy, p Principal, access Access, keys map[string][]string, resourceBased bool) (verdict, error) {
	result := undecided
	for i := range policy.Statements {
		applies, err := policy.Statements[i].applies(p, access, keys, resourceBased)
		switch {
		case err != nil:
			return undecided, fmt.Errorf("policy statement %q: %w", policy.Statements[i].Sid, err)
		case applies && !policy.Statements[i].Allow:
			return denied, nil
		case applies:
			result = allowed
		}
	}
	return result, nil
}

func (s *Statement) applies(p Principal, access Access, keys map[string][]string, resourceBased bool) (bool, error) {
	if resourceBased && !s.concerns(p) {
		return false, nil
	}
	if s.Actions != nil && !matchAction(s.Actions, access.Action) || s.NotActions != nil && matchAction(s.NotActions, access.Action) {
		return false, nil
	}
	if s.Resources != nil && !matchAny(s.Resources, access.Resource) || s.NotResources != nil && matchAny(s.NotResources, access.Resource) {
		return false, nil
	}
	for _, condition := range s.Conditions {
		holds, err := condition.holds(keys)
		if err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}

func (s *Statement) concerns(p Principal) bool {
	if s.NotPrincipals != nil {
		return !matchesAnyPrincipal(p, s.NotPrincipals)
	}
	return matchesAnyPrincipal(p, s.Principals)
}

// requestKeys are the condition keys of a call. Calls stay on the loopback
// interface and count as made over TLS.
func requestKeys(p Principal, access Access) map[string][]string {
	keys := map[string][]string{
		"aws:SecureTransport": {"true"},
	}
	if p.Account != "" {
		keys["aws:PrincipalAccount"] = []string{p.Account}
	}
	if p.RoleARN != "" {
		keys["aws:PrincipalArn"] = []string{p.RoleARN}
	}
	if p.Kind == ServicePrincipal {
		keys["aws:PrincipalIsAWSService"] = []string{"true"}
		keys["aws:SourceAccount"] = []string{p.Account}
		if p.SourceARN != "" {
			keys["aws:SourceArn"] = []string{p.SourceARN}
		}
	}
	if parts := strings.SplitN(access.Resource, ":", 6); len(parts) == 6 && parts[3] != "" {
		keys["aws:RequestedRegion"] = []string{parts[3]}
	}
	for key, values := range access.Keys {
		keys[key] = values
	}
	return keys
}
