package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"eda-demo/local/console"
	"eda-demo/local/store"
)

// The account and Region of everything.
const (
	account = "000000000000"
	region  = "us-east-1"
)

// runner is the running system.
type runner struct {
	*services
	log      *slog.Logger
	store    *store.Store
	scratch  string // folder to be removed at the end, "" if there is none
	endpoint string
	server   *http.Server
	serving  chan error
	app      *app // nil if it was started without one
}

// start brings the system up. If it fails, nothing is left running.
func start(ctx context.Context, o options, screen *terminal) (*runner, error) {
	listeners, err := listen(o)
	if err != nil {
		return nil, err
	}
	r, err := startOn(ctx, listeners, o, screen)
	if err != nil {
		listeners.close()
		return nil, err
	}
	return r, nil
}

func startOn(ctx context.Context, l *listeners, o options, screen *terminal) (*runner, error) {
	app, err := openApp(ctx, o, screen)
	if err != nil {
		return nil, err
	}
	r := &runner{
		log:      slog.New(slog.NewTextHandler(screen.messages, &slog.HandlerOptions{Level: slog.LevelWarn})),
		endpoint: "http://" + l.aws.Addr().String(), serving: make(chan error, 1), app: app,
	}
	files, err := r.openState(o.data)
	if err != nil {
		return nil, err
	}
	r.services, err = newServices(surroundings{r.endpoint, o, l, r.store, files, r.log, screen})
	if err != nil {
		return nil, errors.Join(err, r.closeState())
	}
	r.serve(l.aws)
	if err := r.bringUp(ctx, o, screen); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// bringUp takes up what an earlier process has kept, makes of the app's stack
// what the app says now, and goes on with what was left to do.
func (r *runner) bringUp(ctx context.Context, o options, screen *terminal) error {
	if r.app != nil {
		r.programs.add(r.app.current) // functions that are taken up may need them
	}
	if err := r.stacks.Restore(ctx); err != nil {
		return err
	}
	if r.app != nil {
		screen.step("creating the resources of " + r.app.current.StackName)
		if err := r.deploy(ctx, r.app.current); err != nil {
			return err
		}
	}
	if err := r.resume(); err != nil {
		return err
	}
	r.console.Show(func() console.Overview { return r.overview(r.endpoint) })
	if o.outputs == "" {
		return nil
	}
	return r.writeOutputs(o.outputs, r.app.current.StackName)
}

// openState opens what is to outlive this process, and a folder for large
// files; without a folder for the state, nothing outlives it.
func (r *runner) openState(dir string) (files string, err error) {
	if dir != "" {
		r.store, err = store.Open(dir)
		return dir, err
	}
	r.store = store.Memory()
	if r.scratch, err = os.MkdirTemp("", "eda-demo-local-"); err != nil {
		return "", fmt.Errorf("create a folder for objects: %w", err)
	}
	return r.scratch, nil
}

func (r *runner) closeState() error {
	err := r.store.Close()
	if r.scratch != "" {
		err = errors.Join(err, os.RemoveAll(r.scratch))
	}
	return err
}

// serve answers calls of AWS APIs from now on.
func (r *runner) serve(listener net.Listener) {
	r.server = &http.Server{Handler: r.door, ReadHeaderTimeout: 10 * time.Second}
	go func() { r.serving <- r.server.Serve(listener) }()
}

// run keeps the app up to date, if that is wanted, until the end.
func (r *runner) run(ctx context.Context, o options, screen *terminal) error {
	following, stop := context.WithCancel(ctx)
	var followed sync.WaitGroup
	if o.watch {
		followed.Go(func() { r.follow(following, r.app, o, screen) })
	}
	err := r.wait(ctx)
	stop()
	followed.Wait()
	return err
}

// wait returns nil when ctx ends, or the error that ends the runner before.
func (r *runner) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.serving:
		return fmt.Errorf("serve the AWS endpoint: %w", err)
	}
}

// stopTimeout bounds how long running invocations may take at the end.
const stopTimeout = 5 * time.Second

// close stops everything: first what brings in work, the processes, then what
// they call.
func (r *runner) close() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	r.services.close(ctx, r.log)
	// Nothing is at work any more: a connection that is still open is idle, or
	// a browser's that never sent anything.
	if err := r.server.Close(); err != nil {
		r.log.Warn("closing the AWS endpoint", "error", err)
	}
	if err := r.closeState(); err != nil {
		r.log.Error("closing the state", "error", err)
	}
}
