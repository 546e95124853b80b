// Package gobuild compiles the Lambda programs of the module.
//
// The same sources, compiler and target give the same bytes, whoever builds
// them and wherever: an unchanged program keeps its asset hash and is not
// deployed again.
package gobuild

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// buildDir is the folder, below the module's root, that holds the programs.
const buildDir = ".build"

// executable is the file name that the Lambda runtime provided.al2023 starts.
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
const executable = "bootstrap"

// Build compiles the main packages among those that packages match (patterns
// as the Go command takes them, relative to root, the folder of the module,
// e.g. "./lambdas/...") in one run of the Go compiler, and leaves each at
// root/.build/<os>-<arch>/<name>/bootstrap. A program whose bytes did not
// change is left alone, time stamp included, and nothing is linked again if
// nothing changed. The result is sorted by name.
//
// It fails if no main package matches, if two have the same base name, or if
// one does not compile; the error then holds what the compiler printed.
// Builds may run at the same time, in one process or several.
func Build(ctx context.Context, root string, t Target, packages []string) ([]Program, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("find the module's folder: %w", err)
	}
	programs, err := mainPackages(ctx, root, t, packages)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(root, buildDir, t.dir())
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, fmt.Errorf("create the build folder: %w", err)
	}
	for i := range programs {
		programs[i].Dir = filepath.Join(out, programs[i].Name)
	}
	before, err := inputs(ctx, root, t, programs)
	if err == nil && matches(out, before, programs) {
		return programs, nil
	}
	if err := link(ctx, root, t, out, programs); err != nil {
		return nil, err // if packages don't compile, it says so better
	}
	if after, err := inputs(ctx, root, t, programs); err != nil || after != before {
		return programs, nil // the sources are being changed
	}
	if err := remember(out, before, programs); err != nil {
		return nil, fmt.Errorf("record the build: %w", err)
	}
	return programs, nil
}

// flags are those of the Go command for all that is built.
var flags = []string{
	// No folder of this machine in the program, and no commit: both change
	// without the program changing.
	"-trimpath", "-buildvcs=false",
	// Leaves net/rpc out of aws-lambda-go: only the retired runtime go1.x needs it.
	"-tags", "lambda.norpc",
	// No symbol table, no debug information, no build id.
	"-ldflags", "-s -w -buildid=",
}

// arguments are the main packages as the last arguments of the Go command.
func arguments(programs []Program) []string {
	args := []string{"--"}
	for _, p := range programs {
		args = append(args, p.Package)
	}
	return args
}

// link builds all programs at once, so that what they share is compiled once,
// and installs them below out.
func link(ctx context.Context, root string, t Target, out string, programs []Program) error {
	fresh, err := os.MkdirTemp(out, ".fresh-")
	if err != nil {
		return fmt.Errorf("create a folder for the compiler: %w", err)
	}
	defer os.RemoveAll(fresh)
	args := append([]string{"build", "-o", fresh + string(filepath.Separator)}, flags...)
	if _, err := runGo(ctx, root, t, append(args, arguments(programs)...)...); err != nil {
		return fmt.Errorf("compile for %s: %w", t, err)
	}
	return install(fresh, programs)
}

// runGo runs the Go command in dir and returns its standard output. If it
// fails, the error ends with what it printed on standard error.
func runGo(ctx context.Context, dir string, t Target, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), t.environ()...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return stdout.String(), nil
}
