package strict

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"eda-demo/test/system"
)

// find returns a resource's logical id and properties; see system.Template.
func find(t *testing.T, template system.Template, kind, property, value string) (string, map[string]any) {
	t.Helper()
	id, properties, err := template.Find(kind, property, value)
	if err != nil {
		t.Fatal(err)
	}
	return id, properties
}

// TestTemplatesThatAreNotUnderstoodDoNotStart tampers with the synthesized
// template: each change stops the start with the name of what is wrong.
func TestTemplatesThatAreNotUnderstoodDoNotStart(t *testing.T) {
	rule := func(t *testing.T, template system.Template, pattern any) string {
		id, properties := find(t, template, "AWS::Events::Rule", "Name", "notification-service")
		properties["EventPattern"] = pattern
		return id
	}
	machine := func(t *testing.T, template system.Template, replace, with string) string {
		id, properties := find(t, template, "AWS::StepFunctions::StateMachine", "", "")
		text, ok := properties["DefinitionString"].(string)
		if !ok || !strings.Contains(text, replace) {
			t.Fatalf("the definition %v does not have %s", properties["DefinitionString"], replace)
		}
		properties["DefinitionString"] = strings.Replace(text, replace, with, 1)
		return id
	}
	tests := []struct {
		name string
		// tamper changes the template and returns what the refusal has to name.
		tamper func(t *testing.T, template system.Template) []string
	}{
		{"unknown resource type", func(t *testing.T, template system.Template) []string {
			template.Resources()["Network"] = map[string]any{"Type": "AWS::EC2::VPC"}
			return []string{"Network", "AWS::EC2::VPC"}
		}},
		{"unknown property", func(t *testing.T, template system.Template) []string {
			id, properties := find(t, template, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
			properties["Colour"] = "blue"
			return []string{id, "Colour"}
		}},
		{"dangling reference", func(t *testing.T, template system.Template) []string {
			id, properties := find(t, template, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
			properties["TableName"] = map[string]any{"Ref": "Nowhere"}
			return []string{id, "Nowhere"}
		}},
		{"unknown pattern operator", func(t *testing.T, template system.Template) []string {
			return []string{rule(t, template, map[string]any{"source": []any{map[string]any{"sounds-like": "order"}}}), "sounds-like"}
		}},
		{"pattern without list", func(t *testing.T, template system.Template) []string {
			return []string{rule(t, template, map[string]any{"source": "order-service"}), "source"}
		}},
		{"unknown state type", func(t *testing.T, template system.Template) []string {
			return []string{machine(t, template, `"Pass"`, `"Ponder"`), "Ponder"}
		}},
		{"unknown choice operator", func(t *testing.T, template system.Template) []string {
			return []string{machine(t, template, "NumericGreaterThan", "NumericRatherMoreThan"), "NumericRatherMoreThan"}
		}},
		{"unknown intrinsic function", func(t *testing.T, template system.Template) []string {
			return []string{machine(t, template, "States.Format", "States.Shout"), "States.Shout"}
		}},
		{"state that leads nowhere", func(t *testing.T, template system.Template) []string {
			return []string{machine(t, template, `"Next": "Notify EventBus"`, `"Next": "Elsewhere"`), "Elsewhere"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expectTampered(t, test.tamper)
		})
	}
}

func expectRefusal(t *testing.T, assembly string, says []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "-app", assembly, "-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("the runner ends with %v, want status 1; output:\n%s", err, out)
	}
	for _, text := range says {
		if !strings.Contains(string(out), text) {
			t.Errorf("the refusal does not name %s:\n%s", text, out)
		}
	}
}
