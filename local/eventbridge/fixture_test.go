package eventbridge_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/local/delivery"
	"eda-demo/local/eventbridge"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

const (
	account   = doortest.Account
	ruleARN   = "arn:aws:events:us-east-1:000000000000:rule/orders/r"
	lambdaARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
	queueARN  = "arn:aws:sqs:us-east-1:000000000000:q"
	deadARN   = "arn:aws:sqs:us-east-1:000000000000:dead"
)

// fixture is EventBridge among fakes of the services that targets belong to.
type fixture struct {
	*eventbridge.Service
	door  *frontdoor.Door
	queue *delivery.Queue
	calls chan call

	mu       sync.Mutex
	accepted []eventbridge.Accepted
	given    []eventbridge.DeadLettered
	// answer decides what a fake answers; nil is success.
	answer func(call) error
	// refuse has the fakes' resource policies allow nothing.
	refuse map[string]bool
}

// call is a call that a fake received.
type call struct {
	operation string // such as "lambda.Invoke"
	input     map[string]any
	caller    iam.Principal
	at        time.Time
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return fixtureWith(t, store.Memory())
}

// fixtureWith is a process that finds what is in the store.
func fixtureWith(t *testing.T, kept *store.Store) *fixture {
	t.Helper()
	f := &fixture{
		door: doortest.NewDoor(t), queue: delivery.New(slog.New(slog.DiscardHandler), 1, kept),
		calls: make(chan call, 1000), refuse: map[string]bool{},
	}
	t.Cleanup(f.queue.Close)
	var err error
	f.Service, err = eventbridge.New(eventbridge.Config{
		Account: account, Region: doortest.Region, Door: f.door, Queue: f.queue, Store: kept,
		Log: slog.New(slog.DiscardHandler), Observer: f.observer(),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.door.Register(f.API()...)
	f.fake("lambda", "Invoke")
	f.fake("states", "StartExecution")
	f.fake("logs", "CreateLogStream", "PutLogEvents")
	f.fake("sqs", "SendMessage")
	f.fake("sns", "Publish")
	return f
}

func (f *fixture) observer() eventbridge.Observer {
	return eventbridge.Observer{
		Accepted: func(a eventbridge.Accepted) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.accepted = append(f.accepted, a)
		},
		DeadLettered: func(d eventbridge.DeadLettered) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.given = append(f.given, d)
		},
	}
}

func (f *fixture) observed() ([]eventbridge.Accepted, []eventbridge.DeadLettered) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.accepted, f.given
}

var allowAll = mustPolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"*","Resource":"*"}}`)

func mustPolicy(text string) *iam.Policy {
	policy, err := iam.ParsePolicy([]byte(text))
	if err != nil {
		panic(err)
	}
	return policy
}

// fake registers a service whose operations record their calls. A role needs
// the permission service:Operation on *.
func (f *fixture) fake(service string, operations ...string) {
	s := frontdoor.Service{Name: service, Protocol: frontdoor.JSON11, TargetPrefix: service}
	for _, operation := range operations {
		name := service + "." + operation
		access := func(context.Context, *map[string]any) ([]iam.Access, error) {
			policy := allowAll
			if f.refuse[name] {
				policy = nil
			}
			return []iam.Access{{Action: service + ":" + operation, Resource: "*", ResourcePolicy: policy}}, nil
		}
		do := func(ctx context.Context, in *map[string]any) (*struct{}, error) {
			c := call{operation: name, input: *in, caller: frontdoor.Caller(ctx), at: time.Now()}
			f.calls <- c
			if f.answer != nil {
				return &struct{}{}, f.answer(c)
			}
			return &struct{}{}, nil
		}
		s.Operations = append(s.Operations, frontdoor.Op(operation, access, do))
	}
	f.door.Register(s)
}

// received returns the calls so far.
func (f *fixture) received() []call {
	var calls []call
	for {
		select {
		case c := <-f.calls:
			calls = append(calls, c)
		default:
			return calls
		}
	}
}

// as calls an operation of EventBridge as the administrator.
func (f *fixture) as(t *testing.T, operation, input string) map[string]any {
	t.Helper()
	var out map[string]any
	if err := f.door.Call(t.Context(), iam.Admin(account), "events", operation, json.RawMessage(input), &out); err != nil {
		t.Fatalf("%s(%s): %v", operation, input, err)
	}
	return out
}

// try is as for what may be refused.
func (f *fixture) try(t *testing.T, operation, input string) error {
	t.Helper()
	return f.door.Call(t.Context(), iam.Admin(account), "events", operation, json.RawMessage(input), nil)
}

// rule makes bus orders with rule r, which has one target.
func (f *fixture) rule(t *testing.T, target string) {
	t.Helper()
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	f.as(t, "PutRule", `{"Name":"r","EventBusName":"orders","EventPattern":"{\"source\":[\"order-service\"]}"}`)
	f.as(t, "PutTargets", `{"Rule":"r","EventBusName":"orders","Targets":[`+target+`]}`)
}

// put puts one event on bus orders and returns its id.
func (f *fixture) put(t *testing.T, detail string) string {
	t.Helper()
	entry, err := json.Marshal(map[string]any{
		"Source": "order-service", "DetailType": "OrderCreated", "Detail": detail, "EventBusName": "orders",
		"Time": 1750000000, "Resources": []string{"res:1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := f.as(t, "PutEvents", `{"Entries":[`+string(entry)+`]}`)
	id, _ := out["Entries"].([]any)[0].(map[string]any)["EventId"].(string)
	if id == "" {
		t.Fatalf("PutEvents: got %v, want an event id", out)
	}
	return id
}

// event is the envelope of what put puts.
func event(id, detail string) string {
	return `{"version":"0","id":"` + id + `","detail-type":"OrderCreated","source":"order-service","account":"000000000000",` +
		`"time":"2025-06-15T15:06:40Z","region":"us-east-1","resources":["res:1"],"detail":` + detail + `}`
}

// client is the real SDK against the fixture's door.
func (f *fixture) client(t *testing.T) *sdk.Client {
	t.Helper()
	return sdk.NewFromConfig(doortest.Serve(t, f.door))
}

func entry(source, detailType, detail, bus string) types.PutEventsRequestEntry {
	return types.PutEventsRequestEntry{Source: &source, DetailType: &detailType, Detail: &detail, EventBusName: &bus}
}
