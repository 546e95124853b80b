package iam

// Kind tells what a Principal is.
type Kind int

const (
	// Nobody is the zero value: an unsigned request.
	Nobody Kind = iota
	// Administrator is whoever signs with keys that were not issued here. It is
	// stopped by explicit denials only.
	Administrator
	// RoleSession is a function or service acting in a role.
	RoleSession
	// ServicePrincipal is an AWS service acting for a resource, such as
	// EventBridge for a rule. Only the policy of the called resource decides.
	ServicePrincipal
	// Revoked is whoever signs with keys that were issued here and are valid no
	// more, because their role was deleted. It may do nothing.
	Revoked
	// Expired is whoever signs with keys that were issued here for a time that
	// is over. It may do nothing.
	Expired
)

// Principal is who makes a call.
type Principal struct {
	Kind    Kind
	Account string
	// ARN is what denials print: an assumed-role ARN for a RoleSession, the
	// service's name for a ServicePrincipal.
	ARN string
	// RoleARN is set for a RoleSession.
	RoleARN string
	// Service is set for a ServicePrincipal, such as "events.amazonaws.com".
	Service string
	// SourceARN is the resource for which a ServicePrincipal acts, such as the
	// rule: the condition key aws:SourceArn.
	SourceARN string
}

// Admin is the account's administrator.
func Admin(account string) Principal {
	return Principal{Kind: Administrator, Account: account, ARN: "arn:aws:iam::" + account + ":user/administrator"}
}

// Service is the named service acting for the resource sourceARN of account.
func Service(name, account, sourceARN string) Principal {
	return Principal{Kind: ServicePrincipal, Account: account, ARN: name, Service: name, SourceARN: sourceARN}
}

// PrincipalPattern names principals in a resource-based policy: Type is
// "AWS", "Service", "Federated" or "CanonicalUser"; Value may be "*".
type PrincipalPattern struct{ Type, Value string }

// concerns tells whether a statement of a resource-based policy is about p.
func (s *Statement) concerns(p Principal) bool {
	if s.NotPrincipals != nil {
		return !p.isAny(s.NotPrincipals)
	}
	for _, pattern := range s.Principals {
		if p.matches(pattern) && !(s.Allow && p.onlyDelegated(pattern)) {
			return true
		}
	}
	return false
}

func (p Principal) isAny(patterns []PrincipalPattern) bool {
	for _, pattern := range patterns {
		if p.matches(pattern) {
			return true
		}
	}
	return false
}

func (p Principal) matches(pattern PrincipalPattern) bool {
	switch pattern.Type {
	case "Service":
		return p.Kind == ServicePrincipal && (pattern.Value == "*" || pattern.Value == p.Service)
	case "AWS":
		if pattern.Value == "*" {
			return true
		}
		if p.Kind != RoleSession && p.Kind != Administrator {
			return false
		}
		return pattern.Value == p.RoleARN || pattern.Value == p.ARN || p.isAccount(pattern)
	}
	return false
}

func (p Principal) isAccount(pattern PrincipalPattern) bool {
	return pattern.Value == p.Account || pattern.Value == "arn:aws:iam::"+p.Account+":root"
}

// onlyDelegated tells whether the pattern names the account of a role: then
// the account may decide, so the role's own policies have to allow as well.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (p Principal) onlyDelegated(pattern PrincipalPattern) bool {
	return p.Kind == RoleSession && pattern.Type == "AWS" && p.isAccount(pattern)
}
