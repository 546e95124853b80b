package template_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eda-demo/test/synthesized"
)

func TestNoPolicyButTheRolesOwn(t *testing.T) {
	for _, r := range demo().Resources {
		if r.Type == "AWS::IAM::ManagedPolicy" || r.Type == "AWS::IAM::Policy" {
			t.Errorf("%s is an %s; roles hold what they allow themselves", r.ID, r.Type)
		}
		if managed := r.At("ManagedPolicyArns"); managed != nil {
			t.Errorf("%s has managed policies %v, want none", r.ID, managed)
		}
	}
}

func TestPutEventsOnlyWithOnesOwnSource(t *testing.T) {
	sources := map[string][2]string{ // and their buses
		"OrdersPublishEventsRole":          {"order-service", "eda-demo"},
		"PaymentsRole":                     {"payment-service", "eda-demo"},
		"BookingsPublishEventsRole":        {"aircraft.booking", "AircraftBookingBus"},
		"BookingPaymentsPublishEventsRole": {"aircraft.payment", "AircraftBookingBus"},
		"SeatsPublishEventsRole":           {"aircraft.seat-assignment", "AircraftBookingBus"},
		"TicketsPublishEventsRole":         {"aircraft.ticket", "AircraftBookingBus"},
	}
	for _, role := range demo().OfType("AWS::IAM::Role") {
		for _, s := range role.Allows() {
			if !slices.Contains(s.Actions, "events:PutEvents") {
				continue
			}
			name := role.ID[:len(role.ID)-8] // without the hash
			if sources[name] == [2]string{} {
				t.Errorf("%s allows %s, once more than expected", role.ID, s)
				continue
			}
			bus := demo().one(t, "AWS::Events::EventBus", "Name", sources[name][1])
			want := "events:PutEvents on ${" + bus.ID + ".Arn} if StringEquals events:source " + sources[name][0]
			if s.String() != want {
				t.Errorf("%s allows %s, want %s", role.ID, s, want)
			}
			delete(sources, name)
		}
	}
	if len(sources) > 0 {
		t.Errorf("no PutEvents for %v", sources)
	}
}

func TestOnlyTheirServicesAssumeRoles(t *testing.T) {
	const account = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:"
	want := map[string]string{
		"PaymentsRole": "states.amazonaws.com if ArnEquals aws:SourceArn " +
			strings.Replace(account, "%s", "states", 1) + "stateMachine:eda-demo-payment-service",
		"PaymentsFilteringOrdersRole": "events.amazonaws.com if ArnEquals aws:SourceArn " +
			ruleArn(t, "payment-service-filtering-orders"),
	}
	for _, role := range demo().OfType("AWS::IAM::Role") {
		trust := synthesized.Statements(role.At("AssumeRolePolicyDocument"))
		got := trust[0].Principal
		if trust[0].Condition != "" {
			got += " if " + trust[0].Condition
		}
		expected, ok := want[role.ID[:len(role.ID)-8]]
		if !ok {
			expected = "lambda.amazonaws.com"
		}
		if len(trust) != 1 || got != expected {
			t.Errorf("%s can be assumed by %s, want %s", role.ID, got, expected)
		}
	}
}

// logsPolicy decodes the log group's resource policy, a JSON text with
// references in it.
func logsPolicy(t *testing.T) []synthesized.Statement {
	t.Helper()
	policies := demo().OfType("AWS::Logs::ResourcePolicy")
	if len(policies) != 1 {
		t.Fatalf("the template has %d log resource policies, want 1", len(policies))
	}
	var document any
	if err := json.Unmarshal([]byte(policies[0].Text("PolicyDocument")), &document); err != nil {
		t.Fatalf("the log resource policy is not JSON: %v", err)
	}
	return synthesized.Statements(document)
}
