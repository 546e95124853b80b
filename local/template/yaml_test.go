package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParseYAML(t *testing.T) {
	got, err := Parse([]byte(`# a comment
AWSTemplateFormatVersion: 2010-09-09
Description: d
Parameters:
  P: {Type: String, Default: 05, AllowedValues: [05, yes]}
Conditions:
  C: !Not [!Equals [!Ref P, '5']]
  D: !And [!Condition C, !Condition C]
Resources:
  Q:
    Type: 'AWS::SQS::Queue'
    Condition: C
    DependsOn: [T]
    Properties:
      Text: !Sub
        - ${v}-${T.Arn}
        - v: !Join ['-', [!Ref P, b]]
      Attribute: !GetAtt T.Arn
      Choice: !If [C, !Base64 x, !Ref "AWS::NoValue"]
      Policy: |
        line
        "line"
  T:
    Type: AWS::SNS::Topic
Outputs:
  O:
    Value: !Ref Q
    Export: {Name: !Sub '${AWS::StackName}:o'}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, `{"AWSTemplateFormatVersion":"2010-09-09","Description":"d",
		"Parameters":{"P":{"Type":"String","Default":"05","AllowedValues":["05",true]}},
		"Conditions":{"C":{"Fn::Not":[{"Fn::Equals":[{"Ref":"P"},"5"]}]},"D":{"Fn::And":[{"Condition":"C"},{"Condition":"C"}]}},
		"Resources":{"Q":{"Type":"AWS::SQS::Queue","Condition":"C","DependsOn":["T"],"Properties":{
			"Text":{"Fn::Sub":["${v}-${T.Arn}",{"v":{"Fn::Join":["-",[{"Ref":"P"},"b"]]}}]},
			"Attribute":{"Fn::GetAtt":"T.Arn"},
			"Choice":{"Fn::If":["C",{"Fn::Base64":"x"},{"Ref":"AWS::NoValue"}]},
			"Policy":"line\n\"line\"\n"}},"T":{"Type":"AWS::SNS::Topic"}},
		"Outputs":{"O":{"Value":{"Ref":"Q"},"Export":{"Name":{"Fn::Sub":"${AWS::StackName}:o"}}}}}`)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func yamlWith(properties string) string {
	return "Resources:\n  Q:\n    Type: x\n    Properties:\n      A: " + properties
}

func TestYAMLScalars(t *testing.T) {
	tests := []struct {
		text string
		want any
	}{
		{`5`, json.Number("5")},
		{`-1.50`, json.Number("-1.50")},
		{`1.5e10`, json.Number("1.5e10")},
		{`12345678901234567890`, json.Number("12345678901234567890")},
		{`000000000012`, "000000000012"},
		{`0x1F`, "0x1F"},
		{`1_000`, "1_000"},
		{`12e4567`, "12e4567"},
		{`.5`, ".5"},
		{`.inf`, ".inf"},
		{`2012-10-17`, "2012-10-17"},
		{`2012-10-17T01:02:03Z`, "2012-10-17T01:02:03Z"},
		{`12:30:45`, "12:30:45"},
		{`true`, true},
		{`Off`, false},
		{`yes`, true},
		{`y`, "y"},
		{`'5'`, "5"},
		{`"true"`, "true"},
		{`'~'`, "~"},
		{`!!str 5`, "5"},
		{`!!int 5`, json.Number("5")},
		{`a b # c`, "a b"},
		{`">\u00e9\n<"`, ">é\n<"},
		{`{80: x, yes: z, 'a b': [1]}`, map[string]any{"80": "x", "yes": "z", "a b": []any{json.Number("1")}}},
		{`{}`, map[string]any{}},
		{`[]`, []any{}},
	}
	for _, test := range tests {
		parsed, err := Parse([]byte(yamlWith(test.text)))
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got := parsed.Resources["Q"].Properties["A"]; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v, want %#v", test.text, got, test.want)
		}
	}
}

func TestYAMLIsRefused(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a0 [x,x,x,x,x,x,x,x,x]\n")
	for i := range 9 {
		fmt.Fprintf(&bomb, "b%d: &a%d [*a%d,*a%[3]d,*a%[3]d,*a%[3]d,*a%[3]d,*a%[3]d,*a%[3]d,*a%[3]d,*a%[3]d]\n", i, i+1, i)
	}
	tests := []struct{ name, text, want string }{
		{"a text", "Resources", "Template format error: unsupported structure."},
		{"a list", "- a", "Template format error: unsupported structure."},
		{"only a comment", "# a", "Template format error: unsupported structure."},
		{"malformed", "Resources:\n  Q: a: b\n", "Template format error: YAML not well-formed. (line 2: mapping values are not allowed in this context)"},
		{"cut short", "Resources: {", "Template format error: YAML not well-formed. (line "},
		{"tab", "Resources:\n\tQ: 1", "Template format error: YAML not well-formed. (line 2: found character that cannot start any token)"},
		{"no text", "Resources: \x00", "Template format error: YAML not well-formed. (control characters are not allowed)"},
		{"two documents", "Resources: {Q: {Type: x}}\n---\nb: 1\n", "Template format error: YAML: a second document is not supported (line 2, column 1)"},
		{"malformed second document", "Resources: {Q: {Type: x}}\n---\n}", "Template format error: YAML not well-formed. (line "},
		{"alias", yamlWith("&x 1\n      B: *x"), "Template format error: YAML: the alias *x is not supported (line 6, column 10)"},
		{"alias bomb", bomb.String(), "Template format error: YAML: the alias *a0 is not supported (line 2, column 10)"},
		{"alias as a key", yamlWith("&x a\n      *x : 1"), "YAML: the alias *x is not supported"},
		{"alias of itself", yamlWith("&x [*x]"), "YAML: the alias *x is not supported"},
		{"alias of nothing", yamlWith("*x"), "Template format error: YAML not well-formed. (unknown anchor 'x' referenced)"},
		{"merge key", yamlWith("{<<: {a: 1}}"), "Template format error: YAML: the merge key << is not supported (line 5, column 11)"},
		{"key twice", yamlWith("{a: 1, a: 2}"), "Template format error: member Resources.Q.Properties.A.a is given twice"},
		{"key twice, by another name", yamlWith("{1: 1, '1': 2}"), "Template format error: member Resources.Q.Properties.A.1 is given twice"},
		{"section twice", "Resources: {Q: {Type: x}}\nResources: {}", "Template format error: member Resources is given twice"},
		{"list as a key", yamlWith("{[a]: 1}"), "YAML: a key that is no text is not supported (line 5, column 11)"},
		{"null as a key", yamlWith("{~: 1}"), "YAML: a key that is null is not supported"},
		{"function as a key", yamlWith("{!Ref Q: 1}"), "YAML: the tag !Ref is not supported"},
		{"binary", yamlWith("!!binary aGk="), "YAML: the tag !!binary is not supported (line 5, column 10)"},
		{"set", yamlWith("!!set {a}"), "YAML: the tag !!set is not supported"},
		{"unknown tag", yamlWith("!ref Q"), "YAML: the tag !ref is not supported (line 5, column 10)"},
		{"foreign tag", yamlWith("!<tag:example.com,2000:x> Q"), "YAML: the tag tag:example.com,2000:x is not supported"},
		{"nothing", yamlWith(""), "[/Resources/Q/Type/A] 'null' values are not allowed in templates"},
		{"function that is not supported", yamlWith("!GetAZs ''"), "Template Error: Encountered unsupported function: Fn::GetAZs "},
		{"Ref of nothing", yamlWith("!Ref"), "Template error: every Ref object must have a single String value."},
		{"too deep", yamlWith(strings.Repeat("[", 300) + strings.Repeat("]", 300)), "YAML: nesting deeper than 200 levels is not supported"},
		{"much too deep", yamlWith(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)), "Template format error: YAML not well-formed. (line 5: exceeded max depth of 10000)"},
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

// Whatever the bytes, Parse returns; what it takes can be used, and is the same
// when its JSON form is parsed.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		with(`{"A":{"Fn::Join":["-",[{"Ref":"R"},{"Fn::Sub":["${x}${R.Arn}",{"x":{"Fn::Base64":"y"}}]}]]}}`),
		with(`{"A":{"Fn::If":["C",{"Ref":"AWS::NoValue"},{"Fn::Select":[0,{"Fn::Split":[",","a,b"]}]}]}}`, `"Conditions":{"C":{"Fn::And":[{"Condition":"D"},{"Fn::Not":[{"Condition":"D"}]}]},"D":{"Fn::Equals":[{"Ref":"P"},1]}}`, `"Parameters":{"P":{"Type":"Number","Default":1}}`),
		with(`{"A":{"Fn::FindInMap":["M","a","b"]}}`, `"Mappings":{"M":{"a":{"b":[1]}}}`, `"Outputs":{"O":{"Value":{"Fn::GetAtt":"R.List"},"Export":{"Name":"x"}}}`),
		yamlWith("!Sub ['${a}', {a: !ImportValue x}]"),
		yamlWith("&x >-\n  a\n\n   b\n      ? [c]\n      : *x"),
		yamlWith("!If [C, 0x1, .5]\nConditions:\n  C: !Equals [!Ref AWS::Region, a]\nRules:\n  R: {Assertions: [{Assert: !Contains [[a], b]}]}\n"),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		parsed, err := Parse(raw)
		if err != nil {
			return
		}
		if text, err := asJSON(raw); err == nil {
			if again, err := Parse(text); err != nil || !reflect.DeepEqual(parsed, again) {
				t.Fatalf("%s: got %+v, then %+v, %v", text, parsed, again, err)
			}
		}
		use(t, parsed)
	})
}

func use(t *testing.T, parsed *Template) {
	s := scopeOf(parsed)
	s.Import = func(name string) (string, bool, error) { return name, name != "", nil }
	if _, err := s.CompleteParameters(nil); err != nil && s.CheckRules() == nil {
		return
	}
	if s.EvaluateConditions() != nil {
		return
	}
	order, err := parsed.Order(s.Conditions)
	if err != nil {
		return
	}
	if _, err := s.Imports(); err == nil {
		_, err := s.Exports()
		_ = errors.Join(err, s.CheckReferences())
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
}
