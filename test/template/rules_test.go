package template_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

// expectedRule is what a rule is to be.
type expectedRule struct {
	bus, pattern string
	target       string // the name of a function, the state machine or the log group
	queue        string // for what cannot be delivered
}

var expectedRules = map[string]expectedRule{
	"cw-catch-all": {"eda-demo", `{"source":[{"exists":true}]}`, "eda-demo-all", "eda-demo-cw-catch-all-dlq"},
	"payment-service-filtering-orders": {"eda-demo", `{"detail-type":["OrderCreated"],"source":["order-service"]}`,
		"eda-demo-payment-service", "eda-demo-payment-service-filtering-orders-dlq"},
	"order-service-filtering-payments": {"eda-demo", `{"source":["payment-service"]}`,
		"eda-demo-update-order", "eda-demo-order-service-filtering-payments-dlq"},
	"notification-service": {"eda-demo", `{"source":["order-service","payment-service"]}`,
		"eda-demo-notification", "eda-demo-notification-service-dlq"},

	"CatchAllRule": {"AircraftBookingBus", `{"source":[{"exists":true}]}`, "eda-demo-all", "eda-demo-bookings-CatchAllRule-dlq"},
	"PaymentProcessingRule": {"AircraftBookingBus", `{"detail-type":["BookingCreated"],"source":["aircraft.booking"]}`,
		"eda-demo-process-payment", "eda-demo-bookings-PaymentProcessingRule-dlq"},
	"PaymentConfirmedRule": {"AircraftBookingBus", `{"detail-type":["PaymentConfirmed"],"source":["aircraft.payment"]}`,
		"eda-demo-assign-seat", "eda-demo-bookings-PaymentConfirmedRule-dlq"},
	"TicketIssuedRule": {"AircraftBookingBus", `{"detail-type":["SeatAssigned"],"source":["aircraft.seat-assignment"]}`,
		"eda-demo-issue-ticket", "eda-demo-bookings-TicketIssuedRule-dlq"},
	"PaymentRefundRule": {"AircraftBookingBus", `{"detail-type":["SeatAssignmentFailed"],"source":["aircraft.seat-assignment"]}`,
		"eda-demo-process-payment", "eda-demo-bookings-PaymentRefundRule-dlq"},
	"SeatWithdrawalRule": {"AircraftBookingBus", `{"detail-type":["BookingCancelled"],"source":["aircraft.booking"]}`,
		"eda-demo-assign-seat", "eda-demo-bookings-SeatWithdrawalRule-dlq"},
	"BookingProgressRule": {"AircraftBookingBus", `{"source":["aircraft.payment","aircraft.seat-assignment","aircraft.ticket"]}`,
		"eda-demo-update-booking", "eda-demo-bookings-BookingProgressRule-dlq"},
	"BookingNotificationRule": {"AircraftBookingBus", `{"detail-type":["TicketIssued","BookingCancelled"],"source":["aircraft.ticket","aircraft.booking"]}`,
		"eda-demo-notification", "eda-demo-bookings-BookingNotificationRule-dlq"},
}

// busOf is a reference to the bus that a rule is to be on.
func busOf(t *testing.T, rule string) string {
	t.Helper()
	return "${" + demo().one(t, "AWS::Events::EventBus", "Name", expectedRules[rule].bus).ID + "}"
}

// ruleArn is the ARN of a rule, in the words of text.
func ruleArn(t *testing.T, name string) string {
	t.Helper()
	return "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/" + busOf(t, name) + "/" + name
}

func TestRulesMatchWhatTheyAreFor(t *testing.T) {
	rules := demo().OfType("AWS::Events::Rule")
	if len(rules) != len(expectedRules) {
		t.Errorf("the template has %d rules, want %d", len(rules), len(expectedRules))
	}
	for name, want := range expectedRules {
		rule := demo().one(t, "AWS::Events::Rule", "Name", name)
		if got := rule.Text("EventPattern"); got != want.pattern {
			t.Errorf("rule %s has pattern %s, want %s", name, got, want.pattern)
		}
		if got := rule.Text("EventBusName"); got != busOf(t, name) {
			t.Errorf("rule %s is on bus %s, want %s, which is %s", name, got, busOf(t, name), want.bus)
		}
	}
}

func TestRulesReachTheirTargets(t *testing.T) {
	machine := demo().one(t, "AWS::StepFunctions::StateMachine", "StateMachineName", "eda-demo-payment-service")
	logs := demo().one(t, "AWS::Logs::LogGroup", "LogGroupName", "eda-demo-all")
	arns := map[string]string{
		"eda-demo-all":             "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${" + logs.ID + "}",
		"eda-demo-payment-service": "${" + machine.ID + ".Arn}",
	}
	for name := range packages {
		arns[name] = "${" + function(t, name).ID + ".Arn}"
	}
	for name, want := range expectedRules {
		rule := demo().one(t, "AWS::Events::Rule", "Name", name)
		target := arns[want.target]
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
		queue := demo().one(t, "AWS::SQS::Queue", "QueueName", expectedRules[name].queue)
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
	for bus, name := range map[string]string{"eda-demo": "eda-demo-events", "AircraftBookingBus": "eda-demo-booking-events"} {
		source := "${" + demo().one(t, "AWS::Events::EventBus", "Name", bus).ID + ".Arn}"
		archive := demo().one(t, "AWS::Events::Archive", "ArchiveName", name)
		if got := archive.Text("SourceArn"); got != source || archive.At("EventPattern") != nil {
			t.Errorf("the archive %s is of %s with pattern %v, want %s and all of its events", name, got, archive.At("EventPattern"), source)
		}
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
	wanted := map[string][]string{}
	for name, rule := range expectedRules {
		wanted[rule.target] = append(wanted[rule.target], "events.amazonaws.com "+ruleArn(t, name))
	}
	for function, want := range wanted {
		if packages[function] == "" {
			continue // no function
		}
		got := invokers(t, function)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
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
		"logs:PutLogEvents on ${" + logs.ID + ".Arn} if ArnEquals aws:SourceArn " +
			`["` + ruleArn(t, "cw-catch-all") + `","` + ruleArn(t, "CatchAllRule") + `"]`,
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

// What is published before a rule of the bus exists, its target never sees.
func TestPublishersWaitForAllRulesOfTheirBus(t *testing.T) {
	for _, mapping := range demo().OfType("AWS::Lambda::EventSourceMapping") {
		bus := demo().Referred(mapping.Text("FunctionName")).Text("Environment", "Variables", "EVENT_BUS_NAME")
		waited := 0
		for _, rule := range demo().OfType("AWS::Events::Rule") {
			if rule.Text("EventBusName") != bus {
				continue
			}
			if waited++; !slices.Contains(mapping.DependsOn, rule.ID) {
				t.Errorf("%s depends on %v, want rule %s among them", mapping.ID, mapping.DependsOn, rule.Text("Name"))
			}
		}
		if waited < 2 {
			t.Errorf("%s publishes on %s, which has %d rules", mapping.ID, bus, waited)
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
