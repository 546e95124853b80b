package saga_test

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/event"
)

// TestEventsKeepTheContract holds what the services announce to the schemas.
func TestEventsKeepTheContract(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{}
	for _, typ := range event.Types() {
		compiler := jsonschema.NewCompiler()
		url := "urn:" + typ.Source + ":" + typ.DetailType
		if err := compiler.AddResource(url, value(t, typ.Schema)); err != nil {
			t.Fatalf("adding %s: %v", url, err)
		}
		schemas[typ.Source+" "+typ.DetailType] = compiler.MustCompile(url)
	}
	for seed := uint64(1); seed <= 20; seed++ {
		for _, e := range saga(t, seed, nil).published {
			schema := schemas[e.Source+" "+e.DetailType]
			if schema == nil {
				t.Errorf("seed %d: the contract has no %s of %s", seed, e.DetailType, e.Source)
			} else if err := schema.Validate(value(t, e.Detail)); err != nil {
				t.Errorf("seed %d: %s %s: %v", seed, e.DetailType, e.Detail, err)
			}
		}
	}
}

func value(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return v
}
