// Package template_test checks the CloudFormation template that the app
// synthesizes, with the programs of the functions replaced by placeholders.
package template_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"eda-demo/stacks"
	"eda-demo/test/synthesized"
)

// template is the template of one configuration.
type template struct {
	synthesized.Template
	raw []byte
	// protected says that the stack itself cannot be deleted.
	protected bool
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

	"eda-demo-create-booking":         "./lambdas/bookings/create-booking",
	"eda-demo-get-booking":            "./lambdas/bookings/get-booking",
	"eda-demo-update-booking":         "./lambdas/bookings/update-booking",
	"eda-demo-publish-booking-events": "./lambdas/outbox/publish-events",
	"eda-demo-process-payment":        "./lambdas/payments/process-payment",
	"eda-demo-publish-payment-events": "./lambdas/outbox/publish-events",
	"eda-demo-assign-seat":            "./lambdas/seats/assign-seat",
	"eda-demo-get-seats":              "./lambdas/seats/get-seats",
	"eda-demo-publish-seat-events":    "./lambdas/outbox/publish-events",
	"eda-demo-issue-ticket":           "./lambdas/tickets/issue-ticket",
	"eda-demo-publish-ticket-events":  "./lambdas/outbox/publish-events",
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
	for _, pkg := range packages {
		dir := filepath.Join(workDir, filepath.Base(pkg))
		check(os.MkdirAll(dir, 0o755))
		check(os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(pkg), 0o755))
		programs[pkg] = dir
	}
	return programs
}

func load(dir string) template {
	raw, err := os.ReadFile(filepath.Join(dir, "EdaDemo.template.json"))
	check(err)
	parsed, err := synthesized.Parse(raw)
	check(err)
	t := template{Template: parsed, raw: raw}
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

// one returns the resource of a type whose property has the given text.
func (t template) one(test *testing.T, kind, property, value string) synthesized.Resource {
	test.Helper()
	r, ok := t.Find(kind, property, value)
	if !ok {
		test.Fatalf("the template has no %s with %s = %s", kind, property, value)
	}
	return r
}
