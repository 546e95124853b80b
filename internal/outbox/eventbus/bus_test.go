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

// fakeAPI answers each call with the next of its outputs, the last one again and
// again, and keeps the inputs.
type fakeAPI struct {
	inputs  []*eventbridge.PutEventsInput
	outputs []*eventbridge.PutEventsOutput
	err     error
}

func (f *fakeAPI) PutEvents(_ context.Context, input *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	f.inputs = append(f.inputs, input)
	if f.err != nil {
		return nil, f.err
	}
	next := f.outputs[0]
	if len(f.outputs) > 1 {
		f.outputs = f.outputs[1:]
	}
	return next, nil
}

// answer is what a call answers with such entries.
func answer(entries ...types.PutEventsResultEntry) *eventbridge.PutEventsOutput {
	return &eventbridge.PutEventsOutput{Entries: entries}
}

func refused(code, message string) types.PutEventsResultEntry {
	return types.PutEventsResultEntry{ErrorCode: aws.String(code), ErrorMessage: aws.String(message)}
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
	api := &fakeAPI{outputs: []*eventbridge.PutEventsOutput{answer(accepted, refused("MalformedDetail", "Detail is malformed."))}}
	failures, err := eventbus.New(api, "eda-demo", "order-service").Put(context.Background(), batch)
	if err != nil || len(failures) != 2 || failures[0] != nil {
		t.Fatalf("Put = %v, %v, want the second event to fail only", failures, err)
	}
	if failures[1] == nil || !strings.Contains(failures[1].Error(), "MalformedDetail: Detail is malformed.") {
		t.Errorf("the second event fails with %v, want the code and the message", failures[1])
	}
	if len(api.inputs) != 1 {
		t.Fatalf("%d calls were made, want one: what is malformed stays so", len(api.inputs))
	}
	entry := api.inputs[0].Entries[0]
	if *entry.EventBusName != "eda-demo" || *entry.Source != "order-service" || *entry.DetailType != "OrderCreated" ||
		*entry.Detail != `{"id":1}` || !entry.Time.Equal(at) {
		t.Errorf("the first entry is %+v", entry)
	}
	if first, second := entry.TraceHeader, aws.ToString(api.inputs[0].Entries[1].TraceHeader); first != nil || second != "Root=1-5;Sampled=1" {
		t.Errorf("the entries have the trace headers %v and %q, want none and that of the second event", first, second)
	}
}

// TestPutAgain holds that entries are put again which may then be taken, and
// those alone.
func TestPutAgain(t *testing.T) {
	throttled := refused("ThrottlingException", "slow down")
	tests := map[string]struct {
		outputs []*eventbridge.PutEventsOutput
		calls   int
		fails   bool // the second event
	}{
		"taken then":        {[]*eventbridge.PutEventsOutput{answer(accepted, throttled), answer(accepted)}, 2, false},
		"taken in the end":  {[]*eventbridge.PutEventsOutput{answer(accepted, throttled), answer(refused("InternalFailure", "")), answer(accepted)}, 3, false},
		"never taken":       {[]*eventbridge.PutEventsOutput{answer(accepted, throttled), answer(throttled)}, 3, true},
		"refused then":      {[]*eventbridge.PutEventsOutput{answer(accepted, throttled), answer(refused("MalformedDetail", ""))}, 2, true},
		"not answered then": {[]*eventbridge.PutEventsOutput{answer(accepted, throttled), answer()}, 2, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			api := &fakeAPI{outputs: test.outputs}
			failures, err := eventbus.New(api, "eda-demo", "order-service").Put(context.Background(), batch)
			if err != nil || len(failures) != 2 || failures[0] != nil || (failures[1] != nil) != test.fails {
				t.Errorf("Put = %v, %v, want the first event taken, the second failed: %t", failures, err, test.fails)
			}
			if len(api.inputs) != test.calls {
				t.Errorf("%d calls were made, want %d", len(api.inputs), test.calls)
			}
			if last := api.inputs[len(api.inputs)-1].Entries; len(last) != 1 || *last[0].DetailType != batch[1].DetailType {
				t.Errorf("the last call has %+v, want the second event only", last)
			}
		})
	}
}

func TestPutFailsAsAWhole(t *testing.T) {
	down := errors.New("down")
	for name, api := range map[string]*fakeAPI{
		"an error":      {err: down},
		"a short reply": {outputs: []*eventbridge.PutEventsOutput{answer(accepted)}},
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
