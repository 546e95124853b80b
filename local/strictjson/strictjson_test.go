package strictjson

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

type base struct{ Region string }

type entry struct {
	base
	Detail   string
	Tags     map[string]*entry
	Children []entry
	Raw      json.RawMessage
	Any      any
	At       time.Time `json:"at,omitempty"`
	Count    int
	Data     []byte
	Skipped  string `json:"-"`
	hidden   string
}

func TestUnmarshal(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty object", `{}`, ""},
		{"every kind of member", `{"Region":"r","Detail":"d","Tags":{"a":{"Detail":"x"},"b":null},"Children":[{},{"Count":1}],"Raw":{"a":1,"a":2},"Any":[{"x":[]}],"at":"2026-01-02T03:04:05Z","Count":7,"Data":"AA=="}`, ""},
		{"spaces everywhere", " { \"Tags\" : { \"a\" : { } , \"b\":{}\n} ,\t\"Children\" : [ { } , { } ] } ", ""},
		{"escaped name", `{"\u0044etail":"d"}`, ""},
		{"brackets and quotes within strings", `{"Detail":"}]\"{[","Raw":{"x":"}\"]"},"Count":1}`, ""},
		{"null", `null`, ""},
		{"name in other case", `{"detail":"d"}`, "member detail is not supported"},
		{"unknown in an array", `{"Children":[{},{"detail":1}]}`, "member Children[1].detail is not supported"},
		{"unknown in a map", `{"Tags":{"k":{"Nope":1}}}`, "member Tags.k.Nope is not supported"},
		{"given twice", `{"Count":1,"Count":2}`, "member Count is given twice"},
		{"given twice, once escaped", `{"Count":1,"\u0043ount":2}`, "member Count is given twice"},
		{"map key twice", `{"Tags":{"a":{},"a":{}}}`, "member Tags.a is given twice"},
		{"twice where anything goes", `{"Any":{"a":{"b":1,"b":1}}}`, "member Any.a.b is given twice"},
		{"left out by its tag", `{"Skipped":"x"}`, "member Skipped is not supported"},
		{"unexported", `{"hidden":"x"}`, "member hidden is not supported"},
		{"other shape", `{"Children":[{"Count":"1"}]}`, "member Children.Count: string is given where a whole number is expected"},
		{"fraction", `{"Count":1.5}`, "member Count: number 1.5 is given where a whole number is expected"},
		{"array for an object", `[1]`, "the value: array is given where an object is expected"},
		{"cut short", `{"Count":1`, "unexpected end of JSON input"},
		{"two values", `{} {}`, "invalid character '{' after top-level value"},
		{"nothing", ``, "unexpected end of JSON input"},
		{"too deep", `{"Any":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, "the value is nested deeper than 200 levels"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var into entry
			got := fmt.Sprint(Unmarshal([]byte(test.text), &into))
			if test.want == "" && got != "<nil>" || !strings.Contains(got, test.want) {
				t.Errorf("Unmarshal(%s)\n got %s\nwant %s", test.text, got, test.want)
			}
		})
	}
}

func TestUnmarshalManyNames(t *testing.T) {
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, `"k%d":1,`, i)
	}
	var into map[string]int
	if err := Unmarshal([]byte("{"+text.String()+`"last":1}`), &into); err != nil || len(into) != 101 {
		t.Errorf("100 names: got %d members and error %v, want 101 and none", len(into), err)
	}
	err := Unmarshal([]byte("{"+text.String()+`"k42":1}`), &into)
	if want := "member k42 is given twice"; err == nil || err.Error() != want {
		t.Errorf("100 names and one again: got %v, want %s", err, want)
	}
}

func TestErrorKinds(t *testing.T) {
	var syntax *json.SyntaxError
	if err := Unmarshal([]byte(`{x}`), &entry{}); !errors.As(err, &syntax) {
		t.Errorf("no JSON: got %T, want *json.SyntaxError", err)
	}
	var mismatch *TypeError
	if err := Unmarshal([]byte(`{"Count":{}}`), &entry{}); !errors.As(err, &mismatch) {
		t.Errorf("other shape: got %T, want *TypeError", err)
	}
}

func TestUnmarshalNumbers(t *testing.T) {
	var into entry
	err := UnmarshalNumbers([]byte(`{"Any":[1.50,12345678901234567890],"Count":3}`), &into)
	want := []any{json.Number("1.50"), json.Number("12345678901234567890")}
	if err != nil || !reflect.DeepEqual(into.Any, want) || into.Count != 3 {
		t.Errorf("got %v and count %d, %v; want %v and 3", into.Any, into.Count, err, want)
	}
	if err := UnmarshalNumbers([]byte(`{"Count":"x"}`), &into); err == nil || !strings.HasPrefix(err.Error(), "member Count: ") {
		t.Errorf("other shape: got %v", err)
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{`{"Tags":{"a":{"Any":[1,{"b":null}]}}}`, `{"Raw":{"x":"}\"]"},"Children":[{}]}`, `[[`, `"\`, `{"a\\":1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var strict, lenient entry
		if err := Unmarshal(raw, &strict); err != nil {
			return
		}
		if err := json.Unmarshal(raw, &lenient); err != nil || !reflect.DeepEqual(strict, lenient) {
			t.Errorf("%q: got %+v, encoding/json gives %+v, %v", raw, strict, lenient, err)
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	raw := []byte(`{"Children":[{"Detail":"{\"id\":101,\"amount\":100}","Region":"us-east-1","Count":3}],"Tags":{"a":{"Detail":"x"}}}`)
	for name, decode := range map[string]func([]byte, any) error{"strict": Unmarshal, "encoding": json.Unmarshal} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				var into entry
				if err := decode(raw, &into); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
