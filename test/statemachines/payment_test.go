// Package statemachines_test runs every path of the state machines.
package statemachines_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"eda-demo/internal/event"
	"eda-demo/local/asl"
	"eda-demo/statemachines"
)

var definition = strings.ReplaceAll(statemachines.Payment, "${EventBusName}", event.BusName)

func decode(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// bus is a TaskRunner that collects entries, and fails first.
type bus struct {
	failures int
	attempts int
	entries  []json.RawMessage
}

func (b *bus) Run(_ context.Context, request asl.TaskRequest) (json.RawMessage, error) {
	b.attempts++
	if request.Resource != "arn:aws:states:::events:putEvents" {
		return nil, fmt.Errorf("unexpected resource %s", request.Resource)
	}
	if b.attempts <= b.failures {
		return nil, &asl.Error{Name: "EventBridge.FailedEntry", Cause: "throttled"}
	}
	var input struct{ Entries []json.RawMessage }
	if err := json.Unmarshal(request.Input, &input); err != nil {
		return nil, err
	}
	b.entries = append(b.entries, input.Entries...)
	return json.RawMessage(`{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}`), nil
}

// path is a Recorder that keeps the names of the states entered.
type path struct{ states []string }

func (p *path) Record(e asl.Event) (int64, error) {
	if e.Type == asl.StateEntered {
		p.states = append(p.states, e.State)
	}
	return 1, nil
}

func run(t *testing.T, input string, b *bus) ([]string, error) {
	t.Helper()
	machine, err := asl.Parse([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	var p path
	_, _, err = asl.Execution{Machine: machine, Input: json.RawMessage(input), Tasks: b, History: &p}.Run(t.Context())
	return p.states, err
}

// order is an OrderCreated event as the workflow receives it.
func order(amount string) string {
	return `{"source":"order-service","detail-type":"OrderCreated","detail":{"id":101,"amount":` + amount +
		`,"metadata":{"eventId":"e1","correlationId":"c1","schemaVersion":"1"}}}`
}

func TestPaymentPaths(t *testing.T) {
	tests := []struct{ amount, want string }{
		{"0.01", "Payment Succeeded"},
		{"100", "Payment Succeeded"},
		{"499.99", "Payment Succeeded"},
		{"500", "Payment Succeeded"},
		{"500.00", "Payment Succeeded"},
		{"500.01", "Payment Failed"},
		{"900", "Payment Failed"},
		{"1000000000", "Payment Failed"},
	}
	for _, test := range tests {
		t.Run(test.amount, func(t *testing.T) {
			b := &bus{}
			states, err := run(t, order(test.amount), b)
			if want := []string{"isFraud", test.want, "Notify EventBus"}; err != nil || !slices.Equal(states, want) {
				t.Fatalf("states are %q, error %v, want %q", states, err, want)
			}
			checkEntry(t, b, strings.ReplaceAll(test.want, " ", ""))
		})
	}
}

func checkEntry(t *testing.T, b *bus, detailType string) {
	t.Helper()
	if len(b.entries) != 1 {
		t.Fatalf("%d entries are published, want 1", len(b.entries))
	}
	want := map[string]any{
		"Source": event.PaymentService, "DetailType": detailType, "EventBusName": event.BusName,
		"Detail": map[string]any{
			"id": 101.0,
			"metadata": map[string]any{
				"eventId": "e1-payment", "correlationId": "c1", "causationId": "e1", "schemaVersion": "1",
			},
		},
	}
	if got := decode(t, b.entries[0]); !reflect.DeepEqual(got, want) {
		t.Errorf("the entry is\n%v\nwant\n%v", got, want)
	}
}

func TestPaymentRetriesPublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bus{failures: 5}
		if _, err := run(t, order("100"), b); err != nil {
			t.Fatalf("after 5 failures the execution ends with %v, want success", err)
		}
		checkEntry(t, b, event.PaymentSucceeded)
	})
}

func TestPaymentGivesUpPublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bus{failures: 100}
		_, err := run(t, order("100"), b)
		var failure *asl.Error
		if !errors.As(err, &failure) || failure.Name != "EventBridge.FailedEntry" || b.attempts != 6 {
			t.Errorf("after %d attempts the execution ends with %v, want EventBridge.FailedEntry after 6", b.attempts, err)
		}
	})
}

func TestPaymentRefusesIncompleteEvents(t *testing.T) {
	tests := map[string]string{
		"no detail":   `{}`,
		"no amount":   `{"detail":{"id":101,"metadata":{"eventId":"e1","correlationId":"c1"}}}`,
		"no id":       `{"detail":{"amount":1,"metadata":{"eventId":"e1","correlationId":"c1"}}}`,
		"no metadata": `{"detail":{"id":101,"amount":1}}`,
	}
	for name, input := range tests {
		t.Run(name, func(t *testing.T) {
			b := &bus{}
			if _, err := run(t, input, b); err == nil || len(b.entries) > 0 {
				t.Errorf("the execution ends with error %v and %d entries, want an error and none", err, len(b.entries))
			}
		})
	}
}
