package provision_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/provision"
	"eda-demo/local/store"
)

// restored is an engine with what another has kept in a folder.
func restored(t *testing.T, c *cloud, dir string) *provision.Engine {
	t.Helper()
	e := newEngine(t, c, open(t, dir))
	if err := e.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestClosedInTheCleanUp ends the engine while a replaced resource is being
// deleted: what is left of it is deleted by the next process.
func TestClosedInTheCleanUp(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	o, err := e.Create("Test", spec(resources{"A": `'Kind':'1'`, "B": ``}), provision.Options{})
	must(t, o, err)
	closed := make(chan struct{})
	deleting := make(chan struct{})
	c.before = func(call string) {
		if strings.HasPrefix(call, "delete ") {
			close(deleting)
			<-closed
		}
	}
	o, err = e.Update("Test", spec(resources{"A": `'Kind':'2'`}), provision.Options{})
	<-deleting
	go func() { e.Close() }()
	for { // closing has begun when nothing new is taken
		if _, err := e.Review("Other", ""); err != nil {
			break
		}
		if o, err := e.Delete("Other", provision.Options{}); err == nil {
			wait(t, o, nil)
		}
	}
	c.hook(nil)
	close(closed)
	if wait(t, o, err) == nil {
		t.Error("the operation has ended as if the engine were not closed")
	}
	e.Close()
	kept.Close()

	again := restored(t, c, dir)
	expect(t, "left", c.left(), "A-1=")
	expect(t, "status", string(status(t, again, "Test")), "UPDATE_COMPLETE")
}

func TestNothingBeginsAfterClose(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	o, err := e.Create("Test", spec(resources{"A": ``}), provision.Options{})
	must(t, o, err)
	e.Close()
	if _, err := e.Update("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{}); err == nil {
		t.Error("an update has begun")
	}
	if _, err := e.Delete("Test", provision.Options{}); err == nil {
		t.Error("a deletion has begun")
	}
	expect(t, "status", string(status(t, e, "Test")), "CREATE_COMPLETE")
}

// TestKilledWhileItDeletes has a resource that is to be retained.
func TestKilledWhileItDeletes(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	o, err := e.Create("Test", spec(resources{"A": `'Value':'a'`, "B": `'Value':'b'`}), provision.Options{})
	must(t, o, err)
	c.refuse("delete A-0", "delete B-0")
	o, err = e.Delete("Test", provision.Options{})
	if wait(t, o, err) == nil {
		t.Fatal("the deletion succeeded")
	}
	c.refuse()
	c.hook(func(string) { kept.Close() }) // B comes first
	o, err = e.Delete("Test", provision.Options{Retain: []string{"A"}})
	if wait(t, o, err) == nil {
		t.Fatal("the deletion succeeded")
	}
	e.Close()
	c.hook(nil)

	again := restored(t, c, dir)
	expect(t, "left", c.left(), "A-0=a")
	expect(t, "status", string(status(t, again, o.StackID)), "DELETE_COMPLETE")
}

// TestKilledWhileItUpdates sees that no resource stays in the middle.
func TestKilledWhileItUpdates(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
	must(t, o, err)
	c.hook(func(string) { kept.Close() })
	o, err = e.Update("Test", spec(resources{"A": `'Value':'2'`}), provision.Options{})
	if wait(t, o, err) == nil {
		t.Fatal("the update succeeded")
	}
	e.Close()
	c.hook(nil)

	s, _ := restored(t, c, dir).Stack("Test")
	expect(t, "status of A", string(s.Resources[0].Status), "UPDATE_COMPLETE")
	expect(t, "left", c.left(), "A-0=1")
}

// TestKilledBeforeARefusal ends the engine when it is about to be told that
// another stack has the name of a resource.
func TestKilledBeforeARefusal(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	o, err := e.Create("First", spec(resources{"A": `'Name':'a','Value':'first'`}), provision.Options{})
	must(t, o, err)
	c.hook(func(string) { kept.Close() })
	o, err = e.Create("Second", spec(resources{"A": `'Name':'a','Value':'second'`}), provision.Options{})
	if wait(t, o, err) == nil {
		t.Fatal("the creation succeeded")
	}
	e.Close()
	c.hook(nil)

	again := restored(t, c, dir)
	expect(t, "left", c.left(), "a=first")
	expect(t, "status of the second", string(status(t, again, "Second")), "ROLLBACK_COMPLETE")
}

// TestSameIDAgain creates a stack under the id of a deleted one.
func TestSameIDAgain(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": ``, "B": `'Fail':'create'`})); err == nil {
		t.Fatal("the creation succeeded")
	}
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": ``})); err != nil {
		t.Fatal(err)
	}
	want := []string{"Test CREATE_IN_PROGRESS", "A CREATE_IN_PROGRESS", "A CREATE_COMPLETE", "Test CREATE_COMPLETE"}
	if got := history(e, "Test"); !slices.Equal(got, want) {
		t.Errorf("events:\n got %q\nwant %q", got, want)
	}
	if got := len(e.Stacks()); got != 1 {
		t.Errorf("got %d stacks of one id, want 1", got)
	}
	e.Close()
	kept.Close()
	if got := history(restored(t, c, dir), "Test"); !slices.Equal(got, want) {
		t.Errorf("events after a restart:\n got %q\nwant %q", got, want)
	}
}

// TestCleanUpNeedsNoParameter loses the parameter of Systems Manager that the
// template names once the update can't be taken back any more.
func TestCleanUpNeedsNoParameter(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	gone := false
	engine := func(kept *store.Store) *provision.Engine {
		return configured(t, c, kept, func(config *provision.Config) {
			config.Parameter = func(context.Context, string) (string, bool, error) {
				if gone {
					return "", false, errors.New("out of order")
				}
				return "v", true, nil
			}
		})
	}
	e := engine(kept)
	parameter := `{'Parameters':{'P':{'Type':'AWS::SSM::Parameter::Value<String>','Default':'/p'}}}`
	o, err := e.Create("Test", spec(resources{"A": `'Value':{'Ref':'P'}`, "B": ``, "C": ``}, parameter), provision.Options{})
	must(t, o, err)
	c.before = func(call string) {
		gone = true
		if call == "delete B-0" {
			kept.Close()
		}
	}
	o, err = e.Update("Test", spec(resources{"A": `'Value':'x'`}, parameter), provision.Options{})
	if wait(t, o, err) == nil {
		t.Fatal("the update succeeded without a store")
	}
	e.Close()
	c.hook(nil)
	again := engine(open(t, dir))
	if err := again.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect(t, "status", string(status(t, again, "Test")), "UPDATE_COMPLETE")
	expect(t, "left", c.left(), "A-0=x")
}

// TestOperationsWaitForRestore asks for an update while resources are taken up.
func TestOperationsWaitForRestore(t *testing.T) {
	dir, c := t.TempDir(), newCloud()
	kept := open(t, dir)
	e := newEngine(t, c, kept)
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
	must(t, o, err)
	e.Close()
	kept.Close()

	again := newEngine(t, c, open(t, dir))
	c.done()
	held, free, restored := make(chan struct{}), make(chan struct{}), make(chan error)
	c.hook(func(string) { close(held); <-free })
	go func() { restored <- again.Restore(t.Context()) }()
	<-held
	c.hook(nil)
	o, err = again.Update("Test", spec(resources{"A": `'Value':'2'`}), provision.Options{})
	close(free)
	if err := <-restored; err != nil {
		t.Fatal(err)
	}
	must(t, o, err)
	expect(t, "calls", c.done(), "create A-0=1, update A-0 1>2")
	expect(t, "left", c.left(), "A-0=2")
}

// TestKilledInTheMiddle loses the store right after each step of an update, as
// a killed process does, and has another process take over.
func TestKilledInTheMiddle(t *testing.T) {
	before := spec(resources{"A": `'Value':'old'`, "B": `'Kind':'old'`, "C": `'Value':{'Ref':'B'}`, "G": `'Value':'g'`})
	after := spec(resources{"A": `'Value':'new'`, "B": `'Kind':'new'`, "C": `'Value':{'Ref':'B'}`, "N": `'Value':'n'`})
	const steps = 6
	for step := range steps {
		dir, c := t.TempDir(), newCloud()
		kept := open(t, dir)
		e := newEngine(t, c, kept)
		o, err := e.Create("Test", before, provision.Options{})
		must(t, o, err)
		untouched, calls := c.left(), 0
		c.after = func() {
			if calls++; calls == step+1 {
				kept.Close()
			}
		}
		o, err = e.Update("Test", after, provision.Options{})
		if wait(t, o, err) == nil {
			t.Errorf("killed after step %d: the operation succeeded", step)
		}
		e.Close()
		c.after = nil

		again := newEngine(t, c, open(t, dir))
		if err := again.Restore(t.Context()); err != nil {
			t.Fatalf("killed after step %d: %v", step, err)
		}
		want, wantStatus := untouched, "UPDATE_ROLLBACK_COMPLETE"
		if step >= 4 { // cleaning up: there is no way back
			want, wantStatus = "A-0=new, B-1=, C-0=B-1, N-0=n", "UPDATE_COMPLETE"
		}
		expect(t, "left", c.left(), want)
		expect(t, "status", string(status(t, again, "Test")), wantStatus)
	}
}

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	return kept
}
