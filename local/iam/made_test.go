package iam

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/resource"
)

// definition is a resource of the stack that the tests are about.
func definition(id, kind, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: id, Type: "AWS::IAM::" + kind, Properties: json.RawMessage(properties),
		Stack: resource.Stack{Name: "Test", ID: "test", Account: account, Region: region, Partition: "aws"},
	}
}

// made is a resource as it was last applied.
type made struct {
	t *testing.T
	d *Directory
	resource.Definition
	resource.Instance
}

func (m made) kind() resource.Type { return m.d.Resources()[m.Type] }

func mustMake(t *testing.T, d *Directory, def resource.Definition) *made {
	t.Helper()
	m := &made{t: t, d: d, Definition: def}
	var err error
	if m.Instance, err = m.kind().Create(t.Context(), def); err != nil {
		t.Fatalf("create %s: %v", def.LogicalID, err)
	}
	m.PhysicalID = m.ID
	return m
}

// update applies other properties and returns the error.
func (m *made) update(properties string) error {
	m.t.Helper()
	next := m.Definition
	next.Properties = json.RawMessage(properties)
	got, err := m.kind().Update(m.t.Context(), m.Definition, next)
	if err != nil {
		return err
	}
	if fmt.Sprint(got) != fmt.Sprint(m.Instance) {
		m.t.Errorf("update of %s: got %+v, want %+v as before", m.LogicalID, got, m.Instance)
	}
	m.Definition = next
	return nil
}

func (m *made) mustUpdate(properties string) {
	m.t.Helper()
	if err := m.update(properties); err != nil {
		m.t.Fatalf("update %s with %s: %v", m.LogicalID, properties, err)
	}
}

func (m *made) remove() error { return m.kind().Delete(m.t.Context(), m.Definition) }

func (m *made) mustRemove() {
	m.t.Helper()
	for range 2 { // one that is gone is no error
		if err := m.remove(); err != nil {
			m.t.Fatalf("delete %s: %v", m.LogicalID, err)
		}
	}
}

// doc is a policy document that allows actions on everything.
func doc(actions ...string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["` + strings.Join(actions, `","`) + `"],"Resource":"*"}]}`
}

func roleOf(more string) string { return `{"AssumeRolePolicyDocument":` + trustLambda + more + `}` }

func arnOf(m *made) string { return fmt.Sprint(m.Attributes["Arn"]) }

// allowedTo checks which of some actions a role's session may do.
func allowedTo(t *testing.T, d *Directory, roleARN string, want ...string) {
	t.Helper()
	p := Principal{Kind: RoleSession, Account: account, RoleARN: roleARN, ARN: roleARN}
	var got []string
	for _, action := range []string{"sqs:SendMessage", "sns:Publish", "dynamodb:GetItem", "dynamodb:PutItem", "logs:PutLogEvents"} {
		if d.Authorize(p, Access{Action: action, Resource: queue}) == nil {
			got = append(got, action)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s is allowed to %v, want %v", RoleName(roleARN), got, want)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want %s", err, want)
	}
}
