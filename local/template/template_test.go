package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// with returns a template with a resource Q that has the given properties,
// and further sections.
func with(properties string, sections ...string) string {
	return `{` + strings.Join(append(sections, `"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":`+properties+`},"R":{"Type":"AWS::SNS::Topic"}}`), ",") + `}`
}

func TestParse(t *testing.T) {
	got, err := Parse([]byte(`{
		"AWSTemplateFormatVersion":"2010-09-09","Description":"d","Metadata":{"x":null},
		"Parameters":{"BootstrapVersion":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/cdk-bootstrap/hnb659fds/version","Description":"v"}},
		"Rules":{"CheckBootstrapVersion":{"Assertions":[{"Assert":{"Fn::Not":[{"Fn::Contains":[["1"],{"Ref":"BootstrapVersion"}]}]}}]}},
		"Conditions":{"C":{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}},
		"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"N":1.50,"Big":12345678901234567890},"Metadata":{"k":null},"Condition":"C","DependsOn":["T"],"DeletionPolicy":"Delete","UpdateReplacePolicy":"Retain"},"T":{"Type":"AWS::SNS::Topic"}},
		"Outputs":{"O":{"Description":"o","Value":{"Ref":"Q"},"Condition":"C","Export":{"Name":"n"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Resource{
		Type: "AWS::SQS::Queue", Properties: map[string]any{"N": json.Number("1.50"), "Big": json.Number("12345678901234567890")},
		Metadata: map[string]any{"k": nil}, Condition: "C", DependsOn: []any{"T"}, DeletionPolicy: "Delete", UpdateReplacePolicy: "Retain",
	}
	if !reflect.DeepEqual(got.Resources["Q"], want) {
		t.Errorf("resource: got  %+v\nwant %+v", got.Resources["Q"], want)
	}
	if got.Description != "d" || got.Outputs["O"].Condition != "C" || len(got.Parameters) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", ``, "unexpected end of JSON input"},
		{"YAML", "Resources:\n", "invalid character 'R'"},
		{"data after it", `{"Resources":{"Q":{"Type":"x"}}} x`, "invalid character 'x'"},
		{"unknown section", with(`{}`, `"Transform":"AWS::Serverless"`), "member Transform is not supported"},
		{"section in another case", `{"resources":{}}`, "member resources is not supported"},
		{"section twice", `{"Resources":{"Q":{"Type":"x"}},"Resources":{}}`, "member Resources is given twice"},
		{"resource twice", `{"Resources":{"Q":{"Type":"x"},"Q":{"Type":"y"}}}`, "member Resources.Q is given twice"},
		{"property twice", with(`{"A":{"B":1,"B":2}}`), "member Resources.Q.Properties.A.B is given twice"},
		{"unknown attribute", `{"Resources":{"Q":{"Type":"x","CreationPolicy":{}}}}`, "member Resources.Q.CreationPolicy is not supported"},
		{"attribute in another case", `{"Resources":{"Q":{"Type":"x","properties":{}}}}`, "member Resources.Q.properties is not supported"},
		{"constraint of a parameter", with(`{}`, `"Parameters":{"P":{"Type":"String","AllowedValues":["a"]}}`), "member Parameters.P.AllowedValues is not supported"},
		{"rule", with(`{}`, `"Rules":{"Mine":{}}`), "rule Mine is not supported"},
		{"version", with(`{}`, `"AWSTemplateFormatVersion":"2011-01-01"`), `AWSTemplateFormatVersion "2011-01-01" is not supported`},
		{"no resource", `{"Resources":{}}`, "at least one resource is required"},
		{"no type", `{"Resources":{"Q":{}}}`, "resource Q: it has no Type"},
		{"logical id", `{"Resources":{"Q-1":{"Type":"x"}}}`, "resource Q-1: a logical id is made of"},
		{"properties of another shape", `{"Resources":{"Q":{"Type":"x","Properties":[]}}}`, "member Resources.Properties: array is given where an object is expected"},
		{"null", with(`{"A":[1,{"B":null}]}`), "resource Q: A.1.B: null values are not allowed in templates"},
		{"reference", with(`{"A":{"Ref":"Nope"}}`), "resource Q: A: it refers to Nope, which the template does not have"},
		{"reference to no name", with(`{"A":{"Ref":["R"]}}`), "resource Q: A: Ref: [R] is not a name"},
		{"pseudo parameter", with(`{"A":{"Ref":"AWS::Zone"}}`), "it refers to AWS::Zone, which the template does not have"},
		{"attribute of nothing", with(`{"A":{"Fn::GetAtt":["Nope","Arn"]}}`), "it refers to Nope, which the template does not have"},
		{"attribute of a parameter", with(`{"A":{"Fn::GetAtt":["P","Arn"]}}`, `"Parameters":{"P":{"Type":"String","Default":"x"}}`), "it refers to P, which the template does not have"},
		{"attribute that is none", with(`{"A":{"Fn::GetAtt":"R"}}`), "Fn::GetAtt: R is not a logical id and an attribute"},
		{"reference in a text", with(`{"A":{"Fn::Sub":"x${R}${Nope.Arn}"}}`), "it refers to Nope, which the template does not have"},
		{"reference in a variable", with(`{"A":{"Fn::Sub":["${v}",{"v":{"Ref":"Nope"}}]}}`), "resource Q: A.Fn::Sub.1.v: it refers to Nope"},
		{"Sub of no text", with(`{"A":{"Fn::Sub":[1]}}`), "Fn::Sub: [1] is neither a text nor a text and a map"},
		{"unknown function", with(`{"A":{"Fn::ImportValue":"x"}}`), "resource Q: A: the function Fn::ImportValue is not supported"},
		{"condition's function", with(`{"A":{"Fn::Equals":["a","b"]}}`), "the function Fn::Equals is not supported"},
		{"function beside another member", with(`{"A":{"Ref":"R","B":1}}`), "resource Q: A: Ref stands beside other members"},
		{"If without condition", with(`{"A":{"Fn::If":["Nope",1,2]}}`), "it refers to the condition Nope, which the template does not have"},
		{"If of two", with(`{"A":{"Fn::If":["C",1]}}`), "Fn::If: 3 arguments are needed"},
		{"If with a number", with(`{"A":{"Fn::If":[1,1,2]}}`), "Fn::If: 1 is not the name of a condition"},
		{"resource's condition", `{"Resources":{"Q":{"Type":"x","Condition":"Nope"}}}`, "resource Q: it refers to the condition Nope"},
		{"depends on nothing", `{"Resources":{"Q":{"Type":"x","DependsOn":"Nope"}}}`, "resource Q: it depends on Nope, which the template does not have"},
		{"depends on a pseudo parameter", `{"Resources":{"Q":{"Type":"x","DependsOn":["AWS::Region"]}}}`, "it depends on AWS::Region"},
		{"depends on a number", `{"Resources":{"Q":{"Type":"x","DependsOn":[1]}}}`, "DependsOn holds 1 where a logical id is expected"},
		{"depends on a map", `{"Resources":{"Q":{"Type":"x","DependsOn":{}}}}`, "DependsOn is map[], neither"},
		{"output", with(`{}`, `"Outputs":{"O":{"Value":{"Ref":"Nope"}}}`), "output O: it refers to Nope"},
		{"output without value", with(`{}`, `"Outputs":{"O":{"Description":"x"}}`), "output O: it has no Value"},
		{"output's condition", with(`{}`, `"Outputs":{"O":{"Value":"x","Condition":"Nope"}}`), "output O: it refers to the condition Nope"},
		{"resource in a condition", with(`{}`, `"Conditions":{"C":{"Fn::Equals":[{"Ref":"Q"},"x"]}}`), "condition C: Fn::Equals.0: it refers to Q, which is no parameter"},
		{"attribute in a condition", with(`{}`, `"Conditions":{"C":{"Fn::Equals":[{"Fn::GetAtt":["Q","Arn"]},"x"]}}`), "the function Fn::GetAtt is not supported in conditions"},
		{"too deep", with(strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000)), "nested deeper than 200 levels"},
		{"too large", with(`{"A":"` + strings.Repeat("x", 1<<20) + `"}`), "more than 1048576"},
		{"too many", `{"Resources":{` + manyResources(501) + `}}`, "it has 501 resources, more than 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			if err == nil || !strings.HasPrefix(err.Error(), "parse template: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant an error with %s", err, test.want)
			}
		})
	}
}

func manyResources(count int) string {
	list := make([]string, count)
	for i := range list {
		list[i] = fmt.Sprintf(`"R%d":{"Type":"x"}`, i)
	}
	return strings.Join(list, ",")
}

func parse(t *testing.T, text string) *Template {
	t.Helper()
	parsed, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestOrder(t *testing.T) {
	tests := []struct {
		name, resources string
		conditions      map[string]bool
		want            []string
	}{
		{"alphabetical", `"C":{"Type":"x"},"A":{"Type":"x"},"B":{"Type":"x"}`, nil, []string{"A", "B", "C"}},
		{"Ref", `"A":{"Type":"x","Properties":{"p":[{"Ref":"C"}]}},"B":{"Type":"x"},"C":{"Type":"x"}`, nil, []string{"C", "A", "B"}},
		{"GetAtt in both forms", `"A":{"Type":"x","Properties":{"p":{"Fn::GetAtt":["C","Arn"]},"q":{"Fn::GetAtt":"D.Arn"}}},"C":{"Type":"x"},"D":{"Type":"x"}`, nil, []string{"C", "D", "A"}},
		{"Sub", `"A":{"Type":"x","Properties":{"p":{"Fn::Sub":["${C}${D.Arn}${!B}${v}",{"v":{"Ref":"E"}}]}}},"B":{"Type":"x"},"C":{"Type":"x"},"D":{"Type":"x"},"E":{"Type":"x"}`, nil, []string{"C", "D", "E", "A", "B"}},
		{"DependsOn", `"A":{"Type":"x","DependsOn":["C","B"]},"B":{"Type":"x","DependsOn":"D"},"C":{"Type":"x"},"D":{"Type":"x"}`, nil, []string{"D", "B", "C", "A"}},
		{"both branches of If", `"A":{"Type":"x","Properties":{"p":{"Fn::If":["Yes",{"Ref":"B"},{"Ref":"C"}]}}},"B":{"Type":"x"},"C":{"Type":"x"}`, nil, []string{"B", "C", "A"}},
		{"left out", `"A":{"Type":"x","DependsOn":"B"},"B":{"Type":"x","Condition":"No"},"C":{"Type":"x","Condition":"Yes"}`, map[string]bool{"Yes": true}, []string{"A", "C"}},
		{"pseudo parameters are no resources", `"A":{"Type":"x","Properties":{"p":{"Fn::Sub":"${AWS::Region}"},"q":{"Ref":"AWS::AccountId"}}}`, nil, []string{"A"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parsed := parse(t, `{"Conditions":{"Yes":{},"No":{}},"Resources":{`+test.resources+`}}`)
			for range 5 {
				if got, err := parsed.Order(test.conditions); err != nil || !slices.Equal(got, test.want) {
					t.Fatalf("got %v, %v; want %v", got, err, test.want)
				}
			}
		})
	}
}

func TestOrderFindsCycles(t *testing.T) {
	parsed := parse(t, `{"Resources":{
		"A":{"Type":"x","DependsOn":"B"},
		"B":{"Type":"x","Properties":{"p":{"Fn::GetAtt":["C","Arn"]}}},
		"C":{"Type":"x","Properties":{"p":{"Fn::Sub":"${D}"}}},
		"D":{"Type":"x","Properties":{"p":{"Ref":"B"}}}}}`)
	_, err := parsed.Order(nil)
	if want := "circular dependency between resources: [B, C, D]"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = parse(t, `{"Resources":{"A":{"Type":"x","DependsOn":"A"}}}`).Order(nil)
	if want := "circular dependency between resources: [A]"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func scopeOf(parsed *Template) *Scope {
	return &Scope{
		Template: parsed, Pseudo: map[string]any{"AWS::Region": "us-east-1", "AWS::NotificationARNs": []any{}},
		Ref: func(id string) (any, error) { return "id-of-" + id, nil },
		GetAtt: func(id, attribute string) (any, error) {
			if attribute == "List" {
				return []any{"x", "y"}, nil
			}
			if attribute == "Nope" {
				return nil, errors.New("no attribute Nope")
			}
			return id + "/" + attribute, nil
		},
	}
}

func FuzzParseAndResolve(f *testing.F) {
	for _, seed := range []string{
		with(`{"A":{"Fn::Join":["-",[{"Ref":"R"},{"Fn::Sub":["${x}${R.Arn}",{"x":{"Fn::Base64":"y"}}]}]]}}`),
		with(`{"A":{"Fn::If":["C",{"Ref":"AWS::NoValue"},{"Fn::Select":[0,{"Fn::Split":[",","a,b"]}]}]}}`, `"Conditions":{"C":{"Fn::And":[{"Condition":"D"},{"Fn::Not":[{"Condition":"D"}]}]},"D":{"Fn::Equals":[{"Ref":"P"},1]}}`, `"Parameters":{"P":{"Type":"Number","Default":1}}`),
		with(`{"A":{"Fn::FindInMap":["M","a","b"]}}`, `"Mappings":{"M":{"a":{"b":[1]}}}`, `"Outputs":{"O":{"Value":{"Fn::GetAtt":"R.List"}}}`),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		parsed, err := Parse(raw)
		if err != nil {
			return
		}
		s := scopeOf(parsed)
		if s.EvaluateConditions() != nil {
			return
		}
		order, err := parsed.Order(s.Conditions)
		if err != nil {
			return
		}
		for _, id := range order {
			resolved, err := s.Resolve(parsed.Resources[id].Properties)
			if err != nil {
				continue
			}
			if _, err := json.Marshal(resolved); err != nil {
				t.Errorf("%s: properties %v can't be encoded: %v", id, resolved, err)
			}
		}
	})
}
