package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/httpapi"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"

// fakeLambda answers each invocation with what answer returns, and remembers
// the last event.
type fakeLambda struct {
	mu     sync.Mutex
	event  map[string]any
	caller iam.Principal
	policy *iam.Policy
	answer func() (payload string, failed bool, err error)
}

type invokeInput struct {
	FunctionName string
	Payload      json.RawMessage
}

type invokeOutput struct {
	StatusCode    int
	FunctionError string `json:",omitempty"`
	Payload       json.RawMessage
}

func (f *fakeLambda) access(_ context.Context, in *invokeInput) ([]iam.Access, error) {
	return []iam.Access{{Action: "lambda:InvokeFunction", Resource: in.FunctionName, ResourcePolicy: f.policy}}, nil
}

func (f *fakeLambda) invoke(ctx context.Context, in *invokeInput) (*invokeOutput, error) {
	f.mu.Lock()
	f.event, f.caller = nil, frontdoor.Caller(ctx)
	err := json.Unmarshal(in.Payload, &f.event)
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	payload, failed, err := f.answer()
	out := &invokeOutput{StatusCode: 200, Payload: json.RawMessage(payload)}
	if failed {
		out.FunctionError = "Unhandled"
	}
	return out, err
}

func (f *fakeLambda) lastEvent() map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.event
}

func answering(payload string) func() (string, bool, error) {
	return func() (string, bool, error) { return payload, false, nil }
}

// apis is the service with a fake Lambda behind it.
type apis struct {
	*fakeLambda
	door    *frontdoor.Door
	t       testing.TB
	service *httpapi.Service
	count   int
}

func start(t testing.TB) *apis {
	t.Helper()
	door := doortest.NewDoor(t)
	policy, err := iam.ParsePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow",
		"Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + functionARN + `"}}`))
	if err != nil {
		t.Fatal(err)
	}
	fake := &fakeLambda{policy: policy, answer: answering(`{"statusCode":200,"body":"fine"}`)}
	door.Register(frontdoor.Service{Name: "lambda", Protocol: frontdoor.RESTJSON, Operations: []frontdoor.Operation{
		frontdoor.Op("Invoke", fake.access, fake.invoke),
	}})
	service := httpapi.New(httpapi.Config{
		Account: doortest.Account, Region: doortest.Region, Door: door,
		Log:    slog.New(slog.NewTextHandler(t.Output(), nil)),
		Listen: func(int) (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		service.Close(ctx)
	})
	return &apis{fakeLambda: fake, door: door, t: t, service: service}
}

func (a *apis) tryCreate(kind, properties string) (resource.Instance, error) {
	a.count++
	return a.service.Resources()["AWS::ApiGatewayV2::"+kind].Create(a.t.Context(), resource.Definition{
		LogicalID: fmt.Sprint(kind, a.count), Type: "AWS::ApiGatewayV2::" + kind,
		Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	})
}

func (a *apis) create(kind, properties string) resource.Instance {
	a.t.Helper()
	instance, err := a.tryCreate(kind, properties)
	if err != nil {
		a.t.Fatalf("create %s: %v", kind, err)
	}
	return instance
}

// api creates an API with routes to the fake function and returns its URL.
func (a *apis) api(settings, stage string, routes ...string) string {
	a.t.Helper()
	created := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"`+settings+`}`)
	integration := a.create("Integration", `{"ApiId":"`+created.ID+`","IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","TimeoutInMillis":200,
		"IntegrationUri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/`+functionARN+`/invocations"}`)
	for _, key := range routes {
		a.create("Route", `{"ApiId":"`+created.ID+`","RouteKey":"`+key+`","Target":"integrations/`+integration.ID+`","AuthorizationType":"NONE"}`)
	}
	a.create("Stage", `{"ApiId":"`+created.ID+`","StageName":"$default","AutoDeploy":true`+stage+`}`)
	return created.Attributes["ApiEndpoint"].(string)
}

type reply struct {
	status int
	header http.Header
	body   string
}

func send(t testing.TB, method, url, body string, headers ...string) reply {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		} else {
			request.Header.Add(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(raw)}
}
