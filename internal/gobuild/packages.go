package gobuild

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Program is one compiled main package.
type Program struct {
	// Name is the base name of the package's folder, unique in a build.
	Name string
	// Package is the folder of the main package relative to the module's
	// root, as the Go command takes it, e.g. "./lambdas/orders/create-order".
	Package string
	// Dir is the absolute path of the folder that holds the executable,
	// named "bootstrap" as the Lambda runtime provided.al2023 wants it, and
	// nothing else.
	Dir string
}

// listFormat makes `go list` print, for each main package, its folder and that
// of its module, and nothing for other packages.
const listFormat = `{{if eq .Name "main"}}{{.Dir}}{{"\t"}}{{.Module.Dir}}{{end}}`

// mainPackages returns the main packages that the patterns match, sorted by
// name and without Dir, or an error if there are none or two of the same name.
func mainPackages(ctx context.Context, root string, t Target, patterns []string) ([]Program, error) {
	args := append([]string{"list", "-f", listFormat, "--"}, patterns...)
	out, err := runGo(ctx, root, t, args...)
	if err != nil {
		return nil, fmt.Errorf("list the packages %s: %w", strings.Join(patterns, " "), err)
	}
	programs, err := parseList(out)
	if err != nil {
		return nil, err
	}
	if len(programs) == 0 {
		return nil, fmt.Errorf("no main package matches %s", strings.Join(patterns, " "))
	}
	return programs, nil
}

// parseList turns the output of `go list` into programs.
func parseList(out string) ([]Program, error) {
	var programs []Program
	for line := range strings.Lines(out) {
		dir, module, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		rel, err := filepath.Rel(module, dir)
		if err != nil {
			return nil, fmt.Errorf("locate package %s in its module: %w", dir, err)
		}
		pkg := "./" + filepath.ToSlash(rel)
		programs = append(programs, Program{Name: path.Base(pkg), Package: pkg})
	}
	slices.SortFunc(programs, func(a, b Program) int {
		return strings.Compare(a.Name+" "+a.Package, b.Name+" "+b.Package)
	})
	for i := 1; i < len(programs); i++ {
		if a, b := programs[i-1], programs[i]; a.Name == b.Name {
			return nil, fmt.Errorf("two programs are named %s: %s and %s", a.Name, a.Package, b.Package)
		}
	}
	return programs, nil
}
