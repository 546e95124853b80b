package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
)

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
