package strict

import (
	"fmt"
	"strings"
	"testing"

	"eda-demo/test/system"
)

// TestMissingPermissionsAreDeniedAndDeadLettered takes one permission out of
// the template: the run says what was denied, and the event is in the queue for
// it. With the permission put back all works.
func TestMissingPermissionsAreDeniedAndDeadLettered(t *testing.T) {
	order := fmt.Sprintf(`"id":%d`, completed)
	tests := []struct {
		name   string
		tamper func(*testing.T, system.Template)
		who    string
		action string
		letter letter
	}{
		{
			name: "action of a function's role",
			tamper: func(t *testing.T, template system.Template) {
				revoke(t, template, grant{role: "OrdersUpdateOrderRole", action: "dynamodb:UpdateItem"})
			},
			who: "OrdersUpdateOrderRole", action: "dynamodb:UpdateItem",
			letter: letter{queue: "eda-demo-update-order-failures", body: []string{
				order, `"condition":"RetriesExhausted"`, `"approximateInvokeCount":3`, "AccessDeniedException",
				"is not authorized to perform: dynamodb:UpdateItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/eda-demo-orders because no identity-based policy allows the dynamodb:UpdateItem action",
			}},
		},
		{
			name: "log group's resource policy",
			tamper: func(t *testing.T, template system.Template) {
				remove(t, template, "AWS::Logs::ResourcePolicy", "PolicyName", "")
			},
			who: "events.amazonaws.com", action: "logs:CreateLogStream",
			letter: undelivered("eda-demo-cw-catch-all-dlq", "cw-catch-all", arnOfGroup+"eda-demo-all",
				"no resource-based policy allows the logs:CreateLogStream action", order, "OrderCreated"),
		},
		{
			name: "function's permission for a rule",
			tamper: func(t *testing.T, template system.Template) {
				remove(t, template, "AWS::Lambda::Permission", "SourceArn", "/order-service-filtering-payments")
			},
			who: "events.amazonaws.com", action: "lambda:InvokeFunction",
			letter: undelivered("eda-demo-order-service-filtering-payments-dlq", "order-service-filtering-payments", arnOfFunction+"eda-demo-update-order",
				"no resource-based policy allows the lambda:InvokeFunction action", order, "PaymentSucceeded"),
		},
		{
			name: "rule's role",
			tamper: func(t *testing.T, template system.Template) {
				revoke(t, template, grant{role: "PaymentsFilteringOrdersRole", action: "states:StartExecution"})
			},
			who: "PaymentsFilteringOrdersRole", action: "states:StartExecution",
			letter: undelivered("eda-demo-payment-service-filtering-orders-dlq", "payment-service-filtering-orders", arnOfMachine+"eda-demo-payment-service",
				"no identity-based policy allows the states:StartExecution action", order, "OrderCreated"),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changed := template(t)
			test.tamper(t, changed)
			w := mustStart(t, changed, "-backoff", "0.001")
			if err := w.placeOrder(completed, 100); err != nil {
				t.Fatal(err)
			}
			checkDenied(t, w, test.who, test.action)
			checkLetter(t, w, test.letter)
			checkWorks(t)
		})
	}
}

// checkWorks takes orders through a runner with everything in its place.
func checkWorks(t *testing.T) {
	t.Helper()
	if err := mustStart(t, template(t), "-backoff", "0.001").orders(t.Context()); err != nil {
		t.Errorf("with everything put back: %v", err)
	}
}

// TestMissingQueuePolicyLosesLoudly takes away a queue's policy. A delivery
// that fails then has nowhere to go; the run must not keep that to itself.
func TestMissingQueuePolicyLosesLoudly(t *testing.T) {
	t.Parallel()
	const queue = "eda-demo-order-service-filtering-payments-dlq"
	changed := template(t)
	remove(t, changed, "AWS::Lambda::Permission", "SourceArn", "/order-service-filtering-payments")
	mended, err := changed.Copy()
	if err != nil {
		t.Fatal(err)
	}
	remove(t, changed, "AWS::SQS::QueuePolicy", "PolicyDocument", "/order-service-filtering-payments")
	w := mustStart(t, changed, "-backoff", "0.001")
	if err := w.placeOrder(completed, 100); err != nil {
		t.Fatal(err)
	}
	checkDenied(t, w, "events.amazonaws.com", "sqs:SendMessage")
	err = until(t.Context(), "what the run prints", func() error {
		for _, text := range []string{"LOST: the dead-letter queue refuses it", "sqs:SendMessage", "event lost", "PaymentSucceeded", arnOfQueue + queue} {
			if !strings.Contains(w.Printed(), text) {
				return fmt.Errorf("nothing says %q:\n%s", text, w.Printed())
			}
		}
		return nil
	}, never)
	if err != nil {
		t.Error(err)
	}
	if messages, err := w.messages(t.Context(), queue); err != nil || len(messages) > 0 {
		t.Errorf("the queue has %d messages, %v; want none", len(messages), err)
	}

	w = mustStart(t, mended, "-backoff", "0.001")
	if err := w.placeOrder(completed, 100); err != nil {
		t.Fatal(err)
	}
	checkLetter(t, w, undelivered(queue, "order-service-filtering-payments", arnOfFunction+"eda-demo-update-order", "lambda:InvokeFunction", "PaymentSucceeded"))
	checkWorks(t)
}

// TestMissingPermissionOfTheAPI: HTTP APIs have no queue, the client is told.
func TestMissingPermissionOfTheAPI(t *testing.T) {
	t.Parallel()
	changed := template(t)
	remove(t, changed, "AWS::Lambda::Permission", "SourceArn", "/POST/order")
	w := mustStart(t, changed)
	if err := w.placeOrder(completed, 100); err == nil || !strings.Contains(err.Error(), `answers 500 {"message":"Internal Server Error"}`) {
		t.Errorf("POST /order: %v, want status 500", err)
	}
	checkDenied(t, w, "apigateway.amazonaws.com", "lambda:InvokeFunction")
}

// TestUntrustedServicesAreDenied has the rule's role trust somebody else.
func TestUntrustedServicesAreDenied(t *testing.T) {
	t.Parallel()
	changed := template(t)
	eachRole(changed, func(id string, properties map[string]any) {
		if strings.HasPrefix(id, "PaymentsFilteringOrdersRole") {
			statement := list(properties["AssumeRolePolicyDocument"].(map[string]any)["Statement"])[0].(map[string]any)
			statement["Principal"] = map[string]any{"Service": "pipes.amazonaws.com"}
		}
	})
	w := mustStart(t, changed, "-backoff", "0.001")
	if err := w.placeOrder(completed, 100); err != nil {
		t.Fatal(err)
	}
	checkDenied(t, w, "events.amazonaws.com", "sts:AssumeRole")
	want := undelivered("eda-demo-payment-service-filtering-orders-dlq", "payment-service-filtering-orders", arnOfMachine+"eda-demo-payment-service", "sts:AssumeRole", "OrderCreated")
	want.attributes["ERROR_CODE"] = "FAILED_TO_ASSUME_ROLE"
	checkLetter(t, w, want)
}

func TestPermissionsArePrintedAtTheEnd(t *testing.T) {
	t.Parallel()
	w := mustStart(t, template(t), "-permissions")
	if err := w.placeOrder(completed, 100); err != nil {
		t.Fatal(err)
	}
	w.Stop()
	if code := w.ExitCode(); code != 0 {
		t.Errorf("exit status is %d, want 0", code)
	}
	_, table, _ := strings.Cut(w.Printed(), "Permissions: ")
	for _, row := range [][]string{
		{"OrdersCreateOrderRole"},
		{"dynamodb:PutItem", "table/eda-demo-orders", "1 time"},
		{"dynamodb:GetItem", "table/eda-demo-orders", "never used"},
		{"sqs:SendMessage", "eda-demo-update-order-failures", "never called, but required"},
	} {
		if !hasRow(table, row) {
			t.Errorf("no line has %q:\n%s", row, table)
		}
	}
}

func hasRow(table string, texts []string) bool {
	for line := range strings.Lines(table) {
		rest, all := line, true
		for _, text := range texts {
			at := strings.Index(rest, text)
			if all = all && at >= 0; all {
				rest = rest[at:]
			}
		}
		if all {
			return true
		}
	}
	return false
}
