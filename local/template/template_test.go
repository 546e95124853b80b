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
	if got.Description != "d" || got.Outputs["O"].Condition != "C" || len(got.Parameters) != 1 || len(got.Rules) != 1 || got.Outputs["O"].Export.Name != "n" {
		t.Errorf("got %+v", got)
	}
}

func TestParseRefuses(t *testing.T) {
	unresolved := func(names string) string {
		return "Template format error: Unresolved resource dependencies [" + names + "] in the Resources block of the template"
	}
	const getAtt = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
	tests := []struct{ name, text, want string }{
		{"nothing", ``, "Template format error: unsupported structure."},
		{"a text", `"x"`, "Template format error: unsupported structure."},
		{"a list", `[]`, "Template format error: unsupported structure."},
		{"no JSON", `{bad`, "Template format error: JSON not well-formed. (line 1, column 2)"},
		{"no JSON further down", "{\n \"Resources\":{,", "Template format error: JSON not well-formed. (line 2, column 15)"},
		{"cut short", "{\"a\":\n", "Template format error: JSON not well-formed. (line 2, column 0)"},
		{"data after it", `{"Resources":{"Q":{"Type":"x"}}} x`, "Template format error: JSON not well-formed. (line 1, column 34)"},
		{"unknown sections", `{"resources":{},"Foo":{}}`, "Invalid template property or properties [Foo, resources]"},
		{"macro", with(`{}`, `"Transform":"AWS::Serverless"`), "Template format error: member Transform is not supported"},
		{"section twice", `{"Resources":{"Q":{"Type":"x"}},"Resources":{}}`, "Template format error: member Resources is given twice"},
		{"resource twice", `{"Resources":{"Q":{"Type":"x"},"Q":{"Type":"y"}}}`, "Template format error: member Resources.Q is given twice"},
		{"property twice", with(`{"A":{"B":1,"B":2}}`), "Template format error: member Resources.Q.Properties.A.B is given twice"},
		{"unknown attribute", `{"Resources":{"Q":{"Type":"x","CreationPolicy":{}}}}`, "Template format error: member Resources.Q.CreationPolicy is not supported"},
		{"attribute in another case", `{"Resources":{"Q":{"Type":"x","properties":{}}}}`, "Template format error: member Resources.Q.properties is not supported"},
		{"version", with(`{}`, `"AWSTemplateFormatVersion":"2011-01-01"`), "Template format error: 2011-01-01 is not a supported value for AWSTemplateFormatVersion."},
		{"no resource", `{"Resources":{}}`, "Template format error: At least one Resources member must be defined."},
		{"no Resources", `{"Parameters":{}}`, "Template format error: At least one Resources member must be defined."},
		{"no type", `{"Resources":{"Q":{}}}`, "Template format error: [/Resources/Q] Every Resources object must contain a Type member."},
		{"logical id", `{"Resources":{"Q-1":{"Type":"x"}}}`, "Template format error: Resource name Q-1 is non alphanumeric."},
		{"properties of another shape", `{"Resources":{"Q":{"Type":"x","Properties":[]}}}`, "Template format error: member Resources.Properties: array is given where an object is expected"},
		{"deletion policy", `{"Resources":{"Q":{"Type":"x","DeletionPolicy":"Keep"}}}`, "Template format error: Unrecognized DeletionPolicy Keep for resource Q"},
		{"replacement policy", `{"Resources":{"Q":{"Type":"x","UpdateReplacePolicy":"RetainExceptOnCreate"}}}`, "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource Q"},
		{"null", with(`{"A":[1,{"B":null}]}`), "[/Resources/Q/Type/A/1/B] 'null' values are not allowed in templates"},
		{"null in a function", with(`{"A":{"Fn::Join":["",[null]]}}`), "[/Resources/Q/Type/A] 'null' values are not allowed in templates"},
		{"dynamic reference", with(`{"A":{"B":"x{{resolve:ssm:/x}}"}}`), "Template format error: [/Resources/Q/Properties/A/B] dynamic references ({{resolve:...}}) are not supported"},
		{"reference", with(`{"A":{"Ref":"Nope"}}`), unresolved("Nope")},
		{"references", `{"Resources":{"A":{"Type":"x","DependsOn":["Z","B"],"Properties":{"p":{"Ref":"Y"}}},"B":{"Type":"x","Properties":{"p":{"Fn::Sub":"${X}${A}"},"q":{"Ref":"Y"}}}}}`, unresolved("X, Y, Z")},
		{"reference to no name", with(`{"A":{"Ref":["R"]}}`), "Template error: every Ref object must have a single String value."},
		{"pseudo parameter", with(`{"A":{"Ref":"AWS::Zone"}}`), unresolved("AWS::Zone")},
		{"attribute of nothing", with(`{"A":{"Fn::GetAtt":["Nope","Arn"]}}`), "Template error: instance of Fn::GetAtt references undefined resource Nope"},
		{"attribute of a parameter", with(`{"A":{"Fn::GetAtt":["P","Arn"]}}`, `"Parameters":{"P":{"Type":"String","Default":"x"}}`), "Template error: instance of Fn::GetAtt references undefined resource P"},
		{"attribute that is none", with(`{"A":{"Fn::GetAtt":"R"}}`), getAtt},
		{"attribute without resource", with(`{"A":{"Fn::GetAtt":["","Arn"]}}`), getAtt},
		{"attribute of a function", with(`{"A":{"Fn::GetAtt":["R",{"Ref":"P"}]}}`), getAtt},
		{"attribute in a text", with(`{"A":{"Fn::Sub":"x${R}${Nope.Arn}"}}`), "Template error: instance of Fn::Sub references invalid resource attribute Nope.Arn"},
		{"reference in a text", with(`{"A":{"Fn::Sub":"x${R}${Nope}"}}`), unresolved("Nope")},
		{"reference in a variable", with(`{"A":{"Fn::Sub":["${v}",{"v":{"Ref":"Nope"}}]}}`), unresolved("Nope")},
		{"variable's name", with(`{"A":{"Fn::Sub":"${a b}"}}`), "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"},
		{"Sub of no text", with(`{"A":{"Fn::Sub":[1]}}`), "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"},
		{"unknown function", with(`{"A":{"Fn::Ref":"x"}}`), "Template Error: Encountered unsupported function: Fn::Ref Supported functions are: [Ref, Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, Fn::Join, Fn::Select, Fn::Split, Fn::Sub]"},
		{"function that is not supported", with(`{"A":{"Fn::GetAZs":""}}`), "Template Error: Encountered unsupported function: Fn::GetAZs "},
		{"condition's function", with(`{"A":{"Fn::Equals":["a","b"]}}`), "Template Error: Encountered unsupported function: Fn::Equals "},
		{"function beside another member", with(`{"A":{"Ref":"R","B":1}}`), "Template format error: [/Resources/Q/Properties/A] Ref stands beside other members"},
		{"If without condition", with(`{"A":{"Fn::If":["Nope",1,2]}}`), "Template error: unresolved condition dependency Nope in Fn::If"},
		{"If of two", with(`{"A":{"Fn::If":["C",1]}}`), "Template error: Fn::If requires a list argument with three elements"},
		{"If with a number", with(`{"A":{"Fn::If":[1,1,2]}}`), "Template error: Fn::If requires a list argument with the first element being a condition"},
		{"mapping", with(`{"A":{"Fn::FindInMap":["M","a","b"]}}`), "Template error: Mapping named 'M' is not present in the 'Mappings' section of template."},
		{"mapping of two", with(`{"A":{"Fn::FindInMap":["M","a"]}}`), "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"},
		{"mapping of texts", with(`{}`, `"Mappings":{"M":"a"}`), "Template format error: Every Mappings member M must be a map"},
		{"mapping of one level", with(`{}`, `"Mappings":{"M":{"a":"b"}}`), "Template format error: [/Mappings/M/a] Every Mappings attribute must be a map"},
		{"mapping of three levels", with(`{}`, `"Mappings":{"M":{"a":{"b":[{}]}}}`), "Template format error: [/Mappings/M/a/b] Every Mappings attribute must be a String or a List."},
		{"resource's condition", `{"Resources":{"Q":{"Type":"x","Condition":"Nope"}}}`, "Template format error: Unresolved condition dependency Nope in the Resources block of the template"},
		{"depends on nothing", `{"Resources":{"Q":{"Type":"x","DependsOn":"Nope"}}}`, unresolved("Nope")},
		{"depends on a pseudo parameter", `{"Resources":{"Q":{"Type":"x","DependsOn":["AWS::Region"]}}}`, unresolved("AWS::Region")},
		{"depends on a number", `{"Resources":{"Q":{"Type":"x","DependsOn":[1]}}}`, "Template format error: [/Resources/Q/DependsOn] DependsOn holds 1 where a logical id is expected"},
		{"depends on a map", `{"Resources":{"Q":{"Type":"x","DependsOn":{}}}}`, "Template format error: [/Resources/Q/DependsOn] DependsOn is map[], neither a logical id nor a list of them"},
		{"depends on itself", `{"Resources":{"A":{"Type":"x","DependsOn":"A"}}}`, "Circular dependency between resources: [A]"},
		{"cycle", `{"Resources":{
			"A":{"Type":"x","DependsOn":"B"},
			"B":{"Type":"x","Properties":{"p":{"Fn::GetAtt":["C","Arn"]}}},
			"C":{"Type":"x","Properties":{"p":{"Fn::Sub":"${D}"}}},
			"D":{"Type":"x","Properties":{"p":{"Ref":"B"}}}}}`, "Circular dependency between resources: [B, C, D]"},
		{"output", with(`{}`, `"Outputs":{"O":{"Value":{"Ref":"Nope"}}}`), "Template format error: Unresolved resource dependencies [Nope] in the Outputs block of the template"},
		{"output's name", with(`{}`, `"Outputs":{"O-1":{"Value":1}}`), "Template format error: Output name O-1 is non alphanumeric."},
		{"output without value", with(`{}`, `"Outputs":{"O":{"Description":"x"}}`), "Template format error: Every Outputs member must contain a Value object"},
		{"output that is a list", with(`{}`, `"Outputs":{"O":{"Value":["x"]}}`), "Template format error: Every Value member must be a string."},
		{"output that is an object", with(`{}`, `"Outputs":{"O":{"Value":{"x":1}}}`), "Template format error: Every Value member must be a string."},
		{"output's condition", with(`{}`, `"Outputs":{"O":{"Value":"x","Condition":"Nope"}}`), "Template format error: Unresolved condition dependency Nope in the Outputs block of the template"},
		{"too deep", with(strings.Repeat(`{"a":`, 5000) + `1` + strings.Repeat(`}`, 5000)), "nested deeper than 200 levels"},
		{"too large", with(`{"A":"` + strings.Repeat("x", 1_000_000) + `"}`), "Template may not exceed 1000000 bytes in size."},
		{"too many", `{"Resources":{` + manyResources(501) + `}}`, "Template format error: Number of resources, 501, is greater than maximum allowed, 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
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
		{"left out", `"A":{"Type":"x","DependsOn":"B"},"B":{"Type":"x","Condition":"No"},"C":{"Type":"x","Condition":"Yes"}`, map[string]bool{"Yes": true, "No": false}, []string{"A", "C"}},
		{"branch not taken", `"A":{"Type":"x","Properties":{"p":{"Fn::If":["Yes",{"Ref":"C"},{"Ref":"B"}]}}},"B":{"Type":"x"},"C":{"Type":"x"}`, map[string]bool{"Yes": true, "No": false}, []string{"C", "A", "B"}},
		{"pseudo parameters are no resources", `"A":{"Type":"x","Properties":{"p":{"Fn::Sub":"${AWS::Region}"},"q":{"Ref":"AWS::AccountId"}}}`, nil, []string{"A"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			parsed := parse(t, `{"Conditions":{"Yes":{"Fn::Equals":[1,1]},"No":{"Fn::Equals":[1,2]}},"Resources":{`+test.resources+`}}`)
			for range 5 {
				if got, err := parsed.Order(test.conditions); err != nil || !slices.Equal(got, test.want) {
					t.Fatalf("got %v, %v; want %v", got, err, test.want)
				}
			}
		})
	}
}

// A cycle may depend on conditions: only Order can tell.
func TestOrderFindsCycles(t *testing.T) {
	parsed := parse(t, `{
		"Conditions":{"C":{"Fn::Equals":[{"Ref":"AWS::Region"},"r"]}},
		"Resources":{
			"A":{"Type":"x","Properties":{"p":{"Fn::If":["C",{"Ref":"B"},1]}}},
			"B":{"Type":"x","Properties":{"p":{"Ref":"A"}}}}}`)
	_, err := parsed.Order(map[string]bool{"C": true})
	if want := "Circular dependency between resources: [A, B]"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	got, err := parsed.Order(map[string]bool{"C": false})
	if want := []string{"A", "B"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
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
