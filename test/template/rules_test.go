package template_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ruleArn is the ARN of a rule of the bus, in the words of text.
func ruleArn(t *testing.T, name string) string {
	t.Helper()
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	return "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/${" + bus.id + "}/" + name
}

func TestRulesMatchWhatTheyAreFor(t *testing.T) {
	want := map[string]string{
		"cw-catch-all":                     `{"source":[{"exists":true}]}`,
		"payment-service-filtering-orders": `{"detail-type":["OrderCreated"],"source":["order-service"]}`,
		"order-service-filtering-payments": `{"source":["payment-service"]}`,
		"notification-service":             `{"source":["order-service","payment-service"]}`,
	}
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	for _, rule := range demo().ofType("AWS::Events::Rule") {
		name := rule.text("Name")
		if got := rule.text("EventPattern"); got != want[name] {
			t.Errorf("rule %s has pattern %s, want %s", name, got, want[name])
		}
		if got := rule.text("EventBusName"); got != "${"+bus.id+"}" {
			t.Errorf("rule %s is on bus %s, want ${%s}", name, got, bus.id)
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
		"cw-catch-all":                     "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + logs.id + "}",
		"payment-service-filtering-orders": "${" + machine.id + ".Arn}",
		"order-service-filtering-payments": "${" + update.id + ".Arn}",
		"notification-service":             "${" + notify.id + ".Arn}",
	}
	for name, target := range want {
		rule := demo().one(t, "AWS::Events::Rule", "Name", name)
		if got := rule.text("Targets", 0, "Arn"); got != target {
			t.Errorf("rule %s has target %s, want %s", name, got, target)
		}
		hasRole := rule.at("Targets", 0, "RoleArn") != nil
		if wantRole := name == "payment-service-filtering-orders"; hasRole != wantRole {
			t.Errorf("rule %s has a role = %t, want %t", name, hasRole, wantRole)
		}
	}
}

func TestEachRuleHasOneTargetWithRetriesAndDeadLetters(t *testing.T) {
	seen := map[string]string{}
	for _, rule := range demo().ofType("AWS::Events::Rule") {
		name := rule.text("Name")
		if targets, _ := rule.at("Targets").([]any); len(targets) != 1 {
			t.Errorf("rule %s has %d targets, want 1", name, len(targets))
		}
		if got, want := rule.text("Targets", 0, "RetryPolicy"),
			`{"MaximumEventAgeInSeconds":3600,"MaximumRetryAttempts":185}`; got != want {
			t.Errorf("rule %s has retry policy %s, want %s", name, got, want)
		}
		queue := demo().one(t, "AWS::SQS::Queue", "QueueName", "eda-demo-"+name+"-dlq")
		got := rule.text("Targets", 0, "DeadLetterConfig", "Arn")
		if want := "${" + queue.id + ".Arn}"; got != want {
			t.Errorf("rule %s sends dead letters to %s, want %s", name, got, want)
		}
		if other, ok := seen[got]; ok {
			t.Errorf("rules %s and %s share the dead-letter queue %s", name, other, got)
		}
		seen[got] = name
		want := "events.amazonaws.com sqs:SendMessage on ${" + queue.id + ".Arn} if ArnEquals aws:SourceArn " + ruleArn(t, name)
		if policy := queuePolicy(t, queue); len(policy) != 2 || policy[1] != want {
			t.Errorf("the queue of rule %s allows %v, want %s besides the refusal of plain HTTP", name, policy, want)
		}
	}
}

// What a replay puts on the bus is not archived again: AWS sees to that.
func TestEveryEventIsArchived(t *testing.T) {
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	archive := demo().one(t, "AWS::Events::Archive", "ArchiveName", "eda-demo-events")
	if got, want := archive.text("SourceArn"), "${"+bus.id+".Arn}"; got != want || archive.at("EventPattern") != nil {
		t.Errorf("the archive is of %s with pattern %v, want %s and all of its events", got, archive.at("EventPattern"), want)
	}
}

// queuePolicy returns the statements of a queue's policy, written as text.
func queuePolicy(t *testing.T, queue resource) []string {
	t.Helper()
	var lines []string
	for _, policy := range demo().ofType("AWS::SQS::QueuePolicy") {
		if !slices.Contains(texts(policy.at("Queues")), "${"+queue.id+"}") {
			continue
		}
		for _, s := range statements(policy.at("PolicyDocument")) {
			line := s.principal + " " + s.String()
			if s.effect != "Allow" {
				line = s.effect + " " + line
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
	role := demo().Resources[strings.TrimSuffix(strings.TrimPrefix(rule.text("Targets", 0, "RoleArn"), "${"), ".Arn}")]
	got, want := fmt.Sprint(allows(role)), "[states:StartExecution on ${"+machine.id+".Arn}]"
	if got != want {
		t.Errorf("the role of rule %s allows %s, want %s", rule.text("Name"), got, want)
	}

	logs := demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all")
	wantLogs := []string{
		"logs:CreateLogStream on ${" + logs.id + ".Arn}",
		"logs:PutLogEvents on ${" + logs.id + ".Arn} if ArnEquals aws:SourceArn " + ruleArn(t, "cw-catch-all"),
	}
	policy := logsPolicy(t)
	if len(policy) != len(wantLogs) {
		t.Fatalf("the log group's policy has %d statements, want %d", len(policy), len(wantLogs))
	}
	for i, s := range policy {
		if s.principal != "events.amazonaws.com,delivery.logs.amazonaws.com" || s.effect != "Allow" || s.String() != wantLogs[i] {
			t.Errorf("the log group's policy has %s %s %s, want %s", s.effect, s.principal, s, wantLogs[i])
		}
	}
}

// A rule that is there before its permission and its queue loses the events
// that match in between.
func TestRulesWaitForWhatTheyNeed(t *testing.T) {
	for _, rule := range demo().ofType("AWS::Events::Rule") {
		kinds := map[string]bool{}
		for _, id := range rule.DependsOn {
			kinds[demo().Resources[id].Type] = true
		}
		permitted := kinds["AWS::Lambda::Permission"] || kinds["AWS::IAM::Role"] || kinds["AWS::Logs::ResourcePolicy"]
		if !kinds["AWS::SQS::QueuePolicy"] || !permitted {
			t.Errorf("rule %s depends on %v, want the policy of its queue and its permission", rule.text("Name"), rule.DependsOn)
		}
	}
}

// A function that a rule may invoke before its failures have a destination
// drops what it fails on until then.
func TestFunctionsOfRulesKeepTheirFailures(t *testing.T) {
	configs := map[string]string{}
	for _, config := range demo().ofType("AWS::Lambda::EventInvokeConfig") {
		configs[config.text("FunctionName")] = config.id
	}
	invoked := 0
	for _, permission := range demo().ofType("AWS::Lambda::Permission") {
		if permission.text("Principal") != "events.amazonaws.com" {
			continue
		}
		invoked++
		fn := refers(demo(), permission.text("FunctionName"))
		if config := configs["${"+fn.id+"}"]; config == "" || !slices.Contains(permission.DependsOn, config) {
			t.Errorf("%s, which a rule invokes, has the event invoke config %q and its permission depends on %v, want it to depend on that config",
				fn.text("FunctionName"), config, permission.DependsOn)
		}
	}
	if invoked == 0 {
		t.Error("no rule invokes a function, want some to")
	}
}

// What is published before a rule exists, its target never sees.
func TestPublishersWaitForAllRules(t *testing.T) {
	for _, mapping := range demo().ofType("AWS::Lambda::EventSourceMapping") {
		for _, rule := range demo().ofType("AWS::Events::Rule") {
			if !slices.Contains(mapping.DependsOn, rule.id) {
				t.Errorf("%s depends on %v, want rule %s among them", mapping.id, mapping.DependsOn, rule.text("Name"))
			}
		}
	}
}

// invokers returns who may invoke a function: the service and the resource.
func invokers(t *testing.T, function string) []string {
	t.Helper()
	fn := demo().one(t, "AWS::Lambda::Function", "FunctionName", function)
	var found []string
	for _, p := range demo().ofType("AWS::Lambda::Permission") {
		if p.text("FunctionName") == "${"+fn.id+".Arn}" {
			found = append(found, p.text("Principal")+" "+p.text("SourceArn"))
		}
	}
	return found
}
