package iam

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/resource"
)

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
