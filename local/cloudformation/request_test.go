package cloudformation_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eda-demo/local/frontdoor/doortest"
)

func TestCapabilities(t *testing.T) {
	const none = ""
	tests := []struct {
		name, template string
		given          []types.Capability
		want           string
	}{
		{"no roles", one, nil, none},
		{"role", iam, nil, "Requires capabilities : [CAPABILITY_IAM]"},
		{"role, other capability", iam, []types.Capability{"CAPABILITY_AUTO_EXPAND"}, "Requires capabilities : [CAPABILITY_IAM]"},
		{"role acknowledged", iam, []types.Capability{"CAPABILITY_IAM"}, none},
		{"role acknowledged with more", iam, []types.Capability{"CAPABILITY_NAMED_IAM"}, none},
		{"named role", named, []types.Capability{"CAPABILITY_IAM"}, "Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		{"named role acknowledged", named, []types.Capability{"CAPABILITY_NAMED_IAM"}, none},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := start(t).CreateStack(t.Context(), &cloudformation.CreateStackInput{
				StackName: aws.String("Test"), TemplateBody: &test.template, Capabilities: test.given,
			})
			if test.want == none && err != nil {
				t.Errorf("got error %v, want none", err)
			}
			if test.want != none {
				wantError(t, err, "InsufficientCapabilitiesException", test.want)
			}
		})
	}
}

func TestParameters(t *testing.T) {
	f := start(t)
	given := func(key, value string) types.Parameter {
		return types.Parameter{ParameterKey: &key, ParameterValue: &value}
	}
	previous := func(key string) types.Parameter {
		return types.Parameter{ParameterKey: &key, UsePreviousValue: aws.Bool(true)}
	}
	create := func(parameters ...types.Parameter) error {
		_, err := f.CreateStack(t.Context(), &cloudformation.CreateStackInput{
			StackName: aws.String("Test"), TemplateBody: aws.String(parameterized), Parameters: parameters, Capabilities: []types.Capability{"CAPABILITY_IAM"},
		})
		return err
	}
	wantError(t, create(), "ValidationError", "Parameters: [Kind] must have values")
	wantError(t, create(given("Kind", "z")), "ValidationError", "Kind")
	wantError(t, create(given("Kind", "x"), given("No", "x")), "ValidationError", "Parameters: [No] do not exist in the template")
	wantError(t, create(previous("Kind")), "ValidationError", "Invalid input for parameter key Kind.")
	if err := create(given("Kind", "x"), given("Size", "4")); err != nil {
		t.Fatal(err)
	}
	f.wantParameters("Kind=x Secret=**** Size=4")
	update := func(template string, parameters ...types.Parameter) error {
		_, err := f.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{
			StackName: aws.String("Test"), TemplateBody: &template, Parameters: parameters, Capabilities: []types.Capability{"CAPABILITY_IAM"},
		})
		return err
	}
	wantError(t, update(parameterized, previous("Kind"), types.Parameter{ParameterKey: aws.String("Size"), ParameterValue: aws.String("5"), UsePreviousValue: aws.Bool(true)}),
		"ValidationError", "Cannot specify usePreviousValue as true and non empty value")
	if err := update(parameterized, previous("Kind"), given("Size", "5"), previous("Secret")); err != nil {
		t.Fatal(err)
	}
	f.wantParameters("Kind=x Secret=**** Size=5")
	other := strings.Replace(parameterized, `"Default":3`, `"Default":9`, 1)
	if err := update(other, previous("Kind")); err != nil {
		t.Fatal(err)
	}
	f.wantParameters("Kind=x Secret=**** Size=9")
}

func (f *fixture) wantParameters(want string) {
	f.t.Helper()
	var got []string
	for _, p := range f.stack("Test").Parameters {
		got = append(got, *p.ParameterKey+"="+*p.ParameterValue)
	}
	if text := strings.Join(got, " "); text != want {
		f.t.Errorf("got parameters %s, want %s", text, want)
	}
}

func TestTemplateSource(t *testing.T) {
	f := start(t)
	f.objects["https://s3/t"] = one
	f.objects["https://s3/large"] = strings.Repeat(" ", 1_000_001)
	url := func(name string) *string { return aws.String("https://s3/" + name) }
	tests := []struct {
		name string
		in   cloudformation.CreateStackInput
		says string
	}{
		{"none", cloudformation.CreateStackInput{}, "Either Template URL or Template Body must be specified."},
		{"both", cloudformation.CreateStackInput{TemplateBody: aws.String(one), TemplateURL: url("t")}, "You cannot specify both Template URL and Template Body."},
		{"too long a body", cloudformation.CreateStackInput{TemplateBody: aws.String(strings.Repeat(" ", 51_201))}, "less than or equal to 51200"},
		{"no object", cloudformation.CreateStackInput{TemplateURL: url("x")}, "S3 error: The specified key does not exist."},
		{"too large an object", cloudformation.CreateStackInput{TemplateURL: url("large")}, "S3 error: larger than 1000000 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.in
			in.StackName = aws.String("Test")
			_, err := f.CreateStack(t.Context(), &in)
			wantError(t, err, "ValidationError", test.says)
		})
	}
	if _, err := f.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: aws.String("Test"), TemplateURL: url("t")}); err != nil {
		t.Error(err)
	}
}

func TestRefusals(t *testing.T) {
	f := start(t)
	other := aws.String("Other")
	f.create(one)
	tests := []struct {
		name string
		call func(context.Context) error
		says string
	}{
		{"DescribeStacks", func(ctx context.Context) error {
			_, err := f.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: other})
			return err
		}, "Stack with id Other does not exist"},
		{"DescribeStackEvents", func(ctx context.Context) error {
			_, err := f.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: other})
			return err
		}, "Stack [Other] does not exist"},
		{"further page", func(ctx context.Context) error {
			_, err := f.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: aws.String("Test"), NextToken: other})
			return err
		}, "Invalid token: Other"},
		{"ListStacks", func(ctx context.Context) error {
			_, err := f.ListStacks(ctx, &cloudformation.ListStacksInput{StackStatusFilter: []types.StackStatus{"GONE"}})
			return err
		}, "'stackStatusFilter'"},
		{"DescribeStackResource", func(ctx context.Context) error {
			_, err := f.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: aws.String("Test"), LogicalResourceId: other})
			return err
		}, "Resource Other does not exist for stack Test"},
		{"UpdateStack", func(ctx context.Context) error {
			_, err := f.UpdateStack(ctx, &cloudformation.UpdateStackInput{StackName: other, TemplateBody: aws.String(one)})
			return err
		}, "Stack [Other] does not exist"},
		{"UpdateTerminationProtection", func(ctx context.Context) error {
			_, err := f.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{StackName: other, EnableTerminationProtection: aws.Bool(true)})
			return err
		}, "Stack [Other] does not exist"},
		{"ContinueUpdateRollback by force", func(ctx context.Context) error {
			_, err := f.ContinueUpdateRollback(ctx, &cloudformation.ContinueUpdateRollbackInput{StackName: aws.String("Test"), ResourcesToSkip: []string{"A"}})
			return err
		}, "ResourcesToSkip is not supported"},
		{"DeleteStack by force", func(ctx context.Context) error {
			_, err := f.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: aws.String("Test"), DeletionMode: types.DeletionModeForceDeleteStack})
			return err
		}, "DeletionMode FORCE_DELETE_STACK is not supported"},
		{"CreateStack that deletes", func(ctx context.Context) error {
			_, err := f.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: other, TemplateBody: aws.String(one), OnFailure: types.OnFailureDelete})
			return err
		}, "OnFailure DELETE is not supported"},
		{"name", func(ctx context.Context) error {
			_, err := f.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: aws.String("1"), TemplateBody: aws.String(one)})
			return err
		}, "'stackName'"},
		{"tag", func(ctx context.Context) error {
			_, err := f.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: other, TemplateBody: aws.String(one), Tags: []types.Tag{{Key: aws.String("aws:x"), Value: other}}})
			return err
		}, "aws: prefixed tag key names are not allowed"},
		{"capability", func(ctx context.Context) error {
			_, err := f.CreateStack(ctx, &cloudformation.CreateStackInput{StackName: other, TemplateBody: aws.String(one), Capabilities: []types.Capability{"ALL"}})
			return err
		}, "'capabilities'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantError(t, test.call(t.Context()), "ValidationError", test.says) })
	}
	_, err := f.DetectStackDrift(t.Context(), &cloudformation.DetectStackDriftInput{StackName: aws.String("Test")})
	wantError(t, err, "InvalidAction", "DetectStackDrift")
}

func TestAccess(t *testing.T) {
	f := start(t)
	id := f.create(one)
	const role = "arn:aws:iam::000000000000:role/exec"
	cfg := doortest.AsRole(t, f.door, f.cfg, "deployer", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["cloudformation:DescribeStacks","cloudformation:UpdateStack"],"Resource":"`+id+`"}]}`)
	client := cloudformation.NewFromConfig(cfg)
	if _, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("Test")}); err != nil {
		t.Error(err)
	}
	_, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("Other")})
	wantError(t, err, "AccessDenied", "cloudformation:DescribeStacks on resource: arn:aws:cloudformation:us-east-1:000000000000:stack/Other/*")
	_, err = client.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &id})
	wantError(t, err, "AccessDenied", "cloudformation:DeleteStack on resource: "+id)
	_, err = client.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: &id, TemplateBody: aws.String(two), RoleARN: aws.String(role)})
	wantError(t, err, "AccessDenied", "iam:PassRole on resource: "+role)
	if _, err := client.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: &id, TemplateBody: aws.String(two)}); err != nil {
		t.Error(err)
	}
	made := f.plan("c", one, types.ChangeSetTypeUpdate)
	_, err = client.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
	wantError(t, err, "AccessDenied", "cloudformation:DescribeChangeSet on resource: "+id)
}
