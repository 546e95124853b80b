package main

import (
	"net"
	"strings"
	"testing"
)

func TestFurtherAPIsTakeTheNextPorts(t *testing.T) {
	l := listenersAt(t, "127.0.0.1:0")
	first := openAPI(t, l, 0)
	l.port = first.Addr().(*net.TCPAddr).Port // as if it had been asked for
	second := openAPI(t, l, 1).Addr().(*net.TCPAddr).Port
	if second != l.port+1 {
		t.Errorf("the first API is at port %d, the second at %d; want the next", l.port, second)
	}
}

// TestAnAPIsPortIsOpenedAgain is deploy, destroy and deploy.
func TestAnAPIsPortIsOpenedAgain(t *testing.T) {
	address := freeAddress(t)
	l := listenersAt(t, address)
	for range 3 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			t.Errorf("%s answers without an API, want it closed", address)
		}
		api := openAPI(t, l, 0)
		if got := api.Addr().String(); got != address {
			t.Errorf("the API is at %s, want %s", got, address)
		}
		api.Close()
	}
}

func TestAPortInUseIsToldAtTheStart(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	taken := other.Addr().String()
	for flag, o := range map[string]options{
		"-addr":     {addr: taken, apiAddr: "127.0.0.1:0"},
		"-api-addr": {addr: "127.0.0.1:0", apiAddr: taken},
	} {
		want := taken + " is in use; is another runner still up? " + flag + " takes another address"
		if _, err := listen(o); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", flag, err, want)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func listenersAt(t *testing.T, apiAddress string) *listeners {
	t.Helper()
	l, err := listen(options{addr: "127.0.0.1:0", apiAddr: apiAddress})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return l
}

func openAPI(t *testing.T, l *listeners, n int) net.Listener {
	t.Helper()
	api, err := l.API(n)
	if err != nil && strings.Contains(err.Error(), "is in use") {
		t.Skip("somebody else has the port")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { api.Close() })
	return api
}
