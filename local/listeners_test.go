package main

import (
	"net"
	"strings"
	"testing"
)

func TestFurtherAPIsTakeTheNextPorts(t *testing.T) {
	l, err := listen(options{addr: "127.0.0.1:0", apiAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	first := l.firstAPI.Addr().(*net.TCPAddr).Port
	l.port = first // as if it had been asked for
	next, err := l.API(1)
	if err != nil && strings.Contains(err.Error(), "is in use") {
		t.Skip("somebody else has the next port")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if second := next.Addr().(*net.TCPAddr).Port; second != first+1 {
		t.Errorf("the first API is at port %d, the second at %d; want the next", first, second)
	}
}
