// Package template_test checks the CloudFormation template that the app
// synthesizes, with the programs of the functions replaced by placeholders.
package template_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/stacks"
)

// template is the part of a CloudFormation template that the app makes use of.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
	raw       []byte
	// protected says that the stack itself cannot be deleted.
	protected bool
}

// resource is a resource of a template with its logical id.
type resource struct {
	id             string
	Type           string
	Properties     map[string]any
	Metadata       map[string]any
	DependsOn      []string
	DeletionPolicy string
}

// The two templates that the tests look at. A synthesis takes seconds, and
// jsii serves one at a time: each is made once, when first asked for.
var (
	demo = sync.OnceValue(func() template { return synthesize(nil) })
	prod = sync.OnceValue(func() template {
		return synthesize(map[string]any{"stage": "prod", "email": "you@example.com", "target": "linux/amd64"})
	})
)

// packages are the main packages of the functions, by function.
var packages = map[string]string{
	"eda-demo-create-order":         "./lambdas/orders/create-order",
	"eda-demo-get-order":            "./lambdas/orders/get-order",
	"eda-demo-update-order":         "./lambdas/orders/update-order",
	"eda-demo-publish-order-events": "./lambdas/outbox/publish-events",
	"eda-demo-notification":         "./lambdas/notifications/notification",
}

// workDir holds everything that the tests write.
var workDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "template-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "create a folder for the assemblies:", err)
		os.Exit(1)
	}
	workDir = dir
	// Importing the CDK prepared a runtime with the environment as it was.
	// Closing it before it ran has the next one prepared with this one: its
	// files in our folder, and no warning about versions of Node.js that just
	// went out of support. Closing that one, too, would be a data race in jsii;
	// it ends with this process.
	jsii.Close()
	os.Setenv("TMPDIR", workDir)
	os.Setenv("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20")
	status := m.Run()
	os.RemoveAll(workDir)
	os.Exit(status)
}

// synthesize makes the template for a CDK context. It panics if it cannot:
// there is then nothing to test.
func synthesize(context map[string]any) template {
	dir, err := os.MkdirTemp(workDir, "assembly-")
	check(err)
	app := awscdk.NewApp(&awscdk.AppProps{
		Outdir:  jsii.String(dir),
		Context: &context,
	})
	cfg, err := stacks.ReadConfig(app)
	check(err)
	_, err = stacks.NewEdaDemo(app, cfg, placeholders())
	check(err)
	app.Synth(nil)
	return load(dir)
}

// placeholders makes a program for each package; no two are the same.
func placeholders() stacks.Programs {
	programs := stacks.Programs{}
	for name, pkg := range packages {
		dir := filepath.Join(workDir, name)
		check(os.MkdirAll(dir, 0o755))
		check(os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(pkg), 0o755))
		programs[pkg] = dir
	}
	return programs
}

func load(dir string) template {
	raw, err := os.ReadFile(filepath.Join(dir, "EdaDemo.template.json"))
	check(err)
	t := template{raw: raw}
	check(json.Unmarshal(raw, &t))
	for id, r := range t.Resources {
		r.id = id
		t.Resources[id] = r
	}
	raw, err = os.ReadFile(filepath.Join(dir, "manifest.json"))
	check(err)
	var manifest struct {
		Artifacts map[string]struct {
			Properties struct{ TerminationProtection bool }
		}
	}
	check(json.Unmarshal(raw, &manifest))
	t.protected = manifest.Artifacts["EdaDemo"].Properties.TerminationProtection
	return t
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// ofType returns the resources of a type, sorted by logical id.
func (t template) ofType(kind string) []resource {
	var found []resource
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if t.Resources[id].Type == kind {
			found = append(found, t.Resources[id])
		}
	}
	return found
}

// one returns the resource of a type whose property has the given text.
func (t template) one(test *testing.T, kind, property, value string) resource {
	test.Helper()
	for _, r := range t.ofType(kind) {
		if r.text(property) == value {
			return r
		}
	}
	test.Fatalf("the template has no %s with %s = %s", kind, property, value)
	return resource{}
}

// at returns what is found below the properties at a path of keys and list
// indexes, or nil.
func (r resource) at(path ...any) any {
	var value any = r.Properties
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			key, _ := step.(string)
			value = v[key]
		case []any:
			index, ok := step.(int)
			if !ok || index >= len(v) {
				return nil
			}
			value = v[index]
		default:
			return nil
		}
	}
	return value
}

// text is text(at(path)).
func (r resource) text(path ...any) string { return text(r.at(path...)) }

// text writes a value of a template as people do: a reference as ${Id}, an
// attribute as ${Id.Name}, a join as what it joins, the rest as JSON.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if id, ok := v["Ref"].(string); ok {
			return "${" + id + "}"
		}
		if path, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprintf("${%v.%v}", path[0], path[1])
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			return joined(join)
		}
	}
	out, _ := json.Marshal(value)
	return string(out)
}

func joined(join []any) string {
	separator, _ := join[0].(string)
	parts, _ := join[1].([]any)
	words := make([]string, len(parts))
	for i, part := range parts {
		words[i] = text(part)
	}
	return strings.Join(words, separator)
}
