package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
)

// thing is a resource as the stack knows it.
type thing struct {
	t    *testing.T
	f    *fixture
	kind resource.Type
	def  resource.Definition
}

func define(t *testing.T, f *fixture, kind, properties string) *thing {
	name := "AWS::Events::" + kind
	return &thing{t: t, f: f, kind: f.Resources()[name], def: resource.Definition{
		LogicalID: "Thing" + kind, Type: name, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	}}
}

// made creates a resource.
func made(t *testing.T, f *fixture, kind, properties string) *thing {
	t.Helper()
	x := define(t, f, kind, properties)
	instance, err := x.kind.Create(t.Context(), x.def)
	if err != nil {
		t.Fatalf("create %s: %v", kind, err)
	}
	x.def.PhysicalID = instance.ID
	return x
}

// tryUpdate gives the resource other properties, if they are accepted.
func (x *thing) tryUpdate(properties string) (resource.Instance, error) {
	next := x.def
	next.Properties = json.RawMessage(properties)
	instance, err := x.kind.Update(x.t.Context(), x.def, next)
	if err == nil {
		x.def = next
	}
	return instance, err
}

func (x *thing) update(properties string) resource.Instance {
	x.t.Helper()
	instance, err := x.tryUpdate(properties)
	if err != nil {
		x.t.Fatalf("update %s to %s: %v", x.def.PhysicalID, properties, err)
	}
	if instance.ID != x.def.PhysicalID {
		x.t.Errorf("update of %s: got id %s, want the same", x.def.PhysicalID, instance.ID)
	}
	return instance
}

func (x *thing) delete() {
	x.t.Helper()
	if err := x.kind.Delete(x.t.Context(), x.def); err != nil {
		x.t.Errorf("delete %s: %v", x.def.PhysicalID, err)
	}
}

// refused calls an operation and returns the code of its error.
func refused(f *fixture, t *testing.T, operation, input string) string {
	t.Helper()
	return frontdoor.Code(f.door.Call(t.Context(), iam.Admin(account), "events", operation, json.RawMessage(input), nil))
}

const (
	sendStatement = `{"Sid":"%s","Effect":"Allow","Principal":{"AWS":"*"},"Action":"events:PutEvents","Resource":"*"}`
	ordersRule    = `{"Name":"r","EventBusName":"orders","EventPattern":{"source":["order-service"]}%s}`
)

func statement(sid string) string { return fmt.Sprintf(sendStatement, sid) }

func rule(members string) string { return fmt.Sprintf(ordersRule, members) }

func TestBusLifecycle(t *testing.T) {
	f := newFixture(t)
	bus := made(t, f, "EventBus", `{"Name":"orders"}`)
	describe := func() map[string]any {
		out := f.as(t, "DescribeEventBus", `{"Name":"orders"}`)
		delete(out, "LastModifiedTime")
		return out
	}
	before := describe()
	with := bus.update(`{"Name":"orders","Description":"d","Policy":{"Version":"2012-10-17","Statement":[` + statement("a") + `]}}`)
	if got := describe(); got["Description"] != "d" || got["Policy"] != with.Attributes["Policy"] || !strings.Contains(fmt.Sprint(got["Policy"]), `"a"`) {
		t.Errorf("updated: got %v with attributes %v, want the description and the policy", got, with.Attributes)
	}
	after := describe()
	for _, properties := range []string{`{"Name":"orders","Policy":{"Statement":[{"Effect":"Perhaps"}]}}`, `{"Name":"orders","Unknown":1}`, `{"Name":"orders","Description":"` + strings.Repeat("x", 513) + `"}`} {
		if _, err := bus.tryUpdate(properties); err == nil || !reflect.DeepEqual(describe(), after) {
			t.Errorf("update to %.60s: got error %v and %v, want a refusal and %v", properties, err, describe(), after)
		}
	}
	without := bus.update(`{"Name":"orders"}`)
	if got := describe(); !reflect.DeepEqual(got, before) || without.Attributes["Policy"] != nil {
		t.Errorf("updated back: got %v with attributes %v, want %v", got, without.Attributes, before)
	}
	bus.delete()
	bus.delete()
	if got := refused(f, t, "DescribeEventBus", `{"Name":"orders"}`); got != "ResourceNotFoundException" {
		t.Errorf("a deleted bus: got %q, want ResourceNotFoundException", got)
	}
	if _, err := bus.tryUpdate(`{"Name":"orders"}`); frontdoor.Code(err) != "ResourceNotFoundException" {
		t.Errorf("update of a deleted bus: got %v, want ResourceNotFoundException", err)
	}
}

func TestBusWithRulesIsNotDeleted(t *testing.T) {
	f := newFixture(t)
	bus := made(t, f, "EventBus", `{"Name":"orders"}`)
	r := made(t, f, "Rule", rule(`,"Targets":[{"Id":"t","Arn":"`+queueARN+`"}]`))
	want := "EventBus can't be deleted since it has rules."
	if err := bus.kind.Delete(t.Context(), bus.def); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a bus with rules: got %v, want %s", err, want)
	}
	r.delete()
	bus.delete()
	r.delete()
	made(t, f, "EventBus", `{"Name":"orders"}`)
	if out := f.as(t, "ListRules", `{"EventBusName":"orders"}`); len(out["Rules"].([]any)) != 0 {
		t.Errorf("a bus made again: got %v, want no rules", out)
	}
}

func TestBusPolicyLifecycle(t *testing.T) {
	f := newFixture(t)
	bus := made(t, f, "EventBus", `{"Name":"orders","Policy":{"Statement":[`+statement("own")+`]}}`)
	properties := func(sid string) string {
		return `{"EventBusName":"orders","StatementId":"s","Statement":` + statement(sid) + `}`
	}
	policy := made(t, f, "EventBusPolicy", properties("first"))
	document := func() string { return fmt.Sprint(f.as(t, "DescribeEventBus", `{"Name":"orders"}`)["Policy"]) }
	want := func(sids ...string) {
		t.Helper()
		var statements []string
		for _, sid := range sids {
			statements = append(statements, statement(sid))
		}
		if want := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`; document() != want {
			t.Errorf("got policy %s, want %s", document(), want)
		}
	}
	want("own", "first")
	policy.update(properties("second"))
	want("own", "second")
	if _, err := policy.tryUpdate(`{"EventBusName":"orders","StatementId":"s","Statement":{"Effect":"Perhaps"}}`); err == nil {
		t.Error("a malformed statement is accepted, want it refused")
	}
	bus.update(`{"Name":"orders"}`)
	want("second")
	policy.update(properties("first"))
	policy.delete()
	policy.delete()
	if got := document(); got != "<nil>" {
		t.Errorf("a deleted policy: got %s, want none", got)
	}
	if _, err := policy.tryUpdate(properties("first")); frontdoor.Code(err) != "ResourceNotFoundException" {
		t.Errorf("update of a deleted policy: got %v, want ResourceNotFoundException", err)
	}
	bus.delete()
	policy.delete()
}

func TestRuleLifecycle(t *testing.T) {
	f := newFixture(t)
	made(t, f, "EventBus", `{"Name":"orders"}`)
	first := rule(`,"Targets":[{"Id":"a","Arn":"` + queueARN + `"},{"Id":"b","Arn":"` + lambdaARN + `","InputPath":"$.detail"}]`)
	r := made(t, f, "Rule", first)
	describe := func() string {
		named := `{"Name":"r","Rule":"r","EventBusName":"orders"}`
		return fmt.Sprint(f.as(t, "DescribeRule", strings.Replace(named, `"Rule":"r",`, "", 1)), f.as(t, "ListTargetsByRule", strings.Replace(named, `"Name":"r",`, "", 1)))
	}
	before := describe()
	updated := r.update(`{"Name":"r","EventBusName":"orders","State":"DISABLED","Description":"d","EventPattern":{"source":["other"]},
		"Targets":[{"Id":"a","Arn":"` + deadARN + `","RetryPolicy":{"MaximumRetryAttempts":1}}]}`)
	if updated.Attributes["Arn"] != ruleARN {
		t.Errorf("updated: got attributes %v, want Arn %s", updated.Attributes, ruleARN)
	}
	after := describe()
	for _, want := range []string{"DISABLED", "Description:d", `{"source":["other"]}`, deadARN, "MaximumRetryAttempts:1"} {
		if !strings.Contains(after, want) || strings.Contains(after, queueARN) || strings.Contains(after, lambdaARN) {
			t.Errorf("updated: got %s, want %s and only the new target", after, want)
		}
	}
	six := strings.Repeat(`{"Id":"x%d","Arn":"`+queueARN+`"},`, 6)
	refusals := []string{
		rule(`,"Targets":[{"Id":"a","Arn":"` + queueARN + `"},{"Id":"b","Arn":"no"}]`),
		rule(`,"State":"SLEEPING"`), rule(`,"Unknown":1`), `{"Name":"r","EventBusName":"orders"}`,
		rule(`,"Targets":[` + strings.TrimSuffix(fmt.Sprintf(six, 1, 2, 3, 4, 5, 6), ",") + `]`),
	}
	for _, properties := range refusals {
		if _, err := r.tryUpdate(properties); err == nil || describe() != after {
			t.Errorf("update to %s: got error %v and %s, want a refusal and %s", properties, err, describe(), after)
		}
	}
	r.update(first)
	if got := describe(); got != before {
		t.Errorf("updated back: got %s, want %s", got, before)
	}
	r.update(rule(""))
	if got := describe(); !strings.Contains(got, "Targets:[]") {
		t.Errorf("without targets: got %s, want none", got)
	}
	r.delete()
	r.delete()
	if got := refused(f, t, "DescribeRule", `{"Name":"r","EventBusName":"orders"}`); got != "ResourceNotFoundException" {
		t.Errorf("a deleted rule: got %q, want ResourceNotFoundException", got)
	}
	if _, err := r.tryUpdate(first); frontdoor.Code(err) != "ResourceNotFoundException" {
		t.Errorf("update of a deleted rule: got %v, want ResourceNotFoundException", err)
	}
}

func TestTakenNamesAreRefused(t *testing.T) {
	f := newFixture(t)
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	f.as(t, "PutRule", `{"Name":"r","EventBusName":"orders","EventPattern":"{\"source\":[\"s\"]}"}`)
	policy := `{"EventBusName":"orders","StatementId":"s","Statement":` + statement("s") + `}`
	made(t, f, "EventBusPolicy", policy)
	tests := []struct{ kind, properties, want string }{
		{"EventBus", `{"Name":"orders"}`, "Event bus orders already exists."},
		{"Rule", rule(""), "Resource of type 'AWS::Events::Rule' with identifier 'orders|r' already exists."},
		{"EventBusPolicy", policy, "Resource of type 'AWS::Events::EventBusPolicy' with identifier 'orders|s' already exists."},
	}
	for _, test := range tests {
		x := define(t, f, test.kind, test.properties)
		if _, err := x.kind.Create(t.Context(), x.def); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.kind, err, test.want)
		}
	}
}

func TestReplacementHasAnotherName(t *testing.T) {
	f := newFixture(t)
	old := made(t, f, "Rule", `{"EventPattern":{"source":["s"]}}`)
	next := define(t, f, "Rule", `{"EventPattern":{"source":["s"]}}`)
	next.def.Generation = 1
	instance, err := next.kind.Create(t.Context(), next.def)
	if err != nil || instance.ID == old.def.PhysicalID {
		t.Errorf("the replacement of %s: got %s, %v; want another name", old.def.PhysicalID, instance.ID, err)
	}
	old.delete()
	if out := f.as(t, "ListRules", `{}`); len(out["Rules"].([]any)) != 1 {
		t.Errorf("got rules %v, want the replacement only", out)
	}
}

// TestTakenUpAfterARestart has another process of the runner find nothing, and
// the same process what there is.
func TestTakenUpAfterARestart(t *testing.T) {
	first := newFixture(t)
	things := []*thing{
		made(t, first, "EventBus", `{"Name":"orders","Description":"d"}`),
		made(t, first, "EventBusPolicy", `{"EventBusName":"orders","StatementId":"s","Statement":`+statement("s")+`}`),
		made(t, first, "Rule", `{"EventBusName":"orders","EventPattern":{"source":["s"]},"Targets":[{"Id":"t","Arn":"`+queueARN+`"}]}`),
	}
	for name, f := range map[string]*fixture{"another process": newFixture(t), "the same": first} {
		for _, x := range things {
			x.def.LogicalID = "Renamed"
			instance, err := f.Resources()[x.def.Type].Create(t.Context(), x.def)
			if err != nil || instance.ID != x.def.PhysicalID {
				t.Errorf("%s takes up %s: got %s, %v; want that id", name, x.def.PhysicalID, instance.ID, err)
			}
		}
		bus := f.as(t, "DescribeEventBus", `{"Name":"orders"}`)
		targets := f.as(t, "ListTargetsByRule", `{"EventBusName":"orders","Rule":"`+strings.TrimPrefix(things[2].def.PhysicalID, "orders|")+`"}`)
		if bus["Description"] != "d" || bus["Policy"] == nil || len(targets["Targets"].([]any)) != 1 {
			t.Errorf("%s: got %v with targets %v, want them as defined", name, bus, targets)
		}
	}
}

func TestImmutableProperties(t *testing.T) {
	f := newFixture(t)
	tests := []struct{ kind, previous, next, want string }{
		{"EventBus", `{"Name":"a"}`, `{"Name":"b","Description":"d"}`, "[Name]"},
		{"EventBusPolicy", `{"StatementId":"a"}`, `{"StatementId":"b","EventBusName":"c","Statement":{}}`, "[EventBusName StatementId]"},
		{"Archive", `{"SourceArn":"a"}`, `{"SourceArn":"b","ArchiveName":"c","RetentionDays":1}`, "[ArchiveName SourceArn]"},
		{"Rule", `{}`, `{"Name":"b","EventBusName":"c","State":"DISABLED","Targets":[],"EventPattern":{}}`, "[EventBusName Name]"},
	}
	for _, test := range tests {
		got, err := f.Resources()["AWS::Events::"+test.kind].Replacing(json.RawMessage(test.previous), json.RawMessage(test.next))
		if err != nil || fmt.Sprint(got) != test.want {
			t.Errorf("%s: got %v, %v; want %s", test.kind, got, err, test.want)
		}
	}
}
