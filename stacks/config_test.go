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
	throttle := Throttle{Rate: 2000, Burst: 2000}
	flight := Flight{Rows: 30, Seats: "ABCDEF"}
	defaults := Config{Stage: Demo, Target: "linux/arm64", Throttle: throttle, Auth: AuthNone, PaymentWorkflow: Standard,
		Flight: flight, PaymentLimit: "1000"}
	with := func(change func(*Config)) Config {
		changed := defaults
		change(&changed)
		return changed
	}
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
			map[string]any{"stage": "prod", "email": "you@example.com", "target": "linux/amd64"},
			with(func(c *Config) {
				c.Stage, c.Email, c.AlarmEmail, c.Target = Prod, "you@example.com", "you@example.com", "linux/amd64"
			}),
		},
		"limits": {
			map[string]any{"throttleRate": "1", "throttleBurst": "100000"},
			with(func(c *Config) { c.Throttle = Throttle{Rate: 1, Burst: 100000} }),
		},
		"a cheaper workflow": {
			map[string]any{"paymentWorkflow": "express"},
			with(func(c *Config) { c.PaymentWorkflow = Express }),
		},
		"a small aircraft": {
			map[string]any{"flightRows": "1", "flightSeats": "F"}, with(func(c *Config) { c.Flight = Flight{1, "F"} }),
		},
		"a large aircraft": {
			map[string]any{"flightRows": "99", "flightSeats": "ABCDEFGHJK"}, with(func(c *Config) { c.Flight = Flight{99, "ABCDEFGHJK"} }),
		},
		"the least payments": {map[string]any{"paymentLimit": "0.01"}, with(func(c *Config) { c.PaymentLimit = "0.01" })},
		"any payment":        {map[string]any{"paymentLimit": "1000000000"}, with(func(c *Config) { c.PaymentLimit = "1000000000" })},
		"nobody is asked":    {map[string]any{"auth": "none"}, defaults},
		"signatures":         {map[string]any{"auth": "iam"}, with(func(c *Config) { c.Auth = AuthIAM })},
		"tokens": {
			map[string]any{"auth": "jwt", "jwtIssuer": "https://login.example.com/eda", "jwtAudience": "orders"},
			with(func(c *Config) { c.Auth, c.JWT = AuthJWT, JWT{"https://login.example.com/eda", "orders"} }),
		},
		"tokens of this machine": {
			map[string]any{"auth": "jwt", "jwtIssuer": "http://127.0.0.1:9000", "jwtAudience": "orders"},
			with(func(c *Config) { c.Auth, c.JWT = AuthJWT, JWT{"http://127.0.0.1:9000", "orders"} }),
		},
		"another address for alarms": {
			map[string]any{"email": "you@example.com", "alarmEmail": "us@example.com"},
			with(func(c *Config) { c.Email, c.AlarmEmail = "you@example.com", "us@example.com" }),
		},
		"an address for alarms only": {
			map[string]any{"alarmEmail": "us@example.com"}, with(func(c *Config) { c.AlarmEmail = "us@example.com" }),
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
	const (
		anAddress = "accepted is one e-mail address such as you@example.com"
		aLimit    = "accepted is a whole number from 1 to 100000"
		anIssuer  = "accepted is the https URL of an issuer of tokens, such as https://login.example.com/eda"
		aRow      = "accepted is a whole number from 1 to 99"
		seats     = "accepted are 1 to 10 different letters from A to Z, such as ABCDEF"
		anAmount  = "accepted is an amount from 0.01 to 1000000000 with at most two decimals, such as 1000 or 99.50"
		allKeys   = "alarmEmail, auth, email, flightRows, flightSeats, jwtAudience, jwtIssuer, paymentLimit, paymentWorkflow, stage, target, throttleBurst and throttleRate"
	)
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
			`unknown context key "emial": accepted are ` + allKeys},
		"case counts":   {"Stage", "prod", `unknown context key "Stage": accepted are ` + allKeys},
		"no rate":       {"throttleRate", "0", `context throttleRate="0": ` + aLimit},
		"too many":      {"throttleRate", "100001", `context throttleRate="100001": ` + aLimit},
		"negative":      {"throttleBurst", "-1", `context throttleBurst="-1": ` + aLimit},
		"fraction":      {"throttleBurst", "1.5", `context throttleBurst="1.5": ` + aLimit},
		"leading zero":  {"throttleBurst", "01", `context throttleBurst="01": ` + aLimit},
		"auth":          {"auth", "basic", `context auth="basic": accepted are iam, jwt and none`},
		"no issuer":     {"jwtIssuer", "", `context jwtIssuer="": ` + anIssuer},
		"plain issuer":  {"jwtIssuer", "http://example.com", `context jwtIssuer="http://example.com": ` + anIssuer},
		"no URL":        {"jwtIssuer", "login", `context jwtIssuer="login": ` + anIssuer},
		"query":         {"jwtIssuer", "https://a.b?c", `context jwtIssuer="https://a.b?c": ` + anIssuer},
		"audience":      {"jwtAudience", "a b", `context jwtAudience="a b": accepted is the audience of the tokens, without spaces`},
		"no rows":       {"flightRows", "0", `context flightRows="0": ` + aRow},
		"many rows":     {"flightRows", "100", `context flightRows="100": ` + aRow},
		"row 7":         {"flightRows", "07", `context flightRows="07": ` + aRow},
		"no seats":      {"flightSeats", "", `context flightSeats="": ` + seats},
		"a seat twice":  {"flightSeats", "ABA", `context flightSeats="ABA": ` + seats},
		"small letters": {"flightSeats", "abc", `context flightSeats="abc": ` + seats},
		"wide aircraft": {"flightSeats", "ABCDEFGHIJK", `context flightSeats="ABCDEFGHIJK": ` + seats},
		"accents":       {"flightSeats", "Ä", `context flightSeats="Ä": ` + seats},
		"nothing paid":  {"paymentLimit", "0.00", `context paymentLimit="0.00": ` + anAmount},
		"too much":      {"paymentLimit", "1000000000.01", `context paymentLimit="1000000000.01": ` + anAmount},
		"tenth of cent": {"paymentLimit", "0.001", `context paymentLimit="0.001": ` + anAmount},
		"currency":      {"paymentLimit", "100 EUR", `context paymentLimit="100 EUR": ` + anAmount},
		"exponent":      {"paymentLimit", "1e3", `context paymentLimit="1e3": ` + anAmount},
		"auth is short": {"auth", "jwt", `context auth="jwt": accepted is jwt together with jwtIssuer and jwtAudience, and jwtIssuer is missing`},
		"issuer alone": {"jwtIssuer", "https://login.example.com",
			`context jwtIssuer="https://login.example.com": accepted only with auth=jwt, not with auth=none`},
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
	programs := Programs{}
	for _, pkg := range packages {
		programs[pkg] = "a"
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
