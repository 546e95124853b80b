package httpapi_test

import (
	"strings"
	"testing"
)

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
