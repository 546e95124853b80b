package iam

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/local/resource"
)

const trustLambda = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`

func create(t *testing.T, d *Directory, kind, properties string) (resource.Instance, error) {
	t.Helper()
	return d.Resources()["AWS::IAM::"+kind].Create(t.Context(), resource.Definition{
		LogicalID: "R1", Type: "AWS::IAM::" + kind, Properties: json.RawMessage(properties),
		Stack: resource.Stack{Name: "Test", ID: "test", Account: account, Region: region, Partition: "aws"},
	})
}

func TestCreateRole(t *testing.T) {
	d := NewDirectory(account)
	got, err := create(t, d, "Role", `{"AssumeRolePolicyDocument":`+trustLambda+`,"Policies":[{"PolicyName":"in","PolicyDocument":{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}}],"MaxSessionDuration":"3600","Tags":[{"Key":"a","Value":"b"}]}`)
	if err != nil || !strings.HasPrefix(got.ID, "Test-R1-") || got.Attributes["Arn"] != "arn:aws:iam::000000000000:role/"+got.ID {
		t.Fatalf("got %+v, %v", got, err)
	}
	policy, err := create(t, d, "Policy", `{"PolicyName":"more","Roles":["`+got.ID+`"],"PolicyDocument":{"Statement":{"Effect":"Allow","Action":"sns:*","Resource":"*"}}}`)
	if err != nil || policy.ID == "" {
		t.Fatalf("policy: got %+v, %v", policy, err)
	}
	p, err := d.Assume(Service("lambda.amazonaws.com", account, ""), "arn:aws:iam::000000000000:role/"+got.ID, "s")
	if err != nil {
		t.Fatal(err)
	}
	checkDecision(t, d, p, Access{Action: "sqs:SendMessage", Resource: queue}, "")
	checkDecision(t, d, p, Access{Action: "sns:Publish", Resource: "*"}, "")
	checkDecision(t, d, p, Access{Action: "events:PutEvents", Resource: "*"}, noIdentity)
}

func TestCreateRefuses(t *testing.T) {
	allow := `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`
	tests := []struct{ name, kind, properties, want string }{
		{"permissions boundary", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"PermissionsBoundary":"x"}`, "member PermissionsBoundary is not supported"},
		{"no trust", "Role", `{}`, "required property AssumeRolePolicyDocument is missing"},
		{"trust without principal", "Role", `{"AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}}`, "property AssumeRolePolicyDocument: parse policy document: statement 1: Principal is missing"},
		{"path", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"Path":"/x"}`, `property Path: "/x" does not begin and end with /`},
		{"name", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"RoleName":"a b"}`, `property RoleName: "a b" is not`},
		{"long name", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"RoleName":"` + strings.Repeat("x", 65) + `"}`, "property RoleName"},
		{"session", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"MaxSessionDuration":60}`, "property MaxSessionDuration: 60 is not from 3600 to 43200 seconds"},
		{"inline policy", "Role", `{"AssumeRolePolicyDocument":` + trustLambda + `,"Policies":[{"PolicyName":"p","PolicyDocument":{"Statement":{"Effect":"Allow","Action":"sqs:*"}}}]}`, "policy p: parse policy document: statement 1: Resource is missing"},
		{"no role", "Policy", `{"PolicyName":"p","PolicyDocument":` + allow + `}`, "property Roles: at least one role is required"},
		{"unknown role", "Policy", `{"PolicyName":"p","Roles":["x"],"PolicyDocument":` + allow + `}`, "The role with name x cannot be found."},
		{"no name", "Policy", `{"Roles":["x"],"PolicyDocument":` + allow + `}`, "property PolicyName"},
		{"users", "Policy", `{"PolicyName":"p","Users":["x"],"PolicyDocument":` + allow + `}`, "member Users is not supported"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := create(t, NewDirectory(account), test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v and error %v, want %s", got, err, test.want)
			}
		})
	}
}
