package sandbox_test

import (
	"slices"
	"testing"

	"eda-demo/local/lambda/sandbox"
)

// TestDeath: what a process does before its death is done, its answer is not
// seen, and another process takes its place.
func TestDeath(t *testing.T) {
	for name, test := range map[string]struct {
		death *sandbox.Death
		works bool
	}{
		"before its work": {&sandbox.Death{Before: true}, false},
		"after its work":  {&sandbox.Death{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			log := &journal{}
			f := newFunction(t, newServer(t), log, nil)
			invoke(t, f, `{"text":"warm"}`)
			got, err := f.Invoke(t.Context(), sandbox.Invocation{RequestID: "doomed", Payload: []byte(`{"do":"print","text":"x"}`), Death: test.death})
			if err != nil || !got.Failed {
				t.Fatalf("got %s, %v, want a failure", got.Payload, err)
			}
			if r := log.last(); r.Status != sandbox.Failure || r.ErrorType != "Runtime.ExitError" || r.RequestID != "doomed" {
				t.Errorf("reported %+v, want that the process has ended", r)
			}
			if worked := slices.Contains(log.lines(), "to stdout x"); worked != test.works {
				t.Errorf("its work was done: %t, want %t; log: %q", worked, test.works, log.lines())
			}
			if after := invoke(t, f, `{"text":"alive"}`); string(after.Payload) != `"alive"` {
				t.Errorf("the next invocation gave %s, want \"alive\"", after.Payload)
			}
		})
	}
}
