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

func TestRoleUpdates(t *testing.T) {
	d := NewDirectory(account)
	inline := func(name, action string) string {
		return `,"Policies":[{"PolicyName":"` + name + `","PolicyDocument":` + doc(action) + `}]`
	}
	role := mustMake(t, d, definition("Role", "Role", roleOf(inline("a", "sqs:*"))))
	allowedTo(t, d, arnOf(role), "sqs:SendMessage")

	role.mustUpdate(roleOf(inline("a", "sns:*")))
	allowedTo(t, d, arnOf(role), "sns:Publish")
	role.mustUpdate(roleOf(inline("b", "sqs:*")))
	allowedTo(t, d, arnOf(role), "sqs:SendMessage")
	role.mustUpdate(roleOf(`,"ManagedPolicyArns":["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]`))
	allowedTo(t, d, arnOf(role), "logs:PutLogEvents")
	role.mustUpdate(roleOf(``))
	allowedTo(t, d, arnOf(role))

	lambda := Service("lambda.amazonaws.com", account, "")
	states := Service("states.amazonaws.com", account, "")
	role.mustUpdate(`{"MaxSessionDuration":7200,"Tags":[{"Key":"a","Value":"b"}],"AssumeRolePolicyDocument":` + strings.Replace(trustLambda, "lambda", "states", 1) + `}`)
	if _, err := d.Assume(lambda, arnOf(role), "s"); err == nil {
		t.Error("a service that is not trusted any more assumes the role")
	}
	if _, err := d.Assume(states, arnOf(role), "s"); err != nil {
		t.Errorf("a service that is trusted now: %v", err)
	}
	role.mustUpdate(roleOf(``))
	if _, err := d.Assume(lambda, arnOf(role), "s"); err != nil {
		t.Errorf("after the update back: %v", err)
	}
}

func TestRoleUpdateIsAllOrNothing(t *testing.T) {
	d := NewDirectory(account)
	role := mustMake(t, d, definition("Role", "Role", roleOf(`,"Policies":[{"PolicyName":"a","PolicyDocument":`+doc("sqs:*")+`}]`)))
	mustMake(t, d, definition("Policy", "Policy", `{"PolicyName":"b","Roles":["`+role.ID+`"],"PolicyDocument":`+doc("sns:*")+`}`))
	attach := func(arn string) string {
		return roleOf(`,"ManagedPolicyArns":["` + arn + `"]`)
	}
	tests := []struct{ name, properties, want string }{
		{"unknown property", roleOf(`,"X":1`), "member X is not supported"},
		{"a policy of another resource", roleOf(`,"Policies":[{"PolicyName":"b","PolicyDocument":` + doc("dynamodb:*") + `}]`), "already has an inline policy with name b."},
		{"the same policy twice", roleOf(`,"Policies":[{"PolicyName":"c","PolicyDocument":` + doc("sqs:*") + `},{"PolicyName":"c","PolicyDocument":` + doc("sqs:*") + `}]`), "already has an inline policy with name c."},
		{"no such managed policy", attach("arn:aws:iam::000000000000:policy/x"), "Policy arn:aws:iam::000000000000:policy/x does not exist or is not attachable."},
		{"another managed policy of AWS", attach("arn:aws:iam::aws:policy/AmazonS3FullAccess"), "the AWS managed policy AmazonS3FullAccess is not supported; supported are AWSCloudFormationReadOnlyAccess, AdministratorAccess,"},
		{"trust in nobody", strings.Replace(roleOf(``), `"Service":"lambda.amazonaws.com"`, `"AWS":"arn:aws:iam::000000000000:role/nobody"`, 1), `Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role/nobody"`},
		{"trust in roles by a pattern", strings.Replace(roleOf(``), `"Service":"lambda.amazonaws.com"`, `"AWS":"arn:aws:iam::111111111111:role/*"`, 1), "Invalid principal in policy"},
		{"too large", roleOf(`,"Policies":[{"PolicyName":"a","PolicyDocument":` + doc(strings.Split(strings.Repeat("sqs:SendMessage ", 700)+"sqs:X", " ")...) + `}]`), "Maximum policy size of 10240 bytes exceeded for role"},
		{"large trust", strings.Replace(roleOf(``), `"Action"`, `"Sid":"`+strings.Repeat("x", 2048)+`","Action"`, 1), "Cannot exceed quota for ACLSizePerRole: 2048"},
		{"trust with a resource", strings.Replace(roleOf(``), `"Action"`, `"Resource":"*","Action"`, 1), "Has prohibited field Resource"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantError(t, role.update(test.properties), test.want)
			allowedTo(t, d, arnOf(role), "sqs:SendMessage", "sns:Publish")
			if _, err := d.Assume(Service("lambda.amazonaws.com", account, ""), arnOf(role), "s"); err != nil {
				t.Errorf("the trust has changed: %v", err)
			}
		})
	}
	role.mustUpdate(roleOf(``))
	allowedTo(t, d, arnOf(role), "sns:Publish")
}

func TestNamesThatAreTaken(t *testing.T) {
	d := NewDirectory(account)
	role := mustMake(t, d, definition("Role", "Role", roleOf(`,"RoleName":"worker","Path":"/team/"`)))
	if want := "arn:aws:iam::000000000000:role/team/worker"; arnOf(role) != want {
		t.Errorf("ARN: got %s, want %s", arnOf(role), want)
	}
	policy := `{"PolicyName":"p","Roles":["worker"],"PolicyDocument":` + doc("sqs:*") + `}`
	mustMake(t, d, definition("Policy", "Policy", policy))
	managed := `{"ManagedPolicyName":"m","PolicyDocument":` + doc("sqs:*") + `}`
	mustMake(t, d, definition("Managed", "ManagedPolicy", managed))
	tests := []struct{ kind, properties, want string }{
		{"Role", roleOf(`,"RoleName":"Worker"`), "Role with name Worker already exists."},
		{"Policy", policy, "Role worker already has an inline policy with name p."},
		{"ManagedPolicy", strings.Replace(managed, `{`, `{"Path":"/x/",`, 1), "A policy called m already exists. Duplicate names are not allowed."},
	}
	for _, test := range tests {
		_, err := d.Resources()["AWS::IAM::"+test.kind].Create(t.Context(), definition("Other", test.kind, test.properties))
		wantError(t, err, test.want)
	}
	allowedTo(t, d, arnOf(role), "sqs:SendMessage")
}

func TestDeletedRole(t *testing.T) {
	d := NewDirectory(account)
	properties := roleOf(`,"RoleName":"worker","Policies":[{"PolicyName":"a","PolicyDocument":` + doc("sqs:*") + `}]`)
	role := mustMake(t, d, definition("Role", "Role", properties))
	policy := mustMake(t, d, definition("Policy", "Policy", `{"PolicyName":"b","Roles":["worker"],"PolicyDocument":`+doc("sns:*")+`}`))
	p, err := d.Assume(Service("lambda.amazonaws.com", account, ""), arnOf(role), "s")
	if err != nil {
		t.Fatal(err)
	}
	keys := d.Issue(p)
	role.mustRemove()
	policy.mustRemove()

	allow := resourcePolicy(t, `{"Effect":"Allow","Principal":"*","Action":"sqs:*"}`)
	access := Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: allow}
	checkDecision(t, d, p, access, "because the role does not exist")
	revoked := d.Identify(keys.AccessKeyID)
	if revoked.Kind != Revoked {
		t.Errorf("its keys stand for %+v, want a revoked principal", revoked)
	}
	checkDecision(t, d, revoked, access, "because the security token included in the request is not valid")
	if _, err := d.Assume(Service("lambda.amazonaws.com", account, ""), arnOf(role), "s"); err == nil {
		t.Error("a deleted role can be assumed")
	}
	if roles := d.Report().Roles; len(roles) != 0 {
		t.Errorf("the report has the roles %+v, want none", roles)
	}
	wantError(t, role.update(properties), "The role with name worker cannot be found.")

	again := mustMake(t, d, definition("Role", "Role", roleOf(`,"RoleName":"worker"`)))
	allowedTo(t, d, arnOf(again))
	if got := d.Identify(keys.AccessKeyID); got.Kind != Revoked {
		t.Errorf("the keys of the role before stand for %+v, want a revoked principal", got)
	}
}

func TestPolicyUpdates(t *testing.T) {
	d := NewDirectory(account)
	roles := map[string]string{}
	for _, name := range []string{"one", "two"} {
		roles[name] = arnOf(mustMake(t, d, definition(name, "Role", roleOf(`,"RoleName":"`+name+`"`))))
	}
	of := func(name, action, roles string) string {
		return `{"PolicyName":"` + name + `","Roles":` + roles + `,"PolicyDocument":` + doc(action) + `}`
	}
	first := of("p", "sqs:*", `["one"]`)
	policy := mustMake(t, d, definition("Policy", "Policy", first))
	mustMake(t, d, definition("Other", "Policy", of("q", "dynamodb:GetItem", `["two"]`)))

	policy.mustUpdate(of("p", "sns:*", `["one","two"]`))
	allowedTo(t, d, roles["one"], "sns:Publish")
	allowedTo(t, d, roles["two"], "sns:Publish", "dynamodb:GetItem")
	policy.mustUpdate(of("renamed", "sns:*", `["two"]`))
	allowedTo(t, d, roles["one"])
	allowedTo(t, d, roles["two"], "sns:Publish", "dynamodb:GetItem")

	wantError(t, policy.update(of("renamed", "sqs:*", `["one","three"]`)), "The role with name three cannot be found.")
	wantError(t, policy.update(of("q", "sqs:*", `["one","two"]`)), "Role two already has an inline policy with name q.")
	allowedTo(t, d, roles["one"])
	allowedTo(t, d, roles["two"], "sns:Publish", "dynamodb:GetItem")

	policy.mustUpdate(first)
	allowedTo(t, d, roles["one"], "sqs:SendMessage")
	policy.mustRemove()
	allowedTo(t, d, roles["one"])
	allowedTo(t, d, roles["two"], "dynamodb:GetItem")
}

func TestManagedPolicies(t *testing.T) {
	d := NewDirectory(account)
	plain := mustMake(t, d, definition("Plain", "Role", roleOf(``)))
	of := func(action string, roles string) string {
		return `{"Description":"x","Path":"/p/","ManagedPolicyName":"m","Roles":[` + roles + `],"PolicyDocument":` + doc(action) + `}`
	}
	policy := mustMake(t, d, definition("Managed", "ManagedPolicy", of("sqs:*", `"`+plain.ID+`"`)))
	if want := "arn:aws:iam::000000000000:policy/p/m"; policy.ID != want || policy.Attributes["PolicyArn"] != want {
		t.Errorf("got %+v, want %s", policy.Instance, want)
	}
	naming := mustMake(t, d, definition("Naming", "Role", roleOf(`,"ManagedPolicyArns":["`+policy.ID+`"]`)))
	allowedTo(t, d, arnOf(plain), "sqs:SendMessage")
	allowedTo(t, d, arnOf(naming), "sqs:SendMessage")

	policy.mustUpdate(of("sns:*", ``))
	allowedTo(t, d, arnOf(plain))
	allowedTo(t, d, arnOf(naming), "sns:Publish")
	wantError(t, policy.update(of("sqs:*", `"nobody"`)), "The role with name nobody cannot be found.")
	wantError(t, policy.update(strings.Replace(of("sqs:*", ``), `"Resource":"*"`, `"Resource":"x"`, 1)), `"x" is neither an ARN nor "*"`)
	wantError(t, policy.update(of(strings.Repeat("sqs:SendMessage", 410), ``)), "Cannot exceed quota for PolicySize: 6144")
	wantError(t, policy.remove(), "Cannot delete a policy attached to entities.")
	allowedTo(t, d, arnOf(naming), "sns:Publish")

	policy.mustUpdate(of("sns:*", `"`+plain.ID+`"`))
	naming.mustRemove()
	policy.mustRemove()
	allowedTo(t, d, arnOf(plain))
	wantError(t, policy.update(of("sqs:*", ``)), "Policy arn:aws:iam::000000000000:policy/p/m was not found.")
}

func TestAWSPolicies(t *testing.T) {
	for name, want := range map[string][]string{
		"AdministratorAccess":                      {"sqs:SendMessage", "sns:Publish", "dynamodb:GetItem", "dynamodb:PutItem", "logs:PutLogEvents"},
		"ReadOnlyAccess":                           {"dynamodb:GetItem"},
		"AWSCloudFormationReadOnlyAccess":          nil,
		"service-role/AWSLambdaBasicExecutionRole": {"logs:PutLogEvents"},
	} {
		d := NewDirectory(account)
		role := mustMake(t, d, definition("Role", "Role", roleOf(`,"ManagedPolicyArns":["arn:aws:iam::aws:policy/`+name+`"]`)))
		allowedTo(t, d, arnOf(role), want...)
	}
}

func TestTakingUp(t *testing.T) {
	role := definition("Role", "Role", roleOf(`,"Policies":[{"PolicyName":"a","PolicyDocument":`+doc("sqs:*")+`}]`))
	first := mustMake(t, NewDirectory(account), role)
	role.PhysicalID = first.ID
	role.Properties = json.RawMessage(strings.Replace(string(role.Properties), `"Service":"lambda.amazonaws.com"`, `"AWS":"arn:aws:iam::000000000000:role/gone"`, 1))
	d := NewDirectory(account)
	policy := definition("Policy", "Policy", `{"PolicyName":"b","Roles":["`+first.ID+`"],"PolicyDocument":`+doc("sns:*")+`}`)
	policy.PhysicalID = "Test-Policy-OTHERNAME"
	managed := definition("Managed", "ManagedPolicy", `{"Roles":["`+first.ID+`"],"PolicyDocument":`+doc("logs:*")+`}`)
	managed.PhysicalID = "arn:aws:iam::000000000000:policy/old"
	for range 2 {
		for _, def := range []resource.Definition{role, policy, managed} {
			if got := mustMake(t, d, def); got.ID != def.PhysicalID {
				t.Errorf("%s was taken up as %s, want %s", def.LogicalID, got.ID, def.PhysicalID)
			}
		}
		allowedTo(t, d, arnOf(first), "sqs:SendMessage", "sns:Publish", "logs:PutLogEvents")
	}
	if again := mustMake(t, d, role); fmt.Sprint(again.Attributes) != fmt.Sprint(first.Attributes) {
		t.Errorf("got the attributes %v, want %v as before", again.Attributes, first.Attributes)
	}
}

func TestUsageOutlivesUpdates(t *testing.T) {
	d := NewDirectory(account)
	two := func(second string) string {
		return `,"Policies":[{"PolicyName":"a","PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Effect":"Allow","Action":"` + second + `","Resource":"*"}]}}]`
	}
	role := mustMake(t, d, definition("Role", "Role", roleOf(two("sns:*"))))
	allowedTo(t, d, arnOf(role), "sqs:SendMessage", "sns:Publish")
	role.mustUpdate(roleOf(two("logs:*")))
	checkGrants(t, d, "a/1 sqs:* on *: 1 calls 0 checks\na/2 logs:* on *: 0 calls 0 checks\n")
	allowedTo(t, d, arnOf(role), "sqs:SendMessage", "logs:PutLogEvents")
	checkGrants(t, d, "a/1 sqs:* on *: 2 calls 0 checks\na/2 logs:* on *: 1 calls 0 checks\n")
}

func TestImmutableProperties(t *testing.T) {
	types := NewDirectory(account).Resources()
	for kind, want := range map[string]string{
		"Role": "[Path RoleName]", "Policy": "[]", "ManagedPolicy": "[Description ManagedPolicyName Path]",
	} {
		got, err := types["AWS::IAM::"+kind].Replacing(nil, json.RawMessage(`{"RoleName":"x","Path":"/x/","PolicyName":"x","ManagedPolicyName":"x","Description":"x","Roles":["x"],"PolicyDocument":{}}`))
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: changes of %v replace, error %v; want %s", kind, got, err, want)
		}
	}
}
