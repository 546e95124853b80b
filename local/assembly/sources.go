package assembly

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// fingerprint identifies contents.
type fingerprint string

// uninvolved are the top-level folders that neither the app nor its programs
// are made from.
var uninvolved = []string{"local", "test", "bench", "docs"}

// topLevel are the files in the root, Go files apart, that the app may be made
// from. Others, such as written outputs, come and go.
var topLevel = []string{"go.mod", "go.sum", "go.work", "cdk.json", "cdk.context.json"}

// fingerprintTree identifies everything below root that the app and its
// programs may be made from, and the context.
func fingerprintTree(root string, cdkContext []byte) (fingerprint, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inRoot := filepath.Dir(path) == root
		switch {
		case path == root:
		case entry.IsDir() && !mayHoldSources(entry.Name(), inRoot):
			return filepath.SkipDir
		case entry.Type().IsRegular() && isSource(entry.Name(), inRoot):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("look for sources: %w", err)
	}
	return fingerprintFiles(root, files, cdkContext)
}

func mayHoldSources(folder string, inRoot bool) bool {
	if inRoot && slices.Contains(uninvolved, folder) {
		return false
	}
	return !strings.HasPrefix(folder, ".") && folder != "node_modules" && folder != "cdk.out" && folder != "testdata"
}

func isSource(file string, inRoot bool) bool {
	if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".md") || strings.HasPrefix(file, ".") {
		return false
	}
	return !inRoot || strings.HasSuffix(file, ".go") || slices.Contains(topLevel, file)
}

func fingerprintFiles(root string, files []string, cdkContext []byte) (fingerprint, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n%s\n", runtime.Version(), cdkContext)
	slices.Sort(files)
	for _, path := range slices.Compact(files) {
		if err := hashFile(hash, root, path); err != nil {
			return "", fmt.Errorf("read source %s: %w", path, err)
		}
	}
	return fingerprint(hex.EncodeToString(hash.Sum(nil))[:24]), nil
}

func hashFile(hash io.Writer, root, path string) error {
	relative, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	fmt.Fprintf(hash, "%s %x\n", filepath.ToSlash(relative), sum)
	return nil
}

type listedPackage struct {
	Dir        string
	GoFiles    []string
	EmbedFiles []string
	Module     *struct{ Main bool }
}

// fingerprintApp identifies what the app itself, without the programs it
// deploys, is made from: the packages that the main package in root imports,
// the module files and cdk.json.
func fingerprintApp(ctx context.Context, root string, cdkContext []byte) (fingerprint, error) {
	packages, err := listPackages(ctx, root)
	if err != nil {
		return "", fmt.Errorf("list the app's packages: %w", err)
	}
	var files []string
	for _, name := range []string{"go.mod", "go.sum", "cdk.json"} {
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			files = append(files, filepath.Join(root, name))
		}
	}
	for _, p := range packages {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		for _, name := range append(p.GoFiles, p.EmbedFiles...) {
			files = append(files, filepath.Join(p.Dir, name))
		}
	}
	return fingerprintFiles(root, files, cdkContext)
}

// listPackages are the main package in root and all that it imports.
func listPackages(ctx context.Context, root string) ([]listedPackage, error) {
	command := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Dir,GoFiles,EmbedFiles,Module", ".")
	command.Dir = root
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var packages []listedPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}
