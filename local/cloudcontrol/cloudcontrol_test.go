package cloudcontrol_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"eda-demo/local/cloudcontrol"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/provision"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

const template = `{"Resources":{
	"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"q","Delay":1,"Tags":[{"Key":"a","Value":"b"}]}},
	"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":"api","Uri":"u"}}}}`

type fixture struct {
	t       *testing.T
	url     string
	engine  *provision.Engine
	updated []string // properties given to Update
}

func start(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t}
	make := func(_ context.Context, d resource.Definition) (resource.Instance, error) {
		return resource.Instance{ID: "id-" + d.LogicalID, Attributes: map[string]any{"Arn": "arn:" + d.LogicalID, "Endpoint.Port": 1}}, nil
	}
	update := func(ctx context.Context, _, next resource.Definition) (resource.Instance, error) {
		if strings.Contains(string(next.Properties), `"bad"`) {
			return resource.Instance{}, errors.New("the value is bad")
		}
		f.updated = append(f.updated, string(next.Properties))
		return make(ctx, next)
	}
	remove := func(context.Context, resource.Definition) error { return nil }
	kind := resource.Schema{Name: "QueueName", Immutable: []string{"QueueName"}}.Type(make, update, remove)
	var err error
	f.engine, err = provision.New(provision.Config{
		Account: doortest.Account, Region: doortest.Region, Store: store.Memory(), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Registry: resource.Registry{"AWS::SQS::Queue": kind, "AWS::ApiGatewayV2::Integration": kind},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.engine.Close)
	operation, err := f.engine.Create("Test", provision.Spec{Template: []byte(template)}, provision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := operation.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	door := doortest.NewDoor(t)
	door.Register(cloudcontrol.New(f.engine).API()...)
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// call sends a request as the SDKs write it, and returns the status and the
// answer's members.
func (f *fixture) call(operation string, input any) (int, map[string]any) {
	f.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		f.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.url, bytes.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "CloudApiService."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=admin/20260101/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(answer, &members); err != nil {
		f.t.Fatalf("%s: got %s: %v", operation, answer, err)
	}
	return response.StatusCode, members
}

func (f *fixture) properties(kind, identifier string) string {
	f.t.Helper()
	status, answer := f.call("GetResource", map[string]string{"TypeName": kind, "Identifier": identifier})
	description, _ := answer["ResourceDescription"].(map[string]any)
	properties, _ := description["Properties"].(string)
	if status != 200 || description["Identifier"] != identifier {
		f.t.Errorf("GetResource of %s %s: got %d %v", kind, identifier, status, answer)
	}
	return properties
}

func TestGetResource(t *testing.T) {
	f := start(t)
	const queue = `{"Arn":"arn:Q","Delay":1,"Endpoint":{"Port":1},"QueueName":"q","Tags":[{"Key":"a","Value":"b"}]}`
	if got := f.properties("AWS::SQS::Queue", "id-Q"); got != queue {
		t.Errorf("got %s, want %s", got, queue)
	}
	const integration = `{"ApiId":"api","Arn":"arn:I","Endpoint":{"Port":1},"Uri":"u"}`
	for _, identifier := range []string{"id-I", "api|id-I"} {
		if got := f.properties("AWS::ApiGatewayV2::Integration", identifier); got != integration {
			t.Errorf("%s: got %s, want %s", identifier, got, integration)
		}
	}
}

func TestUpdateResource(t *testing.T) {
	f := start(t)
	status, answer := f.call("UpdateResource", map[string]string{
		"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q",
		"PatchDocument": `[{"op":"replace","path":"/Delay","value":2},{"op":"add","path":"/Tags/-","value":{"Key":"c","Value":"d"}}]`,
	})
	progress, _ := answer["ProgressEvent"].(map[string]any)
	if status != 200 || progress["OperationStatus"] != "SUCCESS" || progress["Operation"] != "UPDATE" || progress["Identifier"] != "id-Q" {
		t.Fatalf("got %d %v", status, answer)
	}
	const want = `{"Delay":2,"QueueName":"q","Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":"d"}]}`
	if len(f.updated) != 1 || f.updated[0] != want {
		t.Errorf("the queue was updated to %q, want %s", f.updated, want)
	}
	status, answer = f.call("GetResourceRequestStatus", map[string]any{"RequestToken": progress["RequestToken"]})
	if again, _ := answer["ProgressEvent"].(map[string]any); status != 200 || again["OperationStatus"] != "SUCCESS" {
		t.Errorf("GetResourceRequestStatus: got %d %v", status, answer)
	}
	for range 2 { // the second is the first, sent again
		_, answer := f.call("UpdateResource", map[string]string{
			"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q", "ClientToken": "t", "PatchDocument": `[{"op":"add","path":"/Tags/-","value":{"Key":"e","Value":"f"}}]`,
		})
		if progress, _ := answer["ProgressEvent"].(map[string]any); progress["OperationStatus"] != "SUCCESS" {
			t.Errorf("with a token: got %v", answer)
		}
	}
	// A further patch applies to what the first has made.
	f.call("UpdateResource", map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q", "PatchDocument": `[{"op":"remove","path":"/Tags/0"}]`})
	const then = `{"Arn":"arn:Q","Delay":2,"Endpoint":{"Port":1},"QueueName":"q","Tags":[{"Key":"c","Value":"d"},{"Key":"e","Value":"f"}]}`
	if got := f.properties("AWS::SQS::Queue", "id-Q"); got != then {
		t.Errorf("got %s, want %s", got, then)
	}
	// The stack does not know of it.
	if _, err := f.engine.Update("Test", provision.Spec{Template: []byte(template)}, provision.Options{}); !errors.Is(err, provision.ErrNoChanges) {
		t.Errorf("an update to the same template: got %v, want %v", err, provision.ErrNoChanges)
	}
}

func TestRefusals(t *testing.T) {
	f := start(t)
	queue := func(patch string) map[string]string {
		return map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q", "PatchDocument": patch}
	}
	tests := []struct {
		name, operation string
		input           any
		code, says      string
	}{
		{"no such resource", "GetResource", map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "x"}, "ResourceNotFoundException", "Resource of type 'AWS::SQS::Queue' with identifier 'x' was not found."},
		{"another type's", "GetResource", map[string]string{"TypeName": "AWS::SNS::Topic", "Identifier": "id-Q"}, "ResourceNotFoundException", "was not found"},
		{"another API's", "GetResource", map[string]string{"TypeName": "AWS::ApiGatewayV2::Integration", "Identifier": "other|id-I"}, "ResourceNotFoundException", "was not found"},
		{"no type", "GetResource", map[string]string{"Identifier": "x"}, "ValidationException", "TypeName is required"},
		{"no patch", "UpdateResource", queue(""), "ValidationException", "PatchDocument"},
		{"no such resource to update", "UpdateResource", map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "x", "PatchDocument": "[]"}, "ResourceNotFoundException", "was not found"},
		{"patch that does not apply", "UpdateResource", queue(`[{"op":"remove","path":"/No"}]`), "InvalidRequestException", "there is no such value"},
		{"patch that is none", "UpdateResource", queue(`{`), "InvalidRequestException", "read the patch"},
		{"immutable property", "UpdateResource", queue(`[{"op":"replace","path":"/QueueName","value":"p"}]`), "InvalidRequestException", "QueueName"},
		{"refused by the service", "UpdateResource", queue(`[{"op":"replace","path":"/Delay","value":"bad"}]`), "GeneralServiceException", "the value is bad"},
		{"type version", "UpdateResource", map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q", "PatchDocument": "[]", "TypeVersionId": "1"}, "ValidationException", "TypeVersionId"},
		{"request", "GetResourceRequestStatus", map[string]string{"RequestToken": "x"}, "RequestTokenNotFoundException", "x"},
		{"create", "CreateResource", map[string]string{"TypeName": "AWS::SQS::Queue", "DesiredState": "{}"}, "UnknownOperationException", "CreateResource"},
		{"delete", "DeleteResource", map[string]string{"TypeName": "AWS::SQS::Queue", "Identifier": "id-Q"}, "UnknownOperationException", "DeleteResource"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, answer := f.call(test.operation, test.input)
			message, _ := answer["message"].(string)
			if status != 400 || answer["__type"] != test.code || !strings.Contains(message, test.says) {
				t.Errorf("got %d %v, want %s: %s", status, answer, test.code, test.says)
			}
		})
	}
	if len(f.updated) > 0 {
		t.Errorf("the queue was updated to %q, want nothing", f.updated)
	}
}
