package stacks

import (
	"os"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

func TestMain(m *testing.M) {
	status := m.Run()
	jsii.Close() // importing the CDK unpacks a runtime into a temporary folder
	os.Exit(status)
}

func TestLoadConfig(t *testing.T) {
	defaults := Config{Stage: Demo, Target: "linux/arm64", PaymentWorkflow: Standard}
	tests := map[string]struct {
		context map[string]any
		want    Config
	}{
		"nothing given": {nil, defaults},
		"keys of the CDK are not ours": {map[string]any{
			"aws:cdk:bundling-stacks":              []any{"**"},
			"@aws-cdk/core:newStyleStackSynthesis": true,
			"acknowledged-issue-numbers":           []any{1.0},
		}, defaults},
		"everything given": {
			map[string]any{"stage": "prod", "email": "you@example.com", "target": "linux/amd64", "paymentWorkflow": "express"},
			Config{Stage: Prod, Email: "you@example.com", Target: "linux/amd64", PaymentWorkflow: Express},
		},
		"an empty address subscribes nobody": {map[string]any{"email": ""}, defaults},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := LoadConfig(test.context)
			if err != nil || got != test.want {
				t.Errorf("LoadConfig(%v) = %+v, %v; want %+v", test.context, got, err, test.want)
			}
		})
	}
}

func TestLoadConfigRefuses(t *testing.T) {
	const anAddress = "accepted is one e-mail address such as you@example.com"
	tests := map[string]struct {
		key   string
		value any
		want  string
	}{
		"stage":             {"stage", "staging", `context stage="staging": accepted are demo and prod`},
		"empty stage":       {"stage", "", `context stage="": accepted are demo and prod`},
		"stage, not a text": {"stage", 1.0, `context stage=1: accepted is a string`},
		"email":             {"email", "you", `context email="you": ` + anAddress},
		"email with a name": {"email", "You <you@example.com>", `context email="You <you@example.com>": ` + anAddress},
		"two addresses":     {"email", "a@b.c, d@e.f", `context email="a@b.c, d@e.f": ` + anAddress},
		"target": {"target", "windows/amd64",
			`context target="windows/amd64": accepted are darwin/amd64, darwin/arm64, linux/amd64 and linux/arm64`},
		"workflow": {"paymentWorkflow", "EXPRESS", `context paymentWorkflow="EXPRESS": accepted are standard and express`},
		"misspelt key": {"emial", "you@example.com",
			`unknown context key "emial": accepted are email, paymentWorkflow, stage and target`},
		"case counts": {"Stage", "prod", `unknown context key "Stage": accepted are email, paymentWorkflow, stage and target`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := LoadConfig(map[string]any{test.key: test.value})
			if err == nil || err.Error() != test.want {
				t.Errorf("LoadConfig(%s=%v) = %+v, %v; want error %s", test.key, test.value, got, err, test.want)
			}
		})
	}
}

func FuzzLoadConfig(f *testing.F) {
	f.Add("stage", "prod")
	f.Add("email", "you@example.com")
	f.Add("email", "you@example.com\r\nBcc: all@example.com")
	f.Add("target", "darwin/arm64")
	f.Fuzz(func(t *testing.T, key, value string) {
		cfg, err := LoadConfig(map[string]any{key: value})
		if err != nil {
			return
		}
		if architectures[cfg.Target] == "" || cfg.Stage != Demo && cfg.Stage != Prod || strings.ContainsAny(cfg.Email, "\r\n") {
			t.Errorf("LoadConfig(%s=%q) = %+v, which is not a valid configuration", key, value, cfg)
		}
	})
}

func TestProgramsCheck(t *testing.T) {
	programs := Programs{
		createOrderPackage: "a", getOrderPackage: "b", updateOrderPackage: "c",
		publishEventsPackage: "d", notificationPackage: "e",
	}
	if err := programs.check(); err != nil {
		t.Errorf("check with every program = %v, want nil", err)
	}
	delete(programs, updateOrderPackage)
	want := "no program was built from ./lambdas/orders/update-order"
	if err := programs.check(); err == nil || err.Error() != want {
		t.Errorf("check without update-order = %v, want %s", err, want)
	}
}
