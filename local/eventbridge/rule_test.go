package eventbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const anyEvent = `{"source":[{"exists":true}]}`

func putRule(t *testing.T, client *sdk.Client, bus, name string) string {
	t.Helper()
	out, err := client.PutRule(t.Context(), &sdk.PutRuleInput{Name: &name, EventBusName: &bus, EventPattern: aws.String(anyEvent), Description: aws.String("d")})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.RuleArn)
}

func TestBuses(t *testing.T) {
	client := newFixture(t).client(t)
	ctx := t.Context()
	out, err := client.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: aws.String("orders"), Description: aws.String("d")})
	if err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:events:us-east-1:000000000000:event-bus/orders"
	if got := aws.ToString(out.EventBusArn); got != arn {
		t.Errorf("got ARN %s, want %s", got, arn)
	}
	_, err = client.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: aws.String("orders")})
	var exists *types.ResourceAlreadyExistsException
	if !errors.As(err, &exists) {
		t.Errorf("created again: got %v, want a ResourceAlreadyExistsException", err)
	}
	for _, name := range []string{"", "a b", "a/b", strings.Repeat("x", 257)} {
		if _, err := client.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: &name}); code(err) != "ValidationException" {
			t.Errorf("CreateEventBus(%.10q): got %v, want a ValidationException", name, err)
		}
	}
	described, err := client.DescribeEventBus(ctx, &sdk.DescribeEventBusInput{Name: aws.String(arn)})
	if err != nil || aws.ToString(described.Name) != "orders" || described.CreationTime == nil {
		t.Errorf("DescribeEventBus: got %+v, %v; want bus orders", described, err)
	}
	list, err := client.ListEventBuses(ctx, &sdk.ListEventBusesInput{})
	if err != nil || len(list.EventBuses) != 2 || *list.EventBuses[0].Name != "default" {
		t.Errorf("ListEventBuses: got %+v, %v; want default and orders", list, err)
	}
	putRule(t, client, "orders", "r")
	for _, name := range []string{"orders", "default"} {
		if _, err := client.DeleteEventBus(ctx, &sdk.DeleteEventBusInput{Name: &name}); code(err) != "ValidationException" {
			t.Errorf("DeleteEventBus(%s): got %v, want a ValidationException", name, err)
		}
	}
	if _, err := client.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: aws.String("r"), EventBusName: aws.String("orders")}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteEventBus(ctx, &sdk.DeleteEventBusInput{Name: aws.String("orders")}); err != nil {
		t.Error(err)
	}
	_, err = client.DescribeEventBus(ctx, &sdk.DescribeEventBusInput{Name: aws.String("orders")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) || missing.ErrorMessage() != "Event bus orders does not exist." {
		t.Errorf("deleted bus: got %v, want a ResourceNotFoundException", err)
	}
}

func TestRules(t *testing.T) {
	f := newFixture(t)
	client := f.client(t)
	ctx := t.Context()
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	if got := putRule(t, client, "orders", "r"); got != ruleARN {
		t.Errorf("got ARN %s, want %s", got, ruleARN)
	}
	if got, want := putRule(t, client, "default", "r"), "arn:aws:events:us-east-1:000000000000:rule/r"; got != want {
		t.Errorf("on the default bus: got ARN %s, want %s", got, want)
	}
	named := &sdk.DescribeRuleInput{Name: aws.String("r"), EventBusName: aws.String("orders")}
	got, err := client.DescribeRule(ctx, named)
	if err != nil || got.State != types.RuleStateEnabled || *got.EventPattern != anyEvent || *got.EventBusName != "orders" || *got.Description != "d" {
		t.Errorf("DescribeRule: got %+v, %v; want the rule as put", got, err)
	}
	if _, err := client.DisableRule(ctx, &sdk.DisableRuleInput{Name: aws.String("r"), EventBusName: aws.String("orders")}); err != nil {
		t.Error(err)
	}
	if got, err := client.DescribeRule(ctx, named); err != nil || got.State != types.RuleStateDisabled {
		t.Errorf("disabled: got %+v, %v; want state DISABLED", got, err)
	}
	f.put(t, "{}")
	if accepted, _ := f.observed(); len(accepted) != 1 || len(accepted[0].Rules) != 0 {
		t.Errorf("disabled: got %+v, want an event that no rule matched", accepted)
	}
	if _, err := client.EnableRule(ctx, &sdk.EnableRuleInput{Name: aws.String("r"), EventBusName: aws.String("orders")}); err != nil {
		t.Error(err)
	}
	f.put(t, "{}")
	if accepted, _ := f.observed(); len(accepted) != 2 || fmt.Sprint(accepted[1].Rules) != "[r]" {
		t.Errorf("enabled: got %+v, want a second event that rule r matched", accepted)
	}
}

func TestRulePutAgainKeepsItsTargets(t *testing.T) {
	f := newFixture(t)
	f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
	f.as(t, "PutRule", `{"Name":"r","EventBusName":"orders","EventPattern":"{\"source\":[\"other\"]}"}`)
	out := f.as(t, "ListTargetsByRule", `{"Rule":"r","EventBusName":"orders"}`)
	if targets, _ := out["Targets"].([]any); len(targets) != 1 {
		t.Errorf("got targets %v, want the one put before", out["Targets"])
	}
	f.put(t, "{}")
	if accepted, _ := f.observed(); len(accepted) != 1 || len(accepted[0].Rules) != 0 {
		t.Errorf("got %+v, want an event that the new pattern does not match", accepted)
	}
}

func TestRuleRefusals(t *testing.T) {
	client := newFixture(t).client(t)
	pattern := aws.String(anyEvent)
	cases := []struct {
		name, code, message string
		in                  sdk.PutRuleInput
	}{
		{"name", "ValidationException", "'name'", sdk.PutRuleInput{Name: aws.String("a b"), EventPattern: pattern}},
		{"long name", "ValidationException", "64", sdk.PutRuleInput{Name: aws.String(strings.Repeat("x", 65)), EventPattern: pattern}},
		{"nothing", "ValidationException", "EventPattern or ScheduleExpression must be specified", sdk.PutRuleInput{Name: aws.String("r")}},
		{"schedule", "ValidationException", "ScheduleExpression is not supported", sdk.PutRuleInput{Name: aws.String("r"), ScheduleExpression: aws.String("rate(1 hour)")}},
		{"role", "ValidationException", "RoleArn", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: pattern, RoleArn: aws.String("arn:aws:iam::000000000000:role/x")}},
		{"pattern", "InvalidEventPatternException", "Event pattern is not valid. Reason: ", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":"x"}`)}},
		{"long pattern", "ValidationException", "2048", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["` + strings.Repeat("x", 2048) + `"]}`)}},
		{"state", "ValidationException", "CLOUDTRAIL", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: pattern, State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}},
		{"bus", "ResourceNotFoundException", "Event bus nowhere does not exist.", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: pattern, EventBusName: aws.String("nowhere")}},
		{"foreign bus", "ValidationException", "111111111111", sdk.PutRuleInput{Name: aws.String("r"), EventPattern: pattern, EventBusName: aws.String("arn:aws:events:us-east-1:111111111111:event-bus/b")}},
	}
	for _, c := range cases {
		_, err := client.PutRule(t.Context(), &c.in)
		if code(err) != c.code || !strings.Contains(fmt.Sprint(err), c.message) {
			t.Errorf("%s: got %v, want %s … %s", c.name, err, c.code, c.message)
		}
	}
	_, err := client.DescribeRule(t.Context(), &sdk.DescribeRuleInput{Name: aws.String("r")})
	if want := "Rule r does not exist on EventBus default."; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("DescribeRule: got %v, want %s", err, want)
	}
}

func TestRuleLimitAndPaging(t *testing.T) {
	f := newFixture(t)
	client := f.client(t)
	for i := range 300 {
		f.as(t, "PutRule", fmt.Sprintf(`{"Name":"r%03d","EventPattern":"{\"source\":[\"s\"]}"}`, i))
	}
	_, err := client.PutRule(t.Context(), &sdk.PutRuleInput{Name: aws.String("one-more"), EventPattern: aws.String(anyEvent)})
	var limit *types.LimitExceededException
	if !errors.As(err, &limit) {
		t.Errorf("rule 301: got %v, want a LimitExceededException", err)
	}
	var names []string
	in := &sdk.ListRulesInput{NamePrefix: aws.String("r1"), Limit: aws.Int32(40)}
	for {
		page, err := client.ListRules(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rules {
			names = append(names, *r.Name)
		}
		if in.NextToken = page.NextToken; in.NextToken == nil {
			break
		}
	}
	if len(names) != 100 || names[0] != "r100" || names[99] != "r199" {
		t.Errorf("got %d rules %v, want r100 to r199", len(names), names)
	}
	if _, err := client.ListRules(t.Context(), &sdk.ListRulesInput{NextToken: aws.String("?")}); code(err) != "ValidationException" {
		t.Errorf("bad token: got %v, want a ValidationException", err)
	}
}
