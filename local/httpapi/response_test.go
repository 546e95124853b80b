package httpapi_test

import (
	"fmt"
	"testing"

	"eda-demo/local/frontdoor"
)

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

func TestMissingPermissionIsAnInternalError(t *testing.T) {
	a := start(t)
	url := a.api("", "", "GET /")
	a.policy = nil
	if got := send(t, "GET", url, ""); got.status != 500 || got.body != `{"message":"Internal Server Error"}` {
		t.Errorf("got %d %s, want 500 Internal Server Error", got.status, got.body)
	}
}
