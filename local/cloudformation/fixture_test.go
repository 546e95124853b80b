package cloudformation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	local "eda-demo/local/cloudformation"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// one is a template of one queue; two has one more that refers to it.
const (
	one = `{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":{"Delay":1}}}}`
	two = `{
	"Description":"Two queues",
	"Resources":{
		"B":{"Type":"AWS::SQS::Queue","Properties":{"Partner":{"Ref":"A"}},"Metadata":{"aws:cdk:path":"Test/B"}},
		"A":{"Type":"AWS::SQS::Queue","Properties":{"Delay":2}}},
	"Outputs":{
		"Url":{"Description":"Where the queue is","Value":{"Ref":"A"},"Export":{"Name":"queue-url"}},
		"Number":{"Value":7}}}`
	broken = `{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":{"Delay":1}},"C":{"Type":"AWS::SQS::Queue","Properties":{"Fail":"yes"}}}}`
	slow   = `{"Resources":{"S":{"Type":"AWS::SQS::Queue","Properties":{"Slow":"yes"}}}}`
	iam    = `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{}}}}`
	named  = `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"r"}}}}`
)

// fixture is the API over an engine whose queues exist in memory only.
type fixture struct {
	*cloudformation.Client
	t       *testing.T
	door    *frontdoor.Door
	cfg     aws.Config
	engine  *provision.Engine
	objects objects
	release chan struct{} // closed: slow queues are made
}

// objects are templates by their URLs.
type objects map[string]string

func (o objects) ReadURL(_ context.Context, url string, limit int64) ([]byte, error) {
	text, there := o[url]
	switch {
	case !there:
		return nil, frontdoor.Errorf("NoSuchKey", "The specified key does not exist.")
	case int64(len(text)) > limit:
		return nil, frontdoor.Errorf("EntityTooLarge", "larger than %d bytes", limit)
	}
	return []byte(text), nil
}

func start(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, door: doortest.NewDoor(t), objects: objects{}, release: make(chan struct{})}
	registry := resource.Registry{"AWS::SQS::Queue": f.queues(), "AWS::IAM::Role": f.queues()}
	var err error
	f.engine, err = provision.New(provision.Config{
		Account: doortest.Account, Region: doortest.Region, Registry: registry, Store: store.Memory(),
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.engine.Close)
	f.door.Register(local.New(local.Config{
		Account: doortest.Account, Region: doortest.Region, Engine: f.engine, Types: registry, Objects: f.objects,
	}).API()...)
	f.cfg = doortest.Serve(t, f.door)
	f.Client = cloudformation.NewFromConfig(f.cfg)
	return f
}

func (f *fixture) queues() resource.Type {
	make := func(d resource.Definition) (resource.Instance, error) {
		var properties struct{ Fail, Slow string }
		if err := json.Unmarshal(d.Properties, &properties); err != nil {
			return resource.Instance{}, err
		}
		if properties.Slow != "" {
			<-f.release
		}
		if properties.Fail != "" {
			return resource.Instance{}, errors.New("the queue does not want to be")
		}
		id := d.PhysicalID
		if id == "" {
			id = fmt.Sprintf("https://%s-%d", d.LogicalID, d.Generation)
		}
		return resource.Instance{ID: id, Attributes: map[string]any{"Arn": "arn:" + id}}, nil
	}
	return resource.Schema{Name: "RoleName", Immutable: []string{"Kind", "RoleName"}}.Type(
		func(_ context.Context, d resource.Definition) (resource.Instance, error) { return make(d) },
		func(_ context.Context, _, next resource.Definition) (resource.Instance, error) { return make(next) },
		func(context.Context, resource.Definition) error { return nil },
	)
}

// create makes the stack Test by CreateStack.
func (f *fixture) create(template string) string {
	f.t.Helper()
	out, err := f.CreateStack(f.t.Context(), &cloudformation.CreateStackInput{StackName: aws.String("Test"), TemplateBody: &template})
	if err != nil {
		f.t.Fatal(err)
	}
	return *out.StackId
}

// plan makes a change set for the stack Test.
func (f *fixture) plan(name, template string, kind types.ChangeSetType) *cloudformation.CreateChangeSetOutput {
	f.t.Helper()
	out, err := f.CreateChangeSet(f.t.Context(), &cloudformation.CreateChangeSetInput{
		StackName: aws.String("Test"), ChangeSetName: &name, ChangeSetType: kind, TemplateBody: &template,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// look describes a change set of the stack Test.
func (f *fixture) look(name string) *cloudformation.DescribeChangeSetOutput {
	f.t.Helper()
	out, err := f.DescribeChangeSet(f.t.Context(), &cloudformation.DescribeChangeSetInput{
		StackName: aws.String("Test"), ChangeSetName: &name, IncludePropertyValues: aws.Bool(true),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func (f *fixture) execute(name string) error {
	_, err := f.ExecuteChangeSet(f.t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: aws.String("Test"), ChangeSetName: &name})
	return err
}

// stack describes a stack by its name or id.
func (f *fixture) stack(name string) types.Stack {
	f.t.Helper()
	out, err := f.DescribeStacks(f.t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(out.Stacks) != 1 {
		f.t.Fatalf("DescribeStacks of %s: got %d stacks, want 1", name, len(out.Stacks))
	}
	return out.Stacks[0]
}

func (f *fixture) wantStatus(name string, want types.StackStatus) {
	f.t.Helper()
	if got := f.stack(name); got.StackStatus != want {
		f.t.Errorf("status of %s: got %s (%s), want %s", name, got.StackStatus, aws.ToString(got.StackStatusReason), want)
	}
}

// wantError checks the code of an API's error, and a part of its message.
func wantError(t *testing.T, err error, code, says string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), says) {
		t.Errorf("got error %v, want %s: %s", err, code, says)
	}
}
