package template

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

const conditions = `"Conditions":{"Yes":{"Fn::Equals":[1,1]},"No":{"Fn::Equals":[1,2]}}`

func evaluated(t *testing.T, text string) *Scope {
	t.Helper()
	s := scopeOf(parse(t, text))
	if err := s.EvaluateConditions(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestExports(t *testing.T) {
	tests := []struct {
		name, outputs string
		want          map[string]string
		fails         string
	}{
		{"none", `"O":{"Value":"x"}`, map[string]string{}, ""},
		{"two", `"O":{"Value":"x","Export":{"Name":{"Fn::Sub":"${AWS::Region}:o-1"}}},"P":{"Value":"x","Condition":"Yes","Export":{"Name":"p"}}`, map[string]string{"O": "us-east-1:o-1", "P": "p"}, ""},
		{"left out", `"O":{"Value":"x","Condition":"No","Export":{"Name":"o"}}`, map[string]string{}, ""},
		{"the same in another case", `"O":{"Value":"x","Condition":"No","Export":{"Name":"o"}},"P":{"Value":"x","Export":{"Name":"o"}}`, map[string]string{"P": "o"}, ""},
		{"twice", `"O":{"Value":"x","Export":{"Name":"o"}},"P":{"Value":"x","Export":{"Name":"o"}}`, nil, "Template format error: the outputs O and P both export o"},
		{"name", `"O":{"Value":"x","Export":{"Name":"a.b"}}`, nil, "Template format error: Output O is malformed. The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, or hyphens."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := evaluated(t, with(`{}`, conditions, `"Outputs":{`+test.outputs+`}`)).Exports()
			if text(err) != test.fails || !maps.Equal(got, test.want) {
				t.Errorf("got %v, %v; want %v, %s", got, err, test.want, test.fails)
			}
		})
	}
}

func TestExportsAreRefused(t *testing.T) {
	const depends = "Template format error: Output O is malformed. The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs."
	for export, want := range map[string]string{
		`{}`:                                    "Template format error: Output O is malformed. The Name field of every Export member must be specified",
		`{"Name":{"Ref":"Q"}}`:                  depends,
		`{"Name":{"Fn::Sub":"${Q.Arn}"}}`:       depends,
		`{"Name":{"Fn::GetAtt":["Q","Arn"]}}`:   depends,
		`{"Name":{"Fn::ImportValue":"x"}}`:      depends,
		`{"Name":{"Ref":"Nope"}}`:               depends,
		`{"Name":"x","Value":"y"}`:              "Template format error: member Outputs.O.Export.Value is not supported",
		`"x"`:                                   "Template format error: member Outputs.Export: string is given where an object is expected",
		`{"Name":{"Fn::Join":["",["a",null]]}}`: "'null' values are not allowed in templates",
	} {
		_, err := Parse([]byte(with(`{}`, `"Outputs":{"O":{"Value":"x","Export":`+export+`}}`)))
		if !strings.Contains(text(err), want) {
			t.Errorf("%s: got %v, want %s", export, err, want)
		}
	}
}

func TestImports(t *testing.T) {
	s := evaluated(t, `{`+conditions+`,
		"Resources":{
			"A":{"Type":"x","Properties":{"p":{"Fn::ImportValue":{"Fn::Sub":"${AWS::Region}-a"}},"q":{"Fn::Join":["",[{"Fn::ImportValue":"b"}]]}}},
			"B":{"Type":"x","Properties":{"p":{"Fn::If":["No",{"Fn::ImportValue":"no"},{"Fn::ImportValue":"b"}]}}},
			"C":{"Type":"x","Condition":"No","Properties":{"p":{"Fn::ImportValue":"no"}}}},
		"Outputs":{"O":{"Value":{"Fn::ImportValue":"o"}},"P":{"Condition":"No","Value":{"Fn::ImportValue":"no"}}}}`)
	got, err := s.Imports()
	if want := []string{"b", "o", "us-east-1-a"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestImportValue(t *testing.T) {
	s := scopeOf(parse(t, with(`{"A":{"Fn::Sub":["${v}",{"v":{"Fn::ImportValue":"x"}}]}}`)))
	resolve := func() string {
		got, err := s.Resolve(s.Template.Resources["Q"].Properties["A"])
		if err != nil {
			return err.Error()
		}
		return got.(string)
	}
	if got, want := resolve(), "No export named x found"; !strings.Contains(got, want) {
		t.Errorf("nothing exported: got %s, want %s", got, want)
	}
	s.Import = func(name string) (string, bool, error) { return "value of " + name, name == "x", nil }
	if got, want := resolve(), "value of x"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s.Import = func(string) (string, bool, error) { return "", false, nil }
	if got, want := resolve(), "No export named x found"; !strings.Contains(got, want) {
		t.Errorf("another exported: got %s, want %s", got, want)
	}
	s.Import = func(string) (string, bool, error) { return "", false, errors.New("broken") }
	if got, want := resolve(), "broken"; !strings.Contains(got, want) {
		t.Errorf("a failure: got %s, want %s", got, want)
	}
}

func TestImportsAreRefused(t *testing.T) {
	const want = "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"
	for _, name := range []string{`{"Ref":"R"}`, `{"Fn::GetAtt":["R","Arn"]}`, `{"Fn::ImportValue":"x"}`, `{"Fn::Sub":"${R}"}`, `{"Fn::Join":["",[{"Ref":"R"}]]}`, `{"Ref":"Nope"}`} {
		_, err := Parse([]byte(with(`{"A":{"Fn::ImportValue":` + name + `}}`)))
		if text(err) != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestCheckReferences(t *testing.T) {
	const left = `"Gone":{"Type":"x","Condition":"No"},`
	unresolved := func(block string) string {
		return "Template format error: Unresolved resource dependencies [Gone] in the " + block + " block of the template"
	}
	tests := []struct{ name, resource, output, want string }{
		{"Ref", `"Properties":{"p":{"Ref":"Gone"}}`, `"x"`, unresolved("Resources")},
		{"GetAtt", `"Properties":{"p":{"Fn::GetAtt":["Gone","Arn"]}}`, `"x"`, unresolved("Resources")},
		{"DependsOn", `"DependsOn":"Gone"`, `"x"`, unresolved("Resources")},
		{"output", `"Properties":{}`, `{"Fn::Sub":"${Gone.Arn}"}`, unresolved("Outputs")},
		{"branch taken", `"Properties":{"p":{"Fn::If":["Yes",{"Ref":"Gone"},1]}}`, `"x"`, unresolved("Resources")},
		{"branch not taken", `"Properties":{"p":{"Fn::If":["No",{"Ref":"Gone"},1]}}`, `{"Fn::If":["Yes",1,{"Ref":"Gone"}]}`, ""},
		{"resource left out too", `"Condition":"No","Properties":{"p":{"Ref":"Gone"}}`, `"x"`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := evaluated(t, `{`+conditions+`,"Resources":{`+left+`"Q":{"Type":"x",`+test.resource+`}},"Outputs":{"O":{"Value":`+test.output+`}}}`)
			if got := text(s.CheckReferences()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
