package template

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

const parameters = `"Parameters":{
	"Text":{"Type":"String","Default":"abc","MinLength":2,"MaxLength":"3","AllowedPattern":"[a-zé]*"},
	"Size":{"Type":"String","Default":"small","AllowedValues":["small","large"]},
	"Flag":{"Type":"String","Default":true,"AllowedValues":[true,false]},
	"Number":{"Type":"Number","Default":5,"MinValue":-1.5,"MaxValue":"1e2"},
	"List":{"Type":"CommaDelimitedList","Default":"","AllowedPattern":"[a-c]?"},
	"Ports":{"Type":"List<Number>","Default":"80, 443","MaxValue":1000},
	"Secret":{"Type":"String","NoEcho":true,"Default":"s"},
	"Hinted":{"Type":"String","Default":"x","AllowedPattern":"x","ConstraintDescription":"must be x."},
	"Version":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/v"},
	"Names":{"Type":"AWS::SSM::Parameter::Value<List<String>>","Default":"/names","AllowedPattern":"/.*"},
	"Needed":{"Type":"String"},"Wanted":{"Type":"Number"}}`

func stored(name string) (string, bool, error) {
	switch name {
	case "/v":
		return "33", true, nil
	case "/names":
		return "a, b", true, nil
	case "/denied":
		return "", false, errors.New("AccessDenied")
	}
	return "", false, nil
}

func complete(t *testing.T, given map[string]string) (*Scope, []ParameterValue, error) {
	t.Helper()
	s := scopeOf(parse(t, with(`{}`, parameters)))
	s.StoredParameter = stored
	values, err := s.CompleteParameters(given)
	return s, values, err
}

func TestCompleteParameters(t *testing.T) {
	s, values, err := complete(t, map[string]string{"Needed": "", "Wanted": "1.0", "Text": "éé", "List": "a,, b ", "Flag": "false"})
	if err != nil {
		t.Fatal(err)
	}
	wantRefs := map[string]any{
		"Text": "éé", "Size": "small", "Flag": "false", "Number": "5", "List": []any{"a", "", "b"}, "Ports": []any{"80", "443"},
		"Secret": "s", "Hinted": "x", "Version": "33", "Names": []any{"a", "b"}, "Needed": "", "Wanted": "1.0",
	}
	if !reflect.DeepEqual(s.Parameters, wantRefs) {
		t.Errorf("Ref: got %v, want %v", s.Parameters, wantRefs)
	}
	byName := map[string]ParameterValue{}
	var names []string
	for _, v := range values {
		byName[v.Name], names = v, append(names, v.Name)
	}
	if got, want := strings.Join(names, " "), "Flag Hinted List Names Needed Number Ports Secret Size Text Version Wanted"; got != want {
		t.Errorf("got the parameters %s, want %s", got, want)
	}
	for _, want := range []ParameterValue{
		{Name: "List", Value: "a,, b "},
		{Name: "Version", Value: "/v", Resolved: "33", Stored: true},
		{Name: "Secret", Value: "s", Hidden: true},
	} {
		if got := byName[want.Name]; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got := byName["Secret"].Shown() + byName["Text"].Shown(); got != "****éé" {
		t.Errorf("shown: got %s, want ****éé", got)
	}
}

func TestParameterValuesAreRefused(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"Nope", "x", "Parameters: [Nope] do not exist in the template"},
		{"Text", "a", "Parameter 'Text' must contain at least 2 characters"},
		{"Text", "abcd", "Parameter 'Text' must contain at most 3 characters"},
		{"Text", "aB", "Parameter 'Text' must match pattern [a-zé]*"},
		{"Text", "ab\n", "Parameter 'Text' must match pattern [a-zé]*"},
		{"Size", "Small", "Parameter 'Size' must be one of AllowedValues"},
		{"Size", "", "Parameter 'Size' must be one of AllowedValues"},
		{"Flag", "True", "Parameter 'Flag' must be one of AllowedValues"},
		{"Number", "", "Parameter 'Number' must be a number"},
		{"Number", "5 ", "Parameter 'Number' must be a number"},
		{"Number", "0x5", "Parameter 'Number' must be a number"},
		{"Number", "1/2", "Parameter 'Number' must be a number"},
		{"Number", "1e999999999", "Parameter 'Number' must be a number"},
		{"Number", "-1.6", "Parameter 'Number' must be a number not less than -1.5"},
		{"Number", "100.01", "Parameter 'Number' must be a number not greater than 1e2"},
		{"List", "a,d", "Parameter 'List' must match pattern [a-c]?"},
		{"Ports", "80,", "Parameter 'Ports' must be a number"},
		{"Ports", "80,1001", "Parameter 'Ports' must be a number not greater than 1000"},
		{"Hinted", "y", "Parameter Hinted failed to satisfy constraint: must be x."},
		{"Version", "/gone", "Unable to fetch parameters [/gone] from parameter store for this account."},
		{"Version", "/denied", "parameter Version: AccessDenied"},
		{"Names", "/a,b", "Unable to fetch parameters [/a,b] from parameter store for this account."},
		{"Names", "v", "Parameter 'Names' must match pattern /.*"},
	}
	for _, test := range tests {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			_, _, err := complete(t, map[string]string{"Needed": "x", "Wanted": "1", test.name: test.value})
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestParametersWithoutValues(t *testing.T) {
	s, _, err := complete(t, nil)
	if want := "Parameters: [Needed, Wanted] must have values"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if s.Parameters != nil {
		t.Errorf("a refused completion left %v", s.Parameters)
	}
	s.StoredParameter = nil
	_, err = s.CompleteParameters(map[string]string{"Needed": "", "Wanted": "1"})
	if want := "Unable to fetch parameters [/names,/v] from parameter store for this account."; err == nil || err.Error() != want {
		t.Errorf("without a store: got %v, want %s", err, want)
	}
}

func TestDefaultsStandForParameters(t *testing.T) {
	s := scopeOf(parse(t, with(`{"A":[{"Ref":"Version"},{"Ref":"Ports"}]}`, parameters)))
	if _, err := s.Resolve(s.Template.Resources["Q"].Properties); err == nil || !strings.Contains(err.Error(), "Unable to fetch parameters [/v]") {
		t.Errorf("without a store: got %v, want the parameter that can't be fetched", err)
	}
	s.StoredParameter = stored
	got, err := s.Resolve(s.Template.Resources["Q"].Properties)
	if want := map[string]any{"A": []any{"33", []any{"80", "443"}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestParameterDefinitionsAreRefused(t *testing.T) {
	tests := []struct{ name, parameter, want string }{
		{"no type", `{}`, "Template format error: Every Parameters object must contain a Type member."},
		{"unknown type", `{"Type":"Strin"}`, "Template format error: Unrecognized parameter type: Strin"},
		{"type that is not supported", `{"Type":"AWS::EC2::KeyPair::KeyName"}`, "Template format error: Unrecognized parameter type: AWS::EC2::KeyPair::KeyName"},
		{"unknown member", `{"Type":"String","Allowed":[]}`, "Template format error: member Parameters.P.Allowed is not supported"},
		{"list as default", `{"Type":"CommaDelimitedList","Default":["a"]}`, "Template format error: member Parameters.Default: array is given where a string is expected"},
		{"length of a number", `{"Type":"Number","MinLength":1}`, "Template error: Parameter 'P' MinLength must be on a parameter of type String"},
		{"length of a list", `{"Type":"CommaDelimitedList","MaxLength":1}`, "Template error: Parameter 'P' MaxLength must be on a parameter of type String"},
		{"least text", `{"Type":"String","MinValue":1}`, "Template error: Parameter 'P' MinValue must be on a parameter of type Number"},
		{"limit that is no number", `{"Type":"Number","MaxValue":"x"}`, "Template error: Parameter 'P' MaxValue must be a number"},
		{"pattern of a number", `{"Type":"Number","AllowedPattern":"x"}`, "Template error: Parameter 'P' AllowedPattern must be on a parameter of type String"},
		{"no pattern", `{"Type":"String","AllowedPattern":"("}`, "Template error: Parameter 'P' AllowedPattern must be a valid regular expression: "},
		{"pattern that leaves its group", `{"Type":"String","AllowedPattern":"a)|(b"}`, "Template error: Parameter 'P' AllowedPattern must be a valid regular expression: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(with(`{}`, `"Parameters":{"P":`+test.parameter+`}`)))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	_, err := Parse([]byte(with(`{}`, `"Parameters":{"P-1":{"Type":"String"}}`)))
	if want := "Template format error: Parameter name P-1 is non alphanumeric."; err == nil || err.Error() != want {
		t.Errorf("name: got %v, want %s", err, want)
	}
}

func FuzzParameters(f *testing.F) {
	f.Add("Text", "abc", "[a-z]+", "1", "9")
	f.Add("List<Number>", "1, 2", "", "-1e3", "1e-9")
	f.Add("CommaDelimitedList", ",,", "a|b", "", "")
	f.Fuzz(func(t *testing.T, kind, value, pattern, least, most string) {
		p := Parameter{Type: kind, AllowedPattern: pattern, MinValue: (*Text)(&least), MaxLength: (*Text)(&most)}
		if p.check("P") != nil {
			p.MinValue, p.MaxLength = nil, nil
		}
		if p.check("P") != nil {
			return
		}
		s := &Scope{Template: &Template{Parameters: map[string]Parameter{"P": p}}, StoredParameter: stored}
		values, err := s.CompleteParameters(map[string]string{"P": value})
		if err == nil && (len(values) != 1 || values[0].Value != value || s.Parameters["P"] == nil) {
			t.Errorf("%+v: %q gives %+v and %v", p, value, values, s.Parameters)
		}
	})
}

// TestParametersOf compares with what Parse finds.
func TestParametersOf(t *testing.T) {
	const more = `"Resources":{"A":{"Type":"AWS::SQS::Queue"}}}`
	for _, text := range []string{
		"{" + more,
		`{"Parameters":{},` + more,
		`{"Parameters":{"A":{"Type":"String","Default":7,"NoEcho":true},"B":{"Type":"List<Number>","AllowedValues":[1.50,"2"]}},` + more,
		"Parameters:\n  A:\n    Type: Number\n    Default: 007\nResources:\n  A:\n    Type: AWS::SQS::Queue\n",
	} {
		parsed, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParametersOf([]byte(text))
		if err != nil || len(got) != len(parsed.Parameters) || len(got) > 0 && !reflect.DeepEqual(got, parsed.Parameters) {
			t.Errorf("%s\ngot %+v, %v; want %+v", text, got, err, parsed.Parameters)
		}
	}
	for _, text := range []string{"{", `{"Parameters":{"A":7}}`, `{"Parameters":{"A":{"Kind":"String"}}}`} {
		if got, err := ParametersOf([]byte(text)); err == nil {
			t.Errorf("%s: got %+v, want an error", text, got)
		}
	}
}
