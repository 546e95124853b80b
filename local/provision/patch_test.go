package provision_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"eda-demo/local/provision"
	"eda-demo/local/store"
)

func patchValue(t *testing.T, e *provision.Engine, id, value string) {
	t.Helper()
	err := e.Patch(t.Context(), "Test::Thing", id, func(properties json.RawMessage) (json.RawMessage, error) {
		var members map[string]any
		if err := json.Unmarshal(properties, &members); err != nil {
			return nil, err
		}
		members["Value"] = value
		return json.Marshal(members)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPatchLasts changes what is not patched.
func TestPatchLasts(t *testing.T) {
	for _, test := range []struct {
		what       string
		properties string
		fails      bool
	}{
		{"metadata", `'Value':'1'|,'Metadata':{'of':'2'}`, false},
		{"a replacement that is taken back", `'Value':'1','Kind':'2'`, true},
	} {
		e := newEngine(t, newCloud(), store.Memory())
		o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
		must(t, o, err)
		patchValue(t, e, "A-0", "patched")
		all := resources{"A": test.properties}
		if test.fails {
			all["B"] = `'Fail':'create','Value':{'Ref':'A'}`
		}
		o, err = e.Update("Test", spec(all), provision.Options{})
		if err := wait(t, o, err); (err != nil) != test.fails {
			t.Errorf("%s: got %v", test.what, err)
		}
		got, err := e.Applied("Test::Thing", "A-0")
		if err != nil || !strings.Contains(string(got), `"patched"`) {
			t.Errorf("%s: got properties %s, %v; want the patched ones", test.what, got, err)
		}
	}
}

// TestPatchHoldsOneStack patches a resource whose service takes its time:
// other stacks go on, and the next operation on this one waits.
func TestPatchHoldsOneStack(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
	must(t, o, err)
	held, free, patched := make(chan struct{}), make(chan struct{}), make(chan struct{})
	c.hook(func(string) { close(held); <-free })
	go func() {
		defer close(patched)
		patchValue(t, e, "A-0", "patched")
	}()
	<-held
	c.hook(nil)
	answered := make(chan struct{})
	var update *provision.Operation
	go func() {
		defer close(answered)
		o, err := e.Create("Other", spec(resources{"B": ``}), provision.Options{})
		must(t, o, err)
		update, err = e.Update("Test", spec(resources{"A": `'Value':'2'`}), provision.Options{})
		if err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-answered:
	case <-time.After(5 * time.Second):
		t.Error("nothing else goes on while a resource is patched")
	}
	close(free)
	<-patched
	<-answered
	must(t, update, nil)
	expect(t, "left", c.left(), "A-0=2, B-0=")
}

func TestPatch(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
	must(t, o, err)
	err = e.Patch(t.Context(), "Test::Thing", "A-0", func(properties json.RawMessage) (json.RawMessage, error) {
		return json.RawMessage(strings.Replace(string(properties), `"1"`, `"patched"`, 1)), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "left", c.left(), "A-0=patched")
	if _, err := e.Applied("Test::Thing", "B-0"); err == nil {
		t.Error("a resource that no stack has is found")
	}
	if _, err := e.Update("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{}); !errors.Is(err, provision.ErrNoChanges) {
		t.Errorf("an update to the same template: got %v", err)
	}
	o, err = e.Update("Test", spec(resources{"A": `'Value':'2'`}), provision.Options{})
	must(t, o, err)
	expect(t, "calls", c.done(), "create A-0=1, update A-0 1>patched, update A-0 patched>2")
}
