package cloudformation_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

func TestDescribeStacks(t *testing.T) {
	f := start(t)
	const role = "arn:aws:iam::000000000000:role/cdk-hnb659fds-cfn-exec-role-000000000000-us-east-1"
	out, err := f.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String("Test"), TemplateBody: aws.String(two), RoleARN: aws.String(role), EnableTerminationProtection: aws.Bool(true),
		Tags:         []types.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
		Capabilities: []types.Capability{types.CapabilityCapabilityIam, types.CapabilityCapabilityAutoExpand},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Test", *out.StackId} {
		got := f.stack(name)
		if *got.StackId != *out.StackId || *got.StackName != "Test" || *got.Description != "Two queues" || got.StackStatus != types.StackStatusCreateComplete ||
			*got.RoleARN != role || !*got.EnableTerminationProtection || *got.DisableRollback || len(got.Capabilities) != 2 || got.LastUpdatedTime != nil || got.DeletionTime != nil {
			t.Errorf("%s: got %s", name, encoded(got))
		}
		if len(got.Tags) != 1 || *got.Tags[0].Key != "team" || *got.Tags[0].Value != "orders" {
			t.Errorf("%s: got tags %s", name, encoded(got.Tags))
		}
		if time.Since(*got.CreationTime) > time.Minute {
			t.Errorf("%s: got creation time %v", name, got.CreationTime)
		}
		o := got.Outputs
		if len(o) != 2 || *o[0].OutputKey != "Number" || *o[0].OutputValue != "7" || o[0].Description != nil || o[0].ExportName != nil ||
			*o[1].OutputKey != "Url" || *o[1].OutputValue != "https://A-0" || *o[1].Description != "Where the queue is" || *o[1].ExportName != "queue-url" {
			t.Errorf("%s: got outputs %s", name, encoded(o))
		}
	}
}

func TestUpdateStack(t *testing.T) {
	f := start(t)
	id := f.create(one)
	update := func(in cloudformation.UpdateStackInput) error {
		in.StackName = aws.String("Test")
		_, err := f.UpdateStack(t.Context(), &in)
		return err
	}
	wantError(t, update(cloudformation.UpdateStackInput{TemplateBody: aws.String(one)}), "ValidationError", "No updates are to be performed.")
	tags := []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	if err := update(cloudformation.UpdateStackInput{TemplateBody: aws.String(two), Tags: tags}); err != nil {
		t.Fatal(err)
	}
	if err := update(cloudformation.UpdateStackInput{TemplateBody: aws.String(one)}); err != nil {
		t.Fatal(err)
	}
	got := f.stack(id)
	if got.StackStatus != types.StackStatusUpdateComplete || len(got.Tags) != 1 || got.LastUpdatedTime == nil || len(got.Outputs) != 0 {
		t.Errorf("after an update that gives no tags: got %s", encoded(got))
	}
	if err := update(cloudformation.UpdateStackInput{UsePreviousTemplate: aws.Bool(true), Tags: []types.Tag{}}); err != nil {
		t.Fatal(err)
	}
	if got := f.stack(id).Tags; len(got) != 0 {
		t.Errorf("after an update that gives no tag: got tags %s", encoded(got))
	}
	if err := update(cloudformation.UpdateStackInput{TemplateBody: aws.String(broken), DisableRollback: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	f.wantStatus("Test", types.StackStatusUpdateFailed)
	if _, err := f.RollbackStack(t.Context(), &cloudformation.RollbackStackInput{StackName: &id, RetainExceptOnCreate: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	f.wantStatus("Test", types.StackStatusUpdateRollbackComplete)
	_, err := f.RollbackStack(t.Context(), &cloudformation.RollbackStackInput{StackName: &id})
	wantError(t, err, "ValidationError", "is in UPDATE_ROLLBACK_COMPLETE state")
	_, err = f.ContinueUpdateRollback(t.Context(), &cloudformation.ContinueUpdateRollbackInput{StackName: &id, ResourcesToSkip: []string{}})
	wantError(t, err, "ValidationError", "is in UPDATE_ROLLBACK_COMPLETE state")
}

func TestFailedCreation(t *testing.T) {
	f := start(t)
	tests := []struct {
		name string
		in   cloudformation.CreateStackInput
		want types.StackStatus
	}{
		{"rolled back", cloudformation.CreateStackInput{}, types.StackStatusRollbackComplete},
		{"kept", cloudformation.CreateStackInput{DisableRollback: aws.Bool(true)}, types.StackStatusCreateFailed},
		{"done nothing", cloudformation.CreateStackInput{OnFailure: types.OnFailureDoNothing}, types.StackStatusCreateFailed},
		{"kept by its deployment", cloudformation.CreateStackInput{DeploymentConfig: &types.DeploymentConfig{Mode: types.DeploymentConfigModeStandard, DisableRollback: aws.Bool(true)}}, types.StackStatusCreateFailed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := test.in
			in.StackName, in.TemplateBody = aws.String("Test"), aws.String(broken)
			out, err := f.CreateStack(t.Context(), &in)
			if err != nil {
				t.Fatal(err)
			}
			f.wantStatus(*out.StackId, test.want)
			if _, err := f.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: out.StackId}); err != nil {
				t.Fatal(err)
			}
			f.wantStatus(*out.StackId, types.StackStatusDeleteComplete)
		})
	}
}

func TestCreateStackAgain(t *testing.T) {
	f := start(t)
	in := &cloudformation.CreateStackInput{StackName: aws.String("Test"), TemplateBody: aws.String(one), ClientRequestToken: aws.String("t1")}
	first, err := f.CreateStack(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := f.CreateStack(t.Context(), in); err != nil || *again.StackId != *first.StackId {
		t.Errorf("the same request again: got %s, %v; want %s", encoded(again), err, *first.StackId)
	}
	in.ClientRequestToken = aws.String("t2")
	_, err = f.CreateStack(t.Context(), in)
	wantError(t, err, "AlreadyExistsException", "Stack [Test] already exists")
}

func TestDeleteStack(t *testing.T) {
	f := start(t)
	id := f.create(two)
	remove := func(name string) error {
		_, err := f.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &name, DeploymentConfig: &types.DeploymentConfig{Mode: types.DeploymentConfigModeStandard}})
		return err
	}
	protect := func(on bool) {
		t.Helper()
		out, err := f.UpdateTerminationProtection(t.Context(), &cloudformation.UpdateTerminationProtectionInput{StackName: aws.String("Test"), EnableTerminationProtection: &on})
		if err != nil || *out.StackId != id {
			t.Fatalf("got %s, %v; want %s", encoded(out), err, id)
		}
	}
	protect(true)
	wantError(t, remove("Test"), "ValidationError", "Stack [Test] cannot be deleted while TerminationProtection is enabled")
	protect(false)
	for _, name := range []string{"Test", id, "Test"} {
		if err := remove(name); err != nil {
			t.Errorf("delete %s: %v", name, err)
		}
	}
	_, err := f.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("Test")})
	wantError(t, err, "ValidationError", "Stack with id Test does not exist")
	if got := f.stack(id); got.StackStatus != types.StackStatusDeleteComplete || got.DeletionTime == nil {
		t.Errorf("got %s", encoded(got))
	}
	if again := f.create(one); again == id {
		t.Errorf("a new stack has the id of the deleted one, %s", id)
	}
}

func TestSlowOperationIsAnsweredEarly(t *testing.T) {
	t.Parallel()
	f := start(t)
	id := f.create(slow)
	f.wantStatus(id, types.StackStatusCreateInProgress)
	_, err := f.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: &id, TemplateBody: aws.String(one)})
	wantError(t, err, "ValidationError", "is in CREATE_IN_PROGRESS state and can not be updated")
	close(f.release)
	deadline := time.Now().Add(5 * time.Second)
	for f.stack(id).StackStatus != types.StackStatusCreateComplete {
		if time.Now().After(deadline) {
			t.Fatalf("got %s", encoded(f.stack(id)))
		}
	}
}

func TestListStacks(t *testing.T) {
	f := start(t)
	f.create(one)
	if _, err := f.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: aws.String("Test")}); err != nil {
		t.Fatal(err)
	}
	f.create(one)
	tests := []struct {
		filter []types.StackStatus
		want   []types.StackStatus
	}{
		{nil, []types.StackStatus{types.StackStatusCreateComplete, types.StackStatusDeleteComplete}},
		{[]types.StackStatus{types.StackStatusDeleteComplete}, []types.StackStatus{types.StackStatusDeleteComplete}},
		{[]types.StackStatus{types.StackStatusUpdateFailed}, nil},
	}
	for _, test := range tests {
		out, err := f.ListStacks(t.Context(), &cloudformation.ListStacksInput{StackStatusFilter: test.filter})
		if err != nil {
			t.Fatal(err)
		}
		var got []types.StackStatus
		for _, stack := range out.StackSummaries {
			got = append(got, stack.StackStatus)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("filter %v: got %v, want %v", test.filter, got, test.want)
		}
	}
	all, err := f.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{})
	if err != nil || len(all.Stacks) != 1 {
		t.Errorf("DescribeStacks of all: got %s, %v; want one", encoded(all), err)
	}
}
