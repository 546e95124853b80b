package strict

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eda-demo/test/system"
)

// exceptions are grants whose lack nothing here notices, by role and action,
// and why they stay. Every other grant must be needed.
var exceptions = func() map[grant]string {
	all := map[grant]string{}
	for _, role := range []string{
		"OrdersCreateOrderRole", "OrdersGetOrderRole", "OrdersUpdateOrderRole", "OrdersPublishEventsRole", "NotificationsNotifyRole",
		"BookingsCreateBookingRole", "BookingsGetBookingRole", "BookingsUpdateBookingRole", "BookingsPublishEventsRole",
		"BookingPaymentsProcessPaymentRole", "BookingPaymentsPublishEventsRole",
		"SeatsAssignSeatRole", "SeatsGetSeatsRole", "SeatsPublishEventsRole", "TicketsIssueTicketRole", "TicketsPublishEventsRole",
	} {
		all[grant{role: role, action: "xray:PutTelemetryRecords"}] = lambdaTelemetry
	}
	for _, action := range []string{"PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"} {
		all[grant{role: "PaymentsRole", action: "xray:" + action}] = machineTraces
	}
	return all
}()

const (
	// https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
	lambdaTelemetry = "Lambda's tracing daemon calls it beside PutTraceSegments; there is no X-Ray here, and the start of a function checks the latter only"
	// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
	machineTraces = "Step Functions needs it to trace executions; there is no X-Ray here, and no start checks it"
)

// startOnly are actions that AWS wants a role to have when a function or a
// mapping is created, and that nothing calls here.
var startOnly = []string{"xray:PutTraceSegments", "dynamodb:ListStreams"}

// grant is an action that a statement of a role's policy allows.
type grant struct {
	role, action string
	statement    string // its number from 1; "" if only one has the action
}

func (g grant) String() string { return g.role + " " + g.action }

// excepted says why the lack of the grant is noticed by nothing; "" if it is to
// be noticed.
func (g grant) excepted() string { return exceptions[grant{role: g.role, action: g.action}] }

// grants lists what the roles of a template allow.
func grants(template system.Template) []grant {
	var all []grant
	eachPolicy(template, func(id string, _, document map[string]any) {
		for i, statement := range list(document["Statement"]) {
			for _, action := range list(statement.(map[string]any)["Action"]) {
				all = append(all, grant{roleName(id), action.(string), strconv.Itoa(i + 1)})
			}
		}
	})
	return all
}

var hash = regexp.MustCompile(`[0-9A-F]{8}$`)

// roleName is what a role goes by in the report: its logical id without CDK's
// hash.
func roleName(id string) string { return hash.ReplaceAllString(id, "") }

func eachPolicy(template system.Template, visit func(id string, properties, document map[string]any)) {
	eachRole(template, func(id string, properties map[string]any) {
		for _, policy := range list(properties["Policies"]) {
			visit(id, properties, policy.(map[string]any)["PolicyDocument"].(map[string]any))
		}
	})
}

func eachRole(template system.Template, visit func(id string, properties map[string]any)) {
	for _, id := range slices.Sorted(maps.Keys(template.Resources())) {
		resource := template.Resources()[id].(map[string]any)
		if properties, ok := resource["Properties"].(map[string]any); ok && resource["Type"] == "AWS::IAM::Role" {
			visit(id, properties)
		}
	}
}

func list(value any) []any {
	if many, ok := value.([]any); ok || value == nil {
		return many
	}
	return []any{value}
}

// revoke takes a grant out of the template: the action from its statement, and
// with the last action the statement, and with that the policy.
func revoke(t *testing.T, template system.Template, g grant) {
	t.Helper()
	removed := 0
	eachPolicy(template, func(id string, properties, document map[string]any) {
		if roleName(id) != g.role {
			return
		}
		var kept []any
		for i, raw := range list(document["Statement"]) {
			statement := raw.(map[string]any)
			if g.statement != "" && g.statement != strconv.Itoa(i+1) {
				kept = append(kept, statement)
				continue
			}
			all := list(statement["Action"])
			rest := slices.DeleteFunc(slices.Clone(all), func(action any) bool { return action == g.action })
			removed += len(all) - len(rest)
			if statement["Action"] = rest; len(rest) > 0 {
				kept = append(kept, statement)
			}
		}
		if document["Statement"] = kept; len(kept) == 0 {
			delete(properties, "Policies") // roles here have one policy
		}
	})
	if removed != 1 {
		t.Fatalf("%s is granted %d times, want once", g, removed)
	}
}

// scaled has retries follow each other at once: a poison record is tried a
// hundred times.
var scaled = []string{"-backoff", "0.0001"}

// TestEachGrantIsNeeded takes each action of each role out of the template, one
// at a time. The start has to be refused, or the scenario has to fail, and the
// run has to say what was denied.
func TestEachGrantIsNeeded(t *testing.T) {
	all := grants(template(t))
	if len(all) < len(exceptions)+20 {
		t.Fatalf("the template has only %d grants: %v", len(all), all)
	}
	for _, g := range all {
		if g.excepted() != "" {
			continue
		}
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			changed := template(t)
			revoke(t, changed, g)
			w, err := start(t, changed, scaled...)
			if err != nil {
				if !strings.Contains(err.Error(), g.action) {
					t.Errorf("the start is refused without naming %s: %v", g.action, err)
				}
				t.Log("the start is refused")
				return
			}
			err = partOf(g.role)(w, t.Context())
			if err == nil {
				t.Fatalf("nothing fails without %s: it is not needed, or the scenario does not use it", g)
			}
			checkDenied(t, w, g.role, g.action)
			t.Log(err)
		})
	}
}

// checkDenied waits until the run has reported a denial, as JSON and as a line.
func checkDenied(t *testing.T, w *world, who, action string) {
	t.Helper()
	err := until(t.Context(), "the report", func() error {
		var found denials
		if err := w.denied(); !errors.As(err, &found) || !found.has(who, action) {
			return fmt.Errorf("no denial of %s to %s, but %v", action, who, err)
		}
		if !slices.ContainsFunc(strings.Split(w.Printed(), "\n"), func(line string) bool {
			return strings.Contains(line, "DENIED") && strings.Contains(line, action)
		}) {
			return fmt.Errorf("no line says that %s was denied: %s", action, w.Printed())
		}
		return nil
	}, never)
	if err != nil {
		t.Error(err)
	}
}

// TestEachGrantIsUsed runs the scenario with the template as it is: nothing is
// denied, and the report shows nothing as unused but what is listed here.
func TestEachGrantIsUsed(t *testing.T) {
	t.Parallel()
	w := mustStart(t, template(t), scaled...)
	if err := w.scenario(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := w.permissions()
	if err != nil {
		t.Fatal(err)
	}
	unused := map[grant]bool{}
	for _, role := range report.Roles {
		for _, used := range role.Grants {
			g := grant{role: role.Role, action: used.Action}
			unused[g] = !used.Used()
			if used.Calls == 0 && g.excepted() == "" && !slices.Contains(startOnly, g.action) {
				t.Errorf("%s is granted and never used", g)
			}
		}
	}
	for g, reason := range exceptions {
		if !unused[g] {
			t.Errorf("%s is not an unused grant, but listed as one because %s", g, reason)
		}
	}
}

// TestExceptionsAreNoticedByNothing holds the list of exceptions to its word.
func TestExceptionsAreNoticedByNothing(t *testing.T) {
	t.Parallel()
	changed := template(t)
	for g := range exceptions {
		revoke(t, changed, g)
	}
	if err := mustStart(t, changed, scaled...).scenario(t.Context()); err != nil {
		t.Errorf("without what is listed as an exception: %v", err)
	}
}
