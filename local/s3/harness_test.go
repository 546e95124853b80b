package s3_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/s3"
	"eda-demo/local/store"
)

const preset = "cdk-hnb659fds-assets-000000000000-us-east-1"

// cloud is S3 behind a front door that listens.
type cloud struct {
	t       *testing.T
	service *s3.Service
	door    *frontdoor.Door
	url     string
	dir     string
	key     string // access key id of the caller
	stored  *stored
}

// stored are the objects that were put, "bucket key" each.
type stored struct {
	mu   sync.Mutex
	list []string
}

func (s *stored) add(bucket, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, bucket+" "+key)
}

// wantStored fails the test unless these objects were told of.
func (c *cloud) wantStored(want ...string) {
	c.t.Helper()
	c.stored.mu.Lock()
	defer c.stored.mu.Unlock()
	if !slices.Equal(c.stored.list, want) {
		c.t.Errorf("told that %q are stored, want %q", c.stored.list, want)
	}
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	return startOn(t, t.TempDir(), store.Memory())
}

func startOn(t *testing.T, dir string, kept *store.Store) *cloud {
	t.Helper()
	door := doortest.NewDoor(t)
	c := &cloud{t: t, door: door, dir: dir, key: "admin", stored: &stored{}}
	service, err := s3.New(s3.Config{
		Account: doortest.Account, Region: doortest.Region, Dir: dir, Door: door, Store: kept,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), MaxObject: 20 << 20,
		Stored: c.stored.add,
	})
	if err != nil {
		t.Fatal(err)
	}
	door.Register(service.API()...)
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	c.service, c.url = service, server.URL
	return c
}

// answer is an answer with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

func authorization(key string) string {
	return "AWS4-HMAC-SHA256 Credential=" + key + "/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00"
}

// send sends a request with headers, "Name: value" each.
func (c *cloud) send(method, target, body string, headers ...string) answer {
	c.t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+target, content)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", authorization(c.key))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(raw)}
}

// want sends a request and compares the status and a part of the body.
func (c *cloud) want(status int, part, method, target, body string, headers ...string) answer {
	c.t.Helper()
	got := c.send(method, target, body, headers...)
	if got.status != status || !strings.Contains(got.body, part) {
		c.t.Errorf("%s %s: got %d %s, want %d with %s", method, target, got.status, got.body, status, part)
	}
	return got
}

// files counts the files of objects and parts.
func (c *cloud) files() int {
	c.t.Helper()
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	return len(entries)
}

func (c *cloud) wantFiles(want int) {
	c.t.Helper()
	if got := c.files(); got != want {
		c.t.Errorf("got %d files of content, want %d", got, want)
	}
}

func (c *cloud) kind(name string) resource.Type {
	return c.service.Resources()["AWS::S3::"+name]
}

func definition(logicalID, physicalID, properties string) resource.Definition {
	return resource.Definition{
		LogicalID: logicalID, PhysicalID: physicalID, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	}
}

// as returns the same cloud, called by a new role with the given policy.
func (c *cloud) as(role, policy string) *cloud {
	c.t.Helper()
	cfg := doortest.AsRole(c.t, c.door, doortest.Config(c.url, nil), role, policy)
	keys, err := cfg.Credentials.Retrieve(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	other := *c
	other.key = keys.AccessKeyID
	return &other
}

// document is a body of n bytes.
func document(n int) string { return string(bytes.Repeat([]byte("0123456789"), n/10+1)[:n]) }
