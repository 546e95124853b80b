package cloudformation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func TestResources(t *testing.T) {
	f := start(t)
	f.create(two)
	listed, err := f.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range listed.StackResourceSummaries {
		got = append(got, *r.LogicalResourceId+" "+*r.PhysicalResourceId+" "+*r.ResourceType+" "+string(r.ResourceStatus))
	}
	want := []string{"A https://A-0 AWS::SQS::Queue CREATE_COMPLETE", "B https://B-0 AWS::SQS::Queue CREATE_COMPLETE"}
	if !slices.Equal(got, want) {
		t.Errorf("ListStackResources: got %q, want %q", got, want)
	}
	for id, want := range map[string]string{"A": "", "B": `{"aws:cdk:path":"Test/B"}`} {
		one, err := f.DescribeStackResource(t.Context(), &cloudformation.DescribeStackResourceInput{StackName: aws.String("Test"), LogicalResourceId: &id})
		if err != nil || aws.ToString(one.StackResourceDetail.Metadata) != want {
			t.Errorf("DescribeStackResource of %s: got %s, %v; want metadata %s", id, encoded(one), err, want)
		}
	}
}

func TestDescribeStackResources(t *testing.T) {
	f := start(t)
	id := f.create(two)
	tests := []struct {
		in   cloudformation.DescribeStackResourcesInput
		want []string
	}{
		{cloudformation.DescribeStackResourcesInput{StackName: aws.String("Test")}, []string{"A", "B"}},
		{cloudformation.DescribeStackResourcesInput{StackName: &id, LogicalResourceId: aws.String("B")}, []string{"B"}},
		{cloudformation.DescribeStackResourcesInput{PhysicalResourceId: aws.String("https://B-0")}, []string{"A", "B"}},
	}
	for _, test := range tests {
		out, err := f.DescribeStackResources(t.Context(), &test.in)
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

func TestDescribeStackEvents(t *testing.T) {
	f := start(t)
	f.create(one)
	if _, err := f.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: aws.String("Test"), TemplateBody: aws.String(broken)}); err != nil {
		t.Fatal(err)
	}
	out, err := f.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	ids, operations := map[string]bool{}, map[string]bool{}
	for _, e := range out.StackEvents {
		got = append(got, *e.LogicalResourceId+" "+string(e.ResourceStatus))
		ids[*e.EventId], operations[*e.OperationId] = true, true
		if e.Timestamp == nil || *e.StackName != "Test" || e.ResourceType == nil {
			t.Errorf("got event %s", encoded(e))
		}
	}
	if len(ids) != len(got) || len(operations) != 3 {
		t.Errorf("got %d ids of %d events of %d operations, want 3 operations", len(ids), len(got), len(operations))
	}
	text := strings.Join(got, ", ")
	if !strings.HasPrefix(text, "Test UPDATE_ROLLBACK_COMPLETE, ") || !strings.HasSuffix(text, "Test CREATE_COMPLETE, A CREATE_COMPLETE, A CREATE_IN_PROGRESS, Test CREATE_IN_PROGRESS") {
		t.Errorf("got %s, want the newest first", text)
	}
	failed, err := f.DescribeEvents(t.Context(), &cloudformation.DescribeEventsInput{StackName: aws.String("Test"), Filters: &types.EventFilter{FailedEvents: aws.Bool(true)}})
	if err != nil || len(failed.OperationEvents) != 1 || *failed.OperationEvents[0].LogicalResourceId != "C" || *failed.OperationEvents[0].ResourceStatusReason != "the queue does not want to be" {
		t.Errorf("DescribeEvents of failures: got %s, %v", encoded(failed), err)
	}
}

func TestEventPages(t *testing.T) {
	f := start(t)
	resources := map[string]any{}
	for i := range 60 {
		resources[fmt.Sprintf("Q%02d", i)] = map[string]string{"Type": "AWS::SQS::Queue"}
	}
	f.create(encoded(map[string]any{"Resources": resources}))
	first, err := f.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("Test")})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.StackEvents) != 100 || first.NextToken == nil {
		t.Fatalf("got %d events, want 100 and a token", len(first.StackEvents))
	}
	// What happens meanwhile does not come to be on a further page.
	if _, err := f.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: aws.String("Test"), TemplateBody: aws.String(one)}); err != nil {
		t.Fatal(err)
	}
	second, err := f.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("Test"), NextToken: first.NextToken})
	if err != nil {
		t.Fatal(err)
	}
	if len(second.StackEvents) != 22 || second.NextToken != nil {
		t.Errorf("got %d more events, want 22 and no token", len(second.StackEvents))
	}
}

func TestGetTemplate(t *testing.T) {
	f := start(t)
	id := f.create(two)
	if _, err := f.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &id}); err != nil {
		t.Fatal(err)
	}
	for _, stage := range []types.TemplateStage{"", types.TemplateStageOriginal, types.TemplateStageProcessed} {
		out, err := f.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: &id, TemplateStage: stage})
		if err != nil || *out.TemplateBody != two {
			t.Errorf("stage %q: got %s, %v; want %s", stage, encoded(out), err, two)
		}
	}
	f.plan("c", one, types.ChangeSetTypeCreate)
	out, err := f.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: aws.String("Test")})
	if err != nil || aws.ToString(out.TemplateBody) != "" {
		t.Errorf("of a stack in review: got %s, %v; want none", encoded(out), err)
	}
}

const parameterized = `{"Description":"d","Metadata":{"m":1},
	"Parameters":{
		"Size":{"Type":"Number","Default":3,"Description":"how large"},
		"Kind":{"Type":"String","AllowedValues":["x","y"]},
		"Secret":{"Type":"String","Default":"s","NoEcho":true}},
	"Resources":{"R":{"Type":"AWS::IAM::Role"},"Q":{"Type":"AWS::SQS::Queue","Properties":{"Delay":{"Ref":"Size"}}}}}`

func TestGetTemplateSummary(t *testing.T) {
	f := start(t)
	f.objects["https://s3/t"] = parameterized
	out, err := f.GetTemplateSummary(t.Context(), &cloudformation.GetTemplateSummaryInput{TemplateURL: aws.String("https://s3/t")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Description != "d" || *out.Metadata != `{"m":1}` || !slices.Equal(out.ResourceTypes, []string{"AWS::IAM::Role", "AWS::SQS::Queue"}) ||
		!slices.Equal(out.Capabilities, []types.Capability{types.CapabilityCapabilityIam}) || *out.CapabilitiesReason != "The following resource(s) require capabilities: [AWS::IAM::Role]" {
		t.Errorf("got %s", encoded(out))
	}
	p := out.Parameters
	if len(p) != 3 || *p[0].ParameterKey != "Kind" || !slices.Equal(p[0].ParameterConstraints.AllowedValues, []string{"x", "y"}) || p[0].DefaultValue != nil ||
		!*p[1].NoEcho || *p[2].DefaultValue != "3" || *p[2].ParameterType != "Number" || *p[2].Description != "how large" {
		t.Errorf("got parameters %s", encoded(p))
	}
	valid, err := f.ValidateTemplate(t.Context(), &cloudformation.ValidateTemplateInput{TemplateBody: aws.String(parameterized)})
	if err != nil || len(valid.Parameters) != 3 || len(valid.Capabilities) != 1 || *valid.Description != "d" {
		t.Errorf("ValidateTemplate: got %s, %v", encoded(valid), err)
	}
	f.create(one)
	of, err := f.GetTemplateSummary(t.Context(), &cloudformation.GetTemplateSummaryInput{StackName: aws.String("Test")})
	if err != nil || !slices.Equal(of.ResourceTypes, []string{"AWS::SQS::Queue"}) || len(of.Capabilities) != 0 {
		t.Errorf("of a stack: got %s, %v", encoded(of), err)
	}
}

func TestExports(t *testing.T) {
	f := start(t)
	id := f.create(two)
	exports, err := f.ListExports(t.Context(), &cloudformation.ListExportsInput{})
	if err != nil || len(exports.Exports) != 1 || *exports.Exports[0].Name != "queue-url" || *exports.Exports[0].Value != "https://A-0" || *exports.Exports[0].ExportingStackId != id {
		t.Errorf("got %s, %v", encoded(exports), err)
	}
	in := &cloudformation.ListImportsInput{ExportName: aws.String("queue-url")}
	_, err = f.ListImports(t.Context(), in)
	wantError(t, err, "ValidationError", "Export 'queue-url' is not imported by any stack.")
	_, err = f.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: aws.String("User"),
		TemplateBody: aws.String(`{"Resources":{"U":{"Type":"AWS::SQS::Queue","Properties":{"Partner":{"Fn::ImportValue":"queue-url"}}}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	imports, err := f.ListImports(t.Context(), in)
	if err != nil || !slices.Equal(imports.Imports, []string{"User"}) {
		t.Errorf("got %s, %v; want User", encoded(imports), err)
	}
}

func TestDescribeType(t *testing.T) {
	f := start(t)
	out, err := f.DescribeType(t.Context(), &cloudformation.DescribeTypeInput{Type: types.RegistryTypeResource, TypeName: aws.String("AWS::SQS::Queue")})
	const want = `{"typeName":"AWS::SQS::Queue","createOnlyProperties":["/properties/Kind","/properties/RoleName"]}`
	if err != nil || *out.Schema != want {
		t.Errorf("got %s, %v; want %s", encoded(out), err, want)
	}
	_, err = f.DescribeType(t.Context(), &cloudformation.DescribeTypeInput{Type: types.RegistryTypeResource, TypeName: aws.String("AWS::No::Where")})
	wantError(t, err, "TypeNotFoundException", "AWS::No::Where")
}
