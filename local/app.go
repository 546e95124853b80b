package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"eda-demo/internal/gobuild"
	"eda-demo/local/assembly"
	"eda-demo/local/provision"
	"eda-demo/local/template"
)

// app is the CDK app that the runner runs, and how it is kept up to date.
type app struct {
	sources *assembly.App // nil if it is synthesized already
	current *assembly.Assembly
}

// openApp reads the assembly that was asked for, or synthesizes the app. It is
// nil if the runner is to start without one.
func openApp(ctx context.Context, o options, screen *terminal) (*app, error) {
	if o.empty {
		return nil, nil
	}
	if o.app != "" {
		current, err := assembly.Open(o.app)
		return &app{current: current}, err
	}
	root, err := findApp()
	if err != nil {
		return nil, err
	}
	sources := &assembly.App{
		Root: root, Context: o.context, Target: gobuild.Target{OS: runtime.GOOS, Arch: runtime.GOARCH},
		Progress: screen.step, Messages: screen,
	}
	current, err := sources.Synthesize(ctx)
	return &app{sources, current}, err
}

// stackID is the last part of the id of the app's stack: the same at each
// start, so that generated names are.
const stackID = "local"

// deploy makes of the app's stack what the assembly says.
func (r *runner) deploy(ctx context.Context, a *assembly.Assembly) error {
	r.programs.add(a)
	err := r.stacks.Deploy(ctx, a.StackName, stackID, provision.Spec{Template: a.Template})
	if misplaced, ok := errors.AsType[*template.Misplaced](err); ok {
		return fmt.Errorf("stack %s: %s: %w", a.StackName, strings.Join(misplaced.In, ", "), err)
	}
	if err != nil {
		return fmt.Errorf("stack %s: %w", a.StackName, err)
	}
	r.programs.deployed(a)
	return nil
}

// follow updates the running app whenever its sources change, until ctx ends.
func (r *runner) follow(ctx context.Context, a *app, o options, screen *terminal) {
	screen.step("watching the sources")
	a.sources.Watch(ctx, a.current, func(changed *assembly.Assembly, err error) {
		if err == nil {
			err = r.deploy(ctx, changed)
		}
		if err == nil && o.outputs != "" {
			err = r.writeOutputs(o.outputs, changed.StackName)
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			screen.step("not updated: " + err.Error())
		default:
			screen.step("updated")
		}
	})
}

// writeOutputs writes the outputs of a stack to a file.
func (r *runner) writeOutputs(path, stack string) error {
	there, ok := r.stacks.Stack(stack)
	if !ok {
		return errors.New("write the outputs: the stack is gone")
	}
	return writeOutputs(path, there.Name, there.Values())
}
