package template_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// statement is a statement of a policy, written as text.
type statement struct {
	effect, principal, condition string
	actions, resources           []string
}

// statements reads a policy document.
func statements(document any) []statement {
	policy, _ := document.(map[string]any)
	list, _ := policy["Statement"].([]any)
	read := make([]statement, len(list))
	for i, item := range list {
		s := item.(map[string]any)
		read[i] = statement{
			effect:    text(s["Effect"]),
			principal: principal(s["Principal"]),
			condition: condition(s["Condition"]),
			actions:   texts(s["Action"]),
			resources: texts(s["Resource"]),
		}
	}
	return read
}

// texts reads a value that is one text or a list of them.
func texts(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{text(value)}
	}
	read := make([]string, len(list))
	for i, item := range list {
		read[i] = text(item)
	}
	return read
}

func principal(value any) string {
	m, ok := value.(map[string]any)
	if !ok {
		return text(value)
	}
	for _, kind := range []string{"Service", "AWS"} {
		if who, ok := m[kind]; ok {
			return strings.Join(texts(who), ",")
		}
	}
	return text(value)
}

// condition writes the only shape in use, one operator with one key, as
// "Operator key value", and "" for none.
func condition(value any) string {
	operators, _ := value.(map[string]any)
	if len(operators) == 0 {
		return ""
	}
	for operator, keys := range operators {
		for key, values := range keys.(map[string]any) {
			if len(operators) == 1 && len(keys.(map[string]any)) == 1 {
				return operator + " " + key + " " + text(values)
			}
		}
	}
	return text(value)
}

// allows returns the statements of a role, of all its policies.
func allows(role resource) []statement {
	var all []statement
	policies, _ := role.at("Policies").([]any)
	for i := range policies {
		all = append(all, statements(role.at("Policies", i, "PolicyDocument"))...)
	}
	return all
}

// String writes a statement for comparison: "actions on resources if condition".
func (s statement) String() string {
	line := strings.Join(s.actions, ",") + " on " + strings.Join(s.resources, ",")
	if s.condition != "" {
		line += " if " + s.condition
	}
	return line
}

func TestNoPolicyButTheRolesOwn(t *testing.T) {
	for _, r := range demo().Resources {
		if r.Type == "AWS::IAM::ManagedPolicy" || r.Type == "AWS::IAM::Policy" {
			t.Errorf("%s is an %s; roles hold what they allow themselves", r.id, r.Type)
		}
		if managed := r.at("ManagedPolicyArns"); managed != nil {
			t.Errorf("%s has managed policies %v, want none", r.id, managed)
		}
	}
}

func TestNothingIsAllowedInGeneral(t *testing.T) {
	for _, role := range demo().ofType("AWS::IAM::Role") {
		for _, s := range allows(role) {
			for _, action := range s.actions {
				if strings.Contains(action, "*") {
					t.Errorf("%s allows %s, want actions by name", role.id, s)
				}
				// X-Ray has no resources to name.
				if slices.Contains(s.resources, "*") && !strings.HasPrefix(action, "xray:") {
					t.Errorf("%s allows %s, want a resource", role.id, s)
				}
			}
		}
	}
}

func TestPutEventsOnlyWithOnesOwnSource(t *testing.T) {
	sources := map[string]string{
		"OrdersPublishEventsRole": "order-service",
		"PaymentsRole":            "payment-service",
	}
	bus := demo().one(t, "AWS::Events::EventBus", "Name", "eda-demo")
	for _, role := range demo().ofType("AWS::IAM::Role") {
		for _, s := range allows(role) {
			if !slices.Contains(s.actions, "events:PutEvents") {
				continue
			}
			name := role.id[:len(role.id)-8] // without the hash
			want := "events:PutEvents on ${" + bus.id + ".Arn} if StringEquals events:source " + sources[name]
			if s.String() != want {
				t.Errorf("%s allows %s, want %s", role.id, s, want)
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
	for _, role := range demo().ofType("AWS::IAM::Role") {
		trust := statements(role.at("AssumeRolePolicyDocument"))
		got := trust[0].principal
		if trust[0].condition != "" {
			got += " if " + trust[0].condition
		}
		expected, ok := want[role.id[:len(role.id)-8]]
		if !ok {
			expected = "lambda.amazonaws.com"
		}
		if len(trust) != 1 || got != expected {
			t.Errorf("%s can be assumed by %s, want %s", role.id, got, expected)
		}
	}
}

// logsPolicy decodes the log group's resource policy, a JSON text with
// references in it.
func logsPolicy(t *testing.T) []statement {
	t.Helper()
	policies := demo().ofType("AWS::Logs::ResourcePolicy")
	if len(policies) != 1 {
		t.Fatalf("the template has %d log resource policies, want 1", len(policies))
	}
	var document any
	if err := json.Unmarshal([]byte(policies[0].text("PolicyDocument")), &document); err != nil {
		t.Fatalf("the log resource policy is not JSON: %v", err)
	}
	return statements(document)
}
