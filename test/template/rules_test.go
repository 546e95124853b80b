package template_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

// ruleArn is the ARN of a rule of the bus, in the words of text.
func ruleArn(t *testing.T, name string) string {
	t.Helper()
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	return "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${" + bus.ID + "}/" + name
}

func TestRulesMatchWhatTheyAreFor(t *testing.T) {
	want := map[string]string{
		"cw-catch-all":                     `{"source":[{"exists":true}]}`,
		"payment-service-filtering-orders": `{"detail-type":["OrderCreated"],"source":["order-service"]}`,
		"order-service-filtering-payments": `{"source":["payment-service"]}`,
		"notification-service":             `{"source":["order-service","payment-service"]}`,
	}
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		name := rule.Text("Name")
		if got := rule.Text("EventPattern"); got != want[name] {
			t.Errorf("rule %s has pattern %s, want %s", name, got, want[name])
		}
		if got := rule.Text("EventBusName"); got != "${"+bus.ID+"}" {
			t.Errorf("rule %s is on bus %s, want ${%s}", name, got, bus.ID)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("the template lacks the rules %v", want)
	}
}

func TestRulesReachTheirTargets(t *testing.T) {
	machine := demo().one(t, "AWS::StepFunctions::StateMachine", "StateMachineName", "eda-demo-payment-service")
	update := demo().one(t, "AWS::Lambda::Function", "FunctionName", "eda-demo-update-order")
	notify := demo().one(t, "AWS::Lambda::Function", "FunctionName", "eda-demo-notification")
	logs := demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all")
	want := map[string]string{
		"cw-catch-all":                     "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + logs.ID + "}",
		"payment-service-filtering-orders": "${" + machine.ID + ".Arn}",
		"order-service-filtering-payments": "${" + update.ID + ".Arn}",
		"notification-service":             "${" + notify.ID + ".Arn}",
	}
	for name, target := range want {
		rule := demo().one(t, "AWS::Events::Rule", "Name", name)
		if got := rule.Text("Targets", 0, "Arn"); got != target {
			t.Errorf("rule %s has target %s, want %s", name, got, target)
		}
		hasRole := rule.At("Targets", 0, "RoleArn") != nil
		if wantRole := name == "payment-service-filtering-orders"; hasRole != wantRole {
			t.Errorf("rule %s has a role = %t, want %t", name, hasRole, wantRole)
		}
	}
}

func TestEachRuleHasOneTargetWithRetriesAndDeadLetters(t *testing.T) {
	seen := map[string]string{}
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		name := rule.Text("Name")
		if targets, _ := rule.At("Targets").([]any); len(targets) != 1 {
			t.Errorf("rule %s has %d targets, want 1", name, len(targets))
		}
		if got, want := rule.Text("Targets", 0, "RetryPolicy"),
			`{"MaximumEventAgeInSeconds":3600,"MaximumRetryAttempts":185}`; got != want {
			t.Errorf("rule %s has retry policy %s, want %s", name, got, want)
		}
		queue := demo().one(t, "AWS::SQS::Queue", "QueueName", "eda-demo-"+name+"-dlq")
		got := rule.Text("Targets", 0, "DeadLetterConfig", "Arn")
		if want := "${" + queue.ID + ".Arn}"; got != want {
			t.Errorf("rule %s sends dead letters to %s, want %s", name, got, want)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("rules %s and %s share the dead-letter queue %s", name, other, got)
		}
		seen[got] = name
		want := "events.amazonaws.com sqs:SendMessage on ${" + queue.ID + ".Arn} if ArnEquals aws:SourceArn " + ruleArn(t, name)
		if policy := queuePolicy(t, queue); len(policy) != 2 || policy[1] != want {
			t.Errorf("the queue of rule %s allows %v, want %s besides the refusal of plain HTTP", name, policy, want)
		}
	}
}

// What a replay puts on the bus is not archived again: AWS sees to that.
func TestEveryEventIsArchived(t *testing.T) {
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	archive := demo().one(t, "AWS::Events::Archive", "ArchiveName", "eda-demo-events")
	if got, want := archive.Text("SourceArn"), "${"+bus.ID+".Arn}"; got != want || archive.At("EventPattern") != nil {
		t.Errorf("the archive is of %s with pattern %v, want %s and all of its events", got, archive.At("EventPattern"), want)
	}
}

// queuePolicy returns the statements of a queue's policy, written as text.
func queuePolicy(t *testing.T, queue synthesized.Resource) []string {
	t.Helper()
	var lines []string
	for _, policy := range demo().OfType("AWS::SQS::QueuePolicy") {
		if !slices.Contains(synthesized.Texts(policy.At("Queues")), "${"+queue.ID+"}") {
			continue
		}
		for _, s := range synthesized.Statements(policy.At("PolicyDocument")) {
			line := s.Principal + " " + s.String()
			if s.Effect != "Allow" {
				line = s.Effect + " " + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestTargetsLetOnlyTheirRuleIn(t *testing.T) {
	for function, rule := range map[string]string{
		"eda-demo-update-order": "order-service-filtering-payments",
		"eda-demo-notification": "notification-service",
	} {
		want := "events.amazonaws.com " + ruleArn(t, rule)
		if got := invokers(t, function); len(got) != 1 || got[0] != want {
			t.Errorf("%s can be invoked by %v, want %s", function, got, want)
		}
	}

	machine := demo().one(t, "AWS::StepFunctions::StateMachine", "StateMachineName", "eda-demo-payment-service")
	rule := demo().one(t, "AWS::Events::Rule", "Name", "payment-service-filtering-orders")
	role := demo().Resources[strings.TrimSuffix(strings.TrimPrefix(rule.Text("Targets", 0, "RoleArn"), "${"), ".Arn}")]
	got, want := fmt.Sprint(role.Allows()), "[states:StartExecution on ${"+machine.ID+".Arn}]"
	if got != want {
		t.Errorf("the role of rule %s allows %s, want %s", rule.Text("Name"), got, want)
	}

	logs := demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all")
	wantLogs := []string{
		"logs:CreateLogStream on ${" + logs.ID + ".Arn}",
		"logs:PutLogEvents on ${" + logs.ID + ".Arn} if ArnEquals aws:SourceArn " + ruleArn(t, "cw-catch-all"),
	}
	policy := logsPolicy(t)
	if len(policy) != len(wantLogs) {
		t.Fatalf("the log group's policy has %d statements, want %d", len(policy), len(wantLogs))
	}
	for i, s := range policy {
		if s.Principal != "events.amazonaws.com,delivery.logs.amazonaws.com" || s.Effect != "Allow" || s.String() != wantLogs[i] {
			t.Errorf("the log group's policy has %s %s %s, want %s", s.Effect, s.Principal, s, wantLogs[i])
		}
	}
}

// A rule that is there before its permission and its queue loses the events
// that match in between.
func TestRulesWaitForWhatTheyNeed(t *testing.T) {
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		kinds := map[string]bool{}
		for _, id := range rule.DependsOn {
			kinds[demo().Resources[id].Type] = true
		}
		permitted := kinds["AWS::Lambda::Permission"] || kinds["AWS::IAM::Role"] || kinds["AWS::Logs::ResourcePolicy"]
		if !kinds["AWS::SQS::QueuePolicy"] || !permitted {
			t.Errorf("rule %s depends on %v, want the policy of its queue and its permission", rule.Text("Name"), rule.DependsOn)
		}
	}
}

// A function that a rule may invoke before its failures have a destination
// drops what it fails on until then.
func TestFunctionsOfRulesKeepTheirFailures(t *testing.T) {
	configs := map[string]string{}
	for _, config := range demo().OfType("AWS::Lambda::EventInvokeConfig") {
		configs[config.Text("FunctionName")] = config.ID
	}
	invoked := 0
	for _, permission := range demo().OfType("AWS::Lambda::Permission") {
		if permission.Text("Principal") != "events.amazonaws.com" {
			continue
		}
		invoked++
		fn := demo().Referred(permission.Text("FunctionName"))
		if config := configs["${"+fn.ID+"}"]; config == "" || !slices.Contains(permission.DependsOn, config) {
			t.Errorf("%s, which a rule invokes, has the event invoke config %q and its permission depends on %v, want it to depend on that config",
				fn.Text("FunctionName"), config, permission.DependsOn)
		}
	}
	if invoked == 0 {
		t.Error("no rule invokes a function, want some to")
	}
}

// What is published before a rule exists, its target never sees.
func TestPublishersWaitForAllRules(t *testing.T) {
	for _, mapping := range demo().OfType("AWS::Lambda::EventSourceMapping") {
		for _, rule := range demo().OfType("AWS::Events::Rule") {
			if !slices.Contains(mapping.DependsOn, rule.ID) {
				t.Errorf("%s depends on %v, want rule %s among them", mapping.ID, mapping.DependsOn, rule.Text("Name"))
			}
		}
	}
}

// invokers returns who may invoke a function: the service and the resource.
func invokers(t *testing.T, function string) []string {
	t.Helper()
	fn := demo().one(t, "AWS::Lambda::Function", "FunctionName", function)
	var found []string
	for _, p := range demo().OfType("AWS::Lambda::Permission") {
		if p.Text("FunctionName") == "${"+fn.ID+".Arn}" {
			found = append(found, p.Text("Principal")+" "+p.Text("SourceArn"))
		}
	}
	return found
}
