package cloudformation_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	local "eda-demo/local/cloudformation"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/stack"
	"eda-demo/local/template"
)

const text = `{
	"Description":"Two queues",
	"Resources":{
		"B":{"Type":"AWS::SQS::Queue","DependsOn":"A","Metadata":{"aws:cdk:path":"Test/B"}},
		"A":{"Type":"AWS::SQS::Queue"}},
	"Outputs":{
		"Url":{"Description":"Where the queue is","Value":{"Ref":"A"}},
		"Number":{"Value":7}}}`

// start serves the API and shows a stack of two queues.
func start(t *testing.T) (*frontdoor.Door, aws.Config, *stack.Stack) {
	t.Helper()
	door := doortest.NewDoor(t)
	service := local.New(doortest.Account, doortest.Region)
	door.Register(service.API()...)
	parsed, err := template.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	queues := func(_ context.Context, d resource.Definition) (resource.Instance, error) {
		return resource.Instance{ID: "https://" + d.LogicalID}, nil
	}
	created, err := stack.Create(t.Context(), doortest.Stack(), parsed, resource.Registry{"AWS::SQS::Queue": {Create: queues}})
	if err != nil {
		t.Fatal(err)
	}
	service.Show(created, []byte(text))
	return door, doortest.Serve(t, door), created
}

func TestDescribeStacks(t *testing.T) {
	_, cfg, created := start(t)
	client := cloudformation.NewFromConfig(cfg)
	for _, name := range []string{"", "Test", doortest.Stack().ID} {
		in := &cloudformation.DescribeStacksInput{}
		if name != "" {
			in.StackName = aws.String(name)
		}
		out, err := client.DescribeStacks(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Stacks) != 1 {
			t.Fatalf("%q: got %d stacks, want 1", name, len(out.Stacks))
		}
		got := out.Stacks[0]
		if *got.StackId != doortest.Stack().ID || *got.StackName != "Test" || *got.Description != "Two queues" || got.StackStatus != types.StackStatusCreateComplete {
			t.Errorf("%q: got %s %s %q %s", name, *got.StackId, *got.StackName, *got.Description, got.StackStatus)
		}
		if want := created.CreatedAt(); want.Sub(*got.CreationTime).Abs().Milliseconds() > 1 {
			t.Errorf("%q: got creation time %v, want %v", name, got.CreationTime, want)
		}
		if !slices.Contains(got.Capabilities, types.CapabilityCapabilityIam) {
			t.Errorf("%q: got capabilities %v, want CAPABILITY_IAM among them", name, got.Capabilities)
		}
		checkOutputs(t, got.Outputs)
	}
}

func checkOutputs(t *testing.T, got []types.Output) {
	t.Helper()
	if len(got) != 2 || *got[0].OutputKey != "Number" || *got[0].OutputValue != "7" || got[0].Description != nil ||
		*got[1].OutputKey != "Url" || *got[1].OutputValue != "https://A" || *got[1].Description != "Where the queue is" {
		raw, _ := json.Marshal(got)
		t.Errorf("got outputs %s, want Number 7, and Url https://A with its description", raw)
	}
}

func TestListStacks(t *testing.T) {
	_, cfg, _ := start(t)
	tests := []struct {
		filter []types.StackStatus
		want   int
	}{
		{nil, 1},
		{[]types.StackStatus{types.StackStatusDeleteComplete, types.StackStatusCreateComplete}, 1},
		{[]types.StackStatus{types.StackStatusDeleteComplete}, 0},
	}
	for _, test := range tests {
		out, err := cloudformation.NewFromConfig(cfg).ListStacks(t.Context(), &cloudformation.ListStacksInput{StackStatusFilter: test.filter})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.StackSummaries) != test.want {
			t.Errorf("filter %v: got %d stacks, want %d", test.filter, len(out.StackSummaries), test.want)
		}
	}
}

func TestResources(t *testing.T) {
	_, cfg, _ := start(t)
	client := cloudformation.NewFromConfig(cfg)
	listed, err := client.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range listed.StackResourceSummaries {
		got = append(got, *r.LogicalResourceId+" "+*r.PhysicalResourceId+" "+*r.ResourceType+" "+string(r.ResourceStatus))
	}
	want := []string{"A https://A AWS::SQS::Queue CREATE_COMPLETE", "B https://B AWS::SQS::Queue CREATE_COMPLETE"}
	if !slices.Equal(got, want) {
		t.Errorf("ListStackResources: got %q, want %q", got, want)
	}
	one, err := client.DescribeStackResource(t.Context(), &cloudformation.DescribeStackResourceInput{StackName: aws.String("Test"), LogicalResourceId: aws.String("B")})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := aws.ToString(one.StackResourceDetail.Metadata), `{"aws:cdk:path":"Test/B"}`; got != want {
		t.Errorf("DescribeStackResource: got metadata %s, want %s", got, want)
	}
}

func TestDescribeStackResources(t *testing.T) {
	_, cfg, _ := start(t)
	tests := []struct {
		in   cloudformation.DescribeStackResourcesInput
		want []string
	}{
		{cloudformation.DescribeStackResourcesInput{StackName: aws.String("Test")}, []string{"A", "B"}},
		{cloudformation.DescribeStackResourcesInput{StackName: aws.String("Test"), LogicalResourceId: aws.String("B")}, []string{"B"}},
		{cloudformation.DescribeStackResourcesInput{PhysicalResourceId: aws.String("https://B")}, []string{"A", "B"}},
	}
	for _, test := range tests {
		out, err := cloudformation.NewFromConfig(cfg).DescribeStackResources(t.Context(), &test.in)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range out.StackResources {
			got = append(got, *r.LogicalResourceId)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("got %v, want %v", got, test.want)
		}
	}
}

func TestDescribeStackEventsNewestFirst(t *testing.T) {
	_, cfg, _ := start(t)
	out, err := cloudformation.NewFromConfig(cfg).DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range out.StackEvents {
		got = append(got, *e.LogicalResourceId+" "+string(e.ResourceStatus))
	}
	want := []string{"Test CREATE_COMPLETE", "B CREATE_COMPLETE", "A CREATE_COMPLETE", "Test CREATE_IN_PROGRESS"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGetTemplate(t *testing.T) {
	_, cfg, _ := start(t)
	out, err := cloudformation.NewFromConfig(cfg).GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.TemplateBody != text {
		t.Errorf("got %s, want %s", *out.TemplateBody, text)
	}
}

func TestErrors(t *testing.T) {
	_, cfg, _ := start(t)
	client, other := cloudformation.NewFromConfig(cfg), aws.String("Other")
	const invalid, missing = "ValidationError", "Stack with id Other does not exist"
	tests := []struct {
		name string
		call func(context.Context) error
		code string
		says string
	}{
		{"DescribeStacks", func(ctx context.Context) error {
			_, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: other})
			return err
		}, invalid, missing},
		{"DescribeStacks next page", func(ctx context.Context) error {
			_, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{NextToken: aws.String("t")})
			return err
		}, invalid, "Invalid token"},
		{"ListStacks", func(ctx context.Context) error {
			_, err := client.ListStacks(ctx, &cloudformation.ListStacksInput{StackStatusFilter: []types.StackStatus{"GONE"}})
			return err
		}, invalid, "'stackStatusFilter'"},
		{"ListStackResources", func(ctx context.Context) error {
			_, err := client.ListStackResources(ctx, &cloudformation.ListStackResourcesInput{StackName: other})
			return err
		}, invalid, missing},
		{"DescribeStackResource", func(ctx context.Context) error {
			_, err := client.DescribeStackResource(ctx, &cloudformation.DescribeStackResourceInput{StackName: aws.String("Test"), LogicalResourceId: aws.String("C")})
			return err
		}, invalid, "Resource C does not exist for stack Test"},
		{"DescribeStackResources", func(ctx context.Context) error {
			_, err := client.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: other})
			return err
		}, invalid, missing},
		{"DescribeStackResources of nothing", func(ctx context.Context) error {
			_, err := client.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{})
			return err
		}, invalid, "must be specified"},
		{"DescribeStackResources of an unknown resource", func(ctx context.Context) error {
			_, err := client.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{PhysicalResourceId: other})
			return err
		}, invalid, "Stack for Other does not exist"},
		{"DescribeStackEvents", func(ctx context.Context) error {
			_, err := client.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: other})
			return err
		}, invalid, missing},
		{"GetTemplate", func(ctx context.Context) error {
			_, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: other})
			return err
		}, invalid, missing},
		{"GetTemplate of an unknown stage", func(ctx context.Context) error {
			_, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: aws.String("Test"), TemplateStage: "Final"})
			return err
		}, invalid, "'templateStage'"},
		{"DeleteStack", func(ctx context.Context) error {
			_, err := client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: aws.String("Test")})
			return err
		}, "InvalidAction", "DeleteStack"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expectError(t, test.call(t.Context()), test.code, test.says)
		})
	}
}

func expectError(t *testing.T, err error, code, says string) {
	t.Helper()
	var got smithy.APIError
	if !errors.As(err, &got) {
		t.Fatalf("got error %v, want %s", err, code)
	}
	if got.ErrorCode() != code || !strings.Contains(got.ErrorMessage(), says) {
		t.Errorf("got %s: %s, want %s with %q", got.ErrorCode(), got.ErrorMessage(), code, says)
	}
}

func TestPermissions(t *testing.T) {
	door, cfg, _ := start(t)
	client := cloudformation.NewFromConfig(doortest.AsRole(t, door, cfg, "reader",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cloudformation:Describe*","Resource":"arn:aws:cloudformation:*:*:stack/Test/*"}}`))
	if _, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("Test")}); err != nil {
		t.Errorf("what is allowed: got %v, want no error", err)
	}
	_, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{})
	expectError(t, err, "AccessDenied", "cloudformation:DescribeStacks on resource: *")
	_, err = client.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: aws.String("Test")})
	expectError(t, err, "AccessDenied", "cloudformation:GetTemplate on resource: "+doortest.Stack().ID)
}
