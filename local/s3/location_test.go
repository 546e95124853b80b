package s3_test

import (
	"os"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/s3"
)

func TestParseURL(t *testing.T) {
	tests := []struct {
		url  string
		want s3.Location
	}{
		{"https://s3.us-east-1.amazonaws.com/assets/a/b.json", s3.Location{Bucket: "assets", Key: "a/b.json", Region: "us-east-1"}},
		{"https://assets.s3.eu-west-1.amazonaws.com/a/b.json", s3.Location{Bucket: "assets", Key: "a/b.json", Region: "eu-west-1"}},
		{"https://s3.amazonaws.com/assets/a%20b", s3.Location{Bucket: "assets", Key: "a b"}},
		{"https://assets.s3.amazonaws.com/k", s3.Location{Bucket: "assets", Key: "k"}},
		{"https://my.assets.s3.us-east-1.amazonaws.com//k", s3.Location{Bucket: "my.assets", Key: "/k", Region: "us-east-1"}},
		{"http://127.0.0.1:4566/assets/k", s3.Location{Bucket: "assets", Key: "k"}},
		{"http://LOCALHOST:4566/assets/k", s3.Location{Bucket: "assets", Key: "k"}},
		{"http://[::1]:4566/assets/k", s3.Location{Bucket: "assets", Key: "k"}},
	}
	for _, test := range tests {
		if got, err := s3.ParseURL(test.url); err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v; want %+v", test.url, got, err, test.want)
		}
	}
	for _, wrong := range []string{
		"", "assets/k", "s3://assets/k", "https://example.com/assets/k", "https://s3.us-east-1.amazonaws.com/assets", "https://s3.us-east-1.amazonaws.com/assets/",
		"https://s3.us-east-1.amazonaws.com/assets/k?versionId=1", "https://s3.us-east-1.amazonaws.com/assets/k#a", "https://u@s3.us-east-1.amazonaws.com/assets/k",
		"https://s3.us-east-1.amazonaws.com/Assets/k", "https://assets.s3.us-east-1.amazonaws.com", "https://s3.us-east-1.amazonaws.com.example.com/assets/k",
		"http://192.168.0.1:4566/assets/k", "https://assets.s3.us-east-1.amazonaws.com/%ff", "file:///assets/k", "https://s3.us-east-1.amazonaws.com:99999999/%zz",
	} {
		if got, err := s3.ParseURL(wrong); err == nil {
			t.Errorf("%s: got %+v, want an error", wrong, got)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"https://s3.us-east-1.amazonaws.com/assets/a/b.json", "https://assets.s3.eu-west-1.amazonaws.com/a%20b", "http://127.0.0.1:4566/assets/k",
		"https://a.b.s3.amazonaws.com//", "http://[::1]/a/b", "https://s3..amazonaws.com/a/b", "://", "http://%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		at, err := s3.ParseURL(raw)
		if err != nil {
			return
		}
		if at.Bucket == "" || at.Key == "" || len(at.Key) > 1024 || strings.Contains(at.Bucket, "/") {
			t.Errorf("%q: got %+v, want a bucket and a key", raw, at)
		}
	})
}

func TestReadingInProcess(t *testing.T) {
	c := newCloud(t)
	tag := c.want(200, "", "PUT", "/"+preset+"/a/k", "content").header.Get("ETag")
	path, got, err := c.service.Archive(preset, "a/k")
	if err != nil || got != tag {
		t.Fatalf("Archive: got %q, %v; want %s", got, err, tag)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "content" {
		t.Errorf("the archive's file: got %q, %v; want content", raw, err)
	}
	if raw, err := c.service.Object(preset, "a/k", 7); err != nil || string(raw) != "content" {
		t.Errorf("Object: got %q, %v; want content", raw, err)
	}
	_, err = c.service.Object(preset, "a/k", 6)
	wantError(t, err, "has 7 bytes, more than 6")
	for code, at := range map[string][2]string{"NoSuchBucket": {"nowhere", "k"}, "NoSuchKey": {preset, "none"}} {
		_, _, err := c.service.Archive(at[0], at[1])
		_, err2 := c.service.Object(at[0], at[1], 10)
		if frontdoor.Code(err) != code || frontdoor.Code(err2) != code {
			t.Errorf("%v: got %v and %v, want %s", at, err, err2, code)
		}
	}
}
