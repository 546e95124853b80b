package declared_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"eda-demo/local/declared"
	"eda-demo/local/resource"
)

func TestTags(t *testing.T) {
	many := make([]resource.Tag, 51)
	for i := range many {
		many[i].Key = strconv.Itoa(i)
	}
	tests := map[string]struct {
		list []resource.Tag
		want string // of the error
	}{
		"none":       {nil, ""},
		"two":        {[]resource.Tag{{Key: "a", Value: "1"}, {Key: "b"}}, ""},
		"longest":    {[]resource.Tag{{Key: strings.Repeat("é", 128), Value: strings.Repeat("é", 256)}}, ""},
		"fifty":      {many[:50], ""},
		"too many":   {many, "51 members"},
		"twice":      {[]resource.Tag{{Key: "a"}, {Key: "a"}}, `the key "a" twice`},
		"no key":     {[]resource.Tag{{Value: "1"}}, `the key ""`},
		"long key":   {[]resource.Tag{{Key: strings.Repeat("x", 129)}}, "128 characters"},
		"long value": {[]resource.Tag{{Key: "a", Value: strings.Repeat("x", 257)}}, `the value of "a"`},
		"reserved":   {[]resource.Tag{{Key: "AWS:x"}}, "reserved"},
	}
	for name, test := range tests {
		got, err := declared.Tags(test.list)
		if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want one that says %q", name, err, test.want)
		}
		if err == nil && len(got) != len(test.list) {
			t.Errorf("%s: got %v, want %v", name, got, test.list)
		}
	}
	if got, _ := declared.Tags([]resource.Tag{{Key: "a", Value: "1"}, {Key: "b"}}); !maps.Equal(got, map[string]string{"a": "1", "b": ""}) {
		t.Errorf("got %v, want a:1 and b", got)
	}
}

func TestRefusals(t *testing.T) {
	definition := resource.Definition{Type: "AWS::SQS::Queue", PhysicalID: "url"}
	if got, want := declared.Taken(definition, "q").Error(), "Resource of type 'AWS::SQS::Queue' with identifier 'q' already exists."; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := declared.Gone(definition).Error(), "Resource of type 'AWS::SQS::Queue' with identifier 'url' was not found."; !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}
