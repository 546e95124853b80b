package asl_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// evaluate runs a Pass state whose Parameters are {"r.$": call}.
func evaluate(t *testing.T, call, input string) string {
	t.Helper()
	quoted, err := json.Marshal(call)
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, one(`{"Type":"Pass","Parameters":{"r.$":`+string(quoted)+`},"OutputPath":"$.r","End":true}`))
	got := outcome(t.Context(), execution(m, input, nil))
	return strings.TrimPrefix(got, "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). ")
}

func TestIntrinsicFunctions(t *testing.T) {
	tests := []struct{ call, input, want string }{
		{`States.Format('Your name is {}, we are in {}', $.name, 2020)`, `{"name":"Foo"}`, `"Your name is Foo, we are in 2020"`},
		{`States.Format('{} {} {}', true, null, 1.50)`, `{}`, `"true null 1.50"`},
		{`States.Format('\{\} \'{}\' \\', $$.Execution.Name)`, `{}`, `"{} 'n1' \\"`},
		{`States.Format($.pattern, 'x')`, `{"pattern":"a{}b"}`, `"axb"`},
		{`States.Format('{}-payment', $.detail.metadata.eventId)`, `{"detail":{"metadata":{"eventId":"e1"}}}`, `"e1-payment"`},
		{`States.Format('{}', $['a,b)'])`, `{"a,b)":1}`, `"1"`},
		{`States.Format('{}')`, `{}`, `The function 'States.Format' failed: there are more {} than arguments`},
		{`States.Format('', 1)`, `{}`, `The function 'States.Format' failed: there are more arguments than {}`},
		{`States.Format('{}', $)`, `{}`, `The function 'States.Format' failed: an array or object can't be formatted`},
		{`States.StringToJson($.s)`, `{"s":"{\"number\": 20}"}`, `{"number":20}`},
		{`States.StringToJson('12345678901234567890')`, `{}`, `12345678901234567890`},
		{`States.StringToJson(' ')`, `{}`, `null`},
		{`States.StringToJson('\{"a":1\}')`, `{}`, `{"a":1}`},
		{`States.StringToJson('{')`, `{}`, `The function 'States.StringToJson' failed: argument 1 is not JSON: decode JSON: unexpected EOF`},
		{`States.JsonToString($.j)`, `{"j":{"name":"<Foo>","year":2020}}`, `"{\"name\":\"<Foo>\",\"year\":2020}"`},
		{`States.Array('Foo', 2020, $.j, null)`, `{"j":{"r":1}}`, `["Foo",2020,{"r":1},null]`},
		{`States.Array()`, `{}`, `[]`},
		{`States.ArrayPartition($.a, 4)`, `{"a":[1,2,3,4,5,6,7,8,9]}`, `[[1,2,3,4],[5,6,7,8],[9]]`},
		{`States.ArrayPartition($.a, 4)`, `{"a":[]}`, `[]`},
		{`States.ArrayPartition($.a, 0)`, `{"a":[1]}`, `The function 'States.ArrayPartition' failed: the chunk size must be a positive integer`},
		{`States.ArrayContains($.a, $.v)`, `{"a":[1,{"x":[1.0]}],"v":{"x":[1]}}`, `true`},
		{`States.ArrayContains($.a, '1')`, `{"a":[1]}`, `false`},
		{`States.ArrayRange(1, 9, 2)`, `{}`, `[1,3,5,7,9]`},
		{`States.ArrayRange(3, 1, -1)`, `{}`, `[3,2,1]`},
		{`States.ArrayRange(1, 1001, 1)`, `{}`, `The function 'States.ArrayRange' failed: the array would have more than 1000 elements`},
		{`States.ArrayRange(1, 2, 0)`, `{}`, `The function 'States.ArrayRange' failed: the increment must not be 0`},
		{`States.ArrayGetItem($.a, $.i)`, `{"a":[1,2,3],"i":2}`, `3`},
		{`States.ArrayGetItem($.a, 3)`, `{"a":[1,2,3]}`, `The function 'States.ArrayGetItem' failed: the index is out of range`},
		{`States.ArrayLength($.a)`, `{"a":[1,2,3]}`, `3`},
		{`States.ArrayLength($.a[?(@.x == 1)])`, `{"a":[{"x":2}]}`, `0`},
		{`States.ArrayUnique($.a)`, `{"a":[1,2,3,3,3,"3",null,null,[1],[1]]}`, `[1,2,3,"3",null,[1]]`},
		{`States.Base64Encode('Data to encode')`, `{}`, `"RGF0YSB0byBlbmNvZGU="`},
		{`States.Base64Decode('RGF0YSB0byBlbmNvZGU=')`, `{}`, `"Data to encode"`},
		{`States.Base64Decode('*')`, `{}`, `The function 'States.Base64Decode' failed: argument 1 is not Base64: illegal base64 data at input byte 0`},
		{`States.Hash('input data', 'MD5')`, `{}`, `"812f45842bc6d66ee14572ce20db8e86"`},
		{`States.Hash('input data', 'SHA-1')`, `{}`, `"aaff4a450a104cd177d28d18d74485e8cae074b7"`},
		{`States.Hash('input data', 'SHA-256')`, `{}`, `"b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"`},
		{`States.Hash('input data', 'SHA-3')`, `{}`, `The function 'States.Hash' failed: unknown algorithm "SHA-3"`},
		{`States.JsonMerge($.a, $.b, false)`, `{"a":{"a":{"a1":1},"b":2},"b":{"a":{"a3":1},"c":3}}`, `{"a":{"a3":1},"b":2,"c":3}`},
		{`States.JsonMerge($.a, $.a, true)`, `{"a":{}}`, `The function 'States.JsonMerge' failed: argument 3 must be false: only shallow merging is supported`},
		{`States.MathAdd($.v, -1)`, `{"v":111}`, `110`},
		{`States.MathAdd(1.50, 1.51)`, `{}`, `4`},
		{`States.MathAdd(-1.50, -1.51)`, `{}`, `-3`},
		{`States.MathAdd(9007199254740993, 0)`, `{}`, `9007199254740993`},
		{`States.MathAdd('1', 0)`, `{}`, `The function 'States.MathAdd' failed: argument 1 must be a number`},
		{`States.MathRandom(5, 6)`, `{}`, `5`},
		{`States.MathRandom(6, 5)`, `{}`, `The function 'States.MathRandom' failed: the end must be greater than the start`},
		{`States.StringSplit('1,2,,3', ',')`, `{}`, `["1","2","3"]`},
		{`States.StringSplit('This.is+a,test', '.+,')`, `{}`, `["This","is","a","test"]`},
		{`States.StringSplit('', ',')`, `{}`, `[]`},
		{`States.ArrayGetItem(States.StringSplit(States.Format('{}/{}', $.a, 'b'), '/'), 1)`, `{"a":1}`, `"b"`},
		{`States.Array( $.a , States.Array( ) )`, `{"a":1}`, `[1,[]]`},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			if got := evaluate(t, tt.call, tt.input); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestUUID(t *testing.T) {
	got := evaluate(t, `States.UUID()`, `{}`)
	if !regexp.MustCompile(`^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`).MatchString(got) {
		t.Errorf("got %s, want a version 4 UUID", got)
	}
}

func TestMathRandomWithASeedRepeats(t *testing.T) {
	first := evaluate(t, `States.MathRandom(0, 1000000, 42)`, `{}`)
	if second := evaluate(t, `States.MathRandom(0, 1000000, 42)`, `{}`); first != second {
		t.Errorf("got %s, then %s, want the same", first, second)
	}
}
