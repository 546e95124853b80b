package s3_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/local/store"
)

// TestClientGoesAway has a client end in the middle of a body: nothing of it
// is to be seen, and what was there stays.
func TestClientGoesAway(t *testing.T) {
	c := newCloud(t)
	c.want(200, "", "PUT", "/"+preset+"/k", "before")
	connection, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	request := "PUT /" + preset + "/k HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + authorization("a") + "\r\nContent-Length: 1000000\r\n\r\n"
	if _, err := io.WriteString(connection, request+document(500_000)); err != nil {
		t.Fatal(err)
	}
	c.eventually("the file of the new object is there", func() bool { return c.files() == 2 })
	c.want(200, "before", "GET", "/"+preset+"/k", "")
	if err := connection.Close(); err != nil {
		t.Fatal(err)
	}
	c.eventually("the file of the new object is gone", func() bool { return c.files() == 1 })
	c.want(200, "before", "GET", "/"+preset+"/k", "")
}

// eventually waits for something that another goroutine does.
func (c *cloud) eventually(what string, holds func() bool) {
	c.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// TestStoreThatFails has an object that can't be kept stay invisible.
func TestStoreThatFails(t *testing.T) {
	kept, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := startOn(t, t.TempDir(), kept)
	c.want(200, "", "PUT", "/"+preset+"/k", "before")
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	c.want(500, "<Code>InternalError</Code>", "PUT", "/"+preset+"/k", "after")
	c.want(500, "<Code>InternalError</Code>", "DELETE", "/"+preset+"/k", "")
	c.want(500, "<Code>InternalError</Code>", "PUT", "/orders", "")
	c.want(200, "before", "GET", "/"+preset+"/k", "")
	c.want(404, "NoSuchBucket", "GET", "/orders?location", "")
	c.wantFiles(1)
}

// TestAtTheSameTime has clients replace, read and delete one object.
func TestAtTheSameTime(t *testing.T) {
	c := newCloud(t)
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for round := range 20 {
				body := strings.Repeat(fmt.Sprint(client), 1000+round)
				c.want(200, "", "PUT", "/"+preset+"/k", body)
				got := c.send("GET", "/"+preset+"/k", "")
				if got.status == 200 && (len(got.body) < 1000 || strings.Trim(got.body, got.body[:1]) != "") {
					t.Errorf("got %.50q of %d bytes, want what one client has put", got.body, len(got.body))
				}
				c.send("GET", "/"+preset+"?list-type=2", "")
				if round%5 == 4 {
					c.want(204, "", "DELETE", "/"+preset+"/k", "")
				}
			}
		})
	}
	clients.Wait()
	c.want(204, "", "DELETE", "/"+preset+"/k", "")
	c.wantFiles(0)
}
