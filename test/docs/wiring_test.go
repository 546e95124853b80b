package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/local/eventpattern"
	"eda-demo/test/synthesized"
)

// golden is the synthesized template; a test in test/template keeps it current.
const golden = "../template/testdata/EdaDemo.template.json"

// wiring is what the template says about who puts events on the bus, and who
// gets them.
type wiring struct {
	template synthesized.Template
}

// busWiring is a bus with its archive and all its rules, sorted by their names.
type busWiring struct {
	Bus, Archive, ArchiveDays string
	Rules                     []consumer
}

// consumer is a rule with its target.
type consumer struct {
	Rule    string
	Pattern any
	// Target is the kind of the target and its name.
	Target string
	// Retries is how long and how often a delivery is tried, and Queue gets what
	// could not be delivered.
	Retries, Queue string
	// Failures is the same for a target that took the event and failed; "" if
	// there is no such thing.
	Failures string

	compiled *eventpattern.Pattern
}

func readWiring(t *testing.T) wiring {
	t.Helper()
	raw, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	w := wiring{}
	if w.template, err = synthesized.Parse(raw); err != nil {
		t.Fatal(err)
	}
	return w
}

// buses are the buses in the order in which the contract has their events.
func (w wiring) buses(t *testing.T) []busWiring {
	t.Helper()
	found := map[string]*busWiring{}
	for _, rule := range w.template.OfType("AWS::Events::Rule") {
		bus := w.template.Referred(rule.Text("EventBusName")).Text("Name")
		if found[bus] == nil {
			found[bus] = &busWiring{Bus: bus}
		}
		found[bus].Rules = append(found[bus].Rules, w.consumer(t, rule))
	}
	for _, archive := range w.template.OfType("AWS::Events::Archive") {
		bus := found[w.resource(t, archive.Text("SourceArn")).Text("Name")]
		bus.Archive, bus.ArchiveDays = archive.Text("ArchiveName"), archive.Text("RetentionDays")
	}
	var all []busWiring
	for _, kind := range event.Types() {
		if bus := found[kind.Bus]; bus != nil {
			slices.SortFunc(bus.Rules, func(a, b consumer) int { return strings.Compare(a.Rule, b.Rule) })
			all = append(all, *bus)
			delete(found, kind.Bus)
		}
	}
	if len(found) > 0 {
		t.Fatalf("the contract has no events of the buses %v", slices.Collect(maps.Keys(found)))
	}
	return all
}

func (w wiring) consumer(t *testing.T, rule synthesized.Resource) consumer {
	t.Helper()
	c := consumer{Rule: rule.Text("Name"), Pattern: rule.At("EventPattern")}
	raw, err := json.Marshal(c.Pattern)
	if err == nil {
		c.compiled, err = eventpattern.Compile(raw)
	}
	if err != nil {
		t.Fatalf("the pattern of rule %s: %v", c.Rule, err)
	}
	if got := len(rule.List("Targets")); got != 1 {
		t.Fatalf("rule %s has %d targets, want 1", c.Rule, got)
	}
	target := w.resource(t, rule.Text("Targets", 0, "Arn"))
	c.Target = named(t, target)
	c.Retries = tries(t, rule.At("Targets", 0, "RetryPolicy", "MaximumEventAgeInSeconds"), rule.At("Targets", 0, "RetryPolicy", "MaximumRetryAttempts"))
	c.Queue = w.resource(t, rule.Text("Targets", 0, "DeadLetterConfig", "Arn")).Text("QueueName")
	if target.Type == "AWS::StepFunctions::StateMachine" {
		c.Failures = "the [execution fails](runbook.md#alarm-payment-failed)"
	}
	for _, config := range w.template.OfType("AWS::Lambda::EventInvokeConfig") {
		if synthesized.Refers(config.At("FunctionName"), target.ID) {
			queue := w.resource(t, config.Text("DestinationConfig", "OnFailure", "Destination")).Text("QueueName")
			c.Failures = fmt.Sprintf("%s, then queue `%s`", tries(t, config.At("MaximumEventAgeInSeconds"), config.At("MaximumRetryAttempts")), queue)
		}
	}
	return c
}

// resource is what an ARN refers to: as a whole or in its last part.
func (w wiring) resource(t *testing.T, arn string) synthesized.Resource {
	t.Helper()
	last := arn[strings.LastIndex(arn, "${"):]
	if found := w.template.Referred(last); found.ID != "" {
		return found
	}
	t.Fatalf("the template has nothing at %s", arn)
	return synthesized.Resource{}
}

// kinds are the types of producers and consumers with the property that has
// their name, and what they are called.
var kinds = map[string][2]string{
	"AWS::Lambda::Function":            {"FunctionName", "function"},
	"AWS::StepFunctions::StateMachine": {"StateMachineName", "state machine"},
	"AWS::Logs::LogGroup":              {"LogGroupName", "log group"},
	"AWS::Events::EventBus":            {"Name", "bus"},
}

func named(t *testing.T, r synthesized.Resource) string {
	t.Helper()
	kind, ok := kinds[r.Type]
	if !ok {
		t.Fatalf("%s is an %s, which this document has no words for", r.ID, r.Type)
	}
	return kind[1] + " `" + r.Text(kind[0]) + "`"
}

func tries(t *testing.T, age, retries any) string {
	t.Helper()
	seconds, ok := age.(float64)
	if !ok {
		t.Fatalf("the age of events is %v, want seconds", age)
	}
	return fmt.Sprintf("up to %v retries in %s", retries, strings.TrimSuffix((time.Duration(seconds)*time.Second).String(), "0m0s"))
}

// producer is whoever's role may put events of the source on the bus.
func (w wiring) producer(t *testing.T, source string) string {
	t.Helper()
	var found []string
	for _, r := range w.template.OfType("AWS::Lambda::Function", "AWS::StepFunctions::StateMachine") {
		for _, property := range []string{"Role", "RoleArn"} {
			if role := w.template.Referred(r.Text(property)); r.At(property) != nil && speaksAs(role, source) {
				found = append(found, named(t, r))
			}
		}
	}
	if len(found) != 1 {
		t.Fatalf("events of %s may be published by %v, want one", source, found)
	}
	return found[0]
}

func speaksAs(role synthesized.Resource, source string) bool {
	for i := range role.List("Policies") {
		for _, s := range synthesized.Statements(role.At("Policies", i, "PolicyDocument")) {
			if slices.Contains(s.Actions, "events:PutEvents") && s.ConditionOn("StringEquals", "events:source") == source {
				return true
			}
		}
	}
	return false
}

// consumersOf are the rules of the bus that all samples of a kind of event match. Samples
// that differ in that would take two entries in the document.
func (b busWiring) consumersOf(t *testing.T, samples []event.Sample) []consumer {
	t.Helper()
	var found []consumer
	for _, rule := range b.Rules {
		matched := 0
		for _, sample := range samples {
			parsed, err := eventpattern.ParseEvent(sample.JSON)
			if err != nil {
				t.Fatalf("sample %s: %v", sample.Name, err)
			}
			if rule.compiled.Matches(parsed) {
				matched++
			}
		}
		switch matched {
		case 0:
		case len(samples):
			found = append(found, rule)
		default:
			t.Fatalf("rule %s gets %d of the %d samples like %s", rule.Rule, matched, len(samples), samples[0].Name)
		}
	}
	return found
}
