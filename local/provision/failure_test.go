package provision_test

import (
	"context"
	"strings"
	"testing"

	"eda-demo/local/provision"
	"eda-demo/local/store"
)

// TestDeleteGoesOn deletes what has nothing to do with the resource that can't
// be deleted.
func TestDeleteGoesOn(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{
		"A": ``, "B": `'Value':{'Ref':'A'}`, "C": `'Value':{'Ref':'B'},'Fail':'delete'`, "D": `'Value':{'Ref':'A'}`, "E": `'Fail':'delete'`,
	}), provision.Options{})
	must(t, o, err)
	o, err = e.Delete("Test", provision.Options{})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "failed to delete: [C, E]") {
		t.Errorf("got %v", err)
	}
	expect(t, "left", c.left(), "A-0=, B-0=A-0, C-0=B-0, E-0=")
	expect(t, "status", string(status(t, e, "Test")), "DELETE_FAILED")
}

// TestImportedSurvivesARollback fails after a resource was taken over.
func TestImportedSurvivesARollback(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	retained := `'Name':'a'|,'DeletionPolicy':'RetainExceptOnCreate'`
	o, err := e.Create("Test", spec(resources{"A": retained}), provision.Options{})
	must(t, o, err)
	o, err = e.Delete("Test", provision.Options{})
	must(t, o, err)
	expect(t, "left by the deletion", c.left(), "a=")
	failing := resources{"A": retained, "N": `'Name':'n'|,'DeletionPolicy':'RetainExceptOnCreate'`, "Z": `'Fail':'create'`}
	o, err = e.Create("Test", spec(failing), provision.Options{ImportExisting: true, RetainExceptOnCreate: true})
	if wait(t, o, err) == nil {
		t.Error("the creation succeeded")
	}
	expect(t, "left by the rollback", c.left(), "a=")
}

// TestRollbackFindsTheOriginal takes back two failed updates, of which the
// second made another resource that could be changed to what there was.
func TestRollbackFindsTheOriginal(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Kind':'1','Value':'v'`}), provision.Options{})
	must(t, o, err)
	for _, properties := range []string{`'Kind':'2','Value':'v'`, `'Kind':'1','Value':'w'`} {
		o, err = e.Update("Test", spec(resources{"A": properties, "B": `'Fail':'create','Value':{'Ref':'A'}`}), provision.Options{DisableRollback: true})
		if wait(t, o, err) == nil {
			t.Error("the update succeeded")
		}
	}
	o, err = e.Rollback("Test", provision.Options{})
	must(t, o, err)
	expect(t, "left", c.left(), "A-0=v")
}

// TestDeployAfterAFailedRollback goes on where the last update got stuck.
func TestDeployAfterAFailedRollback(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	before := spec(resources{"A": `'Value':'1'`})
	if err := e.Deploy(t.Context(), "Test", "local", before); err != nil {
		t.Fatal(err)
	}
	c.refuse("update A-0 2>1")
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": `'Value':'2'`, "B": `'Fail':'create','Value':{'Ref':'A'}`})); err == nil {
		t.Error("the update succeeded")
	}
	expect(t, "status", string(status(t, e, "Test")), "UPDATE_ROLLBACK_FAILED")
	c.refuse()
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": `'Value':'3'`})); err != nil {
		t.Error(err)
	}
	expect(t, "left", c.left(), "A-0=3")
}

// TestDeployAfterAFailedDeletion makes the stack anew.
func TestDeployAfterAFailedDeletion(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": ``})); err != nil {
		t.Fatal(err)
	}
	c.refuse("delete A-0")
	o, err := e.Delete("Test", provision.Options{})
	if wait(t, o, err) == nil {
		t.Error("the deletion succeeded")
	}
	c.refuse()
	if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": `'Value':'2'`})); err != nil {
		t.Error(err)
	}
	expect(t, "left", c.left(), "A-0=2")
}

// TestImportIsInUseAtOnce takes an export away while a stack that imports it
// is being created.
func TestImportIsInUseAtOnce(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("From", spec(resources{"A": ``}, `{'Outputs':{'O':{'Value':'1','Export':{'Name':'shared'}}}}`), provision.Options{})
	must(t, o, err)
	held, free := make(chan struct{}), make(chan struct{})
	c.hook(func(string) { close(held); <-free })
	creation, err := e.Create("To", spec(resources{"B": `'Value':{'Fn::ImportValue':'shared'}`, "C": `'Fail':'create'`}), provision.Options{})
	if err != nil {
		t.Fatal(err)
	}
	<-held
	c.hook(nil)
	o, err = e.Update("From", spec(resources{"A": `'Value':'x'`}), provision.Options{})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "in use by To") {
		t.Errorf("got %v, want the export to be in use", err)
	}
	close(free)
	if wait(t, creation, nil) == nil {
		t.Error("the creation succeeded")
	}
	if got := e.Importers("shared"); len(got) > 0 {
		t.Errorf("after the rollback it is imported by %v", got)
	}
}

// TestRollbackOfStoredParameters has a parameter of Systems Manager change
// during an update.
func TestRollbackOfStoredParameters(t *testing.T) {
	c, value := newCloud(), "1"
	e := configured(t, c, store.Memory(), func(config *provision.Config) {
		config.Parameter = func(context.Context, string) (string, bool, error) { return value, value != "", nil }
	})
	parameter := `{'Parameters':{'P':{'Type':'AWS::SSM::Parameter::Value<String>','Default':'/p'}}}`
	o, err := e.Create("Test", spec(resources{"A": `'Value':{'Ref':'P'}`}, parameter), provision.Options{})
	must(t, o, err)
	value = "2"
	c.hook(func(call string) {
		if strings.HasPrefix(call, "create ") {
			value = ""
		}
	})
	o, err = e.Update("Test", spec(resources{"A": `'Value':{'Ref':'P'}`, "B": `'Fail':'create','Value':{'Ref':'A'}`}, parameter), provision.Options{})
	if wait(t, o, err) == nil {
		t.Error("the update succeeded")
	}
	expect(t, "status", string(status(t, e, "Test")), "UPDATE_ROLLBACK_COMPLETE")
	expect(t, "left", c.left(), "A-0=1")
}

func TestDeploy(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	for _, step := range []struct{ properties, left string }{
		{`'Value':'1'`, "A-0=1"}, {`'Value':'1'`, "A-0=1"}, {`'Value':'2'`, "A-0=2"},
	} {
		if err := e.Deploy(t.Context(), "Test", "local", spec(resources{"A": step.properties})); err != nil {
			t.Fatal(err)
		}
		expect(t, "left", c.left(), step.left)
	}
	if s, _ := e.Stack("Test"); !strings.HasSuffix(s.ID, ":stack/Test/local") {
		t.Errorf("got the id %s", s.ID)
	}
	if err := e.Deploy(t.Context(), "Other", "local", spec(resources{"A": `'Fail':'create'`})); err == nil {
		t.Error("a failed creation is no error")
	}
	if err := e.Deploy(t.Context(), "Other", "local", spec(resources{"B": ``})); err != nil {
		t.Errorf("after a failed creation: %v", err)
	}
}

func TestNoRollback(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": ``, "B": `'Fail':'create'`}), provision.Options{DisableRollback: true})
	if wait(t, o, err) == nil {
		t.Fatal("the creation succeeded")
	}
	expect(t, "status", string(status(t, e, "Test")), "CREATE_FAILED")
	expect(t, "left", c.left(), "A-0=")
	o, err = e.Update("Test", spec(resources{"A": ``, "B": `'Value':'b'`}), provision.Options{DisableRollback: true})
	must(t, o, err)
	expect(t, "left after it was mended", c.left(), "A-0=, B-1=b")
	o, err = e.Update("Test", spec(resources{"A": `'Value':'new'`, "B": `'Fail':'update'`}), provision.Options{DisableRollback: true})
	if wait(t, o, err) == nil {
		t.Fatal("the update succeeded")
	}
	expect(t, "status", string(status(t, e, "Test")), "UPDATE_FAILED")
	o, err = e.Rollback("Test", provision.Options{})
	must(t, o, err)
	expect(t, "left after the rollback", c.left(), "A-0=, B-1=b")
	expect(t, "status", string(status(t, e, "Test")), "UPDATE_ROLLBACK_COMPLETE")
}
