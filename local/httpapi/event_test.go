package httpapi_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"
)

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
