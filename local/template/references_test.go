package template

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestReferences(t *testing.T) {
	parsed := parse(t, with(`{
		"Name":{"Fn::Sub":["${P}-${R.Arn}-${!x}-${v}",{"v":{"Ref":"R"}}]},
		"Tags":[{"Key":"k","Value":{"Fn::Join":["-",["a",{"Fn::GetAtt":["R","Topic.Name"]}]]}}],
		"Choice":{"Fn::If":["Yes",{"In":{"Ref":"AWS::Region"}},{"In":{"Ref":"P"}}]},
		"Plain":{"Condition":"Ref"}}`, conditions, `"Parameters":{"P":{"Type":"String","Default":"x"}}`))
	list := func(conditions map[string]bool) []string {
		var found []string
		for _, r := range parsed.Resources["Q"].References(conditions) {
			found = append(found, strings.Join(r.Path, "/")+" "+r.Entity())
		}
		return found
	}
	rest := []string{"Name P", "Name R.Arn", "Name R", "Tags/0/Value R.Topic.Name"}
	for _, test := range []struct {
		conditions map[string]bool
		want       []string
	}{
		{map[string]bool{"Yes": true, "No": false}, append([]string{"Choice/In AWS::Region"}, rest...)},
		{map[string]bool{"Yes": false}, append([]string{"Choice/In P"}, rest...)},
		{nil, append([]string{"Choice/In AWS::Region", "Choice/In P"}, rest...)},
	} {
		if got := list(test.conditions); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.conditions, got, test.want)
		}
	}
	if got := (Resource{}).References(nil); got != nil {
		t.Errorf("no properties: got %v, want none", got)
	}
}

func TestDependencies(t *testing.T) {
	parsed := parse(t, `{`+conditions+`,"Resources":{
		"A":{"Type":"x","DependsOn":["D","B"],"Properties":{"p":[{"Ref":"C"},{"Ref":"B"},{"Ref":"AWS::Region"}],"q":{"Fn::If":["Yes",{"Ref":"E"},{"Ref":"F"}]}}},
		"B":{"Type":"x"},"C":{"Type":"x"},"D":{"Type":"x","Condition":"No"},"E":{"Type":"x"},"F":{"Type":"x"}}}`)
	known := map[string]bool{"Yes": true, "No": false}
	for _, test := range []struct {
		id         string
		conditions map[string]bool
		want       string
	}{
		{"A", known, "[B C E]"}, {"A", nil, "[B C D E F]"}, {"B", known, "[]"}, {"Nope", known, "[]"},
	} {
		if got := fmt.Sprint(parsed.Dependencies(test.id, test.conditions)); got != test.want {
			t.Errorf("%s under %v: got %s, want %s", test.id, test.conditions, got, test.want)
		}
	}
	if got, want := parsed.Existing(known), []string{"A", "B", "C", "E", "F"}; !slices.Equal(got, want) {
		t.Errorf("existing: got %v, want %v", got, want)
	}
}
