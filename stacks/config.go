package stacks

import (
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
)

// Config is what can be chosen about a deployment. It is read from the CDK
// context: `cdk deploy -c key=value`, or "context" in cdk.json.
type Config struct {
	// Stage says whether data outlives the stack: Demo or Prod.
	Stage Stage
	// Email is the address that notifications go to; "" subscribes nobody.
	Email string
	// Target is where the Lambda programs are to run, as os/arch. AWS runs
	// linux only; darwin is for running the functions on a laptop.
	Target string
	// PaymentWorkflow is the type of the payment workflow.
	PaymentWorkflow Workflow
}

// Stage is the kind of a deployment.
type Stage string

const (
	// Demo destroys all data with the stack.
	Demo Stage = "demo"
	// Prod keeps tables and logs when the stack goes, has point-in-time
	// recovery, and protects tables and the stack itself from deletion.
	Prod Stage = "prod"
)

// Workflow is a type of Step Functions workflow.
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
type Workflow string

const (
	// Standard runs each execution once, keeps its history for 90 days and is
	// paid by the state.
	Standard Workflow = "standard"
	// Express may run an execution twice, has a log instead of a history, and is
	// paid by the execution and its duration: a fraction of the price.
	Express Workflow = "express"
)

// architectures has the Lambda architecture for each target.
var architectures = map[string]string{
	"linux/arm64":  "arm64",
	"linux/amd64":  "x86_64",
	"darwin/arm64": "arm64",
	"darwin/amd64": "x86_64",
}

// ReadConfig is LoadConfig with the context of an app.
func ReadConfig(app constructs.Construct) (Config, error) {
	context, ok := app.Node().GetAllContext(nil).(map[string]any)
	if !ok {
		return Config{}, fmt.Errorf("read the CDK context: got %T, want an object", app.Node().GetAllContext(nil))
	}
	return LoadConfig(context)
}

// LoadConfig reads the configuration from the CDK context and fills in the
// defaults: stage demo, no e-mail address, target linux/arm64, a standard
// payment workflow. The error names the key, its value and what is accepted. A key that looks like one of ours
// and is not is an error too: a misspelt key would be silently without effect.
func LoadConfig(context map[string]any) (Config, error) {
	cfg := Config{Stage: Demo, Target: "linux/arm64", PaymentWorkflow: Standard}
	read := map[string]func(string) error{
		"stage":  cfg.setStage,
		"email":  cfg.setEmail,
		"target": cfg.setTarget,

		"paymentWorkflow": cfg.setPaymentWorkflow,
	}
	for _, key := range slices.Sorted(maps.Keys(context)) {
		set, ours := read[key]
		if !ours && toolKey.MatchString(key) {
			continue
		}
		if !ours {
			return Config{}, fmt.Errorf("unknown context key %q: accepted are %s", key, keys(read))
		}
		value, ok := context[key].(string)
		if !ok {
			return Config{}, fmt.Errorf("context %s=%v: accepted is a string", key, context[key])
		}
		if err := set(value); err != nil {
			return Config{}, fmt.Errorf("context %s=%q: %w", key, value, err)
		}
	}
	return cfg, nil
}

// toolKey matches the context keys of the CDK and its command line: feature
// flags ("@aws-cdk/…"), "aws:cdk:…", look-ups ("availability-zones:account=…")
// and "acknowledged-issue-numbers". All hold a character that ours don't.
var toolKey = regexp.MustCompile(`[^A-Za-z]`)

func (c *Config) setStage(value string) error {
	switch stage := Stage(value); stage {
	case Demo, Prod:
		c.Stage = stage
		return nil
	}
	return fmt.Errorf("accepted are %s and %s", Demo, Prod)
}

// setEmail takes a bare address, name@domain, or "".
func (c *Config) setEmail(value string) error {
	address, err := mail.ParseAddress(value)
	if value != "" && (err != nil || address.Address != value) {
		return fmt.Errorf("accepted is one e-mail address such as you@example.com")
	}
	c.Email = value
	return nil
}

func (c *Config) setTarget(value string) error {
	if _, ok := architectures[value]; !ok {
		return fmt.Errorf("accepted are %s", keys(architectures))
	}
	c.Target = value
	return nil
}

func (c *Config) setPaymentWorkflow(value string) error {
	switch workflow := Workflow(value); workflow {
	case Standard, Express:
		c.PaymentWorkflow = workflow
		return nil
	}
	return fmt.Errorf("accepted are %s and %s", Standard, Express)
}

// keys lists the keys of a map for a person to read, sorted.
func keys[V any](m map[string]V) string {
	sorted := slices.Sorted(maps.Keys(m))
	last := len(sorted) - 1
	return strings.Join(sorted[:last], ", ") + " and " + sorted[last]
}
