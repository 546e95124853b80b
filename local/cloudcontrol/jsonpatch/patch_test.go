package jsonpatch

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestRFC is the examples of appendix A of the RFC, in its order.
func TestRFC(t *testing.T) {
	tests := []struct{ name, document, patch, want string }{
		{"A.1 add a member", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"baz":"qux","foo":"bar"}`},
		{"A.2 add an element", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`},
		{"A.3 remove a member", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`},
		{"A.4 remove an element", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`},
		{"A.5 replace", `{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`},
		{"A.6 move", `{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}`, `[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]`, `{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}`},
		{"A.7 move an element", `{"foo":["all","grass","cows","eat"]}`, `[{"op":"move","from":"/foo/1","path":"/foo/3"}]`, `{"foo":["all","cows","eat","grass"]}`},
		{"A.8 test", `{"baz":"qux","foo":["a",2,"c"]}`, `[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]`, `{"baz":"qux","foo":["a",2,"c"]}`},
		{"A.9 test that fails", `{"baz":"qux"}`, `[{"op":"test","path":"/baz","value":"bar"}]`, ""},
		{"A.10 add a nested object", `{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"child":{"grandchild":{}},"foo":"bar"}`},
		{"A.11 unknown members are ignored", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"baz":"qux","foo":"bar"}`},
		{"A.12 add to what is not there", `{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, ""},
		// A.13, an op given twice: encoding/json takes the last, which does not apply.
		{"A.13 invalid document", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","op":"remove"}]`, ""},
		{"A.14 escapes", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10}]`, `{"/":9,"~1":10}`},
		{"A.15 texts and numbers", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":"10"}]`, ""},
		{"A.16 add an array", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Apply(json.RawMessage(test.document), json.RawMessage(test.patch))
			if string(got) != test.want || (err == nil) != (test.want != "") {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestApply(t *testing.T) {
	tests := []struct{ document, patch, want, fail string }{
		{`{"a":1}`, `[]`, `{"a":1}`, ""},
		{`{"a":1}`, `[{"op":"replace","path":"","value":[1]}]`, `[1]`, ""},
		{`{"a":1}`, `[{"op":"add","path":"/a","value":null}]`, `{"a":null}`, ""},
		{`{"a":{"b":[1]}}`, `[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b/0","value":0}]`, `{"a":{"b":[1]},"c":{"b":[0,1]}}`, ""},
		{`{"a":10000000000000000000001}`, `[{"op":"add","path":"/b","value":1.50}]`, `{"a":10000000000000000000001,"b":1.50}`, ""},
		{`{"a":1.0}`, `[{"op":"test","path":"/a","value":1}]`, `{"a":1.0}`, ""},
		{`{"a":{"x":1,"y":[2]}}`, `[{"op":"test","path":"/a","value":{"y":[2],"x":1}}]`, `{"a":{"x":1,"y":[2]}}`, ""},
		{`{"a":[1,2]}`, `[{"op":"replace","path":"/a/1","value":3},{"op":"remove","path":"/a/0"}]`, `{"a":[3]}`, ""},
		{`{"a":[1]}`, `[{"op":"add","path":"/a/2","value":3}]`, "", "operation 0 of the patch, add /a/2: there is no such value"},
		{`{"a":[1]}`, `[{"op":"remove","path":"/a/-"}]`, "", `"-" is not an index`},
		{`{"a":[1]}`, `[{"op":"remove","path":"/a/00"}]`, "", `"00" is not an index`},
		{`{"a":1}`, `[{"op":"replace","path":"/b","value":3}]`, "", "there is no such value"},
		{`{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":"/a/b"}]`, "", "can't be moved into itself"},
		{`{"a":1}`, `[{"op":"move","from":"/a","path":"/a"}]`, `{"a":1}`, ""},
		{`{"a":1}`, `[{"op":"add","path":"/b"}]`, "", "it has no value"},
		{`{"a":1}`, `[{"op":"add","value":1}]`, "", "it has no path"},
		{`{"a":1}`, `[{"op":"copy","path":"/b"}]`, "", "it has no from"},
		{`{"a":1}`, `[{"op":"add","path":"b","value":1}]`, "", "does not begin with a slash"},
		{`{"a":1}`, `[{"op":"add","path":"/~2","value":1}]`, "", "neither ~0 nor ~1"},
		{`{"a":1}`, `[{"op":"merge","path":"/a","value":1}]`, "", `"merge" is not an operation`},
		{`{"a":1}`, `{}`, "", "read the patch"},
		{`{"a":1} {}`, `[]`, "", "read the document"},
	}
	for _, test := range tests {
		got, err := Apply(json.RawMessage(test.document), json.RawMessage(test.patch))
		failed := err != nil && test.fail != "" && strings.Contains(err.Error(), test.fail)
		if string(got) != test.want || failed != (test.fail != "") || (err != nil) != failed {
			t.Errorf("%s %s\n got %s, %v\nwant %s, %q", test.document, test.patch, got, err, test.want, test.fail)
		}
	}
}

func TestCopiesAreBounded(t *testing.T) {
	patch := strings.TrimSuffix(strings.Repeat(`{"op":"copy","from":"","path":"/a"},`, 200), ",")
	_, err := Apply(json.RawMessage(`{"b":"`+strings.Repeat("x", 100_000)+`"}`), json.RawMessage(`[`+patch+`]`))
	if err == nil {
		t.Error("a document of that size is made")
	}
}
