package sts_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
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

// asCLI are the parameters that the CDK CLI sends, with those that an app can
// add to them.
func asCLI(role string) awssts.AssumeRoleInput {
	return awssts.AssumeRoleInput{
		RoleArn: &role, RoleSessionName: aws.String("aws-cdk-me"), DurationSeconds: aws.Int32(900), ExternalId: aws.String("ext"),
		Tags: []types.Tag{{Key: aws.String("Team"), Value: aws.String("eda demo")}}, TransitiveTagKeys: []string{"team"},
	}
}

func TestTermsOfAssumeRole(t *testing.T) {
	door, cfg := start(t)
	trust := func(name, statements string) string {
		t.Helper()
		policy, err := iam.ParsePolicy([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		created, err := door.Directory().PutRole(name, policy)
		if err != nil {
			t.Fatal(err)
		}
		return created.ARN
	}
	const account = `"Effect":"Allow","Principal":{"AWS":"000000000000"}`
	open := trust("open", `{`+account+`,"Action":["sts:AssumeRole","sts:TagSession"]}`)
	untagged := trust("untagged", `{`+account+`,"Action":"sts:AssumeRole"}`)
	direct := trust("direct", `{`+account+`,"Action":"sts:AssumeRole","Condition":{"Null":{"sts:ExternalId":"true"}}},{`+account+`,"Action":"sts:TagSession"}`)
	change := func(role string, f func(*awssts.AssumeRoleInput)) awssts.AssumeRoleInput {
		in := asCLI(role)
		f(&in)
		return in
	}
	tests := []struct {
		name string
		in   awssts.AssumeRoleInput
		want string
	}{
		{"everything", asCLI(open), ""},
		{"tags where they are not allowed", asCLI(untagged), "AccessDenied"},
		{"no tags there", change(untagged, func(in *awssts.AssumeRoleInput) { in.Tags, in.TransitiveTagKeys = nil, nil }), ""},
		{"an external id where there must be none", asCLI(direct), "AccessDenied"},
		{"no external id there", change(direct, func(in *awssts.AssumeRoleInput) { in.ExternalId = nil }), ""},
		{"longer than the role allows", change(open, func(in *awssts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) }), "ValidationError"},
		{"a short external id", change(open, func(in *awssts.AssumeRoleInput) { in.ExternalId = aws.String("x") }), "ValidationError"},
		{"a tag twice", change(open, func(in *awssts.AssumeRoleInput) {
			in.Tags = append(in.Tags, types.Tag{Key: aws.String("TEAM"), Value: aws.String("")})
		}), "InvalidParameterValue"},
		{"a tag of odd characters", change(open, func(in *awssts.AssumeRoleInput) { in.Tags[0].Value = aws.String("<") }), "ValidationError"},
		{"a transitive tag that is none", change(open, func(in *awssts.AssumeRoleInput) { in.TransitiveTagKeys = []string{"x"} }), "InvalidParameterValue"},
		{"a session policy", change(open, func(in *awssts.AssumeRoleInput) { in.Policy = aws.String("{}") }), "ValidationError"},
	}
	for _, test := range tests {
		if _, got := assume(t, cfg, test.in); got != test.want {
			t.Errorf("%s: code %q, want %q", test.name, got, test.want)
		}
	}
}

func TestUnknownRoleInWords(t *testing.T) {
	_, cfg := start(t)
	const arn = "arn:aws:iam::000000000000:role/cdk-hnb659fds-deploy-role-000000000000-us-east-1"
	in := asCLI(arn)
	_, err := awssts.NewFromConfig(cfg).AssumeRole(t.Context(), &in)
	var known smithy.APIError
	want := "User: arn:aws:iam::000000000000:user/administrator is not authorized to perform: sts:AssumeRole on resource: " + arn
	if !errors.As(err, &known) || known.ErrorCode() != "AccessDenied" || known.ErrorMessage() != want {
		t.Errorf("got  %v\nwant AccessDenied: %s", err, want)
	}
}

func TestRoleChainingIsLimitedToAnHour(t *testing.T) {
	door, cfg := start(t)
	long := role(t, door, "long", `{"AWS":"arn:aws:iam::000000000000:role/first"}`)
	first := doortest.AsRole(t, door, cfg, "first", `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}`)
	if _, got := assume(t, first, awssts.AssumeRoleInput{RoleArn: &long, DurationSeconds: aws.Int32(3601)}); got != "ValidationError" {
		t.Errorf("more than an hour: code %q, want ValidationError", got)
	}
	if _, got := assume(t, first, awssts.AssumeRoleInput{RoleArn: &long}); got != "" {
		t.Errorf("an hour: code %q, want none", got)
	}
}

func TestKeysThatAreValidNoMore(t *testing.T) {
	door, cfg := start(t)
	directory := door.Directory()
	arn := role(t, door, "deploy", `{"AWS":"000000000000"}`)
	p, err := directory.Assume(iam.Admin(doortest.Account), arn, "session")
	if err != nil {
		t.Fatal(err)
	}
	revoked, expired := directory.Issue(p), directory.IssueUntil(p, time.Now())
	directory.Revoke(revoked.AccessKeyID)
	for key, want := range map[string]string{revoked.AccessKeyID: "InvalidClientTokenId", expired.AccessKeyID: "ExpiredToken"} {
		cfg.Credentials = credentials.NewStaticCredentialsProvider(key, "s", "t")
		_, err := awssts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &awssts.GetCallerIdentityInput{})
		var known smithy.APIError
		if !errors.As(err, &known) || known.ErrorCode() != want {
			t.Errorf("GetCallerIdentity: got %v, want %s", err, want)
		}
		if _, got := assume(t, cfg, awssts.AssumeRoleInput{RoleArn: &arn}); got != want {
			t.Errorf("AssumeRole: code %q, want %s", got, want)
		}
	}
}
