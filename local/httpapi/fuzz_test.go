package httpapi

import (
	"net/url"
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
