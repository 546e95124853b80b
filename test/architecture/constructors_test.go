package architecture

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const cdk = "github.com/aws/aws-cdk-go/awscdk/v2"

// home says which file of stacks alone may use some names of a package.
type home struct {
	pkg   string
	names *regexp.Regexp
	file  string // "" for none
}

var homes = []home{
	{cdk + "/awslambda", constructors("(DockerImage|Singleton)?Function"), "function.go"},
	{cdk + "/awslambda", constructors("EventSourceMapping|EventInvokeConfig"), "invocation.go"},
	{cdk + "/awslambda", constructors("Permission"), "target.go"},
	{cdk + "/awsevents", regexp.MustCompile(constructors("Rule").String() + `|^(Cfn)?Rule_Target`), "route.go"},
	{cdk + "/awsiam", constructors("Role|Policy|ManagedPolicy"), "role.go"},
	{cdk + "/awssqs", constructors("Queue"), "queue.go"},
	{cdk + "/awsdynamodb", constructors("Table|TableV2|GlobalTable"), "table.go"},
	{cdk + "/awslogs", constructors("LogGroup"), "scope.go"},
	{cdk + "/awscloudwatch", constructors("(Composite|AnomalyDetection)?Alarm"), "observability_alarms.go"},
	// Ways around all of these: a resource of any type, a template of somebody
	// else's, and what makes rules and functions of its own.
	{cdk, constructors("Resource|Include|CustomResource|Stack_FromTemplate"), ""},
	{cdk + "/awseventstargets", regexp.MustCompile("."), ""},
	{cdk + "/awslambdaeventsources", regexp.MustCompile("."), ""},
	{cdk + "/awslambdadestinations", regexp.MustCompile("."), ""},
	{cdk + "/awslambdanodejs", regexp.MustCompile("."), ""},
	{cdk + "/cloudformationinclude", regexp.MustCompile("."), ""},
	{cdk + "/customresources", regexp.MustCompile("."), ""},
	{cdk + "/triggers", regexp.MustCompile("."), ""},
}

// methods are methods of constructs that make what has a home of its own, or
// change it past the home.
var methods = []string{
	"AddEventSource", "AddEventSourceMapping", "ConfigureAsyncInvoke", "AddFunctionUrl", "AddPermission", "GrantInvoke",
	"OnEvent", "AddTarget", "AddOverride", "AddPropertyOverride", "AddDeletionOverride", "AddPropertyDeletionOverride",
	"AddToRolePolicy", "AddToPrincipalPolicy", "AddManagedPolicy", "AttachInlinePolicy", "GrantPutEventsTo",
}

// constructors matches the functions of the CDK that make a construct of one of
// the types.
func constructors(types string) *regexp.Regexp {
	return regexp.MustCompile(`^New(Cfn)?(` + types + `)(_Override)?$`)
}

// use is a name of a package that a file uses; of no package if it is a method
// or field.
type use struct{ pkg, name string }

func (u use) String() string { return packageName(u.pkg) + "." + u.name }

func packageName(path string) string { return filepath.Base(strings.TrimSuffix(path, "/v2")) }

// uses returns what a source file uses of other packages, and of values.
func uses(source []byte) (all []use, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		return nil, err
	}
	imported := map[string]string{}
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		name := packageName(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if imported[name] = path; name == "." {
			all = append(all, use{path, "."})
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			var pkg string
			if x, ok := selector.X.(*ast.Ident); ok {
				pkg = imported[x.Name]
			}
			all = append(all, use{pkg, selector.Sel.Name})
		}
		return true
	})
	return all, nil
}

// problem says what is wrong with a use in a file; "" if nothing is.
func (u use) problem(file string) string {
	switch {
	case u.pkg == "" && slices.Contains(methods, u.name):
		return "method " + u.name + " is not to be used"
	case u.name == ".":
		return "the import of " + u.pkg + " hides what is used of it"
	}
	for _, h := range homes {
		switch {
		case !h.has(u) || h.file == file:
		case h.file == "":
			return u.String() + " is not to be used"
		default:
			return u.String() + " is for " + h.file
		}
	}
	return ""
}

func (h home) has(u use) bool { return h.pkg == u.pkg && h.names.MatchString(u.name) }

func TestEachKindOfResourceIsMadeInOneFile(t *testing.T) {
	inFile := map[string][]use{}
	err := filepath.WalkDir("../../stacks", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		inFile[filepath.Base(path)], err = uses(source)
		return err
	})
	if err != nil {
		t.Fatalf("read the stacks: %v", err)
	}
	for file, all := range inFile {
		for _, u := range all {
			if problem := u.problem(file); problem != "" {
				t.Errorf("stacks/%s: %s", file, problem)
			}
		}
	}
	for _, h := range homes {
		if h.file != "" && !slices.ContainsFunc(inFile[h.file], h.has) {
			t.Errorf("stacks/%s is said to be the home of %v of %s, and has nothing of it", h.file, h.names, h.pkg)
		}
	}
}

func TestStrangersAreNoticed(t *testing.T) {
	const lambda, events = `import "` + cdk + `/awslambda"`, `import "` + cdk + `/awsevents"`
	tests := []struct{ file, imports, code, want string }{
		{"function.go", lambda, `awslambda.NewFunction(nil, nil, nil)`, ""},
		{"orders.go", lambda, `awslambda.NewFunction(nil, nil, nil)`, "awslambda.NewFunction is for function.go"},
		{"orders.go", lambda, `awslambda.NewCfnFunction(nil, nil, nil)`, "awslambda.NewCfnFunction is for function.go"},
		{"orders.go", lambda, `awslambda.NewDockerImageFunction(nil, nil, nil)`, "awslambda.NewDockerImageFunction is for function.go"},
		{"orders.go", lambda, `awslambda.NewSingletonFunction(nil, nil, nil)`, "awslambda.NewSingletonFunction is for function.go"},
		{"orders.go", lambda, `awslambda.NewFunction_Override(nil, nil, nil, nil)`, "awslambda.NewFunction_Override is for function.go"},
		{"orders.go", lambda, `create := awslambda.NewFunction; create(nil, nil, nil)`, "awslambda.NewFunction is for function.go"},
		{"orders.go", `import l "` + cdk + `/awslambda"`, `l.NewFunction(nil, nil, nil)`, "awslambda.NewFunction is for function.go"},
		{"orders.go", `import . "` + cdk + `/awslambda"`, `NewFunction(nil, nil, nil)`, "the import of " + cdk + "/awslambda hides what is used of it"},
		{"route.go", events, `awsevents.NewCfnRule(nil, nil, &awsevents.CfnRuleProps{Targets: []*awsevents.CfnRule_TargetProperty{}})`, ""},
		{"bus.go", events, `awsevents.NewRule(nil, nil, nil)`, "awsevents.NewRule is for route.go"},
		{"bus.go", events, `awsevents.NewCfnRule(nil, nil, nil)`, "awsevents.NewCfnRule is for route.go"},
		{"bus.go", events, `_ = awsevents.CfnRule_TargetProperty{}`, "awsevents.CfnRule_TargetProperty is for route.go"},
		{"route.go", `import "` + cdk + `/awseventstargets"`, `awseventstargets.NewLambdaFunction(nil, nil)`, "awseventstargets.NewLambdaFunction is not to be used"},
		{"bus.go", `import "` + cdk + `"`, `awscdk.NewCfnResource(nil, nil, nil)`, "awscdk.NewCfnResource is not to be used"},
		{"orders.go", "", `table.OnEvent(nil, nil)`, "method OnEvent is not to be used"},
		{"orders.go", "", `fn.Node().DefaultChild().(thing).AddPropertyOverride(nil, nil)`, "method AddPropertyOverride is not to be used"},
	}
	for _, test := range tests {
		source := fmt.Sprintf("package stacks\n%s\nfunc f() { %s }", test.imports, test.code)
		all, err := uses([]byte(source))
		var problems []string
		for _, u := range all {
			if problem := u.problem(test.file); problem != "" {
				problems = append(problems, problem)
			}
		}
		if got := strings.Join(problems, "; "); err != nil || got != test.want {
			t.Errorf("in %s, %s: got %q, %v; want %q", test.file, test.code, got, err, test.want)
		}
	}
}
