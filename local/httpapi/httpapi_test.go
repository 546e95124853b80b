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

func TestRouteSelection(t *testing.T) {
	a := start(t)
	url := a.api("", "", "GET /order/{id}", "POST /order", "ANY /order/special", "GET /files/{path+}", "ANY /files/{path+}", "GET /files/{dir}/list", "GET /")
	tests := []struct {
		method, path string
		want         string // the route's key; empty for 404
		parameters   map[string]any
	}{
		{"POST", "/order", "POST /order", nil},
		{"GET", "/order/101", "GET /order/{id}", map[string]any{"id": "101"}},
		{"GET", "/order/a%2Fb%20c", "GET /order/{id}", map[string]any{"id": "a/b c"}},
		{"GET", "/order/special", "ANY /order/special", nil},
		{"GET", "/files/a/b", "GET /files/{path+}", map[string]any{"path": "a/b"}},
		{"PUT", "/files/a/b", "ANY /files/{path+}", map[string]any{"path": "a/b"}},
		{"GET", "/files/a/list", "GET /files/{dir}/list", map[string]any{"dir": "a"}},
		{"GET", "/", "GET /", nil},
		{"GET", "/order", "", nil},
		{"DELETE", "/order/101", "", nil},
		{"GET", "/order/101/items", "", nil},
		{"GET", "/order/", "", nil},
		{"GET", "/files/", "", nil},
		{"GET", "/nothing", "", nil},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			got := send(t, test.method, url+test.path, "")
			if test.want == "" {
				if got.status != 404 || got.body != `{"message":"Not Found"}` {
					t.Errorf("got %d %s, want 404 Not Found", got.status, got.body)
				}
				return
			}
			event := a.lastEvent()
			if got.status != 200 || event["routeKey"] != test.want {
				t.Errorf("got %d by route %v, want 200 by %q", got.status, event["routeKey"], test.want)
			}
			if fmt.Sprint(event["pathParameters"]) != fmt.Sprint(any(test.parameters)) && len(test.parameters) > 0 {
				t.Errorf("path parameters %v, want %v", event["pathParameters"], test.parameters)
			}
		})
	}
}

func TestDefaultRouteTakesTheRest(t *testing.T) {
	a := start(t)
	url := a.api("", "", "$default", "GET /order")
	for method, want := range map[string]string{"GET": "GET /order", "POST": "$default"} {
		send(t, method, url+"/order", "")
		if got := a.lastEvent()["routeKey"]; got != want {
			t.Errorf("%s /order went to %v, want %s", method, got, want)
		}
	}
}

func TestEvent(t *testing.T) {
	a := start(t)
	url := a.api("", `,"StageVariables":{"color":"blue"}`, "POST /order/{id}")
	before := time.Now().UnixMilli()
	got := send(t, "POST", url+"/order/a%20b?x=1&x=2&y=%26", `{"amount":1}`,
		"Content-Type", "application/json", "X-Two", "a", "X-Two", "b", "Cookie", "k=v; l=w", "User-Agent", "test/1")
	event := a.lastEvent()
	context := event["requestContext"].(map[string]any)
	if epoch := context["timeEpoch"].(float64); epoch < float64(before) || epoch > float64(time.Now().UnixMilli()) {
		t.Errorf("timeEpoch %v, want the time of the request", epoch)
	}
	if _, err := time.Parse("02/Jan/2006:15:04:05 -0700", context["time"].(string)); err != nil {
		t.Errorf("time %v: %v", context["time"], err)
	}
	if id := got.header.Get("Apigw-Requestid"); id == "" || id != context["requestId"] {
		t.Errorf("header Apigw-Requestid %q, want the event's %v", id, context["requestId"])
	}
	host := strings.TrimPrefix(url, "http://")
	apiID := context["apiId"]
	for _, volatile := range []string{"time", "timeEpoch", "requestId"} {
		delete(context, volatile)
	}
	headers := event["headers"].(map[string]any)
	delete(headers, "x-amzn-trace-id")
	_, port, _ := net.SplitHostPort(host)
	want := map[string]any{
		"version": "2.0", "routeKey": "POST /order/{id}", "rawPath": "/order/a b", "rawQueryString": "x=1&x=2&y=%26",
		"cookies": []any{"k=v", "l=w"},
		"headers": map[string]any{
			"accept-encoding": "gzip", "content-length": "12", "content-type": "application/json", "host": host,
			"user-agent": "test/1", "x-two": "a,b",
			"x-forwarded-for": "127.0.0.1", "x-forwarded-port": port, "x-forwarded-proto": "http",
		},
		"queryStringParameters": map[string]any{"x": "1,2", "y": "&"},
		"requestContext": map[string]any{
			"accountId": "000000000000", "apiId": apiID, "domainName": "127.0.0.1", "domainPrefix": apiID,
			"http":     map[string]any{"method": "POST", "path": "/order/a b", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test/1"},
			"routeKey": "POST /order/{id}", "stage": "$default",
		},
		"pathParameters": map[string]any{"id": "a b"}, "stageVariables": map[string]any{"color": "blue"},
		"body": `{"amount":1}`, "isBase64Encoded": false,
	}
	if g, w := asJSON(t, event), asJSON(t, want); g != w {
		t.Errorf("event\n%s\nwant\n%s", g, w)
	}
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestBodyEncoding(t *testing.T) {
	a := start(t)
	url := a.api("", "", "POST /")
	tests := []struct {
		contentType, body, want string
		encoded                 bool
	}{
		{"application/json", `{"a":1}`, `{"a":1}`, false},
		{"application/json; charset=utf-8", `{}`, `{}`, false},
		{"text/csv", "a,b", "a,b", false},
		{"application/xml", "<a/>", "<a/>", false},
		{"application/x-www-form-urlencoded", `{"id":101}`, "eyJpZCI6MTAxfQ==", true},
		{"application/octet-stream", "x", "eA==", true},
		{"", "x", "eA==", true},
		{"text/plain", "\xff", "/w==", true},
	}
	for _, test := range tests {
		t.Run(test.contentType, func(t *testing.T) {
			headers := []string{"Content-Type", test.contentType}
			if test.contentType == "" {
				headers = nil
			}
			send(t, "POST", url, test.body, headers...)
			event := a.lastEvent()
			if event["body"] != test.want || event["isBase64Encoded"] != test.encoded {
				t.Errorf("body %v, base64 %v, want %q, %v", event["body"], event["isBase64Encoded"], test.want, test.encoded)
			}
		})
	}
	send(t, "POST", url, "")
	if body, given := a.lastEvent()["body"]; given {
		t.Errorf("body %v for an empty request, want none", body)
	}
}

func TestResponses(t *testing.T) {
	a := start(t)
	url := a.api("", "", "GET /", "HEAD /")
	const failed = `{"message":"Internal Server Error"}`
	tests := []struct {
		name, payload string
		status        int
		contentType   string
		body          string
	}{
		{"structured", `{"statusCode":202,"headers":{"content-type":"text/html","x-n":5},"body":"<p>"}`, 202, "text/html", "<p>"},
		{"no content type", `{"statusCode":200,"body":"plain"}`, 200, "text/plain; charset=utf-8", "plain"},
		{"base64", `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"AQID","isBase64Encoded":true}`, 200, "image/png", "\x01\x02\x03"},
		{"no body", `{"statusCode":204}`, 204, "text/plain; charset=utf-8", ""},
		{"object", `{"message":"hello"}`, 200, "application/json", `{"message":"hello"}`},
		{"string", `"hello"`, 200, "application/json", `"hello"`},
		{"null", `null`, 200, "application/json", `null`},
		{"status is text", `{"statusCode":"abc"}`, 500, "application/json", failed},
		{"status out of range", `{"statusCode":42}`, 500, "application/json", failed},
		{"body is an object", `{"statusCode":200,"body":{}}`, 500, "application/json", failed},
		{"header is a list", `{"statusCode":200,"headers":{"a":[]}}`, 500, "application/json", failed},
		{"bad header name", `{"statusCode":200,"headers":{"a b":"c"}}`, 500, "application/json", failed},
		{"not base64", `{"statusCode":200,"body":"%","isBase64Encoded":true}`, 500, "application/json", failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a.answer = answering(test.payload)
			got := send(t, "GET", url, "")
			if got.status != test.status || got.body != test.body || got.header.Get("Content-Type") != test.contentType {
				t.Errorf("got %d %q %q, want %d %q %q", got.status, got.header.Get("Content-Type"), got.body, test.status, test.contentType, test.body)
			}
		})
	}
	a.answer = answering(`{"statusCode":200,"cookies":["a=1; Secure","b=2"],"body":"x"}`)
	got := send(t, "HEAD", url, "")
	if cookies := got.header.Values("Set-Cookie"); fmt.Sprint(cookies) != "[a=1; Secure b=2]" || got.body != "" {
		t.Errorf("HEAD: cookies %v and body %q, want two cookies and no body", cookies, got.body)
	}
}

func TestFailedIntegrations(t *testing.T) {
	tests := []struct {
		name   string
		answer func() (string, bool, error)
		status int
		body   string
	}{
		{"function error", func() (string, bool, error) { return `{"errorMessage":"secret"}`, true, nil }, 500, `{"message":"Internal Server Error"}`},
		{"throttled", func() (string, bool, error) {
			return "", false, &frontdoor.Error{Code: "TooManyRequestsException", Status: 429}
		}, 503, `{"message":"Service Unavailable"}`},
		{"payload too large", func() (string, bool, error) {
			return "", false, &frontdoor.Error{Code: "RequestTooLargeException", Status: 413}
		}, 413, `{"message":"Request Entity Too Large"}`},
		{"timeout", func() (string, bool, error) { <-t.Context().Done(); return `{}`, false, nil }, 503, `{"message":"Service Unavailable"}`},
	}
	a := start(t)
	url := a.api("", "", "GET /")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a.answer = test.answer
			if got := send(t, "GET", url, ""); got.status != test.status || got.body != test.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, test.status, test.body)
			}
		})
	}
}

func TestCallerIsTheRoute(t *testing.T) {
	a := start(t)
	url := a.api("", "", "GET /order/{id}", "ANY /any", "$default")
	tests := []struct{ method, path, want string }{
		{"GET", "/order/7", "/$default/GET/order/{id}"},
		{"PUT", "/any", "/$default/PUT/any"},
		{"GET", "/else", "/$default/$default"},
	}
	for _, test := range tests {
		send(t, test.method, url+test.path, "")
		api := a.lastEvent()["requestContext"].(map[string]any)["apiId"].(string)
		want := "arn:aws:execute-api:us-east-1:000000000000:" + api + test.want
		if a.caller.Service != "apigateway.amazonaws.com" || a.caller.SourceARN != want {
			t.Errorf("called as %s for %s, want apigateway.amazonaws.com for %s", a.caller.Service, a.caller.SourceARN, want)
		}
	}
}

func TestMissingPermissionIsAnInternalError(t *testing.T) {
	a := start(t)
	url := a.api("", "", "GET /")
	a.policy = nil
	if got := send(t, "GET", url, ""); got.status != 500 || got.body != `{"message":"Internal Server Error"}` {
		t.Errorf("got %d %s, want 500 Internal Server Error", got.status, got.body)
	}
}

func TestLimits(t *testing.T) {
	a := start(t)
	url := a.api("", "", "POST /")
	if got := send(t, "POST", url, strings.Repeat("x", 10<<20+1)); got.status != 413 || got.body != `{"message":"Request Entity Too Large"}` {
		t.Errorf("large body: got %d %s, want 413", got.status, got.body)
	}
	if got := send(t, "POST", url, "", "X-Large", strings.Repeat("x", 10240)); got.status != 431 {
		t.Errorf("large headers: got %d %s, want 431", got.status, got.body)
	}
}

func TestThrottling(t *testing.T) {
	a := start(t)
	url := a.api("", `,"DefaultRouteSettings":{"ThrottlingRateLimit":0.001,"ThrottlingBurstLimit":2},
		"RouteSettings":{"GET /free":{"ThrottlingRateLimit":1000,"ThrottlingBurstLimit":1000}}`, "GET /a", "GET /b", "GET /free")
	for i, want := range []int{200, 200, 429, 429} {
		if got := send(t, "GET", url+"/a", ""); got.status != want || want == 429 && got.body != `{"message":"Too Many Requests"}` {
			t.Errorf("request %d: got %d %s, want %d", i, got.status, got.body, want)
		}
	}
	if got := send(t, "GET", url+"/b", ""); got.status != 200 {
		t.Errorf("another route: got %d, want 200", got.status)
	}
	for range 5 {
		if got := send(t, "GET", url+"/free", ""); got.status != 200 {
			t.Errorf("route with its own limit: got %d, want 200", got.status)
		}
	}
}

const corsSettings = `,"CorsConfiguration":{"AllowOrigins":["https://shop.example"],"AllowMethods":["GET","POST"],"AllowHeaders":["content-type"],"ExposeHeaders":["location"],"MaxAge":60}`

func TestCORS(t *testing.T) {
	a := start(t)
	a.answer = answering(`{"statusCode":200,"headers":{"access-control-allow-origin":"*"},"body":"x"}`)
	url := a.api(corsSettings, "", "GET /")
	preflight := []string{"Access-Control-Request-Method", "GET", "Origin"}
	got := send(t, "OPTIONS", url+"/anything", "", append(preflight, "https://shop.example")...)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Methods": "GET,POST",
		"Access-Control-Allow-Headers": "content-type", "Access-Control-Max-Age": "60",
	} {
		if got.status != 204 || got.header.Get(name) != want {
			t.Errorf("preflight: %d with %s: %q, want 204 with %q", got.status, name, got.header.Get(name), want)
		}
	}
	got = send(t, "OPTIONS", url, "", append(preflight, "https://evil.example")...)
	if allowed := got.header.Get("Access-Control-Allow-Origin"); got.status != 204 || allowed != "" {
		t.Errorf("preflight of a stranger: %d allowing %q, want 204 allowing nothing", got.status, allowed)
	}
	got = send(t, "GET", url, "", "Origin", "https://shop.example")
	if got.status != 200 || got.header.Get("Access-Control-Allow-Origin") != "https://shop.example" || got.header.Get("Access-Control-Expose-Headers") != "location" {
		t.Errorf("got %d with %v, want 200 with the configured CORS headers", got.status, got.header)
	}
	if got = send(t, "GET", url, ""); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without an origin: the function's CORS header %q is passed on, want it ignored", got.header.Get("Access-Control-Allow-Origin"))
	}
}

func TestWebPagesCannotDriveTheAPI(t *testing.T) {
	a := start(t)
	url := a.api("", "", "POST /")
	host := strings.TrimPrefix(url, "http://")
	tests := []struct {
		name    string
		headers []string
		want    int
	}{
		{"curl", nil, 200},
		{"localhost", []string{"Host", "localhost:8080"}, 200},
		{"own page", []string{"Origin", "http://" + host}, 200},
		{"rebound name", []string{"Host", "evil.example"}, 403},
		{"foreign page", []string{"Origin", "https://evil.example"}, 403},
		{"sandboxed page", []string{"Origin", "null"}, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := send(t, "POST", url, "x", test.headers...); got.status != test.want {
				t.Errorf("got %d %s, want %d", got.status, got.body, test.want)
			}
		})
	}
}

func TestRefusedProperties(t *testing.T) {
	a := start(t)
	api := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`).ID
	on := func(rest string) string { return `{"ApiId":"` + api + `",` + rest + `}` }
	integration := a.create("Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"`+functionARN+`"`)).ID
	a.create("Route", on(`"RouteKey":"GET /taken","Target":"integrations/`+integration+`"`))
	tests := []struct{ kind, properties, want string }{
		{"Api", `{"Name":"x","ProtocolType":"WEBSOCKET"}`, "ProtocolType"},
		{"Api", `{"Name":"x","ProtocolType":"HTTP","Body":{}}`, "Body"},
		{"Api", `{"Name":"x","ProtocolType":"HTTP","CorsConfiguration":{"AllowCredentials":true,"AllowOrigins":["*"]}}`, "AllowCredentials"},
		{"Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"1.0","IntegrationUri":"` + functionARN + `"`), "PayloadFormatVersion"},
		{"Integration", on(`"IntegrationType":"HTTP_PROXY","PayloadFormatVersion":"2.0"`), "IntegrationType"},
		{"Integration", on(`"IntegrationType":"AWS_PROXY","PayloadFormatVersion":"2.0","IntegrationUri":"https://x"`), "IntegrationUri"},
		{"Route", on(`"RouteKey":"GET /x","Target":"integrations/` + integration + `","AuthorizationType":"JWT"`), "JWT"},
		{"Route", on(`"RouteKey":"GET /x","Target":"integrations/none"`), "none"},
		{"Route", on(`"RouteKey":"FETCH /x","Target":"integrations/` + integration + `"`), "FETCH"},
		{"Route", on(`"RouteKey":"GET /{a+}/x","Target":"integrations/` + integration + `"`), "at the end"},
		{"Route", on(`"RouteKey":"GET /{a}/{a}","Target":"integrations/` + integration + `"`), "two variables"},
		{"Route", on(`"RouteKey":"GET /taken","Target":"integrations/` + integration + `"`), "already exists"},
		{"Stage", on(`"StageName":"prod","AutoDeploy":true`), "prod"},
		{"Stage", on(`"StageName":"$default"`), "AutoDeploy"},
		{"Stage", on(`"StageName":"$default","AutoDeploy":true,"RouteSettings":{"GET /no":{"ThrottlingRateLimit":1,"ThrottlingBurstLimit":1}}`), "GET /no"},
		{"Stage", `{"ApiId":"none","StageName":"$default","AutoDeploy":true}`, "none"},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+test.want, func(t *testing.T) {
			if _, err := a.tryCreate(test.kind, test.properties); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one about %s", err, test.want)
			}
		})
	}
}

// fakeLogs remembers what is written to CloudWatch Logs.
type fakeLogs struct {
	mu    sync.Mutex
	lines []string
}

type putLogEvents struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
	LogEvents     []struct {
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"message"`
	} `json:"logEvents"`
}

func (f *fakeLogs) put(_ context.Context, in *putLogEvents) (*struct{}, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range in.LogEvents {
		f.lines = append(f.lines, in.LogGroupName+": "+e.Message)
	}
	return &struct{}{}, nil
}

func TestAccessLog(t *testing.T) {
	a := start(t)
	logs := &fakeLogs{}
	a.door.Register(frontdoor.Service{Name: "logs", Operations: []frontdoor.Operation{
		frontdoor.Op("CreateLogStream", frontdoor.Anyone[putLogEvents], func(context.Context, *putLogEvents) (*struct{}, error) { return &struct{}{}, nil }),
		frontdoor.Op("PutLogEvents", frontdoor.Anyone[putLogEvents], logs.put),
	}})
	url := a.api("", `,"AccessLogSettings":{"DestinationArn":"arn:aws:logs:us-east-1:000000000000:log-group:access:*",
		"Format":"$context.httpMethod $context.path \"$context.routeKey\" $context.status $context.nonsense"}`, "GET /a")
	send(t, "GET", url+"/a", "")
	send(t, "GET", url+"/b", "")
	if err := a.service.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `[access: GET /a "GET /a" 200 - access: GET /b "-" 404 -]`
	if got := fmt.Sprint(logs.lines); got != want {
		t.Errorf("logged %s, want %s", got, want)
	}
}

func TestAnAPIWithoutStageAnswersNotFound(t *testing.T) {
	a := start(t)
	url := a.create("Api", `{"Name":"test","ProtocolType":"HTTP"}`).Attributes["ApiEndpoint"].(string)
	if got := send(t, "GET", url, ""); got.status != 404 {
		t.Errorf("got %d, want 404", got.status)
	}
}
