package provision_test

import (
	"slices"
	"strings"
	"testing"

	"eda-demo/local/provision"
	"eda-demo/local/store"
)

// TestPlanOfFunctions plans with functions of what is known only afterwards.
func TestPlanOfFunctions(t *testing.T) {
	const arn = `{'Fn::GetAtt':['A','Arn']}`
	for _, test := range []struct {
		function string
		unknown  bool
	}{
		{`{'Fn::Select':[2,{'Fn::Split':[':',` + arn + `]}]}`, true},
		{`{'Fn::Select':[1,{'Fn::Split':[':',` + arn + `]}]}`, true},
		{`{'Fn::Join':['-',['x',{'Fn::Select':['0',{'Fn::Split':['g',` + arn + `]}]}]]}`, true},
		{`{'Fn::Base64':` + arn + `}`, true},
		{`{'Fn::Sub':['${X}',{'X':{'Fn::Select':[0,{'Fn::Split':[':',` + arn + `]}]}}]}`, true},
		{`{'Fn::Join':['',['x',` + arn + `]]}`, true},
		{`{'Fn::Select':[1,[` + arn + `,'same']]}`, false},
	} {
		e := newEngine(t, newCloud(), store.Memory())
		before := spec(resources{"A": `'Kind':'1'`, "B": `'Kind':'same','Value':` + test.function + `|,'Metadata':{'m':1}`})
		o, err := e.Create("Test", before, provision.Options{})
		must(t, o, err)
		plan, err := e.Plan(t.Context(), "Test", spec(resources{"A": `'Kind':'2'`, "B": `'Kind':'same','Value':` + test.function + `|,'Metadata':{'m':1}`}))
		if err != nil {
			t.Errorf("%s: %v", test.function, err)
			continue
		}
		changes := slices.DeleteFunc(plan.Changes, func(c provision.Change) bool { return c.LogicalID == "A" })
		if !test.unknown {
			if len(changes) > 0 {
				t.Errorf("%s: got changes %+v, want none", test.function, changes)
			}
			continue
		}
		if len(changes) != 1 || changes[0].Replacement != provision.False || len(changes[0].Details) != 1 ||
			changes[0].Details[0].Name != "Value" || !changes[0].Details[0].Dynamic {
			t.Errorf("%s: got changes %+v, want an unknown Value", test.function, changes)
		}
	}
}

// TestPlanRefuses sees what would fail whatever the new resources are.
func TestPlanRefuses(t *testing.T) {
	e := newEngine(t, newCloud(), store.Memory())
	o, err := e.Create("Test", spec(resources{"A": `'Value':'1'`, "B": ``}), provision.Options{})
	must(t, o, err)
	_, err = e.Plan(t.Context(), "Test", spec(resources{"A": `'Value':'2'`, "B": `'Value':{'Fn::GetAtt':['A','Nope']}`, "N": ``}))
	if err == nil || !strings.Contains(err.Error(), "no attribute Nope") {
		t.Errorf("got %v, want the attribute to be refused", err)
	}
}
