package attribute

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestEveryTypeSurvivesARoundTrip(t *testing.T) {
	cases := []string{
		`{}`,
		`{"a":{"S":""}}`,
		`{"a":{"S":"quote \" backslash \\ newline \u000a é 😀"}}`,
		`{"a":{"N":"-12.5"}}`,
		`{"a":{"B":"AQID"},"b":{"B":""}}`,
		`{"a":{"BOOL":false},"b":{"BOOL":true},"c":{"NULL":true}}`,
		`{"a":{"L":[]},"b":{"M":{}}}`,
		`{"a":{"L":[{"S":"x"},{"L":[{"N":"1"}]}]},"b":{"M":{"k":{"M":{"l":{"BOOL":true}}}}}}`,
		`{"a":{"SS":["x","y"]},"b":{"NS":["1","2.5"]},"c":{"BS":["AQ==","Ag=="]}}`,
	}
	for _, in := range cases {
		got, err := json.Marshal(item(t, in))
		if err != nil || string(got) != in {
			t.Errorf("round trip of %s = %s, %v", in, got, err)
		}
	}
}

func TestDecodeIsLenientWhereDynamoDBIs(t *testing.T) {
	got := item(t, ` { "a" : { "S" : "x" , "N" : null , "Unknown" : [ {"y": -1.5e3} , true ] } } `)
	want := Map{"a": String("x")}
	if !EqualItems(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestInvalidValuesAreRefused(t *testing.T) {
	cases := []struct{ value, want string }{
		{`{}`, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{`{"X":"y"}`, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{`{"S":"a","N":"1"}`, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
		{`{"N":""}`, "The parameter cannot be converted to a numeric value"},
		{`{"N":"1e126"}`, "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{`{"NULL":false}`, "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{`{"SS":[]}`, "One or more parameter values were invalid: An string set  may not be empty"},
		{`{"NS":[]}`, "One or more parameter values were invalid: An number set  may not be empty"},
		{`{"BS":[]}`, "One or more parameter values were invalid: Binary sets should not be empty"},
		{`{"SS":["a","b","a"]}`, "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates."},
		{`{"NS":["1","1.0"]}`, "Input collection contains duplicates"},
		{`{"BS":["AQ==","AQ=="]}`, "One or more parameter values were invalid: Input collection [AQ==, AQ==]of type BS contains duplicates."},
		{`{"L":[{"M":{"x":{"N":"abc"}}}]}`, "The parameter cannot be converted to a numeric value: abc"},
		{nested(32), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
	}
	for _, c := range cases {
		_, err := DecodeMap([]byte(`{"ok":{"S":"x"},"bad":` + c.value + `}`))
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Message != c.want || invalid.Attribute != "bad" {
			t.Errorf("decoding %s: got %#v, want InvalidError about bad: %s", c.value, err, c.want)
		}
	}
}

func TestMaximalNestingIsAccepted(t *testing.T) {
	item(t, `{"deep":`+nested(31)+`}`)
}

func TestMalformedValuesAreSerializationErrors(t *testing.T) {
	cases := []string{
		``, `null`, `[]`, `"x"`, `{`, `{"a"}`, `{"a":}`, `{"a":1}`, `{"a":"x"}`, `{"a":[]}`, `{"a":null}`, `{"a":{"S":"x"}} x`,
		`{"a":{"S":1}}`, `{"a":{"S":true}}`, `{"a":{"S":{}}}`, `{"a":{"S":["x"]}}`, `{"a":{"N":1}}`, `{"a":{"BOOL":"maybe"}}`,
		`{"a":{"BOOL":1}}`, `{"a":{"L":{}}}`, `{"a":{"M":[]}}`, `{"a":{"SS":"x"}}`, `{"a":{"SS":[1]}}`, `{"a":{"SS":["x",]}}`,
		`{"a":{"B":"A"}}`, `{"a":{"B":"A==="}}`, `{"a":{"B":"AR=="}}`, `{"a":{"B":"!!!!"}}`, `{"a":{"L":[{"S":1},{"SS":[]}]}}`,
		"{\"a\":{\"S\":\"\xff\"}}", "{\"a\":{\"S\":\"\n\"}}", `{"a":{"S":"\x"}}`, `{"a":{"S":"x}`, `{"a":{"X":01}}`,
		`{"a":` + nested(2000) + `}`,
	}
	for _, in := range cases {
		got, err := DecodeMap([]byte(in))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("decoding %.60s: got %v, %v; want a SyntaxError", in, got, err)
		}
	}
}

func FuzzDecodeMap(f *testing.F) {
	f.Add([]byte(`{"a":{"S":"x"},"b":{"N":"-1.5e3"},"c":{"L":[{"M":{"d":{"BS":["AQ=="]}}}]}}`))
	f.Add([]byte(`{"a":{"NULL":true,"SS":["\u00e9",""]}}`))
	f.Add([]byte(`{"a":{"X":[1,{"y":null}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		decoded, err := DecodeMap(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was accepted but is not JSON", data)
		}
		again, err := DecodeMap(decoded.AppendJSON(nil))
		if err != nil || !EqualItems(decoded, again) {
			t.Fatalf("%q does not survive a round trip: %v, %v", data, again, err)
		}
	})
}

// nested wraps a string in depth maps and lists by turns.
func nested(depth int) string {
	open, shut := "", ""
	for i := range depth {
		if i%2 == 0 {
			open, shut = open+`{"L":[`, `]}`+shut
		} else {
			open, shut = open+`{"M":{"k":`, `}}`+shut
		}
	}
	return open + `{"S":"leaf"}` + strings.TrimSpace(shut)
}
