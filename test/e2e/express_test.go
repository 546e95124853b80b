package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// TestExpressWorkflow takes orders through a runner whose payment workflow is
// express: their executions leave a log and no history.
func TestExpressWorkflow(t *testing.T) {
	needRunner(t)
	r, err := startRunner(t.TempDir()+"/out.json", "-context", "paymentWorkflow=express", "-context", "email="+email, "-backoff", "0.001")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Stop()
	defer aim(t, r)()
	confirm(t, r)
	tests := []struct{ amount, payment, final string }{
		{"500", "PaymentSucceeded", "OrderCompleted"},
		{"500.01", "PaymentFailed", "OrderCancelled"},
	}
	for _, test := range tests {
		t.Run(test.amount, func(t *testing.T) {
			id := placeOrder(t, test.amount)
			awaitStatus(t, id, test.final)
			awaitEvents(t, aboutOrder(id), []string{"OrderCreated", test.payment, test.final})
			awaitLoggedExecution(t, id, test.payment)
		})
	}
	t.Run("twice", checkRepeatedExecution)
}

// expressLog is the log group of the payment workflow, which must log all.
func expressLog(t *testing.T) string {
	t.Helper()
	machine, err := sfn.NewFromConfig(sut.aws).DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{
		StateMachineArn: aws.String(sut.output("PaymentStateMachineArn")),
	})
	if err != nil {
		t.Fatal(err)
	}
	logging := machine.LoggingConfiguration
	if machine.Type != sfntypes.StateMachineTypeExpress || logging.Level != sfntypes.LogLevelAll || len(logging.Destinations) != 1 {
		t.Fatalf("the state machine is %s and logs %+v, want EXPRESS and everything", machine.Type, logging)
	}
	_, group, _ := strings.Cut(*logging.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn, ":log-group:")
	return strings.TrimSuffix(group, ":*")
}

// awaitLoggedExecution waits until the log has an execution for the order from
// its beginning to its end, with what it decided.
func awaitLoggedExecution(t *testing.T, id int64, payment string) {
	t.Helper()
	group := expressLog(t)
	eventually(t, fmt.Sprintf("the execution of order %d is logged", id), func() error {
		lines := map[string]string{} // by execution
		for _, message := range messages(t, group) {
			var line struct {
				ARN string `json:"execution_arn"`
			}
			if err := json.Unmarshal([]byte(message), &line); err != nil {
				t.Fatalf("the log holds %s: %v", message, err)
			}
			lines[line.ARN] += message + "\n"
		}
		for _, of := range lines {
			if strings.Contains(of, fmt.Sprintf(`\"id\":%d,`, id)) && strings.Contains(of, "ExecutionStarted") &&
				strings.Contains(of, payment) && strings.Contains(of, "ExecutionSucceeded") {
				return nil
			}
		}
		return fmt.Errorf("none of %d executions is it", len(lines))
	})
}

func messages(t *testing.T, group string) []string {
	t.Helper()
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(sut.aws), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(group),
	})
	var all []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range page.Events {
			all = append(all, *event.Message)
		}
	}
	return all
}

// checkRepeatedExecution starts an execution for an event once more, as an
// express workflow may run twice: the event that it publishes is the same
// again, by its id, so that nothing follows from it.
func checkRepeatedExecution(t *testing.T) {
	id := placeOrder(t, "7")
	awaitStatus(t, id, "OrderCompleted")
	awaitEvents(t, aboutOrder(id), []string{"OrderCreated", "PaymentSucceeded", "OrderCompleted"})
	created := loggedOf(t, id, "OrderCreated")
	_, err := sfn.NewFromConfig(sut.aws).StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String(sut.output("PaymentStateMachineArn")), Input: aws.String(created[0]),
	})
	if err != nil {
		t.Fatal(err)
	}
	var payments []string
	eventually(t, "a second payment", func() error {
		if payments = loggedOf(t, id, "PaymentSucceeded"); len(payments) != 2 {
			return fmt.Errorf("the log has %d", len(payments))
		}
		return nil
	})
	if first, second := eventID(t, payments[0]), eventID(t, payments[1]); first != second {
		t.Errorf("the execution published event %s and, repeated, %s: want the same", first, second)
	}
	// A later order that is through shows that nothing else follows.
	later := placeOrder(t, "8")
	awaitStatus(t, later, "OrderCompleted")
	awaitNotified(t, 12) // three events of each of four orders
	if got := loggedEvents(t, aboutOrder(id))["OrderCompleted"]; got != 1 {
		t.Errorf("the order was completed %d times, want once", got)
	}
	if got := findMails(t, sut.runner, fmt.Sprint(id)); len(got) != 3 {
		t.Errorf("%d mails tell of the order, want 3: %+v", len(got), got)
	}
}

// loggedOf returns the events of an order of one type, as the catch-all log
// group has them.
func loggedOf(t *testing.T, id int64, detailType string) []string {
	t.Helper()
	var found []string
	for _, message := range messages(t, sut.output("CatchAllLogGroupName")) {
		if strings.Contains(message, fmt.Sprintf(`"id":%d,`, id)) && strings.Contains(message, fmt.Sprintf(`"detail-type":"%s"`, detailType)) {
			found = append(found, message)
		}
	}
	return found
}

func eventID(t *testing.T, event string) string {
	t.Helper()
	var parsed struct {
		Detail struct {
			Metadata struct{ EventID string }
		}
	}
	if err := json.Unmarshal([]byte(event), &parsed); err != nil || parsed.Detail.Metadata.EventID == "" {
		t.Fatalf("%s has no event id: %v", event, err)
	}
	return parsed.Detail.Metadata.EventID
}

// TestKilledRunnerLosesNoExpressExecution kills the runner in the middle of a
// run of orders: executions of an express workflow have no history to go on
// from, and run again.
func TestKilledRunnerLosesNoExpressExecution(t *testing.T) {
	needRunner(t)
	data, outputs := t.TempDir(), t.TempDir()+"/out.json"
	start := func() *runner {
		r, err := startRunner(outputs, "-context", "paymentWorkflow=express", "-context", "email="+email, "-data", data, "-backoff", backoff)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Stop)
		return r
	}
	r := start()
	defer aim(t, r)()
	confirm(t, r)
	r, placed := placeAndKill(t, r, start, 2)
	if len(placed.orders) == 0 {
		t.Fatal("no order was acknowledged")
	}
	checkOutcomes(t, r, placed.orders)
}
