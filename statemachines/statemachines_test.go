package statemachines

import (
	"encoding/json"
	"reflect"
	"testing"
)

// original is the definition of the payment service as it was first described.
// What we add to it must not change what it does.
const original = `{
	"Comment": "Payment Service",
	"StartAt": "isFraud",
	"States": {
		"isFraud": {
			"Type": "Choice",
			"Choices": [{"Variable": "$.detail.amount", "NumericGreaterThan": 500, "Next": "Payment Failed"}],
			"Default": "Payment Succeeded"
		},
		"Payment Failed": {
			"Type": "Pass", "Next": "Notify EventBus",
			"Result": {"status": "PaymentFailed"}, "ResultPath": "$.payment"
		},
		"Payment Succeeded": {
			"Type": "Pass", "Next": "Notify EventBus",
			"Result": {"status": "PaymentSucceeded"}, "ResultPath": "$.payment"
		},
		"Notify EventBus": {
			"Type": "Task",
			"Resource": "arn:aws:states:::events:putEvents",
			"Parameters": {"Entries": [{
				"Detail": {"id.$": "$.detail.id"},
				"DetailType.$": "$.payment.status",
				"EventBusName": "eda-demo",
				"Source": "payment-service"
			}]},
			"End": true
		}
	}
}`

func TestPaymentAddsOnlyWhatMakesItReliable(t *testing.T) {
	definition := decode(t, Payment)
	task := object(t, definition, "States", "Notify EventBus")
	entry := object(t, task, "Parameters", "Entries")
	metadata := object(t, entry, "Detail", "metadata")

	want := map[string]any{
		"eventId.$":       "States.Format('{}-payment', $.detail.metadata.eventId)",
		"correlationId.$": "$.detail.metadata.correlationId",
		"causationId.$":   "$.detail.metadata.eventId",
		"schemaVersion":   "1",
	}
	if !reflect.DeepEqual(metadata, want) {
		t.Errorf("the metadata is %v, want %v", metadata, want)
	}
	if entry["EventBusName"] != "${EventBusName}" {
		t.Errorf("the bus is %v, want ${EventBusName}", entry["EventBusName"])
	}
	if task["Retry"] == nil || definition["TimeoutSeconds"] == nil {
		t.Errorf("the task has retries %v and the machine a timeout of %v, want both", task["Retry"], definition["TimeoutSeconds"])
	}

	delete(object(t, entry, "Detail"), "metadata")
	entry["EventBusName"] = "eda-demo"
	delete(task, "Retry")
	delete(definition, "TimeoutSeconds")
	if rest := decode(t, original); !reflect.DeepEqual(definition, rest) {
		t.Errorf("without the additions the definition is\n%v\nwant\n%v", definition, rest)
	}
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal([]byte(text), &decoded); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return decoded
}

// object returns the object at a path, the first of a list where there is one.
func object(t *testing.T, value map[string]any, path ...string) map[string]any {
	t.Helper()
	for _, key := range path {
		next := value[key]
		if list, ok := next.([]any); ok && len(list) > 0 {
			next = list[0]
		}
		inner, ok := next.(map[string]any)
		if !ok {
			t.Fatalf("%s in %v is no object", key, value)
		}
		value = inner
	}
	return value
}
