// Command local runs a CDK app on this machine: it synthesizes the app if its
// sources changed, creates each resource of the template in a local stand-in
// for the AWS service, and serves the AWS APIs and the app's HTTP APIs on
// loopback until it is told to stop.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Exit statuses.
const (
	exitOK = iota
	exitFailure
	exitUsage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, arguments []string, out, messages io.Writer) int {
	started := time.Now()
	o, err := parseOptions(arguments, messages)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	screen := newTerminal(out, messages, started)
	r, err := start(ctx, o, screen)
	if err != nil && ctx.Err() != nil {
		fmt.Fprintln(messages, "local: interrupted before it was ready")
		return exitFailure
	}
	if err != nil {
		fmt.Fprintln(messages, "local:", err)
		return exitFailure
	}
	screen.ready(r)
	err = r.run(ctx, o, screen)
	screen.step("stopping")
	r.close()
	if o.permissions {
		err = errors.Join(err, screen.permissions(r.door.Directory().Report()))
	}
	if err != nil {
		fmt.Fprintln(messages, "local:", err)
		return exitFailure
	}
	return exitOK
}
