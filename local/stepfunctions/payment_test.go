package stepfunctions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"eda-demo/local/frontdoor"
)

// payment is the demo's state machine.
const payment = `{"Comment":"Payment Service","StartAt":"isFraud","TimeoutSeconds":300,"States":{
  "isFraud":{"Type":"Choice","Choices":[{"Variable":"$.detail.amount","NumericGreaterThan":500,"Next":"Payment Failed"}],"Default":"Payment Succeeded"},
  "Payment Failed":{"Type":"Pass","Next":"Notify EventBus","Result":{"status":"PaymentFailed"},"ResultPath":"$.payment"},
  "Payment Succeeded":{"Type":"Pass","Next":"Notify EventBus","Result":{"status":"PaymentSucceeded"},"ResultPath":"$.payment"},
  "Notify EventBus":{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{
      "Detail":{"id.$":"$.detail.id","metadata":{"eventId.$":"States.Format('{}-payment', $.detail.metadata.eventId)",
        "correlationId.$":"$.detail.metadata.correlationId","causationId.$":"$.detail.metadata.eventId","schemaVersion":"1"}},
      "DetailType.$":"$.payment.status","EventBusName":"%s","Source":"payment-service"}]},
    "Retry":[{"ErrorEquals":["EventBridge.FailedEntry"],"IntervalSeconds":1,"MaxAttempts":%d}],"End":true}}}`

func order(id, amount string) string {
	return fmt.Sprintf(`{"source":"order-service","detail-type":"OrderCreated","detail":{"id":%s,"amount":%s,"metadata":{"eventId":"e1","correlationId":"c1","schemaVersion":"1"}}}`, id, amount)
}

func accepted(json.RawMessage) (any, error) {
	return map[string]any{"FailedEntryCount": 0, "Entries": []any{map[string]any{"EventId": "11111111"}}}, nil
}

func TestPayment(t *testing.T) {
	tests := []struct{ id, amount, want string }{
		{"101", "100", "PaymentSucceeded"},
		{"101", "500", "PaymentSucceeded"},
		{"101", "500.00", "PaymentSucceeded"},
		{"101", "500.01", "PaymentFailed"},
		{"9007199254740991", "1e3", "PaymentFailed"},
	}
	c := newCloud(t)
	c.answer("events.PutEvents", accepted)
	machine := c.create(t, "payment", fmt.Sprintf(payment, "eda-demo", 0))
	for i, tt := range tests {
		t.Run(tt.amount, func(t *testing.T) {
			execution := c.start(t, machine, fmt.Sprint("order-", i), order(tt.id, tt.amount))
			d := c.finish(t, execution)
			if want := `{"Entries":[{"EventId":"11111111"}],"FailedEntryCount":0}`; aws.ToString(d.Output) != want {
				t.Errorf("got %s output %s, want %s", d.Status, aws.ToString(d.Output), want)
			}
			calls := c.called()
			call := calls[len(calls)-1]
			want := fmt.Sprintf(`{"Entries":[{"Detail":"{\"id\":%s,\"metadata\":{\"causationId\":\"e1\",\"correlationId\":\"c1\",\"eventId\":\"e1-payment\",\"schemaVersion\":\"1\"}}",`+
				`"DetailType":"%s","EventBusName":"eda-demo","Resources":["%s","%s"],"Source":"payment-service"}]}`, tt.id, tt.want, execution, machine)
			if call.input != want {
				t.Errorf("got PutEvents\n  %s\nwant\n  %s", call.input, want)
			}
			if want := "arn:aws:sts::000000000000:assumed-role/machine/"; !strings.HasPrefix(call.principal, want) {
				t.Errorf("got caller %s, want a session of the machine's role", call.principal)
			}
			checkLines(t, "history", c.story(t, execution), []string{
				"1 0 ExecutionStarted", "2 0 ChoiceStateEntered", "3 2 ChoiceStateExited", "4 3 PassStateEntered", "5 4 PassStateExited",
				"6 5 TaskStateEntered", "7 6 TaskScheduled", "8 7 TaskStarted", "9 8 TaskSucceeded", "10 9 TaskStateExited", "11 10 ExecutionSucceeded"})
		})
	}
}

func TestPaymentFailsWithItsEntry(t *testing.T) {
	c := newCloud(t)
	c.answer("events.PutEvents", func(json.RawMessage) (any, error) {
		return map[string]any{"FailedEntryCount": 1, "Entries": []any{map[string]any{"ErrorCode": "InternalFailure", "ErrorMessage": "m"}}}, nil
	})
	got := c.execute(t, fmt.Sprintf(payment, "eda-demo", 0), order("1", "1"))
	if want := `FAILED EventBridge.FailedEntry: {"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"m"}],"FailedEntryCount":1}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPaymentSendsAllEntriesAgain(t *testing.T) {
	c := newCloud(t)
	failures := 1
	c.answer("events.PutEvents", func(json.RawMessage) (any, error) {
		if failures--; failures >= 0 {
			return map[string]any{"FailedEntryCount": 1, "Entries": []any{}}, nil
		}
		return accepted(nil)
	})
	if got := c.execute(t, fmt.Sprintf(payment, "eda-demo", 2), order("1", "1")); !strings.HasPrefix(got, "SUCCEEDED") {
		t.Errorf("got %s, want SUCCEEDED after one retry", got)
	}
	if calls := c.called(); len(calls) != 2 || calls[0].input != calls[1].input {
		t.Errorf("got calls %v, want the same twice", calls)
	}
}

func TestPaymentWithoutPermission(t *testing.T) {
	c := newCloud(t)
	got := c.execute(t, fmt.Sprintf(payment, "forbidden", 0), order("1", "1"))
	if !strings.HasPrefix(got, "FAILED EventBridge.AmazonEventBridgeException: ") || !strings.Contains(got, "is not authorized to perform: events:PutEvents") ||
		!strings.Contains(got, "Error Code: AccessDeniedException") {
		t.Errorf("got %s, want the denial of events:PutEvents", got)
	}
}

func TestPaymentOfAnOrderWithoutAmount(t *testing.T) {
	c := newCloud(t)
	got := c.execute(t, fmt.Sprintf(payment, "eda-demo", 0), `{"detail":{"id":1}}`)
	want := `FAILED States.Runtime: An error occurred while executing the state 'isFraud' (entered at the event id #2). Invalid path '$.detail.amount': The choice state's condition path references an invalid value.`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTaskEventDetails(t *testing.T) {
	c := newCloud(t)
	c.answer("events.PutEvents", func(json.RawMessage) (any, error) { return nil, frontdoor.Errorf("InternalException", "down") })
	execution := c.start(t, c.create(t, "m", fmt.Sprintf(payment, "eda-demo", 0)), "e", order("1", "1"))
	c.finish(t, execution)
	out, err := c.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &execution})
	if err != nil {
		t.Fatal(err)
	}
	if d := out.Events[0].ExecutionStartedEventDetails; *d.RoleArn != roleARN || *d.Input != order("1", "1") {
		t.Errorf("got start %+v, want the role and the input", d)
	}
	if d := out.Events[3].StateEnteredEventDetails; *d.Name != "Payment Succeeded" || *d.Input != order("1", "1") {
		t.Errorf("got entry %+v, want Payment Succeeded with the input", d)
	}
	if d := out.Events[6].TaskScheduledEventDetails; *d.Resource != "putEvents" || *d.ResourceType != "events" || *d.Region != "us-east-1" || !strings.Contains(*d.Parameters, `"DetailType":"PaymentSucceeded"`) {
		t.Errorf("got schedule %+v, want putEvents of events with its parameters", d)
	}
	if d := out.Events[8].TaskFailedEventDetails; *d.Error != "EventBridge.InternalException" || !strings.HasPrefix(*d.Cause, "down (Service: AmazonEventBridge; Status Code: 400; Error Code: InternalException; Request ID: ") {
		t.Errorf("got failure %s: %s, want EventBridge.InternalException", aws.ToString(d.Error), aws.ToString(d.Cause))
	}
	if d := out.Events[9].ExecutionFailedEventDetails; *d.Error != "EventBridge.InternalException" {
		t.Errorf("got end %+v, want EventBridge.InternalException", d)
	}
}
