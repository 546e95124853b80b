package cdk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"eda-demo/test/system"
)

// sharedDir holds what takes long to make and what no test changes: the
// runner, and assemblies of the app.
var sharedDir string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	var err error
	if sharedDir, err = os.MkdirTemp("", "eda-demo-cdk-"); err != nil {
		fmt.Fprintln(os.Stderr, "cdk: set up:", err)
		return 1
	}
	defer os.RemoveAll(sharedDir)
	return m.Run()
}

const email = "customer@example.com"

var settings = map[string]string{"email": email}

var (
	buildRunner = sync.OnceValues(func() (string, error) { return system.BuildRunner(context.Background(), sharedDir) })

	synthesizeApp = sync.OnceValues(func() (string, error) {
		dir := filepath.Join(sharedDir, "app")
		return dir, system.Synthesize(context.Background(), dir, settings)
	})

	// copySources makes a copy of the app's sources with a change in get-order.
	copySources = sync.OnceValues(func() (string, error) {
		app := filepath.Join(sharedDir, "sources")
		if err := os.Mkdir(app, 0o755); err != nil {
			return "", err
		}
		if err := system.CopyApp(app); err != nil {
			return "", err
		}
		return app, system.ChangeGetOrder(app, "2")
	})

	synthesizeChanged = sync.OnceValues(func() (string, error) {
		app, err := copySources()
		if err != nil {
			return "", err
		}
		dir := filepath.Join(sharedDir, "changed")
		return dir, system.SynthesizeApp(context.Background(), app, dir, settings)
	})
)

// made returns what is made once for all tests.
func made(t *testing.T, make func() (string, error)) string {
	t.Helper()
	path, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// synthesize is an assembly of the app with programs for this machine.
func synthesize(t *testing.T) string { return made(t, synthesizeApp) }

// changedFunction is an assembly of the app with a change in the program
// get-order.
func changedFunction(t *testing.T) string { return made(t, synthesizeChanged) }

// sourcesToChange are the app's sources, compiled already, for one test to change.
func sourcesToChange(t *testing.T) string {
	changedFunction(t)
	return made(t, copySources)
}
