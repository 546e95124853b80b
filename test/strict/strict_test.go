// Package strict tests that the runner lets nothing pass which AWS would not
// let pass, with the app as it is synthesized and what is taken out of it.
//
// TestEachGrantIsNeeded is the proof that no role may do more than it needs:
// without any single action that a role is granted, something visibly fails.
package strict

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"eda-demo/test/system"
)

var (
	program  string // the compiled runner
	assembly string // the synthesized app
)

const email = "customer@example.com"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "eda-demo-strict-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = setUp(context.Background(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "strict: set up:", err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context, dir string) (err error) {
	if program, err = system.BuildRunner(ctx, dir); err != nil {
		return err
	}
	assembly = filepath.Join(dir, "assembly")
	return system.Synthesize(ctx, assembly, map[string]string{"email": email, "flightRows": "1", "flightSeats": "AB"})
}

// template returns the synthesized template, for a test to change.
func template(t *testing.T) system.Template {
	t.Helper()
	synthesized, err := system.ReadTemplate(assembly)
	if err != nil {
		t.Fatal(err)
	}
	return synthesized
}

// start starts the runner with a template; the test stops it at its end.
func start(t *testing.T, changed system.Template, flags ...string) (*world, error) {
	t.Helper()
	dir := t.TempDir()
	if err := system.CopyAssembly(assembly, dir, changed); err != nil {
		t.Fatal(err)
	}
	flags = append([]string{"-app", dir}, flags...)
	r, err := system.StartRunner(program, filepath.Join(t.TempDir(), "out.json"), flags...)
	if err != nil {
		return nil, err
	}
	t.Cleanup(r.Kill)
	w, err := newWorld(r)
	if err != nil {
		t.Fatal(err)
	}
	return w, nil
}

// mustStart is start for a template that has to start.
func mustStart(t *testing.T, changed system.Template, flags ...string) *world {
	t.Helper()
	w, err := start(t, changed, flags...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
