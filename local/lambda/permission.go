package lambda

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// policy is the resource policy of a function. It is immutable.
type policy struct {
	statements []statement
	compiled   *iam.Policy // nil without statements
}

// statement is a statement as Lambda makes it of a permission.
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
type statement struct {
	Sid       string
	Effect    string
	Principal any
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

type policyDocument struct {
	Version   string
	ID        string `json:"Id"`
	Statement []statement
}

func (p policy) document() ([]byte, error) {
	return json.Marshal(policyDocument{"2012-10-17", "default", p.statements})
}

// with returns the policy with other statements.
func (p policy) with(statements []statement) (policy, error) {
	changed := policy{statements: statements}
	if len(statements) == 0 {
		return changed, nil
	}
	raw, err := changed.document()
	if err != nil {
		return policy{}, fmt.Errorf("write the function's policy: %w", err)
	}
	if changed.compiled, err = iam.ParsePolicy(raw); err != nil {
		return policy{}, err
	}
	return changed, nil
}

func (p policy) index(sid string) int {
	return slices.IndexFunc(p.statements, func(s statement) bool { return s.Sid == sid })
}

// permission is the input of AddPermission and, but for the id, the
// properties of AWS::Lambda::Permission.
type permission struct {
	FunctionName  string
	Qualifier     string
	StatementID   string `json:"StatementId"`
	Action        string
	Principal     string
	SourceArn     string
	SourceAccount string
}

var (
	statementID = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,100}$`)
	lambdaVerb  = regexp.MustCompile(`^lambda:([*]|[a-zA-Z]+)$`)
	accountID   = regexp.MustCompile(`^\d{12}$`)
)

func (p permission) statement(on target) (statement, error) {
	switch {
	case !statementID.MatchString(p.StatementID):
		return statement{}, fmt.Errorf("statement id %q is not 1 to 100 letters, digits, - and _", p.StatementID)
	case !lambdaVerb.MatchString(p.Action):
		return statement{}, fmt.Errorf("action %q is not an action of Lambda", p.Action)
	case p.Principal == "":
		return statement{}, fmt.Errorf("the principal is missing")
	}
	made := statement{Sid: p.StatementID, Effect: "Allow", Principal: principal(p.Principal), Action: p.Action, Resource: on.arn()}
	conditions := map[string]map[string]string{}
	if p.SourceArn != "" {
		conditions["ArnLike"] = map[string]string{"AWS:SourceArn": p.SourceArn}
	}
	if p.SourceAccount != "" {
		conditions["StringEquals"] = map[string]string{"AWS:SourceAccount": p.SourceAccount}
	}
	if len(conditions) > 0 {
		made.Condition = conditions
	}
	return made, nil
}

// principal writes "events.amazonaws.com", "123456789012", an ARN or "*" as a
// policy does.
func principal(text string) any {
	switch {
	case text == "*":
		return "*"
	case accountID.MatchString(text):
		return map[string]string{"AWS": "arn:aws:iam::" + text + ":root"}
	case strings.HasPrefix(text, "arn:"):
		return map[string]string{"AWS": text}
	}
	return map[string]string{"Service": text}
}

// grant adds a statement to the policy of a function, version or alias.
func (s *Service) grant(on target, p permission) (statement, error) {
	made, err := p.statement(on)
	if err != nil {
		return statement{}, frontdoor.Errorf("InvalidParameterValueException", "%v", err)
	}
	err = s.state.changePolicy(on, func(old policy) (policy, error) {
		if old.index(made.Sid) >= 0 {
			return policy{}, &frontdoor.Error{Code: "ResourceConflictException", Status: 409,
				Message: "The statement id (" + made.Sid + ") provided already exists. Please provide a new statement id, or remove the existing statement."}
		}
		return old.with(append(slices.Clone(old.statements), made))
	})
	return made, err
}

// permissionProperties are the properties of AWS::Lambda::Permission that are
// supported.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
type permissionProperties struct{ Action, FunctionName, Principal, SourceArn, SourceAccount string }

// createPermission creates an AWS::Lambda::Permission. Its id is that of the
// statement.
func (s *Service) createPermission(_ context.Context, definition resource.Definition) (resource.Instance, error) {
	var p permissionProperties
	if err := definition.Decode(&p); err != nil {
		return resource.Instance{}, err
	}
	on, err := s.targetIn("FunctionName", p.FunctionName, "")
	if err != nil {
		return resource.Instance{}, err
	}
	id := cmp.Or(definition.PhysicalID, definition.Name(100))
	_, err = s.grant(on, permission{
		StatementID: id, Action: p.Action, Principal: p.Principal, SourceArn: p.SourceArn, SourceAccount: p.SourceAccount,
	})
	if err != nil {
		return resource.Instance{}, err
	}
	return resource.Instance{ID: id, Attributes: map[string]any{"Id": id}}, nil
}

// deletePermission deletes an AWS::Lambda::Permission. The function or its
// alias may be gone.
func (s *Service) deletePermission(_ context.Context, definition resource.Definition) error {
	var p permissionProperties
	if err := definition.Decode(&p); err != nil {
		return err
	}
	on, err := s.find(p.FunctionName, "")
	if err == nil {
		err = s.revoke(on, definition.PhysicalID)
	}
	if frontdoor.Code(err) == "ResourceNotFoundException" {
		return nil
	}
	return err
}

// revoke removes a statement from the policy of a function, version or alias.
func (s *Service) revoke(on target, sid string) error {
	return s.state.changePolicy(on, func(old policy) (policy, error) {
		at := old.index(sid)
		if at < 0 {
			return policy{}, &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404,
				Message: "Statement " + sid + " is not found in resource policy."}
		}
		return old.with(slices.Delete(slices.Clone(old.statements), at, at+1))
	})
}

func (s *Service) addPermissionAccess(_ context.Context, in *permission) ([]iam.Access, error) {
	return s.accessTo("lambda:AddPermission", in.FunctionName, in.Qualifier)
}

type addPermissionOutput struct{ Statement string }

func (s *Service) addPermission(_ context.Context, in *permission) (*addPermissionOutput, error) {
	on, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	made, err := s.grant(on, *in)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(made)
	if err != nil {
		return nil, fmt.Errorf("write a policy statement: %w", err)
	}
	return &addPermissionOutput{string(raw)}, nil
}

type removePermissionInput struct {
	FunctionName string
	Qualifier    string
	StatementID  string `json:"StatementId"`
	RevisionID   string `json:"RevisionId"`
}

func (s *Service) removePermissionAccess(_ context.Context, in *removePermissionInput) ([]iam.Access, error) {
	return s.accessTo("lambda:RemovePermission", in.FunctionName, in.Qualifier)
}

func (s *Service) removePermission(_ context.Context, in *removePermissionInput) (*struct{}, error) {
	on, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	if err := s.revoke(on, in.StatementID); err != nil {
		return nil, err
	}
	return &struct{}{}, nil
}

type getPolicyOutput struct {
	Policy     string
	RevisionID string `json:"RevisionId"`
}

func (s *Service) getPolicy(_ context.Context, in *onFunction) (*getPolicyOutput, error) {
	on, err := s.find(in.FunctionName, in.Qualifier)
	if err != nil {
		return nil, err
	}
	p := s.state.policy(on.function, on.qualifier)
	if len(p.statements) == 0 {
		return nil, &frontdoor.Error{Code: "ResourceNotFoundException", Status: 404, Message: "The resource you requested does not exist."}
	}
	raw, err := p.document()
	if err != nil {
		return nil, fmt.Errorf("write the function's policy: %w", err)
	}
	return &getPolicyOutput{string(raw), uuid.NewSHA1(uuid.NameSpaceOID, raw).String()}, nil
}
