// Package architecture holds what is true of the whole system however it grows:
// rules over the synthesized template, which fail when someone makes a resource
// past the code that makes it right, and rules over the code itself.
package architecture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"eda-demo/test/sources"
	"eda-demo/test/synthesized"
	"eda-demo/test/system"
)

// deployment is the app as synthesized with one configuration.
type deployment struct {
	synthesized.Template
	raw     []byte
	context map[string]string
}

func (d deployment) prod() bool      { return d.context["stage"] == "prod" }
func (d deployment) address() string { return d.context["alarmEmail"] }

// architecture is what functions are to run on.
func (d deployment) architecture() string {
	if d.context["target"] == "linux/amd64" {
		return "x86_64"
	}
	return "arm64"
}

// contexts are the configurations that the rules are held to: between them,
// they have every choice made both ways.
var contexts = map[string]map[string]string{
	"demo": {"target": "linux/arm64"},
	"prod": {
		"target": "linux/amd64", "stage": "prod", "paymentWorkflow": "express",
		"email": "you@example.com", "alarmEmail": "duty@example.com",
		"auth": "jwt", "jwtIssuer": "https://login.example.com", "jwtAudience": "orders",
	},
}

// deployments synthesizes the app once with each of the contexts.
var deployments = sync.OnceValues(func() (map[string]deployment, error) {
	dir, err := os.MkdirTemp("", "architecture-test-")
	if err != nil {
		return nil, fmt.Errorf("create a folder for the assemblies: %w", err)
	}
	defer os.RemoveAll(dir)
	var group errgroup.Group
	var mu sync.Mutex
	all := map[string]deployment{}
	for name, settings := range contexts {
		group.Go(func() error {
			d, err := synthesize(filepath.Join(dir, name), settings)
			mu.Lock()
			defer mu.Unlock()
			all[name] = d
			return err
		})
	}
	return all, group.Wait()
})

func synthesize(dir string, settings map[string]string) (deployment, error) {
	if err := system.Synthesize(context.Background(), dir, settings); err != nil {
		return deployment{}, err
	}
	raw, err := os.ReadFile(filepath.Join(dir, "EdaDemo.template.json"))
	if err != nil {
		return deployment{}, err
	}
	template, err := synthesized.Parse(raw)
	return deployment{template, raw, settings}, err
}

func synthesizedApps(t *testing.T) map[string]deployment {
	t.Helper()
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
	}
	all, err := deployments()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// finding is a resource that breaks a rule.
type finding struct {
	resource string // its logical id without the hash
	problem  string
}

func (f finding) String() string { return f.resource + ": " + f.problem }

func found(r synthesized.Resource, format string, args ...any) finding {
	return finding{r.Name(), fmt.Sprintf(format, args...)}
}

// rule is something that holds for all resources of its kind. Its check is
// given a whole deployment, and returns what breaks it.
type rule struct {
	name  string
	check func(deployment) []finding
}

// rules are all rules, and mutations_test.go shows each of them complaining.
var rules = slices.Concat(routeRules, functionRules, permissionRules, dataRules, watchRules)

func TestRulesHold(t *testing.T) {
	for name, d := range synthesizedApps(t) {
		for _, r := range rules {
			for _, f := range r.check(d) {
				if !excepted(r, f) {
					t.Errorf("%s: it does not hold that %s\n\t%v", name, r.name, f)
				}
			}
		}
	}
}

// excepted tells whether there is a written reason for a finding.
func excepted(r rule, f finding) bool {
	return slices.ContainsFunc(exceptions, func(e exception) bool { return e.rule == r.name && e.finding == f })
}

// An exception that is needed no more would let the next mistake pass.
func TestExceptionsAreNeededAndExplained(t *testing.T) {
	apps := synthesizedApps(t)
	for i, e := range exceptions {
		if len(e.why) < 40 {
			t.Errorf("the exception for %v has the reason %q, want a sentence", e.finding, e.why)
		}
		if slices.ContainsFunc(exceptions[:i], func(o exception) bool { return o.rule == e.rule && o.finding == e.finding }) {
			t.Errorf("the exception for %v is there twice", e.finding)
		}
		if !e.needed(apps) {
			t.Errorf("nothing needs the exception from %q for %v", e.rule, e.finding)
		}
	}
}

func (e exception) needed(apps map[string]deployment) bool {
	for _, r := range rules {
		for _, d := range apps {
			if r.name == e.rule && slices.Contains(r.check(d), e.finding) {
				return true
			}
		}
	}
	return false
}
