package ecr_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/ecr"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

type registry struct {
	t    *testing.T
	door *frontdoor.Door
	resource.Type
}

func start(t *testing.T, kept *store.Store) registry {
	t.Helper()
	service, err := ecr.New(ecr.Config{Account: doortest.Account, Region: doortest.Region, Store: kept})
	if err != nil {
		t.Fatal(err)
	}
	door := doortest.NewDoor(t)
	door.Register(service.API()...)
	return registry{t, door, service.Resources()["AWS::ECR::Repository"]}
}

// described is the answer of DescribeRepositories as clients see it.
type described struct {
	Repositories []struct {
		RepositoryArn              string
		RegistryID                 string `json:"registryId"`
		RepositoryName             string
		RepositoryURI              string `json:"repositoryUri"`
		CreatedAt                  float64
		ImageTagMutability         string
		ImageScanningConfiguration struct{ ScanOnPush bool }
	}
	NextToken string
}

func (r registry) describe(input string) (described, error) {
	var out described
	err := r.door.Call(r.t.Context(), iam.Admin(doortest.Account), "ecr", "DescribeRepositories", json.RawMessage(input), &out)
	return out, err
}

func (r registry) names(input string) []string {
	r.t.Helper()
	out, err := r.describe(input)
	if err != nil {
		r.t.Fatalf("%s: %v", input, err)
	}
	var names []string
	for _, repository := range out.Repositories {
		names = append(names, repository.RepositoryName)
	}
	return names
}

func definition(id, properties string) resource.Definition {
	return resource.Definition{LogicalID: id, Type: "AWS::ECR::Repository", Properties: json.RawMessage(properties), Stack: doortest.Stack()}
}

func (r registry) create(properties string) resource.Definition {
	r.t.Helper()
	d := definition("Repo", properties)
	made, err := r.Create(r.t.Context(), d)
	if err != nil {
		r.t.Fatal(err)
	}
	d.PhysicalID = made.ID
	return d
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want %s", err, want)
	}
}

// bootstrap is the repository of the CDK's bootstrap stack.
const bootstrap = `{"RepositoryName":"cdk-assets","ImageTagMutability":"IMMUTABLE",
	"LifecyclePolicy":{"LifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1}]}\n"},
	"RepositoryPolicyText":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},
		"Action":["ecr:BatchGetImage"],"Condition":{"StringLike":{"aws:sourceArn":"arn:aws:lambda:us-east-1:000000000000:function:*"}}}]}}`

func TestRepository(t *testing.T) {
	r := start(t, store.Memory())
	d := r.create(bootstrap)
	out, err := r.describe(`{"repositoryNames":["cdk-assets"]}`)
	if err != nil || len(out.Repositories) != 1 {
		t.Fatalf("got %+v, %v; want one repository", out, err)
	}
	got := out.Repositories[0]
	want := "arn:aws:ecr:us-east-1:000000000000:repository/cdk-assets 000000000000 000000000000.dkr.ecr.us-east-1.amazonaws.com/cdk-assets IMMUTABLE"
	if text := fmt.Sprint(got.RepositoryArn, " ", got.RegistryID, " ", got.RepositoryURI, " ", got.ImageTagMutability); text != want || got.CreatedAt == 0 {
		t.Errorf("got  %s, created %v\nwant %s", text, got.CreatedAt, want)
	}
	_, err = r.Create(t.Context(), definition("Other", bootstrap))
	wantError(t, err, "RepositoryAlreadyExistsException: The repository with name 'cdk-assets' already exists in the registry with id '000000000000'")

	next := d
	next.Properties = json.RawMessage(`{"RepositoryName":"cdk-assets","ImageScanningConfiguration":{"ScanOnPush":true},"Tags":[{"Key":"a","Value":"b"}]}`)
	for i, mutability := range []string{"MUTABLE", "IMMUTABLE"} {
		got, err := r.Update(t.Context(), d, next)
		if err != nil || got.ID != "cdk-assets" || got.Attributes["RepositoryUri"] != "000000000000.dkr.ecr.us-east-1.amazonaws.com/cdk-assets" {
			t.Errorf("update %d: got %+v, %v", i, got, err)
		}
		if out, err := r.describe(`{}`); err != nil || out.Repositories[0].ImageTagMutability != mutability || out.Repositories[0].ImageScanningConfiguration.ScanOnPush != (i == 0) {
			t.Errorf("after update %d: got %+v, %v", i, out, err)
		}
		d, next = next, d
	}
	for range 2 {
		if err := r.Delete(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	_, err = r.describe(`{"repositoryNames":["cdk-assets"]}`)
	wantError(t, err, "RepositoryNotFoundException: The repository with name 'cdk-assets' does not exist in the registry with id '000000000000'")
	_, err = r.Update(t.Context(), d, d)
	wantError(t, err, "RepositoryNotFoundException")
}

func TestUpdateRefuses(t *testing.T) {
	r := start(t, store.Memory())
	d := r.create(bootstrap)
	for properties, want := range map[string]string{
		`{"ImageTagMutability":"X"}`:                                `property ImageTagMutability: "X" is neither MUTABLE nor IMMUTABLE`,
		`{"EncryptionConfiguration":{}}`:                            "member EncryptionConfiguration is not supported",
		`{"RepositoryPolicyText":{"Statement":[]}}`:                 "property RepositoryPolicyText: parse policy document",
		`{"LifecyclePolicy":{"LifecyclePolicyText":"{"}}`:           "property LifecyclePolicy.LifecyclePolicyText: unexpected end of JSON input",
		`{"LifecyclePolicy":{"LifecyclePolicyText":"{}"}}`:          "property LifecyclePolicy.LifecyclePolicyText: it has no rules",
		`{"LifecyclePolicy":{"RegistryId":"1"}}`:                    "property LifecyclePolicy.RegistryId: 1 is another account",
		`{"RepositoryName":"","ImageTagMutability":"IMMUTABLE"}`:    "property RepositoryName",
		`{"RepositoryName":"x","ImageTagMutability":["IMMUTABLE"]}`: "read properties",
	} {
		next := d
		next.Properties = json.RawMessage(properties)
		_, err := r.Update(t.Context(), d, next)
		wantError(t, err, want)
	}
	if out, err := r.describe(`{}`); err != nil || out.Repositories[0].ImageTagMutability != "IMMUTABLE" {
		t.Errorf("after refused updates: got %+v, %v; want it IMMUTABLE still", out, err)
	}
	for _, name := range []string{"A", "a", "a--b", "-a", "a/", strings.Repeat("a", 257)} {
		_, err := r.Create(t.Context(), definition("Other", `{"RepositoryName":"`+name+`"}`))
		wantError(t, err, "property RepositoryName")
	}
}

func TestPages(t *testing.T) {
	r := start(t, store.Memory())
	for _, name := range []string{"cc", "aa", "bb"} {
		if _, err := r.Create(t.Context(), definition("R"+name, `{"RepositoryName":"`+name+`"}`)); err != nil {
			t.Fatal(err)
		}
	}
	first, err := r.describe(`{"maxResults":2}`)
	if err != nil || len(first.Repositories) != 2 || first.NextToken == "" {
		t.Fatalf("got %+v, %v; want two and a token", first, err)
	}
	if got := r.names(`{"maxResults":2,"nextToken":"` + first.NextToken + `"}`); !slices.Equal(got, []string{"cc"}) {
		t.Errorf("second page: got %v, want cc", got)
	}
	for input, want := range map[string]string{
		`{"maxResults":0}`:                          "InvalidParameterException",
		`{"nextToken":"?"}`:                         "InvalidParameterException",
		`{"repositoryNames":["aa"],"maxResults":1}`: "InvalidParameterException",
		`{"registryId":"111111111111"}`:             "RegistryIdNotFound",
		`{"repositoryNames":["aa","none"]}`:         "RepositoryNotFoundException",
		`{"x":1}`:                                   "InvalidParameterException",
	} {
		_, err := r.describe(input)
		wantError(t, err, want)
	}
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := start(t, kept).create(`{}`)
	if !strings.HasPrefix(d.PhysicalID, "test-repo-") {
		t.Errorf("got the name %s, want test-repo-…", d.PhysicalID)
	}
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	if kept, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	r := start(t, kept)
	before, err := r.describe(`{}`)
	if err != nil || len(before.Repositories) != 1 {
		t.Fatalf("after a restart: got %+v, %v", before, err)
	}
	d.Properties = json.RawMessage(`{"ImageTagMutability":"IMMUTABLE"}`)
	if got, err := r.Create(t.Context(), d); err != nil || got.ID != d.PhysicalID {
		t.Errorf("taken up: got %+v, %v", got, err)
	}
	after, err := r.describe(`{}`)
	if err != nil || after.Repositories[0].CreatedAt != before.Repositories[0].CreatedAt || after.Repositories[0].ImageTagMutability != "IMMUTABLE" {
		t.Errorf("taken up: got %+v, %v; want it IMMUTABLE and as old as before", after, err)
	}
}
