package eventbus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox/eventbus"
)

// fakeAPI answers a call with what it is told to, and keeps the input.
type fakeAPI struct {
	input  *eventbridge.PutEventsInput
	output *eventbridge.PutEventsOutput
	err    error
}

func (f *fakeAPI) PutEvents(_ context.Context, input *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	f.input = input
	return f.output, f.err
}

var (
	at    = time.Date(2026, 11, 2, 9, 15, 0, 120e6, time.UTC)
	batch = []event.Pending{
		{EventID: "a", DetailType: "OrderCreated", Detail: `{"id":1}`, At: at},
		{EventID: "b", DetailType: "OrderCompleted", Detail: `{"id":2}`, At: at, Trace: "Root=1-5;Sampled=1"},
	}
	accepted = types.PutEventsResultEntry{EventId: aws.String("1")}
)

func TestPut(t *testing.T) {
	refused := types.PutEventsResultEntry{ErrorCode: aws.String("ThrottlingException"), ErrorMessage: aws.String("slow down")}
	api := &fakeAPI{output: &eventbridge.PutEventsOutput{FailedEntryCount: 1, Entries: []types.PutEventsResultEntry{accepted, refused}}}
	failures, err := eventbus.New(api, "eda-demo", "order-service").Put(context.Background(), batch)
	if err != nil || len(failures) != 2 || failures[0] != nil {
		t.Fatalf("Put = %v, %v, want the second event to fail only", failures, err)
	}
	if failures[1] == nil || !strings.Contains(failures[1].Error(), "ThrottlingException: slow down") {
		t.Errorf("the second event fails with %v, want the code and the message", failures[1])
	}
	entry := api.input.Entries[0]
	if *entry.EventBusName != "eda-demo" || *entry.Source != "order-service" || *entry.DetailType != "OrderCreated" ||
		*entry.Detail != `{"id":1}` || !entry.Time.Equal(at) {
		t.Errorf("the first entry is %+v", entry)
	}
	if first, second := entry.TraceHeader, aws.ToString(api.input.Entries[1].TraceHeader); first != nil || second != "Root=1-5;Sampled=1" {
		t.Errorf("the entries have the trace headers %v and %q, want none and that of the second event", first, second)
	}
}

func TestPutFailsAsAWhole(t *testing.T) {
	down := errors.New("down")
	for name, api := range map[string]*fakeAPI{
		"an error":      {err: down},
		"a short reply": {output: &eventbridge.PutEventsOutput{Entries: []types.PutEventsResultEntry{accepted}}},
	} {
		failures, err := eventbus.New(api, "eda-demo", "order-service").Put(context.Background(), batch)
		if err == nil || failures != nil || (api.err != nil && !errors.Is(err, down)) {
			t.Errorf("with %s Put = %v, %v, want an error", name, failures, err)
		}
	}
}

func TestSize(t *testing.T) {
	want := 14 + len("order-service") + len("OrderCreated") + len(`{"id":1}`)
	if got := eventbus.New(nil, "eda-demo", "order-service").Size(batch[0]); got != want {
		t.Errorf("Size = %d, want %d", got, want)
	}
}
