package provision_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"eda-demo/local/provision"
	"eda-demo/local/store"
)

func TestCreate(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{
		"A": `'Value':{'Fn::GetAtt':['C','Arn']}`,
		"B": `'Value':'b'|,'DependsOn':'A'`,
		"C": `'Value':'c'`,
	}, `{'Description':'things','Outputs':{'Of':{'Value':{'Ref':'A'},'Description':'a'}}}`), provision.Options{Token: "t"})
	must(t, o, err)
	expect(t, "calls", c.done(), "create C-0=c, create A-0=arn:thing:C-0, create B-0=b")
	s, _ := e.Stack("Test")
	if s.Status != provision.CreateComplete || s.Description != "things" || s.Stable == nil || s.Values()["Of"] != "A-0" || s.Outputs[0].Description != "a" {
		t.Errorf("got %+v", s)
	}
	if r, ok := s.Resource("A"); !ok || r.PhysicalID != "A-0" || !slices.Equal(r.DependsOn, []string{"C"}) {
		t.Errorf("resource A: got %+v, %v", r, ok)
	}
	want := []string{
		"Test CREATE_IN_PROGRESS", "C CREATE_IN_PROGRESS", "C CREATE_COMPLETE", "A CREATE_IN_PROGRESS", "A CREATE_COMPLETE",
		"B CREATE_IN_PROGRESS", "B CREATE_COMPLETE", "Test CREATE_COMPLETE",
	}
	if got := history(e, "Test"); !slices.Equal(got, want) {
		t.Errorf("events:\n got %q\nwant %q", got, want)
	}
	if event := e.Events(s.ID)[0]; event.Token != "t" || event.Type != provision.StackType || event.PhysicalID != s.ID {
		t.Errorf("last event: got %+v", event)
	}
}

// TestUpdate changes, adds, replaces and removes at once.
func TestUpdate(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{
		"Same":     `'Value':'s'`,
		"Changed":  `'Value':'old'`,
		"Replaced": `'Kind':'k1'`,
		"User":     `'Value':{'Ref':'Replaced'}`,
		"Gone":     `'Value':{'Ref':'GoneToo'}`,
		"GoneToo":  `'Value':'g'`,
	}), provision.Options{})
	must(t, o, err)
	c.done()
	o, err = e.Update("Test", spec(resources{
		"Same":     `'Value':'s'`,
		"Changed":  `'Value':'new'`,
		"Replaced": `'Kind':'k2'`,
		"User":     `'Value':{'Ref':'Replaced'}`,
		"Added":    `'Value':{'Ref':'Changed'}`,
	}), provision.Options{})
	must(t, o, err)
	expect(t, "calls", c.done(), "update Changed-0 old>new, create Added-0=Changed-0, create Replaced-1=, update User-0 Replaced-0>Replaced-1, delete Replaced-0, delete Gone-0, delete GoneToo-0")
	expect(t, "left", c.left(), "Added-0=Changed-0, Changed-0=new, Replaced-1=, Same-0=s, User-0=Replaced-1")
	expect(t, "status", string(status(t, e, "Test")), "UPDATE_COMPLETE")
	got := history(e, "Test")
	want := []string{
		"Test UPDATE_IN_PROGRESS", "Changed UPDATE_IN_PROGRESS", "Changed UPDATE_COMPLETE", "Added CREATE_IN_PROGRESS", "Added CREATE_COMPLETE",
		"Replaced UPDATE_IN_PROGRESS", "Replaced UPDATE_COMPLETE", "User UPDATE_IN_PROGRESS", "User UPDATE_COMPLETE",
		"Test UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Replaced DELETE_IN_PROGRESS", "Replaced DELETE_COMPLETE", "Gone DELETE_IN_PROGRESS",
		"Gone DELETE_COMPLETE", "GoneToo DELETE_IN_PROGRESS", "GoneToo DELETE_COMPLETE", "Test UPDATE_COMPLETE",
	}
	if i := slices.Index(got, want[0]); i < 0 || !slices.Equal(got[i:], want) {
		t.Errorf("events:\n got %q\nwant %q", got, want)
	}
}

func TestUnchanged(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	s := spec(resources{"A": `'Value':'1'`}, `{'Outputs':{'O':{'Value':'x'}}}`)
	o, err := e.Create("Test", s, provision.Options{})
	must(t, o, err)
	if _, err := e.Update("Test", s, provision.Options{}); !errors.Is(err, provision.ErrNoChanges) {
		t.Errorf("got %v, want %v", err, provision.ErrNoChanges)
	}
	o, err = e.Update("Test", spec(resources{"A": `'Value':'1'`}, `{'Outputs':{'O':{'Value':'y'}}}`), provision.Options{})
	must(t, o, err)
	if there, _ := e.Stack("Test"); there.Values()["O"] != "y" {
		t.Errorf("got outputs %v, want y", there.Outputs)
	}
}

func TestFailedCreationIsRolledBack(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	bad := resources{
		"A": `'Value':'a'`,
		"B": `'Fail':'create','Value':{'Ref':'A'}`,
		"C": `'Value':{'Ref':'B'}`,
		"K": `'Value':'kept'|,'DeletionPolicy':'Retain'`, // comes after B
	}
	o, err := e.Create("Test", spec(bad), provision.Options{})
	err = wait(t, o, err)
	if want := "The following resource(s) failed to create: [B]: B (Test::Thing): told to fail"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	expect(t, "left", c.left(), "")
	s, _ := e.Stack("Test")
	if s.Status != provision.RollbackComplete || s.Stable != nil || len(s.Resources) != 0 {
		t.Errorf("got %+v", s)
	}
	want := []string{
		"Test CREATE_IN_PROGRESS", "A CREATE_IN_PROGRESS", "A CREATE_COMPLETE", "B CREATE_IN_PROGRESS", "B CREATE_FAILED",
		"Test ROLLBACK_IN_PROGRESS", "A DELETE_IN_PROGRESS", "A DELETE_COMPLETE", "Test ROLLBACK_COMPLETE",
	}
	if got := history(e, "Test"); !slices.Equal(got, want) {
		t.Errorf("events:\n got %q\nwant %q", got, want)
	}
	if _, err := e.Update("Test", spec(bad), provision.Options{}); err == nil || !strings.HasSuffix(err.Error(), "is in ROLLBACK_COMPLETE state and can not be updated.") {
		t.Errorf("an update of it: got %v", err)
	}
	o, err = e.Delete("Test", provision.Options{})
	must(t, o, err)
	o, err = e.Create("Test", spec(resources{"A": ``}), provision.Options{})
	must(t, o, err)
}

// TestFailedUpdateIsRolledBack fails at the last step of an update that
// changed, added and replaced before.
func TestFailedUpdateIsRolledBack(t *testing.T) {
	for _, fail := range []string{`'Fail':'create','Kind':'new'`, `'Fail':'update'`} {
		c := newCloud()
		e := newEngine(t, c, store.Memory())
		before := resources{
			"A": `'Value':'old'`, "B": `'Kind':'old'`, "C": `'Value':{'Ref':'B'}`, "Gone": `'Value':'g'`, "Z": `'Value':'z'`,
		}
		o, err := e.Create("Test", spec(before), provision.Options{})
		must(t, o, err)
		untouched := c.left()
		o, err = e.Update("Test", spec(resources{
			"A": `'Value':'new'`, "B": `'Kind':'new'`, "C": `'Value':{'Ref':'B'}`, "N": `'Value':{'Ref':'C'}`, "Z": fail,
		}), provision.Options{})
		if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "failed to update: [Z]: Z (Test::Thing): told to fail") {
			t.Errorf("%s: got %v", fail, err)
		}
		expect(t, fail+": left", c.left(), untouched)
		expect(t, fail+": status", string(status(t, e, "Test")), "UPDATE_ROLLBACK_COMPLETE")
		s, _ := e.Stack("Test")
		if string(s.Spec.Template) != string(spec(before).Template) {
			t.Errorf("%s: the stack shows the template %s", fail, s.Spec.Template)
		}
		before["A"] = `'Value':'next'`
		o, err = e.Update("Test", spec(before), provision.Options{})
		must(t, o, err)
		expect(t, fail+": left after the next update", c.left(), strings.Replace(untouched, "A-0=old", "A-0=next", 1))
	}
}

// TestRollbackKeeps has a creation fail after a resource with each policy.
func TestRollbackKeeps(t *testing.T) {
	failing := resources{
		"A": `|,'DeletionPolicy':'Retain'`, "B": `|,'DeletionPolicy':'RetainExceptOnCreate'`, "C": ``, "Z": `'Fail':'create'`,
	}
	for _, test := range []struct {
		options provision.Options
		left    string
	}{{provision.Options{}, "A-0="}, {provision.Options{RetainExceptOnCreate: true}, ""}} {
		c := newCloud()
		e := newEngine(t, c, store.Memory())
		o, err := e.Create("Test", spec(failing), test.options)
		if wait(t, o, err) == nil {
			t.Error("the creation succeeded")
		}
		expect(t, fmt.Sprintf("left with %+v", test.options), c.left(), test.left)

		o, err = e.Create("Other", spec(resources{"Y": ``}), provision.Options{})
		must(t, o, err)
		maps.Copy(failing, resources{"A": `'Name':'new'|,'DeletionPolicy':'Retain'`, "Y": ``})
		o, err = e.Update("Other", spec(failing), test.options)
		if wait(t, o, err) == nil {
			t.Error("the update succeeded")
		}
		want := "Y-0="
		if test.left != "" {
			want = "A-0=, Y-0=, new="
		}
		expect(t, fmt.Sprintf("left of the update with %+v", test.options), c.left(), want)
		delete(failing, "Y")
		failing["A"] = `|,'DeletionPolicy':'Retain'`
	}
}

func TestDelete(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{
		"A": `'Value':'a'`, "B": `'Value':{'Ref':'A'}`, "K": `'Value':{'Ref':'B'}|,'DeletionPolicy':'Retain'`,
	}), provision.Options{})
	must(t, o, err)
	id := o.StackID
	c.done()
	o, err = e.Delete("Test", provision.Options{})
	must(t, o, err)
	expect(t, "calls", c.done(), "delete B-0, delete A-0")
	expect(t, "left", c.left(), "K-0=B-0")
	if _, there := e.Stack("Test"); there {
		t.Error("the stack is still found by its name")
	}
	expect(t, "status by id", string(status(t, e, id)), "DELETE_COMPLETE")
	if o, err := e.Delete("Test", provision.Options{}); o != nil || err != nil {
		t.Errorf("deleted again: got %v, %v; want nothing", o, err)
	}
	o, err = e.Create("Test", spec(resources{"K": ``}), provision.Options{})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a name that a retained resource has: got %v", err)
	}
}

func TestDeleteFails(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Fail':'delete'`, "B": `'Value':{'Ref':'A'}`}), provision.Options{})
	must(t, o, err)
	o, err = e.Delete("Test", provision.Options{})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "failed to delete: [A]") {
		t.Errorf("got %v", err)
	}
	expect(t, "status", string(status(t, e, "Test")), "DELETE_FAILED")
	if _, err := e.Delete("Test", provision.Options{Retain: []string{"Nope"}}); err == nil {
		t.Error("a resource to retain that the stack does not have is taken")
	}
	o, err = e.Delete("Test", provision.Options{Retain: []string{"A"}})
	must(t, o, err)
	expect(t, "left", c.left(), "A-0=")
}

func TestRefusals(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Name':'a','Kind':'1'`}), provision.Options{})
	must(t, o, err)
	tests := []struct {
		name string
		do   func() error
		want string
	}{
		{"name taken", func() error { _, err := e.Create("Test", spec(resources{"B": ``}), provision.Options{}); return err }, "Stack [Test] already exists"},
		{"no such stack", func() error { _, err := e.Update("Nope", spec(resources{"B": ``}), provision.Options{}); return err }, "Stack with id Nope does not exist"},
		{"another type", func() error {
			_, err := e.Update("Test", provision.Spec{Template: []byte(`{"Resources":{"A":{"Type":"Test::Other"}}}`)}, provision.Options{})
			return err
		}, "resource types that can't be run here: A (Test::Other)"},
		{"cycle", func() error {
			_, err := e.Update("Test", spec(resources{"A": `'Value':{'Ref':'B'}`, "B": `'Value':{'Ref':'A'}`}), provision.Options{})
			return err
		}, "ircular dependenc"},
		{"protected", func() error {
			if _, err := e.Protect("Test", true); err != nil {
				return err
			}
			_, err := e.Delete("Test", provision.Options{})
			_, again := e.Protect("Test", false)
			return errors.Join(err, again)
		}, "Stack [Test] cannot be deleted while TerminationProtection is enabled"},
		{"stack's name", func() error { _, err := e.Create("1x", spec(resources{"B": ``}), provision.Options{}); return err }, "at 'stackName'"},
	}
	for _, test := range tests {
		if err := test.do(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
	o, err = e.Update("Test", spec(resources{"A": `'Name':'a','Kind':'2'`}), provision.Options{})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename a and update the stack again.") {
		t.Errorf("replacing what the template names: got %v", err)
	}
}

func TestExports(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	exporting := func(value string) provision.Spec {
		return spec(resources{"A": ``}, `{'Outputs':{'O':{'Value':'`+value+`','Export':{'Name':'shared'}}}}`)
	}
	o, err := e.Create("From", exporting("1"), provision.Options{})
	must(t, o, err)
	o, err = e.Create("To", spec(resources{"B": `'Value':{'Fn::ImportValue':'shared'}`}), provision.Options{})
	must(t, o, err)
	if to, _ := e.Stack("To"); !strings.Contains(string(to.Resources[0].Properties), `"Value":"1"`) {
		t.Errorf("imported: got %s", to.Resources[0].Properties)
	}
	if got := e.Importers("shared"); !slices.Equal(got, []string{"To"}) {
		t.Errorf("importers: got %v", got)
	}
	fails := func(what, want string, o *provision.Operation, err error) {
		t.Helper()
		if err == nil {
			err = wait(t, o, err)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
	o, err = e.Update("From", exporting("2"), provision.Options{})
	fails("changed", "Export shared cannot be updated as it is in use by To", o, err)
	o, err = e.Update("From", spec(resources{"A": `'Value':'x'`}), provision.Options{})
	fails("removed", "Export shared cannot be deleted as it is in use by To", o, err)
	o, err = e.Create("Other", spec(resources{"O": ``}, `{'Outputs':{'O':{'Value':'3','Export':{'Name':'shared'}}}}`), provision.Options{})
	fails("taken", "Export with name shared is already exported by stack From", o, err)
	o, err = e.Delete("From", provision.Options{})
	fails("deleted", "Cannot delete export shared as it is in use by To", o, err)
	expect(t, "status", string(status(t, e, "From")), "UPDATE_ROLLBACK_COMPLETE")
	o, err = e.Delete("To", provision.Options{})
	must(t, o, err)
	o, err = e.Delete("From", provision.Options{})
	must(t, o, err)
}

// TestOneAtATime begins a second operation while the first is at work.
func TestOneAtATime(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`}), provision.Options{})
	must(t, o, err)
	held, free := make(chan struct{}), make(chan struct{})
	c.hook(func(string) { close(held); <-free })
	o, err = e.Update("Test", spec(resources{"A": `'Value':'2'`}), provision.Options{})
	<-held
	c.hook(nil)
	if _, err := e.Update("Test", spec(resources{"A": `'Value':'3'`}), provision.Options{}); err == nil || !strings.Contains(err.Error(), "is in UPDATE_IN_PROGRESS state and can not be updated.") {
		t.Errorf("a second update: got %v", err)
	}
	if _, err := e.Delete("Test", provision.Options{}); err == nil {
		t.Error("it can be deleted meanwhile")
	}
	close(free)
	must(t, o, err)
	expect(t, "left", c.left(), "A-0=2")
}

// TestImportExisting creates again what a deleted stack has left behind.
func TestImportExisting(t *testing.T) {
	c := newCloud()
	e := newEngine(t, c, store.Memory())
	s := spec(resources{"A": `'Name':'a'|,'DeletionPolicy':'Retain'`, "B": `'Name':'b'`})
	o, err := e.Create("Test", s, provision.Options{})
	must(t, o, err)
	o, err = e.Delete("Test", provision.Options{})
	must(t, o, err)
	o, err = e.Create("Test", s, provision.Options{DisableRollback: true})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "thing a already exists") {
		t.Errorf("without importing: got %v", err)
	}
	o, err = e.Delete("Test", provision.Options{})
	must(t, o, err)
	o, err = e.Create("Test", s, provision.Options{ImportExisting: true})
	must(t, o, err)
	o, err = e.Create("Other", s, provision.Options{ImportExisting: true})
	if err := wait(t, o, err); err == nil || !strings.Contains(err.Error(), "thing a already exists") {
		t.Errorf("importing what another stack has: got %v", err)
	}
	expect(t, "left", c.left(), "a=, b=")
}

func TestReview(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	reviewed, err := e.Review("Test", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Review("Test", ""); err == nil {
		t.Error("a second stack of the same name is in review")
	}
	o, err := e.Create("Test", spec(resources{"A": ``}), provision.Options{})
	must(t, o, err)
	if o.StackID != reviewed.ID {
		t.Errorf("got stack %s, want %s", o.StackID, reviewed.ID)
	}
}
