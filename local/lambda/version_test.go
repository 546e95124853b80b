package lambda_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// copyOfProgram is a folder with the test program, other than programDir.
func copyOfProgram(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Link(filepath.Join(programDir, "bootstrap"), filepath.Join(dir, "bootstrap")); err != nil {
		raw, err := os.ReadFile(filepath.Join(programDir, "bootstrap"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "bootstrap"), raw, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const versionProperties = `{"FunctionName":"f"}`

func aliasProperties(version string) string {
	return `{"FunctionName":"f","Name":"live","FunctionVersion":"` + version + `"}`
}

// variable returns an environment variable that the function sees, its ARN,
// and the version that was run.
func (c *cloud) variable(name, qualifier string) (value, arn, version string) {
	c.t.Helper()
	in := &sdk.InvokeInput{FunctionName: aws.String("f"), Payload: []byte(`{"do":"who"}`)}
	if qualifier != "" {
		in.Qualifier = &qualifier
	}
	out, err := c.client.Invoke(c.t.Context(), in)
	if err != nil {
		c.t.Fatal(err)
	}
	var who struct {
		Arn     string
		Environ []string
	}
	if err := json.Unmarshal(out.Payload, &who); err != nil {
		c.t.Fatalf("%v: %s", err, out.Payload)
	}
	for _, variable := range who.Environ {
		if text, is := strings.CutPrefix(variable, name+"="); is {
			value = text
		}
	}
	return value, who.Arn, *out.ExecutedVersion
}

func withStep(step string) string {
	return functionProperties(`,"FunctionName":"f","Environment":{"Variables":{"STEP":"` + step + `"}}`)
}

func (c *cloud) expect(qualifier, step, arn, version string) {
	c.t.Helper()
	gotStep, gotARN, gotVersion := c.variable("STEP", qualifier)
	if gotStep != step || gotARN != arn || gotVersion != version {
		c.t.Errorf("invoked by %q: step %s of %s, version %s; want step %s of %s, version %s",
			qualifier, gotStep, gotARN, gotVersion, step, arn, version)
	}
}

func TestVersionsStayWhileTheFunctionChanges(t *testing.T) {
	c := start(t)
	f := c.mustCreate(definition("Function", "F", withStep("one")))
	v1 := c.mustCreate(definition("Version", "V1", versionProperties))
	if want := functionARN + ":1"; v1.PhysicalID != want {
		t.Errorf("the first version is %s, want %s", v1.PhysicalID, want)
	}
	if _, err := c.tryCreate("Version", versionProperties); err == nil ||
		err.Error() != "A version for this Lambda function exists ( 1 ). Modify the function to create a new version." {
		t.Errorf("published unchanged: error %v, want that there is a version", err)
	}
	live := c.mustCreate(definition("Alias", "A", aliasProperties("1")))
	c.expect("live", "one", functionARN+":live", "1")
	f = c.update(f, withStep("two"))
	c.expect("live", "one", functionARN+":live", "1")
	c.expect("", "two", functionARN, "$LATEST")
	v2 := c.mustCreate(definition("Version", "V2", versionProperties))
	live = c.update(live, aliasProperties("2"))
	c.expect("live", "two", functionARN+":live", "2")
	c.expect("1", "one", functionARN+":1", "1")
	live = c.update(live, aliasProperties("1"))
	c.expect("live", "one", functionARN+":live", "1")
	if got, _, _ := c.variable("AWS_LAMBDA_FUNCTION_VERSION", "2"); got != "2" {
		t.Errorf("version 2 takes itself for version %s", got)
	}
	if err := c.typeOf(v1).Delete(t.Context(), v1); err == nil || !strings.Contains(err.Error(), "aliases reference it: [live]") {
		t.Errorf("delete the version of the alias: error %v, want that it is in use", err)
	}
	c.remove(v2)
	c.remove(v2)
	if _, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f:2")}); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("invoke a version that is deleted: %v, want ResourceNotFoundException", err)
	}
	c.remove(live)
	c.remove(live)
	c.remove(v1)
	c.remove(f)
	c.remove(v1)
	c.remove(live)
}

func TestVersionRefusals(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("Version", versionProperties)
	c.create("Alias", aliasProperties("1"))
	long := strings.Repeat("x", 257)
	for _, test := range []struct{ kind, properties, want string }{
		{"Version", `{"FunctionName":"g"}`, "Function not found"},
		{"Version", `{"FunctionName":"f:live"}`, "permitted on Lambda functions only"},
		{"Version", `{"FunctionName":"f","CodeSha256":"abc"}`, "CodeSHA256 (abc) is different from current CodeSHA256 in $LATEST"},
		{"Version", `{"FunctionName":"f","Description":"` + long + `"}`, "property Description"},
		{"Version", `{"FunctionName":"f","ProvisionedConcurrencyConfig":{}}`, "ProvisionedConcurrencyConfig is not supported"},
		{"Alias", aliasProperties("1"), "Alias already exists: " + functionARN + ":live"},
		{"Alias", `{"FunctionName":"f","Name":"other","FunctionVersion":"2"}`, "Function not found: " + functionARN + ":2"},
		{"Alias", `{"FunctionName":"f","Name":"7","FunctionVersion":"1"}`, "property Name"},
		{"Alias", `{"FunctionName":"f","Name":"a b","FunctionVersion":"1"}`, "property Name"},
		{"Alias", `{"FunctionName":"f","Name":"other","FunctionVersion":"1","RoutingConfig":{}}`, "RoutingConfig is not supported"},
	} {
		if _, err := c.tryCreate(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("create %s %s:\n got %v\nwant %s", test.kind, test.properties, err, test.want)
		}
	}
	alias := definition("Alias", "A", aliasProperties("1"))
	alias.PhysicalID = functionARN + ":live"
	if _, err := c.tryUpdate(alias, aliasProperties("2")); err == nil {
		t.Error("an alias was led to a version that there is not")
	}
	if out, err := c.client.GetAlias(t.Context(), &sdk.GetAliasInput{FunctionName: aws.String("f"), Name: aws.String("live")}); err != nil || *out.FunctionVersion != "1" {
		t.Errorf("after a refused update the alias is %+v, %v; want version 1", out, err)
	}
}

// TestPoliciesAreOfTheQualifier: what may invoke an alias may not invoke the
// function without it.
func TestPoliciesAreOfTheQualifier(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("Version", versionProperties)
	alias := c.mustCreate(definition("Alias", "A", aliasProperties("1")))
	p := c.mustCreate(definition("Permission", "P", `{"FunctionName":"`+alias.PhysicalID+`","Action":"lambda:InvokeFunction","Principal":"`+roleARN+`"}`))
	worker := sdk.NewFromConfig(c.worker)
	may := func(name string) string {
		_, err := worker.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &name, Payload: []byte(`{}`)})
		if err != nil {
			return errorCode(err)
		}
		return "yes"
	}
	for name, want := range map[string]string{"f:live": "yes", functionARN + ":live": "yes", "f": "AccessDeniedException", "f:1": "AccessDeniedException"} {
		if got := may(name); got != want {
			t.Errorf("invoke %s: %s, want %s", name, got, want)
		}
	}
	policy, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f"), Qualifier: aws.String("live")})
	if err != nil || !strings.Contains(*policy.Policy, `"Resource":"`+functionARN+`:live"`) {
		t.Errorf("the alias has the policy %+v, %v; want one about the alias", policy, err)
	}
	if _, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f")}); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("the function has a policy, %v; want none", err)
	}
	c.remove(p)
	if got := may("f:live"); got != "AccessDeniedException" {
		t.Errorf("after the permission is gone: %s, want AccessDeniedException", got)
	}
	c.remove(alias)
	c.remove(p)
}

// TestAsynchronousInvocationsOfAnAlias follow the settings of the alias, and
// tell its ARN and the version that ran.
func TestAsynchronousInvocationsOfAnAlias(t *testing.T) {
	c := start(t)
	c.function("")
	c.create("Version", versionProperties)
	c.create("Alias", aliasProperties("1"))
	c.create("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"live","MaximumRetryAttempts":0,
		"DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`)
	if _, err := c.tryCreate("EventInvokeConfig", `{"FunctionName":"f","Qualifier":"other"}`); err == nil || !strings.Contains(err.Error(), "property Qualifier") {
		t.Errorf("settings of an alias that is not there: error %v, want one about Qualifier", err)
	}
	_, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("f:live"), InvocationType: types.InvocationTypeEvent, Payload: []byte(`{"do":"fail","text":"no"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the failure is sent", func() bool { return len(c.calls.of("SendMessage")) == 1 })
	record := fmt.Sprint(c.calls.of("SendMessage")[0].input["MessageBody"])
	if err := contains(record, `"functionArn":"`+functionARN+`:live"`, `"executedVersion":"1"`); err != nil {
		t.Error(err)
	}
}

func TestVersionsThroughTheAPI(t *testing.T) {
	c := start(t)
	f := c.mustCreate(definition("Function", "F", withStep("one")))
	publish := func() string {
		t.Helper()
		out, err := c.client.PublishVersion(t.Context(), &sdk.PublishVersionInput{FunctionName: aws.String("f"), Description: aws.String("mine")})
		if err != nil {
			t.Fatal(err)
		}
		if *out.Description != "mine" || *out.FunctionArn != functionARN+":"+*out.Version {
			t.Errorf("published %s, %q; want the version and its description", *out.FunctionArn, *out.Description)
		}
		return *out.Version
	}
	if first, again := publish(), publish(); first != "1" || again != "1" {
		t.Errorf("published versions %s and, unchanged, %s; want 1 and 1", first, again)
	}
	c.update(f, withStep("two"))
	if second := publish(); second != "2" {
		t.Errorf("published version %s, want 2", second)
	}
	list, err := c.client.ListVersionsByFunction(t.Context(), &sdk.ListVersionsByFunctionInput{FunctionName: aws.String("f")})
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, v := range list.Versions {
		versions = append(versions, *v.Version)
	}
	if want := []string{"$LATEST", "1", "2"}; !slices.Equal(versions, want) {
		t.Errorf("the versions are %v, want %v", versions, want)
	}
	c.create("Alias", aliasProperties("2"))
	alias, err := c.client.UpdateAlias(t.Context(), &sdk.UpdateAliasInput{FunctionName: aws.String("f"), Name: aws.String("live"), FunctionVersion: aws.String("1")})
	if err != nil || *alias.FunctionVersion != "1" {
		t.Errorf("led back to version 1: %+v, %v", alias, err)
	}
	c.expect("live", "one", functionARN+":live", "1")
	aliases, err := c.client.ListAliases(t.Context(), &sdk.ListAliasesInput{FunctionName: aws.String("f")})
	if err != nil || len(aliases.Aliases) != 1 || *aliases.Aliases[0].AliasArn != functionARN+":live" {
		t.Errorf("the aliases are %+v, %v; want live", aliases, err)
	}
	for name, in := range map[string]*sdk.UpdateAliasInput{
		"ResourceNotFoundException":   {FunctionName: aws.String("f"), Name: aws.String("dead")},
		"PreconditionFailedException": {FunctionName: aws.String("f"), Name: aws.String("live"), RevisionId: aws.String("old")},
	} {
		if _, err := c.client.UpdateAlias(t.Context(), in); errorCode(err) != name {
			t.Errorf("UpdateAlias: error %v, want %s", err, name)
		}
	}
}

// TestNumbersAreNotUsedAgain: neither by a function of the same name, nor after
// a restart, where what a template has is taken up under its number.
func TestNumbersAreNotUsedAgain(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	c := startOn(t, workerPolicy, kept)
	f := c.mustCreate(definition("Function", "F", withStep("one")))
	c.mustCreate(definition("Version", "V1", versionProperties))
	c.remove(f)
	f = c.mustCreate(definition("Function", "F", withStep("two")))
	v2 := c.mustCreate(definition("Version", "V2", versionProperties))
	live := c.mustCreate(definition("Alias", "A", aliasProperties("2")))
	c.stop()

	c = startOn(t, workerPolicy, kept)
	for _, d := range []resource.Definition{f, v2, live} {
		c.mustCreate(d)
	}
	c.expect("live", "two", functionARN+":live", "2")
	c.update(f, withStep("three"))
	v3 := c.mustCreate(definition("Version", "V3", versionProperties))
	if want := functionARN + ":3"; v3.PhysicalID != want {
		t.Errorf("the next version is %s, want %s", v3.PhysicalID, want)
	}
}

// TestVersionsKeepTheirPrograms: the code of a version is there as long as the
// version is.
func TestVersionsKeepTheirPrograms(t *testing.T) {
	c := start(t)
	c.bucket.put("other", copyOfProgram(t))
	f := c.mustCreate(definition("Function", "F", functionProperties(`,"FunctionName":"f"`)))
	c.create("Version", versionProperties)
	f = c.update(f, strings.Replace(functionProperties(`,"FunctionName":"f"`), `"S3Key":"k"`, `"S3Key":"other"`, 1))
	v2 := c.mustCreate(definition("Version", "V2", versionProperties))
	first, _, _ := c.variable("LAMBDA_TASK_ROOT", "1")
	second, _, _ := c.variable("LAMBDA_TASK_ROOT", "2")
	if first != programDir || second == programDir {
		t.Errorf("the versions run in %s and %s, want each where its code is", first, second)
	}
	c.remove(v2)
	c.remove(f)
	if n := len(c.service.Stats()); n != 0 {
		t.Errorf("%d functions and versions are left, want none", n)
	}
}
