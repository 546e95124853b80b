package dynamotable

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzJSON holds that what encoding/json writes is the same when it has been an
// item.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"":""}`, `{"a":[],"b":{},"c":[{}],"d":[[]],"e":{"f":{}}}`, `{"a":[1,-2.5e+30,0],"b":true,"c":false,"d":null}`,
		`{"a":"\"\\\u0000\ud83d\ude00é,]}","b\"c":[null,[null],"x",{"y":"}"}]}`, `{"a":"\\"}`, `{"a":12345678901234567890}`, ` { "a" : [ 1 , 2 ] } `,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want map[string]any
		if !utf8.Valid(text) || json.Unmarshal(text, &want) != nil || want == nil {
			return // No value's JSON is like that.
		}
		item, err := encode(json.RawMessage(text))
		if err != nil {
			t.Fatalf("encode(%s): %v", text, err)
		}
		got, err := decode[map[string]any](item)
		maps.DeleteFunc(want, func(name string, _ any) bool { return isOwn(name) })
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s has become %v, %v, want %v", text, got, err, want)
		}
	})
}

// TestNotObjects: keys and texts alone are no entities.
func TestNotObjects(t *testing.T) {
	for _, value := range []any{nil, 1, "a", []int{1}, true} {
		if item, err := encode(value); err == nil {
			t.Errorf("encode(%v) = %v, want an error", value, item)
		}
	}
}
