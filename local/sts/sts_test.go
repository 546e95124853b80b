package sts_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/sts"
)

func start(t *testing.T) (*frontdoor.Door, aws.Config) {
	t.Helper()
	door := doortest.NewDoor(t)
	for _, api := range sts.New(doortest.Account, door.Directory()).API() {
		door.Register(api)
	}
	return door, doortest.Serve(t, door)
}

// role makes a role whose trust policy has the given principal.
func role(t *testing.T, door *frontdoor.Door, name, principal string) string {
	t.Helper()
	trust, err := iam.ParsePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}}`))
	if err != nil {
		t.Fatal(err)
	}
	created, err := door.Directory().PutRole(name, trust)
	if err != nil {
		t.Fatal(err)
	}
	return created.ARN
}

func identity(t *testing.T, cfg aws.Config) string {
	t.Helper()
	out, err := awssts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &awssts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Account != doortest.Account || *out.UserId == "" {
		t.Errorf("Account = %s, UserId = %q", *out.Account, *out.UserId)
	}
	return *out.Arn
}

func assume(t *testing.T, cfg aws.Config, in awssts.AssumeRoleInput) (*awssts.AssumeRoleOutput, string) {
	t.Helper()
	if in.RoleSessionName == nil {
		in.RoleSessionName = aws.String("session")
	}
	out, err := awssts.NewFromConfig(cfg).AssumeRole(t.Context(), &in)
	var known smithy.APIError
	if errors.As(err, &known) {
		return nil, known.ErrorCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out, ""
}

func TestAdministratorAssumesARoleThatTrustsTheAccount(t *testing.T) {
	door, cfg := start(t)
	if got, want := identity(t, cfg), "arn:aws:iam::000000000000:user/administrator"; got != want {
		t.Errorf("identity = %s, want %s", got, want)
	}
	arn := role(t, door, "deploy", `{"AWS":"arn:aws:iam::000000000000:root"}`)
	out, code := assume(t, cfg, awssts.AssumeRoleInput{RoleArn: &arn})
	if code != "" {
		t.Fatalf("assume: %s", code)
	}
	keys := out.Credentials
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*keys.AccessKeyId, *keys.SecretAccessKey, *keys.SessionToken)
	want := "arn:aws:sts::000000000000:assumed-role/deploy/session"
	if got := identity(t, cfg); got != want || *out.AssumedRoleUser.Arn != want {
		t.Errorf("identity = %s, AssumedRoleUser = %s, want %s", got, *out.AssumedRoleUser.Arn, want)
	}
}

func TestWhoMayAssume(t *testing.T) {
	door, admin := start(t)
	everybody := role(t, door, "everybody", `{"AWS":"000000000000"}`)
	service := role(t, door, "service", `{"Service":"lambda.amazonaws.com"}`)
	named := role(t, door, "named", `{"AWS":"arn:aws:iam::000000000000:role/plain"}`)
	plain := doortest.AsRole(t, door, admin, "plain", `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)
	permitted := doortest.AsRole(t, door, admin, "permitted", `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}`)
	for name, test := range map[string]struct {
		cfg  aws.Config
		role string
		want string
	}{
		"administrator, role for a service":         {admin, service, "AccessDenied"},
		"administrator, no such role":               {admin, everybody + "x", "AccessDenied"},
		"role without permission":                   {plain, everybody, "AccessDenied"},
		"role with permission":                      {permitted, everybody, ""},
		"role with permission that is not trusted":  {permitted, service, "AccessDenied"},
		"role without permission, trusted by name":  {plain, named, ""},
		"role with permission, another one trusted": {permitted, named, "AccessDenied"},
	} {
		if _, got := assume(t, test.cfg, awssts.AssumeRoleInput{RoleArn: &test.role}); got != test.want {
			t.Errorf("%s: code %q, want %q", name, got, test.want)
		}
	}
}

func TestInvalidInput(t *testing.T) {
	door, cfg := start(t)
	arn := role(t, door, "r", `{"AWS":"000000000000"}`)
	for name, in := range map[string]awssts.AssumeRoleInput{
		"role":     {RoleArn: aws.String("r")},
		"session":  {RoleArn: &arn, RoleSessionName: aws.String("a b")},
		"duration": {RoleArn: &arn, DurationSeconds: aws.Int32(899)},
	} {
		if _, got := assume(t, cfg, in); got != "ValidationError" {
			t.Errorf("%s: code %q, want ValidationError", name, got)
		}
	}
}
