package ssm_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

func definition(properties string) resource.Definition {
	return resource.Definition{LogicalID: "Param", Type: "AWS::SSM::Parameter", Properties: json.RawMessage(properties), Stack: doortest.Stack()}
}

func (c *client) kind() resource.Type { return c.service.Resources()["AWS::SSM::Parameter"] }

// create makes a parameter and returns its definition as the stack keeps it.
func (c *client) create(properties string) resource.Definition {
	c.t.Helper()
	d := definition(properties)
	made, err := c.kind().Create(c.t.Context(), d)
	if err != nil {
		c.t.Fatal(err)
	}
	d.PhysicalID = made.ID
	return d
}

func (c *client) update(d resource.Definition, properties string) (resource.Instance, error) {
	next := d
	next.Properties = json.RawMessage(properties)
	return c.kind().Update(c.t.Context(), d, next)
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want %s", err, want)
	}
}

func TestParameterResource(t *testing.T) {
	c := start(t, store.Memory())
	const first = `{"Name":"/x","Type":"String","Value":"1","Description":"d","Tags":{"a":"b"},"Tier":"Standard","DataType":"text"}`
	d := c.create(first)
	_, err := c.kind().Create(t.Context(), definition(first))
	wantError(t, err, "create parameter /x: ParameterAlreadyExists: The parameter already exists.")

	for i, properties := range []string{
		`{"Name":"/x","Type":"String","Value":"2","AllowedPattern":"^.$"}`, first, first,
	} {
		got, err := c.update(d, properties)
		value := []string{"2", "1", "1"}[i]
		if want := (resource.Instance{ID: "/x", Attributes: map[string]any{"Type": "String", "Value": value}}); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("update to %s: got %+v, %v; want %+v", properties, got, err, want)
		}
		c.wantGet("/x", "String "+value+" v"+[]string{"2", "3", "3"}[i])
	}
	for properties, want := range map[string]string{
		`{"Type":"StringList","Value":"2"}`:                                 "HierarchyTypeMismatchException",
		`{"Type":"SecureString","Value":"2"}`:                               `The parameter type "SecureString" is not supported.`,
		`{"Type":"String","Value":"1","Description":"d","Tier":"Advanced"}`: `tier "Advanced" is not supported`,
		`{"Type":"String","Value":"2","AllowedPattern":"x"}`:                "ParameterPatternMismatchException",
		`{"Type":"String","Value":"2","Policies":"[]"}`:                     "member Policies is not supported",
		`{"Type":"String"}`:                                                 "required property Value is missing",
	} {
		_, err := c.update(d, properties)
		wantError(t, err, want)
	}
	c.wantGet("/x", "String 1 v3")

	for range 2 {
		if err := c.kind().Delete(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	c.wantGet("/x", "ParameterNotFound: Parameter /x not found.")
	_, err = c.update(d, first)
	wantError(t, err, "ParameterNotFound")
	if replaced, err := c.kind().Replacing(json.RawMessage(first), json.RawMessage(`{"Name":"/y","Type":"StringList","Value":"2"}`)); err != nil || fmt.Sprint(replaced) != "[Name]" {
		t.Errorf("changes of %v replace, error %v; want Name", replaced, err)
	}
}

func TestGeneratedName(t *testing.T) {
	c := start(t, store.Memory())
	if d := c.create(`{"Type":"StringList","Value":"a,b"}`); !strings.HasPrefix(d.PhysicalID, "CFN-Test-Param-") {
		t.Errorf("got the name %s, want CFN-Test-Param-…", d.PhysicalID)
	}
}

func TestTemplateTakesThePresetOver(t *testing.T) {
	c := start(t, store.Memory())
	d := c.create(`{"Name":"` + bootstrapVersion + `","Type":"String","Value":"34"}`)
	c.wantGet(bootstrapVersion, "String 34 v1")
	_, err := c.kind().Create(t.Context(), definition(string(d.Properties)))
	wantError(t, err, "ParameterAlreadyExists")
	if err := c.kind().Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	c.wantGet(bootstrapVersion, "String 33 v1")
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	restart := func(previous *store.Store) (*client, *store.Store) {
		t.Helper()
		if previous != nil {
			if err := previous.Close(); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := store.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return start(t, kept), kept
	}
	c, kept := restart(nil)
	d := c.create(`{"Name":"/x","Type":"String","Value":"1"}`)
	if _, err := c.update(d, `{"Type":"String","Value":"2"}`); err != nil {
		t.Fatal(err)
	}
	c.must("PutParameter", `{"Name":"other","Type":"StringList","Value":"a"}`)

	c, kept = restart(kept)
	c.wantGet("/x:1", "String 1 v1")
	c.wantGet("other", "StringList a v1")
	d.Properties = json.RawMessage(`{"Name":"/x","Type":"String","Value":"3"}`)
	for range 2 {
		if got, err := c.kind().Create(t.Context(), d); err != nil || got.ID != "/x" {
			t.Errorf("taken up: got %+v, %v", got, err)
		}
		c.wantGet("/x", "String 3 v3")
	}
	if err := c.kind().Delete(t.Context(), d); err != nil {
		t.Fatal(err)
	}

	c, kept = restart(kept)
	c.wantGet("/x", "ParameterNotFound: Parameter /x not found.")
	if got, err := c.kind().Create(t.Context(), d); err != nil || got.ID != "/x" {
		t.Errorf("taken up without anything kept: got %+v, %v", got, err)
	}
	c.wantGet("/x", "String 3 v1")
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
}
