package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// PrincipalPattern names principals in a resource-based policy: Type is
// "AWS", "Service", "Federated" or "CanonicalUser"; Value may be "*".
type PrincipalPattern struct{ Type, Value string }

// Condition is one operator applied to one key. The values are alternatives.
type Condition struct {
	Operator string
	Key      string
	Values   []string
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
	Action       stringOrList
	NotAction    stringOrList
	Resource     stringOrList
	NotResource  stringOrList
	Condition    map[string]map[string]stringOrList
}

// ParsePolicy parses a policy document. Elements that IAM does not know are
// refused by name.
func ParsePolicy(raw []byte) (*Policy, error) {
	var doc document
	if err := strictUnmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("parse policy document: %w", err)
	}
	if doc.Version != "" && doc.Version != "2012-10-17" && doc.Version != "2008-10-17" {
		return nil, fmt.Errorf("parse policy document: unknown Version %q", doc.Version)
	}
	var statements []json.RawMessage
	if err := unmarshalOneOrMany(doc.Statement, &statements); err != nil {
		return nil, fmt.Errorf("parse policy document: Statement: %w", err)
	}
	policy := &Policy{ID: doc.ID, Version: doc.Version}
	for i, raw := range statements {
		statement, err := parseStatement(raw)
		if err != nil {
			return nil, fmt.Errorf("parse policy document: statement %d: %w", i, err)
		}
		policy.Statements = append(policy.Statements, statement)
	}
	return policy, nil
}

func parseStatement(raw []byte) (Statement, error) {
	var doc statementDocument
	if err := strictUnmarshal(raw, &doc); err != nil {
		return Statement{}, err
	}
	if doc.Effect != "Allow" && doc.Effect != "Deny" {
		return Statement{}, fmt.Errorf("effect %q is neither Allow nor Deny", doc.Effect)
	}
	if (doc.Action == nil) == (doc.NotAction == nil) {
		return Statement{}, fmt.Errorf("exactly one of Action and NotAction is required")
	}
	if doc.Resource != nil && doc.NotResource != nil {
		return Statement{}, fmt.Errorf("resource and NotResource exclude each other")
	}
	statement := Statement{
		Sid: doc.Sid, Allow: doc.Effect == "Allow",
		Actions: doc.Action, NotActions: doc.NotAction,
		Resources: doc.Resource, NotResources: doc.NotResource,
	}
	var err error
	if statement.Principals, err = parsePrincipals(doc.Principal); err != nil {
		return Statement{}, fmt.Errorf("principal: %w", err)
	}
	if statement.NotPrincipals, err = parsePrincipals(doc.NotPrincipal); err != nil {
		return Statement{}, fmt.Errorf("notPrincipal: %w", err)
	}
	for operator, keys := range doc.Condition {
		for key, values := range keys {
			statement.Conditions = append(statement.Conditions, Condition{operator, key, values})
		}
	}
	return statement, nil
}

func parsePrincipals(raw json.RawMessage) ([]PrincipalPattern, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var everyone string
	if json.Unmarshal(raw, &everyone) == nil {
		if everyone != "*" {
			return nil, fmt.Errorf("%q is not a principal; only \"*\" may stand alone", everyone)
		}
		return []PrincipalPattern{{"AWS", "*"}}, nil
	}
	var byType map[string]stringOrList
	if err := json.Unmarshal(raw, &byType); err != nil {
		return nil, err
	}
	var patterns []PrincipalPattern
	for kind, values := range byType {
		if kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser" {
			return nil, fmt.Errorf("unknown principal type %q", kind)
		}
		for _, value := range values {
			patterns = append(patterns, PrincipalPattern{kind, value})
		}
	}
	return patterns, nil
}

func strictUnmarshal(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

func unmarshalOneOrMany(raw json.RawMessage, into *[]json.RawMessage) error {
	if len(raw) > 0 && raw[0] == '{' {
		*into = []json.RawMessage{raw}
		return nil
	}
	return json.Unmarshal(raw, into)
}

// stringOrList is a value that policies write as one string (or boolean or
// number, in conditions) or as a list of them.
type stringOrList []string

func (s *stringOrList) UnmarshalJSON(raw []byte) error {
	var values []any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if len(raw) > 0 && raw[0] == '[' {
		if err := decoder.Decode(&values); err != nil {
			return err
		}
	} else {
		var one any
		if err := decoder.Decode(&one); err != nil {
			return err
		}
		values = []any{one}
	}
	*s = stringOrList{}
	for _, value := range values {
		switch value := value.(type) {
		case string, bool, json.Number:
			*s = append(*s, fmt.Sprint(value))
		default:
			return fmt.Errorf("%T where a string is expected", value)
		}
	}
	return nil
}
