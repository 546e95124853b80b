package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func FuzzParseResponse(f *testing.F) {
	for _, seed := range []string{
		`{"statusCode":200,"headers":{"a":"b"},"cookies":["c=d"],"body":"eA==","isBase64Encoded":true}`,
		`{"statusCode":null}`, `"text"`, `{"statusCode":200,"headers":{"a":null}}`, `{`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := parseResponse(payload)
		if err == nil && (out.status < 100 || out.status > 599) {
			t.Errorf("parseResponse(%q) gives status %d, want 100 to 599 or an error", payload, out.status)
		}
	})
}

func FuzzFindRoute(f *testing.F) {
	f.Add("GET /a/{b}/{c+}", "/a/x/y/z")
	f.Add("GET /", "//")
	f.Add("$default", "/%2f")
	f.Fuzz(func(t *testing.T, key, path string) {
		r, err := parseRoute(key)
		if err != nil {
			return
		}
		if _, err := url.PathUnescape(path); err != nil {
			return
		}
		found, parameters := find(insert(nil, r), "GET", path)
		for name, value := range parameters {
			if found == nil || value == "" && path != "" {
				t.Errorf("route %q for %q: parameter %q is %q, want a value", key, path, name, value)
			}
		}
	})
}

// FuzzRequestParts decodes what a client may put into a request.
func FuzzRequestParts(f *testing.F) {
	f.Add("a=b; c", "x=1&x=2&%zz", "application/json; charset=\xff", "[::1]:80")
	f.Add(";;", "=&;", "text/", "a:b:c")
	f.Fuzz(func(t *testing.T, cookie, query, contentType, host string) {
		for _, c := range cookies(http.Header{"Cookie": {cookie}}) {
			if c == "" || strings.Contains(c, ";") {
				t.Errorf("cookies of %q: got %q, want no empty one and no separator", cookie, c)
			}
		}
		if got := queryParameters(query); query == "" && got != nil {
			t.Errorf("no query: got %v, want nothing", got)
		}
		if isText(contentType) && contentType == "" {
			t.Error("a body without a type is text, want base64")
		}
		if host != "" && port(host) == "" && !strings.HasSuffix(host, ":") {
			t.Errorf("port of %q: got none", host)
		}
	})
}
