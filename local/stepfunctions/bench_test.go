package stepfunctions_test

import (
	"fmt"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

// BenchmarkPayment runs the demo's state machine from start to end.
func BenchmarkPayment(b *testing.B) {
	b.ReportAllocs()
	c := newOffline(b)
	c.answer("events.PutEvents", accepted)
	var out map[string]any
	in := map[string]any{"name": "m", "definition": fmt.Sprintf(payment, "eda-demo", 0), "roleArn": roleARN, "type": "EXPRESS"}
	if err := c.door.Call(b.Context(), iam.Admin(doortest.Account), "states", "CreateStateMachine", in, &out); err != nil {
		b.Fatal(err)
	}
	start := map[string]any{"stateMachineArn": out["stateMachineArn"], "input": order("1", "1")}
	for b.Loop() {
		if err := c.door.Call(b.Context(), iam.Admin(doortest.Account), "states", "StartSyncExecution", start, nil); err != nil {
			b.Fatal(err)
		}
	}
}
