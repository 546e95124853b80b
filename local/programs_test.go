package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"eda-demo/local/assembly"
)

// TestProgramsOfFailedUpdates looks for the program that runs after several
// assemblies that could not be deployed.
func TestProgramsOfFailedUpdates(t *testing.T) {
	known := &assemblies{}
	running := assemblyWith(t, "running.zip")
	known.add(running)
	known.deployed(running)
	for n := range 5 {
		known.add(assemblyWith(t, fmt.Sprintf("failed%d.zip", n)))
	}
	for _, key := range []string{"running.zip", "failed4.zip"} {
		if _, err := known.code(key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	if folder, err := known.code("failed0.zip"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("failed0.zip: got %s, %v; want %v", folder, err, fs.ErrNotExist)
	}
}

// assemblyWith is an assembly with one asset, under an object key.
func assemblyWith(t *testing.T, key string) *assembly.Assembly {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manifest.json": `{"artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"S.json"}},
			"S.assets":{"type":"cdk:asset-manifest","properties":{"file":"assets.json"}}}}`,
		"S.json":      `{}`,
		"assets.json": fmt.Sprintf(`{"files":{"a":{"source":{"path":"program","packaging":"zip"},"destinations":{"d":{"objectKey":%q}}}}}`, key),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "program"), 0o755); err != nil {
		t.Fatal(err)
	}
	a, err := assembly.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
