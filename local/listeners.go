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

// listeners are the ports of the runner, taken before anything else is done:
// a port that is in use is told at once.
type listeners struct {
	aws      net.Listener
	firstAPI net.Listener
	host     string
	port     int // of the first API; 0 if any
}

func listen(o options) (*listeners, error) {
	aws, err := listenOn(o.addr, "-addr")
	if err != nil {
		return nil, err
	}
	api, err := listenOn(o.apiAddr, "-api-addr")
	if err != nil {
		aws.Close()
		return nil, err
	}
	host, port, err := net.SplitHostPort(o.apiAddr)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	return &listeners{aws: aws, firstAPI: api, host: host, port: number}, err
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

// API returns the listener of the n-th HTTP API, from 0.
func (l *listeners) API(n int) (net.Listener, error) {
	if n == 0 {
		return l.firstAPI, nil
	}
	port := 0
	if l.port != 0 {
		port = l.port + n
	}
	return listenOn(net.JoinHostPort(l.host, strconv.Itoa(port)), "-api-addr")
}

func (l *listeners) close() {
	l.aws.Close()
	l.firstAPI.Close()
}

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
