package main

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eda-demo/local/iam"
)

const (
	orderCreated = `{"version":"0","id":"11111111-2222-3333-4444-555555555555","detail-type":"OrderCreated","source":"order-service",` +
		`"account":"000000000000","time":"2026-11-20T08:00:00Z","region":"us-east-1","resources":[],"detail":{"id":101,"amount":100}}`
	invocationRecord = `{"version":"1.0","timestamp":"2026-11-20T08:00:00.000Z","requestContext":{"requestId":"r",` +
		`"functionArn":"` + functionARN + `:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3},` +
		`"requestPayload":` + orderCreated + `,"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},` +
		`"responsePayload":{"errorMessage":"there is no such order","errorType":"errorString"}}`
)

// ruleTo makes a rule of the stack with one target, and its dead-letter queue.
func (w *world) ruleTo(t *testing.T, target eventtypes.Target) (queue string) {
	t.Helper()
	ctx := t.Context()
	_, err := w.root.buses.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("bus")})
	must(t, err)
	_, err = w.root.buses.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String("r"), EventBusName: aws.String("bus"), EventPattern: aws.String(`{"source":["nobody"]}`),
	})
	must(t, err)
	target.Id = aws.String("target")
	out, err := w.root.buses.PutTargets(ctx, &eventbridge.PutTargetsInput{
		Rule: aws.String("r"), EventBusName: aws.String("bus"), Targets: []eventtypes.Target{target},
	})
	if err == nil && out.FailedEntryCount > 0 {
		err = fmt.Errorf("%s", *out.FailedEntries[0].ErrorMessage)
	}
	must(t, err)
	w.has("AWS::Events::Rule", "bus|r")
	return w.queue(t, "r-dlq")
}

func undeliveredTo(target string) map[string]string {
	return map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/bus/r", "TARGET_ARN": target,
		"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed\u009b2J\nat all", "RETRY_ATTEMPTS": "0",
	}
}

func TestListTellsWhatAndWhy(t *testing.T) {
	w := newWorld(t)
	w.queue(t, "empty")
	rule := w.ruleTo(t, eventtypes.Target{Arn: aws.String(functionARN)})
	failures := w.queue(t, "f-failures")
	w.has("AWS::Lambda::Function", "f")
	w.expect(t, 0, []string{"No dead letters: all 3 queues are empty."}, "redrive")

	w.letter(t, rule, orderCreated, undeliveredTo(functionARN))
	attributes := undeliveredTo(functionARN)
	maps.Copy(attributes, map[string]string{"RETRY_ATTEMPTS": "185", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts", "ERROR_CODE": "THROTTLING"})
	w.letter(t, rule, orderCreated, attributes)
	w.letter(t, failures, invocationRecord, nil)
	w.letter(t, failures, streamRecordOf("1", "2"), nil)
	w.letter(t, failures, "anything", nil)
	w.asOperator(t)
	for range 3 { // looking consumes nothing
		w.expect(t, 0, []string{
			"r-dlq: 2 messages", "f-failures: 3 messages", "1 other queue is empty.",
			"OrderCreated 101", "rule r to function f", "NO_PERMISSIONS (0 retries): not allowed�2J at all",
			"THROTTLING (185 retries, MaximumRetryAttempts)",
			"function f ", "RetriesExhausted (3 invocations): there is no such order",
			"2 writes to table orders", "stream to function f", "RetryAttemptsExhausted (101 invocations)",
			"no dead letter that ops knows: anything",
		}, "redrive")
	}
	if got := w.left(t, rule) + ", " + w.left(t, failures); got != "2 visible, 0 hidden, 3 visible, 0 hidden" {
		t.Errorf("after looking the queues have %s, want all visible", got)
	}
}

func TestDescribe(t *testing.T) {
	for event, want := range map[string]string{
		orderCreated: "OrderCreated 101",
		`{"detail-type":"SeatAssignmentFailed","detail":{"bookingId":"B123","id":7}}`: "SeatAssignmentFailed B123",
		`{"detail-type":"Said","detail":{"id":{}}}`:                                   "Said",
		`{"detail-type":"Said","detail":[]}`:                                          "Said",
		`{"detail":{"id":1}}`:                                                         "an event",
		`[`:                                                                           "an event",
	} {
		if got := describe([]byte(event)); got != want {
			t.Errorf("%s is described as %q, want %q", event, got, want)
		}
	}
}

func TestLongListsAreBounded(t *testing.T) {
	w := newWorld(t)
	url := w.queue(t, "q")
	for range 35 {
		w.letter(t, url, invocationRecord, nil)
	}
	w.expect(t, 0, []string{"q: 35 messages", "… and about 15 more"}, "redrive")
	status, out := w.run(t, "", "redrive", "-max", "33")
	if n := strings.Count(out, "OrderCreated 101"); status != 0 || n != 33 {
		t.Errorf("with -max 33 it shows %d messages, status %d; want 33", n, status)
	}
	if got := w.left(t, url); got != "35 visible, 0 hidden" {
		t.Errorf("the queue has %s, want all 35 visible", got)
	}
}

func TestQueuesThatMoveMessagesAreOnlyCounted(t *testing.T) {
	w := newWorld(t)
	w.queue(t, "target")
	url := w.queue(t, "q")
	_, err := w.root.queues.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{
		"RedrivePolicy": `{"maxReceiveCount":1,"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:target"}`,
	}})
	must(t, err)
	w.letter(t, url, invocationRecord, nil)
	w.expect(t, 0, []string{"q: 1 message, not shown"}, "redrive")
	w.expect(t, 1, []string{"leave it to SQS"}, "redrive", "-queue", "q", "-yes")
}

func TestRedriveInvokesTheRulesFunction(t *testing.T) {
	w := newWorld(t)
	url := w.ruleTo(t, eventtypes.Target{Arn: aws.String(functionARN)})
	w.has("AWS::Lambda::Function", "f")
	w.letter(t, url, orderCreated, undeliveredTo("arn:aws:lambda:us-east-1:000000000000:function:replaced"))
	w.asOperator(t)
	w.expect(t, 0, []string{"OrderCreated 101", "put back", "1 message put back."}, "redrive", "-queue", "r-dlq", "-yes")
	want := invoked{functionARN, "Event", orderCreated}
	if got := w.invocations(); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := w.left(t, url); got != "0 visible, 0 hidden" {
		t.Errorf("the queue has %s, want nothing", got)
	}
}

func TestRedriveAsks(t *testing.T) {
	w := newWorld(t)
	url := w.queue(t, "q")
	w.letter(t, url, invocationRecord, nil)
	for _, answer := range []string{"", "no\n", "yes"} { // the last is interrupted before the line ends
		if status, out := w.run(t, answer, "redrive", "-queue", "q"); status != 1 || !strings.Contains(out, "nothing was put back") {
			t.Errorf("answer %q: status %d and %s; want 1, nothing put back", answer, status, out)
		}
	}
	if got := w.left(t, url); len(w.invocations()) > 0 || got != "1 visible, 0 hidden" {
		t.Errorf("without a yes there are invocations %v, and the queue has %s", w.invocations(), got)
	}
	if status, out := w.run(t, "yes\n", "redrive", "-queue", "q"); status != 0 {
		t.Errorf("answer yes: status %d and %s; want 0", status, out)
	}
	want := invoked{functionARN, "Event", orderCreated}
	if got := w.invocations(); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRedriveStartsOneExecution has the message come twice, as after an
// interruption between the start and the deletion.
func TestRedriveStartsOneExecution(t *testing.T) {
	w := newWorld(t)
	trust, err := iam.ParseResourcePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}}`))
	must(t, err)
	_, err = w.door.Directory().PutRole("m", trust)
	must(t, err)
	made, err := w.root.machines.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String("m"), RoleArn: aws.String("arn:aws:iam::000000000000:role/m"),
		Definition: aws.String(`{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`),
	})
	must(t, err)
	w.has("AWS::StepFunctions::StateMachine", *made.StateMachineArn)
	url := w.ruleTo(t, eventtypes.Target{Arn: made.StateMachineArn, RoleArn: aws.String("arn:aws:iam::000000000000:role/r")})
	w.asOperator(t)
	for range 3 {
		w.letter(t, url, orderCreated, undeliveredTo(*made.StateMachineArn))
		w.expect(t, 0, []string{"rule r to state machine m", "1 message put back."}, "redrive", "-queue", "all", "-yes")
	}
	out, err := w.root.machines.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: made.StateMachineArn})
	must(t, err)
	if len(out.Executions) != 1 {
		t.Fatalf("%d executions were started, want 1", len(out.Executions))
	}
	execution, err := w.root.machines.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: out.Executions[0].ExecutionArn})
	if err != nil || *execution.Input != orderCreated {
		t.Errorf("its input is %v, %v; want the event", execution, err)
	}
}

func TestRedriveWritesToTheLogGroup(t *testing.T) {
	w := newWorld(t)
	group := "g"
	_, err := w.root.logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group})
	must(t, err)
	w.has("AWS::Logs::LogGroup", group)
	target := "arn:aws:logs:us-east-1:000000000000:log-group:g"
	url := w.ruleTo(t, eventtypes.Target{Arn: &target})
	w.asOperator(t)
	for range 2 {
		w.letter(t, url, recently(orderCreated), undeliveredTo(target))
		w.expect(t, 0, []string{"1 message put back."}, "redrive", "-queue", "r-dlq", "-yes")
	}
	out, err := w.root.logs.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: &group, LogStreamName: aws.String("redriven-r")})
	must(t, err)
	if len(out.Events) != 2 || !strings.Contains(*out.Events[0].Message, "OrderCreated") {
		t.Errorf("the log stream has %v, want the event twice", out.Events)
	}
}

func TestRedriveSendsToQueuesAndBuses(t *testing.T) {
	t.Run("queue", func(t *testing.T) {
		w := newWorld(t)
		destination := w.queue(t, "work")
		target := "arn:aws:sqs:us-east-1:000000000000:work"
		url := w.ruleTo(t, eventtypes.Target{Arn: &target, Input: aws.String(`{"fixed":true}`)})
		w.letter(t, url, orderCreated, undeliveredTo(target))
		w.expect(t, 0, nil, "redrive", "-queue", "r-dlq", "-yes")
		out, err := w.root.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &destination})
		must(t, err)
		if len(out.Messages) != 1 || *out.Messages[0].Body != `{"fixed":true}` {
			t.Errorf("the queue has %v, want the target's Input", out.Messages)
		}
	})
	t.Run("bus", func(t *testing.T) {
		w := newWorld(t)
		other, archive := "other", "a"
		made, err := w.root.buses.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &other})
		must(t, err)
		_, err = w.root.buses.CreateArchive(t.Context(), &eventbridge.CreateArchiveInput{ArchiveName: &archive, EventSourceArn: made.EventBusArn})
		must(t, err)
		url := w.ruleTo(t, eventtypes.Target{Arn: made.EventBusArn, RoleArn: aws.String("arn:aws:iam::000000000000:role/r")})
		w.letter(t, url, orderCreated, undeliveredTo(*made.EventBusArn))
		w.expect(t, 0, nil, "redrive", "-queue", "r-dlq", "-yes")
		kept, err := w.root.buses.DescribeArchive(t.Context(), &eventbridge.DescribeArchiveInput{ArchiveName: &archive})
		must(t, err)
		if kept.EventCount != 1 || kept.SizeBytes != int64(len(orderCreated)) {
			t.Errorf("the bus got %d events of %d bytes, want the one of %d", kept.EventCount, kept.SizeBytes, len(orderCreated))
		}
	})
}

// TestWhatCannotBePutBackStays: the message can be received at once again, and
// the others are put back.
func TestWhatCannotBePutBackStays(t *testing.T) {
	missing := "arn:aws:lambda:us-east-1:000000000000:function:missing"
	tests := map[string]struct {
		target eventtypes.Target
		rule   string
		want   string
	}{
		"function is gone":  {eventtypes.Target{Arn: &missing}, "r", "Function not found"},
		"input is made":     {eventtypes.Target{Arn: aws.String(functionARN), InputPath: aws.String("$.detail")}, "r", "InputPath or InputTransformer"},
		"rule is gone":      {eventtypes.Target{Arn: aws.String(functionARN)}, "gone", "Rule gone does not exist"},
		"unsupported topic": {eventtypes.Target{Arn: aws.String("arn:aws:sns:us-east-1:000000000000:topic")}, "r", "are not supported"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			url := w.ruleTo(t, test.target)
			attributes := undeliveredTo(*test.target.Arn)
			attributes["RULE_ARN"] = "arn:aws:events:us-east-1:000000000000:rule/bus/" + test.rule
			w.letter(t, url, orderCreated, attributes)
			w.letter(t, url, invocationRecord, nil)
			w.letter(t, url, "anything", nil)
			w.expect(t, 1, []string{test.want, "look at it yourself", "1 message put back.", "2 messages could not be put back"}, "redrive", "-queue", "r-dlq", "-yes")
			if got := w.left(t, url); got != "2 visible, 0 hidden" {
				t.Errorf("the queue has %s, want both", got)
			}
		})
	}
}

// TestWhatComesBackMeanwhileStays: what fails at once again does not go round
// and round.
func TestWhatComesBackMeanwhileStays(t *testing.T) {
	w := newWorld(t)
	url := w.queue(t, "q")
	for range 3 {
		w.letter(t, url, invocationRecord, nil)
	}
	w.onCall = func() { w.letter(t, url, invocationRecord, nil) }
	status, out := w.run(t, "", "redrive", "-queue", "q", "-yes")
	if n := len(w.invocations()); status != 0 || n != 3 || !strings.Contains(out, "3 messages put back, 3 came meanwhile and stay.") {
		t.Errorf("status %d after %d invocations: %s; want 0 after 3", status, n, out)
	}
	if got := w.left(t, url); got != "3 visible, 0 hidden" {
		t.Errorf("the queue has %s, want the 3 that came", got)
	}
}

func TestRedriveIsBounded(t *testing.T) {
	w := newWorld(t)
	url := w.queue(t, "q")
	for range 25 {
		w.letter(t, url, invocationRecord, nil)
	}
	w.expect(t, 0, []string{"12 messages put back."}, "redrive", "-queue", "q", "-yes", "-max", "12")
	if got := w.left(t, url); len(w.invocations()) != 12 || got != "13 visible, 0 hidden" {
		t.Errorf("%d invocations, and the queue has %s; want 12 and 13", len(w.invocations()), got)
	}
}
