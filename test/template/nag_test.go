package template_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"eda-demo/stacks"
)

// nagContexts are the configurations that cdk-nag looks at: between them, they
// have every choice made both ways.
var nagContexts = map[string]map[string]any{
	"demo": {},
	"prod": {
		"stage": "prod", "paymentWorkflow": "express",
		"email": "you@example.com", "alarmEmail": "duty@example.com",
		"auth": "jwt", "jwtIssuer": "https://login.example.com", "jwtAudience": "orders",
	},
}

// nagFinding is a line of the report of cdk-nag.
type nagFinding struct {
	Rule            string `json:"ruleId"`
	Path            string `json:"resourceId"`
	Compliance      string // Compliant, Non-Compliant, Suppressed or UNKNOWN
	ExceptionReason string
	RuleInfo        string
}

// nag has the rules of a pack look at the app in one of nagContexts, in which
// the findings that suppressions names are suppressed. It is done here and not whenever the app
// is synthesized, which it would make slower for everyone.
func nag(in string, change func(awscdk.Stack)) []nagFinding {
	context := nagContexts[in]
	dir, err := os.MkdirTemp(workDir, "nag-")
	check(err)
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: &context})
	cfg, err := stacks.ReadConfig(app)
	check(err)
	stack, err := stacks.NewEdaDemo(app, cfg, placeholders())
	check(err)
	for _, s := range suppressions {
		if s.in == "" || s.in == in {
			s.apply(stack)
		}
	}
	change(stack)
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{
		ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON},
	}), nil)
	app.Synth(nil)
	raw, err := os.ReadFile(filepath.Join(dir, "AwsSolutions-EdaDemo-NagReport.json"))
	check(err)
	var report struct{ Lines []nagFinding }
	check(json.Unmarshal(raw, &report))
	return report.Lines
}

// apply suppresses the finding, if the stack has the resource.
func (s suppression) apply(stack awscdk.Stack) {
	var construct constructs.IConstruct = stack
	for _, id := range strings.Split(s.path, "/") {
		if construct = construct.Node().TryFindChild(jsii.String(id)); construct == nil {
			return
		}
	}
	given := &cdknag.NagPackSuppression{Id: jsii.String("AwsSolutions-" + s.rule), Reason: jsii.String(s.reason)}
	if s.finding != "" {
		given.AppliesTo = &[]any{s.finding}
	}
	cdknag.NagSuppressions_AddResourceSuppressions(construct, &[]*cdknag.NagPackSuppression{given}, nil)
}

// suppresses tells whether it is this suppression that a finding met.
func (s suppression) suppresses(f nagFinding) bool {
	reason := s.reason
	if s.finding != "" {
		reason = "[" + s.finding + "] " + reason
	}
	return f.Compliance == "Suppressed" && f.Path == stacks.StackName+"/"+s.path &&
		f.Rule == "AwsSolutions-"+s.rule && f.ExceptionReason == reason
}

func TestNagIsContent(t *testing.T) {
	var all []nagFinding
	for _, name := range slices.Sorted(maps.Keys(nagContexts)) {
		findings := nag(name, func(awscdk.Stack) {})
		for _, f := range findings {
			if f.Compliance != "Compliant" && f.Compliance != "Suppressed" {
				t.Errorf("%s: %s of %s is %s: %s", name, f.Path, f.Rule, f.Compliance, f.RuleInfo)
			}
		}
		all = append(all, findings...)
	}
	for _, s := range suppressions {
		if !slices.ContainsFunc(all, s.suppresses) {
			t.Errorf("the suppression of %s %s for %s suppresses nothing", s.rule, s.finding, s.path)
		}
	}
}

// One more is to be noticed by whoever reads the change.
func TestSuppressionsAreFew(t *testing.T) {
	if len(suppressions) != suppressionCount {
		t.Errorf("%d findings are suppressed, want %d", len(suppressions), suppressionCount)
	}
	for i, s := range suppressions {
		if !strings.HasSuffix(s.reason, ".") || len(s.reason) < 40 {
			t.Errorf("the suppression of %s for %s has the reason %q, want a sentence", s.rule, s.path, s.reason)
		}
		if slices.ContainsFunc(suppressions[:i], func(o suppression) bool { return o.path == s.path && o.rule == s.rule && o.finding == s.finding }) {
			t.Errorf("the suppression of %s for %s is there twice", s.rule, s.path)
		}
	}
}

// A queue that is made past queue.go, with the CDK's presets.
func TestNagNoticesWhatIsNotSuppressed(t *testing.T) {
	findings := nag("demo", func(stack awscdk.Stack) {
		awssqs.NewQueue(stack, jsii.String("Bypass"), nil)
	})
	for _, rule := range []string{"AwsSolutions-SQS3", "AwsSolutions-SQS4"} {
		if !slices.ContainsFunc(findings, func(f nagFinding) bool {
			return f.Path == stacks.StackName+"/Bypass/Resource" && f.Rule == rule && f.Compliance == "Non-Compliant"
		}) {
			t.Errorf("cdk-nag does not complain of %s about a queue with presets", rule)
		}
	}
}
