package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Quotas of policy documents, in characters without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxTrustSize   = 2048
	maxManagedSize = 6144
	maxInlineSize  = 10240 // of all inline policies of a role
)

// size is how much of a quota a document takes.
func size(document json.RawMessage) int {
	var compact bytes.Buffer
	if json.Compact(&compact, document) != nil {
		return len(document)
	}
	return compact.Len()
}

// parseTrust parses the trust policy of a role.
func parseTrust(document json.RawMessage) (*Policy, error) {
	policy, err := ParseResourcePolicy(document)
	if err != nil {
		return nil, fmt.Errorf("property AssumeRolePolicyDocument: %w", err)
	}
	if size(document) > maxTrustSize {
		return nil, fmt.Errorf("property AssumeRolePolicyDocument: Cannot exceed quota for ACLSizePerRole: %d", maxTrustSize)
	}
	for i, s := range policy.Statements {
		if s.Resources != nil || s.NotResources != nil {
			return nil, fmt.Errorf("property AssumeRolePolicyDocument: %s: Has prohibited field Resource", s.title(i))
		}
	}
	return policy, nil
}

// checkTrusted refuses a trust policy about somebody of this account who does
// not exist. The caller holds the lock.
func (d *Directory) checkTrusted(trust *Policy) error {
	for _, s := range trust.Statements {
		for _, pattern := range slices.Concat(s.Principals, s.NotPrincipals) {
			if pattern.Type == "AWS" && !d.mayExist(pattern.Value) {
				return fmt.Errorf("property AssumeRolePolicyDocument: Invalid principal in policy: %q:%q", pattern.Type, pattern.Value)
			}
		}
	}
	return nil
}

// mayExist tells whether the value of an AWS principal names everybody, an
// account, somebody there is, or somebody of another account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (d *Directory) mayExist(value string) bool {
	if value == "*" || isAccountID(value) {
		return true
	}
	parts := strings.SplitN(value, ":", arnParts)
	if len(parts) != arnParts || parts[0] != "arn" || !isAccountID(parts[4]) || strings.ContainsAny(parts[5], "*?") {
		return false
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch {
	case parts[2] == "iam" && parts[5] == "root":
		return true
	case parts[2] == "iam" && (kind == "role" || kind == "user") && name != "":
		return parts[4] != d.account || d.roles[value] != nil || value == Admin(d.account).ARN
	case parts[2] == "sts" && kind == "assumed-role":
		role, session, _ := strings.Cut(name, "/")
		return session != "" && (parts[4] != d.account || d.roleNamed(role) != nil)
	}
	return false
}

func isAccountID(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}
