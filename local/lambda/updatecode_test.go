package lambda_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// TestTemplateCode follows the code that templates name: from a folder to an
// archive, to another, and back.
func TestTemplateCode(t *testing.T) {
	c := start(t)
	one := c.upload("one", true)
	c.upload("two", true)
	d := c.functionF("")
	before := c.configuration()
	d = c.update(d, at("one", ""))
	after := c.configuration()
	if got := c.running(); got != "one" || *after.CodeSha256 != digest(one) || after.CodeSize != int64(len(one)) {
		t.Errorf("%s runs, shown with %s and %d bytes; want one, %s, %d", got, *after.CodeSha256, after.CodeSize, digest(one), len(one))
	}
	if *after.RevisionId == *before.RevisionId || after.State != types.StateActive || after.LastUpdateStatus != types.LastUpdateStatusSuccessful {
		t.Errorf("shown as %+v, want another revision, active and successful", after)
	}
	started := c.service.Stats()["f"].Started
	c.bucket.delete("one") // the function has it
	d = c.update(d, at("one", `,"Description":"new"`))
	if got := c.running(); got != "one" || c.service.Stats()["f"].Started != started {
		t.Errorf("%s runs in process %d, want one still in process %d", got, c.service.Stats()["f"].Started, started)
	}
	d = c.update(d, at("two", ""))
	if got := c.running(); got != "two" {
		t.Errorf("%s runs, want two", got)
	}
	eventually(t, "the folder of the first is removed", func() bool { return c.folders() == 1 })
	d = c.update(d, at("k", ""))
	if got := c.running(); got != "k" {
		t.Errorf("%s runs, want the folder k", got)
	}
	eventually(t, "no folder is left", func() bool { return c.folders() == 0 })
	c.update(d, at("two", ""))
	c.remove(d)
	eventually(t, "no folder is left of a function that was deleted", func() bool { return c.folders() == 0 })
}

// TestConfigurationChangesKeepTheFolder holds that the old processes' end does
// not take what the new ones run.
func TestConfigurationChangesKeepTheFolder(t *testing.T) {
	c := start(t)
	c.upload("one", true)
	d := c.mustCreate(definition("Function", "F", at("one", "")))
	for i := range 5 {
		c.who()
		d = c.update(d, at("one", fmt.Sprintf(`,"Timeout":%d`, i+5)))
		if got := c.running(); got != "one" {
			t.Errorf("%s runs, want one", got)
		}
	}
	c.remove(d)
	eventually(t, "no folder is left", func() bool { return c.folders() == 0 && c.service.Stats()["f"].Processes == 0 })
}

// TestHotswap calls what `cdk deploy --hotswap` calls, with its waiter.
func TestHotswap(t *testing.T) {
	c := start(t)
	c.upload("one", true)
	two := c.upload("two", true)
	d := c.mustCreate(definition("Function", "F", at("one", `,"Environment":{"Variables":{"COLOUR":"red"}},"Description":"old"`)))
	old := c.configuration()
	out, err := c.updateCode(&sdk.UpdateFunctionCodeInput{S3Bucket: aws.String("b"), S3Key: aws.String("two")})
	if err != nil || *out.CodeSha256 != digest(two) || out.LastUpdateStatus != types.LastUpdateStatusSuccessful {
		t.Fatalf("got %+v, %v; want the new code", out, err)
	}
	waiter := sdk.NewFunctionUpdatedV2Waiter(c.client)
	if err := waiter.Wait(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("f")}, time.Second); err != nil {
		t.Error(err)
	}
	if got := c.running(); got != "two" {
		t.Errorf("%s runs, want two", got)
	}
	changed, err := c.client.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), Environment: &types.Environment{Variables: map[string]string{"SHAPE": "round"}}, Description: aws.String(""),
	})
	if err != nil || *changed.Description != "" || *changed.RevisionId == *out.RevisionId || *out.RevisionId == *old.RevisionId {
		t.Errorf("got %+v, %v; want no description and another revision each time", changed, err)
	}
	if id := c.who(); id.variable("SHAPE") != "round" || id.variable("COLOUR") != "" || c.running() != "two" {
		t.Errorf("the program sees %v, want the new variables only, and the new code", id.Environ)
	}
	d = c.update(d, at("one", `,"Timeout":5`))
	if got := c.running(); got != "two" || c.who().variable("SHAPE") != "" {
		t.Errorf("%s runs, want two until the template names another code, with the template's variables", got)
	}
	d = c.update(d, at("k", ""))
	c.update(d, at("one", ""))
	if got := c.running(); got != "one" {
		t.Errorf("%s runs, want one", got)
	}
}

func TestZipFile(t *testing.T) {
	c := start(t)
	c.functionF("")
	raw := archive(t, "zip", true)
	before := c.configuration()
	dry, err := c.updateCode(&sdk.UpdateFunctionCodeInput{ZipFile: raw, DryRun: true})
	if err != nil || *dry.CodeSha256 != digest(raw) || c.running() != "k" || c.folders() != 0 {
		t.Errorf("dry run: got %+v, %v, and %s runs; want what would be, and the old code", dry, err, c.running())
	}
	if after := c.configuration(); *after.RevisionId != *before.RevisionId {
		t.Errorf("after a dry run: revision %s, want %s still", *after.RevisionId, *before.RevisionId)
	}
	if _, err := c.updateCode(&sdk.UpdateFunctionCodeInput{ZipFile: raw, RevisionId: before.RevisionId}); err != nil || c.running() != "zip" {
		t.Errorf("%s runs, %v; want the uploaded code", c.running(), err)
	}
	first := c.who()
	if _, err := c.updateCode(&sdk.UpdateFunctionCodeInput{ZipFile: raw}); err != nil || c.who().PID != first.PID || c.folders() != 1 {
		t.Errorf("the same code again: %v, %d folders; want the same process", err, c.folders())
	}
}

func TestRefusedUploads(t *testing.T) {
	c := start(t)
	c.upload("none", false)
	c.functionF("")
	s3 := func(key string) *sdk.UpdateFunctionCodeInput {
		return &sdk.UpdateFunctionCodeInput{S3Bucket: aws.String("b"), S3Key: aws.String(key)}
	}
	with := func(in *sdk.UpdateFunctionCodeInput, change func(*sdk.UpdateFunctionCodeInput)) *sdk.UpdateFunctionCodeInput {
		change(in)
		return in
	}
	const invalid = "InvalidParameterValueException"
	tests := []struct {
		name       string
		in         *sdk.UpdateFunctionCodeInput
		code, want string
	}{
		{"nothing", &sdk.UpdateFunctionCodeInput{}, invalid, "Please provide a source for function code."},
		{"no key", &sdk.UpdateFunctionCodeInput{S3Bucket: aws.String("b")}, invalid, "Please provide a source for function code."},
		{"both", with(s3("k"), func(in *sdk.UpdateFunctionCodeInput) { in.ZipFile = []byte("x") }), invalid, "Please do not provide other FunctionCode parameters"},
		{"no such object", s3("other"), invalid, "S3 Error Code: NoSuchKey"},
		{"no archive", &sdk.UpdateFunctionCodeInput{ZipFile: []byte("x")}, invalid, "Could not unzip uploaded file."},
		{"no program", s3("none"), invalid, "no file named bootstrap"},
		{"another architecture", with(s3("k"), func(in *sdk.UpdateFunctionCodeInput) { in.Architectures = []types.Architecture{"sparc"} }), invalid, "-c target="},
		{"another revision", with(s3("k"), func(in *sdk.UpdateFunctionCodeInput) { in.RevisionId = aws.String("x") }), "PreconditionFailedException", "does not match"},
		{"Publish", with(s3("k"), func(in *sdk.UpdateFunctionCodeInput) { in.Publish = true }), invalid, "Publish is not supported"},
		{"a version", with(s3("k"), func(in *sdk.UpdateFunctionCodeInput) { in.S3ObjectVersion = aws.String("1") }), invalid, "S3ObjectVersion"},
		{"an image", &sdk.UpdateFunctionCodeInput{ImageUri: aws.String("i")}, invalid, "ImageUri"},
	}
	was := c.shown()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := c.updateCode(test.in)
			if errorCode(err) != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s with %s", err, test.code, test.want)
			}
		})
	}
	if got := c.shown(); got != was || c.folders() != 0 {
		t.Errorf("shown as %s with %d folders, want %s and none", got, c.folders(), was)
	}
	for _, in := range []*sdk.UpdateFunctionConfigurationInput{
		{Timeout: aws.Int32(901)}, {Role: aws.String("arn:aws:iam::000000000000:role/none")}, {Layers: []string{"l"}}, {Runtime: "go1.x"},
	} {
		in.FunctionName = aws.String("f")
		if _, err := c.client.UpdateFunctionConfiguration(t.Context(), in); errorCode(err) != invalid {
			t.Errorf("%+v: got %v, want %s", in, err, invalid)
		}
	}
	if got := c.shown(); got != was {
		t.Errorf("shown as %s, want %s", got, was)
	}
}

// TestUpdatingCodeTakesPermissions calls as the worker role, which has none.
func TestUpdatingCodeTakesPermissions(t *testing.T) {
	c := start(t)
	c.functionF("")
	client := sdk.NewFromConfig(c.worker)
	for action, call := range map[string]func() error{
		"lambda:UpdateFunctionCode": func() error {
			_, err := client.UpdateFunctionCode(t.Context(), &sdk.UpdateFunctionCodeInput{FunctionName: aws.String("f"), ZipFile: []byte("x")})
			return err
		},
		"lambda:UpdateFunctionConfiguration": func() error {
			_, err := client.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{FunctionName: aws.String("f")})
			return err
		},
	} {
		if err := call(); errorCode(err) != "AccessDeniedException" || !strings.Contains(err.Error(), action) {
			t.Errorf("%s: got %v, want a denial", action, err)
		}
	}
}
