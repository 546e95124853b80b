// Package cdk runs the app through the CDK CLI, as the README tells people to.
package cdk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadmeNamesThisCLI(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(string(readme), "npx aws-cdk@"), strings.Count(string(readme), "npx "+cli+" "); got == 0 || got != want {
		t.Errorf("the README names a CDK CLI %d times and %s %d times, want the same", got, cli, want)
	}
}

func TestSynth(t *testing.T) {
	needCLI(t)
	t.Parallel()
	dir := t.TempDir()
	if out, err := run(t, "synth", "--quiet", "--output", dir); err != nil {
		t.Fatalf("cdk synth: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "EdaDemo.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type     string
			Metadata map[string]any
		}
		Outputs map[string]any
	}
	if err := json.Unmarshal(raw, &template); err != nil {
		t.Fatal(err)
	}
	functions, packages := 0, map[any]bool{}
	for _, resource := range template.Resources {
		if resource.Type == "AWS::Lambda::Function" {
			functions++
			packages[resource.Metadata["eda-demo:go-package"]] = true
		}
	}
	if functions != 16 || len(packages) != 12 || template.Outputs["ApiEndpoint"] == nil {
		t.Errorf("the template has %d functions of %d packages and the outputs %v, want 16 of 12, and ApiEndpoint",
			functions, len(packages), template.Outputs)
	}
	if found, err := filepath.Glob(filepath.Join(dir, "asset.*.zip")); err != nil || len(found) != len(packages) {
		t.Errorf("the assembly has the programs %v, want an archive for each package", found)
	}
}

func TestSynthRefusesBadContext(t *testing.T) {
	needCLI(t)
	t.Parallel()
	out, err := run(t, "synth", "--quiet", "--output", t.TempDir(), "-c", "stage=moon")
	if err == nil || !strings.Contains(out, "moon") || strings.Contains(out, "goroutine") {
		t.Errorf("cdk synth -c stage=moon ends with %v and prints\n%s\nwant an error and one sentence about moon", err, out)
	}
}
