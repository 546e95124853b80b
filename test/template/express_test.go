package template_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"eda-demo/bench/price"
)

var express = sync.OnceValue(func() template {
	return synthesize(map[string]any{"paymentWorkflow": "express", "email": "you@example.com", "alarmEmail": "duty@example.com"})
})

func TestExpressWorkflowIsWhatTheRuleStarts(t *testing.T) {
	machines := express().OfType("AWS::StepFunctions::StateMachine")
	if len(machines) != 1 {
		t.Fatalf("there are %d state machines, want 1", len(machines))
	}
	machine := machines[0]
	if got := machine.Text("StateMachineType"); got != "EXPRESS" {
		t.Errorf("the workflow is %s, want EXPRESS", got)
	}
	rule := express().one(t, "AWS::Events::Rule", "Name", "payment-service-filtering-orders")
	if got, want := rule.Text("Targets", 0, "Arn"), "${"+machine.ID+".Arn}"; got != want {
		t.Errorf("the rule starts %s, want %s", got, want)
	}
	if got, want := machine.Text("DefinitionString"), demo().OfType("AWS::StepFunctions::StateMachine")[0].Text("DefinitionString"); got != want {
		t.Errorf("the definition is\n%s\nwant that of the standard workflow\n%s", got, want)
	}
}

// What Step Functions does not keep of an express workflow, its log has: all of
// it, in a group of its own that goes with time.
func TestExpressWorkflowLogsEverything(t *testing.T) {
	machine := express().OfType("AWS::StepFunctions::StateMachine")[0]
	group := express().one(t, "AWS::Logs::LogGroup", "LogGroupName", "/aws/vendedlogs/states/eda-demo-payment-service-express")
	want := map[string]string{
		"Level": "ALL", "IncludeExecutionData": "true",
		"Destinations": `[{"CloudWatchLogsLogGroup":{"LogGroupArn":{"Fn::GetAtt":["` + group.ID + `","Arn"]}}}]`,
	}
	for property, value := range want {
		if got := machine.Text("LoggingConfiguration", property); got != value {
			t.Errorf("%s of the logging is %s, want %s", property, got, value)
		}
	}
	if group.At("RetentionInDays") == nil {
		t.Error("the log is kept without end")
	}
	policy := express().one(t, "AWS::Logs::ResourcePolicy", "PolicyName", "eda-demo-payment-service-express-from-states")
	if !slices.Contains(machine.DependsOn, policy.ID) {
		t.Errorf("the state machine depends on %v, want %s among them: its logs are let in before it runs", machine.DependsOn, policy.ID)
	}
	document := policy.Text("PolicyDocument")
	for _, part := range []string{"delivery.logs.amazonaws.com", "logs:CreateLogStream", "logs:PutLogEvents", "aws:SourceAccount", "aws:SourceArn", "${" + group.ID + ".Arn}"} {
		if !strings.Contains(document, part) {
			t.Errorf("the policy of the log is %s, want %s in it", document, part)
		}
	}
	// As AWS documents it, to the letter: another pattern lets nothing in.
	const source = `"aws:SourceArn":"arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"`
	if !strings.Contains(document, source) {
		t.Errorf("the policy of the log is %s, want %s in it", document, source)
	}
}

// CloudFormation replaces a state machine whose type changes, and can't while
// the old one has its name.
func TestWorkflowsCanBeSwitched(t *testing.T) {
	one, other := demo().OfType("AWS::StepFunctions::StateMachine")[0], express().OfType("AWS::StepFunctions::StateMachine")[0]
	if one.ID == other.ID || one.Text("StateMachineName") == other.Text("StateMachineName") {
		t.Errorf("both workflows are resource %s named %s, want each its own", one.ID, one.Text("StateMachineName"))
	}
	if one.Text("RoleArn") == other.Text("RoleArn") {
		t.Errorf("both workflows have the role %s: executions of one lose it when the other comes", one.Text("RoleArn"))
	}
}

// The table of costs is right as long as everything in the template is priced.
func TestEveryResourceIsPriced(t *testing.T) {
	for name, template := range map[string]template{"demo": demo(), "prod": prod(), "express": express()} {
		design, err := price.Read(template.raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := len(design.Functions), len(template.OfType("AWS::Lambda::Function")); got != want {
			t.Errorf("%s: %d functions are priced, want %d", name, got, want)
		}
		if got, want := design.Express, name == "express"; got != want {
			t.Errorf("%s: the workflow is priced as express = %t, want %t", name, got, want)
		}
	}
}
