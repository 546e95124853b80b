package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// listeners are the ports of the runner. The one of the AWS endpoint is held;
// those of HTTP APIs are opened when an API is created, and again for another
// one when it is deleted.
type listeners struct {
	aws  net.Listener
	host string
	port int // of the first API; 0 if any
}

// listen opens the AWS endpoint. That the first API could not listen is told
// now, too, and not only when there is one; in between, nothing answers there.
func listen(o options) (*listeners, error) {
	aws, err := listenOn(o.addr, "-addr")
	if err != nil {
		return nil, err
	}
	l := &listeners{aws: aws}
	if err := l.probe(o.apiAddr); err != nil {
		aws.Close()
		return nil, err
	}
	return l, nil
}

func (l *listeners) probe(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-api-addr: %w", err)
	}
	l.host = host
	if l.port, err = strconv.Atoi(port); err != nil {
		return fmt.Errorf("-api-addr: %w", err)
	}
	first, err := l.API(0)
	if err != nil {
		return err
	}
	return first.Close()
}

func listenOn(address, name string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use; is another runner still up? %s takes another address", address, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return listener, nil
}

// API returns a listener for the n-th HTTP API, from 0.
func (l *listeners) API(n int) (net.Listener, error) {
	port := 0
	if l.port != 0 {
		port = l.port + n
	}
	return listenOn(net.JoinHostPort(l.host, strconv.Itoa(port)), "-api-addr")
}

func (l *listeners) close() { l.aws.Close() }

// findApp returns the closest folder above the working directory that has a
// cdk.json.
func findApp() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "cdk.json")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("neither %s nor a folder above it has a cdk.json; start this in the app's folder, or pass an assembly with -app", dir)
		}
	}
}
