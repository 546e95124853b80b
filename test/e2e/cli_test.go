package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// atOnce bounds how many commands run at the same time: each takes a third of
// a second of processor time.
var atOnce = make(chan struct{}, 2)

// cli runs the AWS CLI against the runner and returns what it prints.
func cli(ctx context.Context, arguments ...string) (stdout, stderr string, err error) {
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	command := exec.CommandContext(ctx, "aws", arguments...)
	command.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+sut.runner.Endpoint, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	err = command.Run()
	return strings.TrimSpace(out.String()), strings.TrimSpace(problems.String()), err
}

// awsCLI is what a command answers that has to succeed.
func awsCLI(t *testing.T, arguments ...string) string {
	t.Helper()
	out, problem, err := cli(t.Context(), append(arguments, "--output", "json")...)
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(arguments, " "), err, problem)
	}
	return out
}

// TestValidationStepsWithTheAWSCLI looks at what the seed's validation steps
// look at.
func TestValidationStepsWithTheAWSCLI(t *testing.T) {
	needRunner(t)
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	id := placeOrder(t, "100")
	awaitStatus(t, id, "OrderCompleted")
	awaitEvents(t, aboutOrder(id), []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"})
	tests := []struct {
		command string
		says    []string
	}{
		{"dynamodb scan --table-name eda-demo-orders", []string{fmt.Sprint(id), "OrderCompleted"}},
		{"stepfunctions list-executions --state-machine-arn " + sut.output("PaymentStateMachineArn"), []string{"SUCCEEDED"}},
		{"stepfunctions list-state-machines", []string{"eda-demo-payment-service"}},
		{"logs filter-log-events --log-group-name eda-demo-all", []string{fmt.Sprint(id), "PaymentSucceeded", "OrderCompleted"}},
		{"sns list-subscriptions", []string{email, "eda-demo-order-notification"}},
		{"sts get-caller-identity", []string{"000000000000"}},
		{"lambda list-functions", []string{"eda-demo-create-order"}},
		{"events list-rules --event-bus-name eda-demo", []string{"cw-catch-all", "notification-service"}},
		// For this one the AWS CLI v1 heeds no AWS_ENDPOINT_URL.
		{"sqs list-queues --endpoint-url " + sut.runner.Endpoint, []string{sut.runner.Endpoint + "/000000000000/eda-demo-notification-failures"}},
	}
	for _, test := range tests {
		t.Run(test.command, func(t *testing.T) {
			out := awsCLI(t, strings.Fields(test.command)...)
			for _, text := range test.says {
				if !strings.Contains(out, text) {
					t.Errorf("the answer does not have %q:\n%s", text, out)
				}
			}
		})
	}
}
