package iam

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

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
