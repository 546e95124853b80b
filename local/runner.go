package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"time"

	"eda-demo/internal/gobuild"
	"eda-demo/local/assembly"
	"eda-demo/local/resource"
	"eda-demo/local/stack"
	"eda-demo/local/store"
	"eda-demo/local/template"
)

// The stack's account and Region.
const (
	account = "000000000000"
	region  = "us-east-1"
)

// runner is the running system.
type runner struct {
	*services
	log      *slog.Logger
	store    *store.Store
	endpoint string
	server   *http.Server
	serving  chan error
	stack    *stack.Stack
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
	cloud, err := openAssembly(ctx, o, screen)
	if err != nil {
		return nil, err
	}
	parsed, err := template.Parse(cloud.Template)
	if err != nil {
		return nil, err
	}
	kept, err := openStore(o.data)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(screen.messages, &slog.HandlerOptions{Level: slog.LevelWarn}))
	r := &runner{log: log, store: kept, endpoint: "http://" + l.aws.Addr().String(), serving: make(chan error, 1)}
	r.services, err = newServices(surroundings{r.endpoint, o, cloud, l, kept, log, screen})
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	r.serve(l.aws)
	if err := r.bringUp(ctx, cloud, parsed, o, screen); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// bringUp creates the stack, takes up what an earlier process left to do, and
// tells what runs.
func (r *runner) bringUp(ctx context.Context, cloud *assembly.Assembly, parsed *template.Template, o options, screen *terminal) error {
	identity := resource.Stack{
		Name: cloud.StackName, Account: account, Region: region, Partition: "aws",
		ID: fmt.Sprintf("arn:aws:cloudformation:%s:%s:stack/%s/local", region, account, cloud.StackName),
	}
	screen.step(fmt.Sprintf("creating %d resources", len(parsed.Resources)))
	var err error
	if r.stack, err = stack.Create(ctx, identity, parsed, r.registry); err != nil {
		return fmt.Errorf("stack %s: %w", cloud.StackName, err)
	}
	if err := r.resume(); err != nil {
		return err
	}
	r.show(r.endpoint, r.stack, cloud.Template)
	if o.outputs == "" {
		return nil
	}
	return writeOutputs(o.outputs, r.stack)
}

// openStore opens what is to outlive this process; without a folder, nothing
// is.
func openStore(dir string) (*store.Store, error) {
	if dir == "" {
		return store.Memory(), nil
	}
	return store.Open(dir)
}

// openAssembly reads the assembly that was asked for, or synthesizes the app.
func openAssembly(ctx context.Context, o options, screen *terminal) (*assembly.Assembly, error) {
	if o.app != "" {
		return assembly.Open(o.app)
	}
	root, err := findApp()
	if err != nil {
		return nil, err
	}
	app := assembly.App{
		Root: root, Context: o.context, Target: gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH},
		Progress: screen.step, Messages: screen,
	}
	return app.Synthesize(ctx)
}

// serve answers calls of AWS APIs from now on.
func (r *runner) serve(listener net.Listener) {
	r.server = &http.Server{Handler: r.door, ReadHeaderTimeout: 10 * time.Second}
	go func() { r.serving <- r.server.Serve(listener) }()
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
	if err := r.store.Close(); err != nil {
		r.log.Error("closing the state", "error", err)
	}
}
