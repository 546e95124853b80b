package stacks

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
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
	// AlarmEmail is the address that alarms go to: Email if it is not given. If
	// both are "", nobody is told.
	AlarmEmail string
	// Target is where the Lambda programs are to run, as os/arch. AWS runs
	// linux only; darwin is for running the functions on a laptop.
	Target string
	// Throttle bounds the requests that the API takes.
	Throttle Throttle
	// Auth is who may call the API; JWT is for AuthJWT.
	Auth Auth
	JWT  JWT
	// PaymentWorkflow is the type of the payment workflow.
	PaymentWorkflow Workflow
	// Flight is the layout of the seats of every flight.
	Flight Flight
	// PaymentLimit is the most that a booking may cost, as a decimal: payments
	// above it are declined.
	PaymentLimit string
}

// Throttle is a limit on each route of the API: what is above gets 429.
type Throttle struct {
	Rate  int // requests per second
	Burst int // at once, on top
}

// preset is what is deployed if nothing is chosen. The throttle bounds what a
// runaway client costs, and is several times what one demo does.
var preset = Config{Stage: Demo, Target: "linux/arm64", Throttle: Throttle{Rate: 2000, Burst: 2000}, Auth: AuthNone, PaymentWorkflow: Standard,
	Flight: Flight{Rows: 30, Seats: "ABCDEF"}, PaymentLimit: "1000"}

// Stage is the kind of a deployment.
type Stage string

const (
	// Demo destroys all data with the stack.
	Demo Stage = "demo"
	// Prod keeps tables and logs when the stack goes, has point-in-time
	// recovery, protects tables and the stack itself from deletion, and shifts
	// traffic to new versions of functions gradually.
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
// defaults: stage demo, no e-mail address, target linux/arm64, 2,000 requests
// per second and at once, nobody asked who they are, a standard payment
// workflow, flights of 30 rows of the seats A to F, and payments of bookings up
// to 1,000. The error names the key, its value and what is accepted. A key that
// looks like one of ours and is not is an error too: a misspelt key would be
// silently without effect.
func LoadConfig(context map[string]any) (Config, error) {
	cfg := preset
	read := cfg.readers()
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
	cfg.AlarmEmail = cmp.Or(cfg.AlarmEmail, cfg.Email)
	if err := cfg.checkAuth(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// readers has, for each context key, what reads its value into the Config.
func (c *Config) readers() map[string]func(string) error {
	return map[string]func(string) error{
		"stage":  c.setStage,
		"email":  setAddress(&c.Email),
		"target": c.setTarget,

		"alarmEmail": setAddress(&c.AlarmEmail),

		"paymentWorkflow": c.setPaymentWorkflow,

		"throttleRate":  setLimit(&c.Throttle.Rate),
		"throttleBurst": setLimit(&c.Throttle.Burst),
		"auth":          c.setAuth,
		"jwtIssuer":     c.setJWTIssuer,
		"jwtAudience":   c.setJWTAudience,

		"flightRows":   c.Flight.setRows,
		"flightSeats":  c.Flight.setSeats,
		"paymentLimit": c.setPaymentLimit,
	}
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

// setAddress returns what sets a bare address, name@domain, or "".
func setAddress(to *string) func(string) error {
	return func(value string) error {
		address, err := mail.ParseAddress(value)
		if value != "" && (err != nil || address.Address != value) {
			return errors.New("accepted is one e-mail address such as you@example.com")
		}
		*to = value
		return nil
	}
}

func (c *Config) setTarget(value string) error {
	if _, ok := architectures[value]; !ok {
		return fmt.Errorf("accepted are %s", keys(architectures))
	}
	c.Target = value
	return nil
}

// maxLimit is more than any account's quota: API Gateway takes what is above the
// quota and does not reach it.
const maxLimit = 100_000

// setLimit returns what sets a limit of the API.
func setLimit(limit *int) func(string) error {
	return func(value string) error {
		number, err := strconv.Atoi(value)
		if err != nil || number < 1 || number > maxLimit || strconv.Itoa(number) != value {
			return fmt.Errorf("accepted is a whole number from 1 to %d", maxLimit)
		}
		*limit = number
		return nil
	}
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
