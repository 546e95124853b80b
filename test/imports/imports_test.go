// Package imports holds the direction of the module's imports.
package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/sources"
)

const (
	module = "eda-demo/"
	cdk    = "github.com/aws/aws-cdk-go"
	jsii   = "github.com/aws/jsii-runtime-go"
	sdk    = "github.com/aws/aws-sdk-go-v2"
)

// Packages of internal that speak to AWS: adapters with what their tests share,
// and the outbox, which shares the SDK's attribute values with them.
var adapters = []string{
	"internal/awsenv", "internal/outbox", "internal/outbox/eventbus",
	"internal/entity/dynamotable", "internal/entity/dynamotable/itemtest",
	"internal/order/dynamostore", "internal/seat/dynamostore",
	"internal/notification/dynamoledger", "internal/notification/snstopic",
}

// Domains know nothing of each other.
var domains = []string{
	"internal/order", "internal/booking", "internal/payment", "internal/seat", "internal/ticket", "internal/notification",
}

type goPackage struct {
	ImportPath   string
	Imports      []string
	Deps         []string
	TestImports  []string
	XTestImports []string
}

func (p goPackage) path() string { return strings.TrimPrefix(p.ImportPath, module) }

func (p goPackage) in(folder string) bool {
	return p.path() == folder || strings.HasPrefix(p.path(), folder+"/")
}

// rule says what the packages that it concerns must not import: directly, or
// with deep also through others. Tests are held to it unless testsMay.
type rule struct {
	name     string
	concerns func(goPackage) bool
	forbids  func(p goPackage, imported string) bool
	deep     bool
	testsMay bool
}

var rules = []rule{
	{
		name:     "only the app and its stacks import the CDK",
		concerns: func(p goPackage) bool { return p.in("lambdas") || p.in("internal") || p.in("local") || p.in("bench") },
		forbids:  func(_ goPackage, imported string) bool { return under(imported, cdk) || under(imported, jsii) },
		deep:     true,
	},
	{
		name:     "stacks import no SDK",
		concerns: func(p goPackage) bool { return p.in("stacks") },
		forbids:  func(_ goPackage, imported string) bool { return under(imported, sdk) },
		deep:     true,
	},
	{
		name:     "stacks import of the module only the event contract, the metrics' names and the state machines",
		concerns: func(p goPackage) bool { return p.in("stacks") },
		forbids: func(_ goPackage, imported string) bool {
			return strings.HasPrefix(imported, module) && !slices.Contains([]string{
				module + "internal/event", module + "internal/metric", module + "statemachines", module + "stacks",
			}, imported)
		},
	},
	{
		name:     "of internal, only adapters import the SDK",
		concerns: func(p goPackage) bool { return p.in("internal") && !slices.Contains(adapters, p.path()) },
		forbids:  func(_ goPackage, imported string) bool { return under(imported, sdk) },
		testsMay: true,
	},
	{
		name: "the contract and the domains know no SDK, not through others either",
		concerns: func(p goPackage) bool {
			return slices.Contains(append(domains, "internal/event", "internal/entity"), p.path())
		},
		forbids: func(_ goPackage, imported string) bool { return under(imported, sdk) },
		deep:    true,
	},
	{
		name:     "a domain imports no other domain",
		concerns: func(p goPackage) bool { return domainOf(p.path()) != "" },
		forbids: func(p goPackage, imported string) bool {
			other := domainOf(strings.TrimPrefix(imported, module))
			return other != "" && other != domainOf(p.path())
		},
		deep: true,
	},
	{
		name:     "the runner knows the app by its assembly only",
		concerns: func(p goPackage) bool { return p.in("local") },
		forbids: func(_ goPackage, imported string) bool {
			return strings.HasPrefix(imported, module) && !under(imported, module+"local") && imported != module+"internal/gobuild"
		},
		deep: true,
	},
	{
		name:     "programs are not built from the runner",
		concerns: func(p goPackage) bool { return p.in("lambdas") || p.in("internal") || p.in("stacks") },
		forbids:  func(_ goPackage, imported string) bool { return under(imported, module+"local") },
		deep:     true,
		testsMay: true,
	},
}

func under(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

func domainOf(path string) string {
	for _, domain := range domains {
		if under(path, domain) {
			return domain
		}
	}
	return ""
}

func TestImports(t *testing.T) {
	packages := list(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			concerned := 0
			for _, p := range packages {
				if r.concerns(p) {
					concerned++
					r.check(t, p)
				}
			}
			if concerned == 0 {
				t.Errorf("the rule concerns no package")
			}
		})
	}
}

func (r rule) check(t *testing.T, p goPackage) {
	t.Helper()
	imported := p.Imports
	if r.deep {
		imported = p.Deps
	}
	if !r.testsMay {
		imported = slices.Concat(imported, p.TestImports, p.XTestImports)
	}
	for _, path := range imported {
		if r.forbids(p, path) {
			t.Errorf("%s imports %s", p.ImportPath, path)
		}
	}
}

func TestAdaptersExist(t *testing.T) {
	packages := list(t)
	for _, path := range append(adapters, domains...) {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return p.path() == path }) {
			t.Errorf("the rules name %s, which does not exist", path)
		}
	}
}

func list(t *testing.T) []goPackage {
	t.Helper()
	if err := sources.Watch("../.."); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", module+"...").Output()
	if err != nil {
		t.Fatalf("list the module's packages: %v", err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("read the list of packages: %v", err)
		}
		packages = append(packages, p)
	}
}
