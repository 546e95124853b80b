package iam

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"eda-demo/local/strictjson"
)

// Policy is a parsed policy document.
type Policy struct {
	ID         string
	Version    string
	Statements []Statement
}

// Statement is one statement of a policy. Exactly one of Actions and
// NotActions is set, and at most one of Resources and NotResources.
type Statement struct {
	Sid           string
	Allow         bool
	Principals    []PrincipalPattern // empty in an identity-based policy
	NotPrincipals []PrincipalPattern
	Actions       []string
	NotActions    []string
	Resources     []string
	NotResources  []string
	Conditions    []Condition
}

type document struct {
	Version   string
	ID        string `json:"Id"`
	Statement json.RawMessage
}

type statementDocument struct {
	Sid          string
	Effect       string
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Action       texts
	NotAction    texts
	Resource     texts
	NotResource  texts
	Condition    map[string]map[string]scalars
}

// ParsePolicy parses a policy document of either kind. Elements that IAM does
// not know are refused by name, policy variables as not supported.
func ParsePolicy(raw []byte) (*Policy, error) {
	policy, err := parsePolicy(raw)
	if err != nil {
		return nil, fmt.Errorf("parse policy document: %w", err)
	}
	return policy, nil
}

// ParseIdentityPolicy parses the policy of a role: each statement has a
// Resource and no Principal.
func ParseIdentityPolicy(raw []byte) (*Policy, error) {
	policy, err := ParsePolicy(raw)
	if err != nil {
		return nil, err
	}
	for i, s := range policy.Statements {
		switch {
		case s.Resources == nil && s.NotResources == nil:
			return nil, fmt.Errorf("parse policy document: %s: Resource is missing", s.title(i))
		case s.hasPrincipal():
			return nil, fmt.Errorf("parse policy document: %s: an identity-based policy has no Principal", s.title(i))
		}
	}
	return policy, nil
}

// ParseResourcePolicy parses the policy of a resource or the trust policy of a
// role: each statement has a Principal.
func ParseResourcePolicy(raw []byte) (*Policy, error) {
	policy, err := ParsePolicy(raw)
	if err != nil {
		return nil, err
	}
	for i, s := range policy.Statements {
		if !s.hasPrincipal() {
			return nil, fmt.Errorf("parse policy document: %s: Principal is missing", s.title(i))
		}
	}
	return policy, nil
}

func (s *Statement) hasPrincipal() bool { return s.Principals != nil || s.NotPrincipals != nil }

// title names the statement at index i of its policy in messages.
func (s *Statement) title(i int) string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %q", s.Sid)
	}
	return "statement " + s.label(i)
}

// label is the Sid of the statement at index i of its policy, or its number.
func (s *Statement) label(i int) string { return cmp.Or(s.Sid, strconv.Itoa(i+1)) }

func parsePolicy(raw []byte) (*Policy, error) {
	if len(raw) == 0 {
		return nil, errors.New("it is missing")
	}
	var doc document
	if err := strictjson.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	if doc.Version != "" && doc.Version != "2012-10-17" && doc.Version != "2008-10-17" {
		return nil, fmt.Errorf("unknown Version %q", doc.Version)
	}
	statements, err := oneOrMany(doc.Statement)
	if err != nil {
		return nil, fmt.Errorf("Statement: %w", err)
	}
	policy := &Policy{ID: doc.ID, Version: doc.Version}
	for i, raw := range statements {
		statement, err := parseStatement(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", statement.title(i), err)
		}
		policy.Statements = append(policy.Statements, statement)
	}
	return policy, nil
}

func oneOrMany(raw json.RawMessage) ([]json.RawMessage, error) {
	if len(raw) == 0 {
		return nil, errors.New("it is missing")
	}
	if raw[0] == '{' {
		return []json.RawMessage{raw}, nil
	}
	var many []json.RawMessage
	if err := strictjson.Unmarshal(raw, &many); err != nil {
		return nil, err
	}
	if len(many) == 0 {
		return nil, errors.New("at least one is required")
	}
	return many, nil
}

// parseStatement returns the Sid beside an error, to tell where it is.
func parseStatement(raw []byte) (Statement, error) {
	var doc statementDocument
	if err := strictjson.Unmarshal(raw, &doc); err != nil {
		return Statement{}, err
	}
	statement := Statement{
		Sid: doc.Sid, Allow: doc.Effect == "Allow",
		Actions: doc.Action, NotActions: doc.NotAction,
		Resources: doc.Resource, NotResources: doc.NotResource,
	}
	err := doc.check()
	if err != nil {
		return statement, err
	}
	if statement.Principals, err = parsePrincipals(doc.Principal); err != nil {
		return statement, fmt.Errorf("Principal: %w", err)
	}
	if statement.NotPrincipals, err = parsePrincipals(doc.NotPrincipal); err != nil {
		return statement, fmt.Errorf("NotPrincipal: %w", err)
	}
	statement.Conditions, err = parseConditions(doc.Condition)
	return statement, err
}

func (doc *statementDocument) check() error {
	switch {
	case doc.Effect != "Allow" && doc.Effect != "Deny":
		return fmt.Errorf("Effect %q is neither Allow nor Deny", doc.Effect)
	case (doc.Action == nil) == (doc.NotAction == nil):
		return errors.New("exactly one of Action and NotAction is required")
	case doc.Resource != nil && doc.NotResource != nil:
		return errors.New("Resource and NotResource exclude each other")
	case doc.Principal != nil && doc.NotPrincipal != nil:
		return errors.New("Principal and NotPrincipal exclude each other")
	}
	for _, action := range slices.Concat(doc.Action, doc.NotAction) {
		if service, name, found := strings.Cut(action, ":"); action != "*" && (!found || service == "" || name == "") {
			return fmt.Errorf("%q is not an action; one is written service:action", action)
		}
	}
	for _, resource := range slices.Concat(doc.Resource, doc.NotResource) {
		if resource != "*" && !strings.HasPrefix(resource, "arn:") {
			return fmt.Errorf("%q is neither an ARN nor \"*\"", resource)
		}
		if strings.Contains(resource, "${") {
			return fmt.Errorf("policy variables such as in %q are not supported", resource)
		}
	}
	return nil
}

func parsePrincipals(raw json.RawMessage) ([]PrincipalPattern, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var everyone string
	if json.Unmarshal(raw, &everyone) == nil && raw[0] == '"' {
		if everyone != "*" {
			return nil, fmt.Errorf("%q is not a principal; only \"*\" may stand alone", everyone)
		}
		return []PrincipalPattern{{"AWS", "*"}}, nil
	}
	var byType map[string]texts
	if err := strictjson.Unmarshal(raw, &byType); err != nil {
		return nil, err
	}
	if len(byType) == 0 {
		return nil, errors.New("at least one is required")
	}
	var patterns []PrincipalPattern
	for _, kind := range slices.Sorted(maps.Keys(byType)) {
		if kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser" {
			return nil, fmt.Errorf("unknown type %q", kind)
		}
		for _, value := range byType[kind] {
			patterns = append(patterns, PrincipalPattern{kind, value})
		}
	}
	return patterns, nil
}

// parseConditions gives the conditions in the order of their names, so that
// the same policy always gives the same messages.
func parseConditions(byOperator map[string]map[string]scalars) ([]Condition, error) {
	var conditions []Condition
	for operator, keys := range byOperator {
		for key, values := range keys {
			conditions = append(conditions, Condition{operator, key, values})
		}
	}
	slices.SortFunc(conditions, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Key, b.Key))
	})
	for _, condition := range conditions {
		if err := condition.check(); err != nil {
			return nil, fmt.Errorf("Condition: %w", err)
		}
	}
	return conditions, nil
}
