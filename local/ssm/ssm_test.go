package ssm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/ssm"
	"eda-demo/local/store"
)

// client calls the service over HTTP, in the protocol that SDKs speak:
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type client struct {
	t       *testing.T
	door    *frontdoor.Door
	service *ssm.Service
	url     string
	key     string // access key id
}

func start(t *testing.T, kept *store.Store) *client {
	t.Helper()
	service, err := ssm.New(ssm.Config{Account: doortest.Account, Region: doortest.Region, Store: kept})
	if err != nil {
		t.Fatal(err)
	}
	door := doortest.NewDoor(t)
	door.Register(service.API()...)
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	return &client{t, door, service, server.URL, "admin"}
}

// call returns the answer, or the error as "Code: message".
func (c *client) call(operation, input string) (map[string]any, string) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, bytes.NewReader([]byte(input)))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AmazonSSM."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c.key+"/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		c.t.Fatalf("%s %s answers %s: %v", operation, input, raw, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Sprintf("%v: %v", out["__type"], out["message"])
	}
	return out, ""
}

func (c *client) must(operation, input string) map[string]any {
	c.t.Helper()
	out, failure := c.call(operation, input)
	if failure != "" {
		c.t.Fatalf("%s %s: %s", operation, input, failure)
	}
	return out
}

// fails checks the beginning of an error.
func (c *client) fails(operation, input, want string) {
	c.t.Helper()
	if out, failure := c.call(operation, input); !strings.HasPrefix(failure, want) || failure == "" {
		c.t.Errorf("%s %s: got %v and error %q, want %s", operation, input, out, failure, want)
	}
}

// get returns value and version of a parameter, or the error.
func (c *client) get(name string) string {
	c.t.Helper()
	out, failure := c.call("GetParameter", `{"Name":"`+name+`","WithDecryption":true}`)
	if failure != "" {
		return failure
	}
	p := out["Parameter"].(map[string]any)
	return fmt.Sprint(p["Type"], " ", p["Value"], " v", p["Version"])
}

func (c *client) wantGet(name, want string) {
	c.t.Helper()
	if got := c.get(name); got != want {
		c.t.Errorf("%s: got %s, want %s", name, got, want)
	}
}

// names returns the names of the parameters in an answer.
func names(out map[string]any) []string {
	var all []string
	for _, p := range out["Parameters"].([]any) {
		all = append(all, p.(map[string]any)["Name"].(string))
	}
	return all
}

const bootstrapVersion = "/cdk-bootstrap/hnb659fds/version"

func TestVersions(t *testing.T) {
	c := start(t, store.Memory())
	c.wantGet("/a/b", "ParameterNotFound: Parameter /a/b not found.")
	if out := c.must("PutParameter", `{"Name":"/a/b","Type":"String","Value":"one","Tags":[{"Key":"k","Value":"v"}]}`); out["Version"] != 1.0 || out["Tier"] != "Standard" {
		t.Errorf("got %v, want version 1 of tier Standard", out)
	}
	c.fails("PutParameter", `{"Name":"/a/b","Type":"String","Value":"two"}`, "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	c.must("PutParameter", `{"Name":"/a/b","Value":"two","Overwrite":true}`)
	c.wantGet("/a/b", "String two v2")
	c.wantGet("/a/b:1", "String one v1")
	c.wantGet("/a/b:3", "ParameterVersionNotFound: Systems Manager could not find version 3 of /a/b. Verify the version and try again.")
	c.wantGet("/a/b:label", "ParameterVersionNotFound: Systems Manager could not find version label of /a/b. Verify the version and try again.")
	c.wantGet("arn:aws:ssm:us-east-1:000000000000:parameter/a/b", "String two v2")
	c.must("PutParameter", `{"Name":"plain","Type":"StringList","Value":"a,b"}`)
	c.wantGet("arn:aws:ssm:us-east-1:000000000000:parameter/plain", "StringList a,b v1")
	c.fails("PutParameter", `{"Name":"plain","Type":"String","Value":"a","Overwrite":true}`, "HierarchyTypeMismatchException")
	c.must("DeleteParameter", `{"Name":"/a/b"}`)
	c.wantGet("/a/b", "ParameterNotFound: Parameter /a/b not found.")
	c.fails("DeleteParameter", `{"Name":"/a/b"}`, "ParameterNotFound")
}

func TestOldVersionsGo(t *testing.T) {
	c := start(t, store.Memory())
	for i := range 102 {
		c.must("PutParameter", fmt.Sprintf(`{"Name":"p","Type":"String","Value":"%d","Overwrite":true}`, i+1))
	}
	c.wantGet("p", "String 102 v102")
	c.wantGet("p:3", "String 3 v3")
	c.wantGet("p:2", "ParameterVersionNotFound: Systems Manager could not find version 2 of p. Verify the version and try again.")
}

func TestPutRefuses(t *testing.T) {
	c := start(t, store.Memory())
	put := func(name, more string) string {
		return `{"Name":"` + name + `","Type":"String","Value":"v"` + more + `}`
	}
	for _, test := range []struct{ input, want string }{
		{`{"Name":"p","Type":"SecureString","Value":"v"}`, `UnsupportedParameterType: The parameter type "SecureString" is not supported.`},
		{`{"Name":"p","Value":"v"}`, "UnsupportedParameterType"},
		{`{"Name":"p","Type":"String"}`, "ValidationException: Value at 'value'"},
		{`{"Name":"p","Type":"String","Value":"` + strings.Repeat("x", 4097) + `"}`, "ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters."},
		{`{"Name":"p","Type":"String","Value":"{{x}}"}`, "ValidationException: Parameter value can't nest another parameter."},
		{put("", ""), "ValidationException: Value at 'name'"},
		{put("a/b", ""), "ValidationException: Parameter name must be a fully qualified name."},
		{put("/AWS/b", ""), `ValidationException: Parameter name: can't be prefixed with "aws" or "ssm"`},
		{put("ssmx", ""), "ValidationException: Parameter name"},
		{put("/a//b", ""), "ValidationException: Parameter name"},
		{put("/a b", ""), "ValidationException: Parameter name"},
		{put(strings.Repeat("/a", 16), ""), "HierarchyLevelLimitExceededException: A hierarchy can have a maximum of 15 levels."},
		{put(strings.Repeat("a", 1000), ""), "ValidationException: The parameter's ARN"},
		{put("p", `,"Tier":"Advanced"`), `ValidationException: The parameter tier "Advanced" is not supported.`},
		{put("p", `,"DataType":"aws:ec2:image"`), `ValidationException: The data type "aws:ec2:image" is not supported.`},
		{put("p", `,"AllowedPattern":"("`), "InvalidAllowedPatternException"},
		{put("p", `,"AllowedPattern":"^\\d+$"`), `ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^\d+$`},
		{put("p", `,"Policies":"[]"`), "ValidationException: the request can't be read: member Policies is not supported"},
		{put("p", `,"Overwrite":true,"Tags":[{"Key":"a","Value":"b"}]`), "ValidationException: Invalid request: tags and overwrite can't be used together."},
	} {
		c.fails("PutParameter", test.input, test.want)
	}
	c.fails("LabelParameterVersion", `{}`, "UnknownOperationException")
	if got := names(c.must("DescribeParameters", `{}`)); !slices.Equal(got, []string{bootstrapVersion}) {
		t.Errorf("after refusals there are %v, want the preset only", got)
	}
}

func TestReadingSeveral(t *testing.T) {
	c := start(t, store.Memory())
	for _, name := range []string{"/a/1", "/a/2", "/a/b/3", "/ab", "plain"} {
		c.must("PutParameter", `{"Name":"`+name+`","Type":"String","Value":"v","Description":"d"}`)
	}
	out := c.must("GetParameters", `{"Names":["/a/2","/x","plain:1"],"WithDecryption":true}`)
	if got, want := fmt.Sprint(names(out), out["InvalidParameters"]), "[/a/2 plain] [/x]"; got != want {
		t.Errorf("GetParameters: got %s, want %s", got, want)
	}
	c.fails("GetParameters", `{"Names":[]}`, "ValidationException")
	c.fails("GetParameters", `{"Names":["1","2","3","4","5","6","7","8","9","10","11"]}`, "ValidationException")
	for _, test := range []struct{ operation, input, want string }{
		{"GetParametersByPath", `{"Path":"/a"}`, "[/a/1 /a/2]"},
		{"GetParametersByPath", `{"Path":"/a/","Recursive":true}`, "[/a/1 /a/2 /a/b/3]"},
		{"GetParametersByPath", `{"Path":"/"}`, "[/ab plain]"},
		{"GetParametersByPath", `{"Path":"/none"}`, "[]"},
		{"DescribeParameters", `{}`, "[/a/1 /a/2 /a/b/3 /ab " + bootstrapVersion + " plain]"},
		{"DescribeParameters", `{"ParameterFilters":[{"Key":"Name","Values":["/ab","plain"]}]}`, "[/ab plain]"},
		{"DescribeParameters", `{"ParameterFilters":[{"Key":"Name","Option":"BeginsWith","Values":["/a"]},{"Key":"Name","Option":"Contains","Values":["b"]}]}`, "[/a/b/3 /ab]"},
		{"DescribeParameters", `{"ParameterFilters":[{"Key":"Path","Option":"Recursive","Values":["/a"]}]}`, "[/a/1 /a/2 /a/b/3]"},
		{"DescribeParameters", `{"ParameterFilters":[{"Key":"Type","Values":["StringList"]}]}`, "[]"},
	} {
		if got := fmt.Sprint(names(c.must(test.operation, test.input))); got != test.want {
			t.Errorf("%s %s: got %s, want %s", test.operation, test.input, got, test.want)
		}
	}
	c.fails("GetParametersByPath", `{"Path":"a"}`, "ValidationException: The parameter doesn't meet the parameter name requirements.")
	c.fails("DescribeParameters", `{"ParameterFilters":[{"Key":"KeyId","Values":["x"]}]}`, "InvalidFilterKey")
	c.fails("DescribeParameters", `{"ParameterFilters":[{"Key":"Name","Option":"x","Values":["x"]}]}`, "InvalidFilterOption")
	c.fails("DescribeParameters", `{"ParameterFilters":[{"Key":"Name"}]}`, "InvalidFilterValue")
}

func TestPages(t *testing.T) {
	c := start(t, store.Memory())
	for i := range 7 {
		c.must("PutParameter", fmt.Sprintf(`{"Name":"/p/%d","Type":"String","Value":"v"}`, i))
	}
	for _, operation := range []string{"GetParametersByPath", "DescribeParameters"} {
		path := map[string]string{"GetParametersByPath": `"Path":"/p",`, "DescribeParameters": `"ParameterFilters":[{"Key":"Path","Values":["/p"]}],`}[operation]
		var all []string
		token := ""
		for range 4 {
			out := c.must(operation, `{`+path+`"MaxResults":3,"NextToken":"`+token+`"}`)
			all = append(all, names(out)...)
			if token, _ = out["NextToken"].(string); token == "" {
				break
			}
		}
		if got, want := fmt.Sprint(all), "[/p/0 /p/1 /p/2 /p/3 /p/4 /p/5 /p/6]"; got != want {
			t.Errorf("%s: got %s, want %s", operation, got, want)
		}
		c.fails(operation, `{`+path+`"MaxResults":0}`, "ValidationException")
		c.fails(operation, `{`+path+`"NextToken":"?"}`, "InvalidNextToken")
	}
}

func TestPreset(t *testing.T) {
	c := start(t, store.Memory())
	c.wantGet(bootstrapVersion, "String 33 v1")
	c.fails("DeleteParameter", `{"Name":"`+bootstrapVersion+`"}`, "ValidationException: The parameter "+bootstrapVersion+" comes with the account")
	c.fails("PutParameter", `{"Name":"`+bootstrapVersion+`","Type":"String","Value":"40"}`, "ParameterAlreadyExists")
	c.must("PutParameter", `{"Name":"`+bootstrapVersion+`","Value":"40","Overwrite":true}`)
	c.wantGet(bootstrapVersion, "String 40 v2")
	c.must("DeleteParameter", `{"Name":"`+bootstrapVersion+`"}`)
	c.wantGet(bootstrapVersion, "String 33 v1")
}

func TestAuthorization(t *testing.T) {
	c := start(t, store.Memory())
	c.must("PutParameter", `{"Name":"/own/x","Type":"String","Value":"v"}`)
	cfg := doortest.AsRole(t, c.door, doortest.Config(c.url, nil), "reader",
		`{"Statement":[{"Effect":"Allow","Action":["ssm:GetParameter","ssm:GetParameters"],"Resource":"arn:aws:ssm:us-east-1:000000000000:parameter/own/*"}]}`)
	keys, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.key = keys.AccessKeyID
	c.wantGet("/own/x:1", "String v v1")
	for _, test := range []struct{ operation, input, resource string }{
		{"GetParameter", `{"Name":"/other"}`, "parameter/other"},
		{"GetParameters", `{"Names":["/own/x","other"]}`, "parameter/other"},
		{"GetParametersByPath", `{"Path":"/own"}`, "parameter/own"},
		{"DescribeParameters", `{}`, "*"},
		{"PutParameter", `{"Name":"/own/x","Value":"w","Overwrite":true}`, "parameter/own/x"},
		{"DeleteParameter", `{"Name":"/own/x"}`, "parameter/own/x"},
	} {
		c.fails(test.operation, test.input, "AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/reader/test is not authorized to perform: ssm:"+
			test.operation+" on resource: arn:aws:ssm:us-east-1:000000000000:"+test.resource+" because")
	}
	c.door.Directory().Revoke(c.key)
	c.wantGet("/own/x", "UnrecognizedClientException: The security token included in the request is invalid.")
}
