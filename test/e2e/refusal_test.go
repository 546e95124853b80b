package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// synthesize makes an assembly of the app for this machine, as `cdk synth`
// does.
func synthesize(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "run", ".")
	command.Dir = "../.."
	command.Env = append(os.Environ(), "CDK_OUTDIR="+dir,
		fmt.Sprintf(`CDK_CONTEXT_JSON={"target":"%s/%s"}`, runtime.GOOS, runtime.GOARCH))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("synthesize: %v\n%s", err, out)
	}
	return dir
}

// resources gives access to the resources of a template.
type resources map[string]map[string]any

// of returns the first resource of a type for which a property has a value,
// and its logical id.
func (r resources) of(t *testing.T, kind, property, value string) (string, map[string]any) {
	t.Helper()
	for id, resource := range r {
		properties, _ := resource["Properties"].(map[string]any)
		if resource["Type"] == kind && (property == "" || properties[property] == value) {
			return id, properties
		}
	}
	t.Fatalf("the template has no %s with %s %q", kind, property, value)
	return "", nil
}

// TestTemplatesThatAreNotUnderstoodDoNotStart tampers with the synthesized
// template: each change stops the start with the name of what is wrong.
func TestTemplatesThatAreNotUnderstoodDoNotStart(t *testing.T) {
	needRunner(t)
	assembly := synthesize(t)
	file := filepath.Join(assembly, "EdaDemo.template.json")
	original, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rule := func(t *testing.T, r resources, pattern any) string {
		id, properties := r.of(t, "AWS::Events::Rule", "Name", "notification-service")
		properties["EventPattern"] = pattern
		return id
	}
	machine := func(t *testing.T, r resources, replace, with string) string {
		id, properties := r.of(t, "AWS::StepFunctions::StateMachine", "", "")
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
		tamper func(t *testing.T, r resources) []string
	}{
		{"unknown resource type", func(t *testing.T, r resources) []string {
			r["Bucket"] = map[string]any{"Type": "AWS::S3::Bucket"}
			return []string{"Bucket", "AWS::S3::Bucket"}
		}},
		{"unknown property", func(t *testing.T, r resources) []string {
			id, properties := r.of(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
			properties["Colour"] = "blue"
			return []string{id, "Colour"}
		}},
		{"dangling reference", func(t *testing.T, r resources) []string {
			id, properties := r.of(t, "AWS::DynamoDB::Table", "TableName", "eda-demo-orders")
			properties["TableName"] = map[string]any{"Ref": "Nowhere"}
			return []string{id, "Nowhere"}
		}},
		{"unknown pattern operator", func(t *testing.T, r resources) []string {
			return []string{rule(t, r, map[string]any{"source": []any{map[string]any{"sounds-like": "order"}}}), "sounds-like"}
		}},
		{"pattern without list", func(t *testing.T, r resources) []string {
			return []string{rule(t, r, map[string]any{"source": "order-service"}), "source"}
		}},
		{"unknown state type", func(t *testing.T, r resources) []string {
			return []string{machine(t, r, `"Pass"`, `"Ponder"`), "Ponder"}
		}},
		{"unknown choice operator", func(t *testing.T, r resources) []string {
			return []string{machine(t, r, "NumericGreaterThan", "NumericRatherMoreThan"), "NumericRatherMoreThan"}
		}},
		{"unknown intrinsic function", func(t *testing.T, r resources) []string {
			return []string{machine(t, r, "States.Format", "States.Shout"), "States.Shout"}
		}},
		{"state that leads nowhere", func(t *testing.T, r resources) []string {
			return []string{machine(t, r, `"Next": "Notify EventBus"`, `"Next": "Elsewhere"`), "Elsewhere"}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var template map[string]any
			if err := json.Unmarshal(original, &template); err != nil {
				t.Fatal(err)
			}
			says := test.tamper(t, resourcesOf(template))
			writeTemplate(t, file, template)
			expectRefusal(t, assembly, says)
		})
	}
}

// resourcesOf shares its maps with the template.
func resourcesOf(template map[string]any) resources {
	all := resources{}
	for id, resource := range template["Resources"].(map[string]any) {
		all[id] = resource.(map[string]any)
	}
	template["Resources"] = all
	return all
}

func writeTemplate(t *testing.T, file string, template map[string]any) {
	t.Helper()
	raw, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func expectRefusal(t *testing.T, assembly string, says []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, runnerPath, "-app", assembly, "-addr", "127.0.0.1:0", "-api-addr", "127.0.0.1:0").CombinedOutput()
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
