package frontdoor

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

type formInput struct {
	Name     string
	Count    int
	Rate     float64
	On       *bool
	List     []string
	Numbers  []int
	Map      map[string]string
	Nested   struct{ Inner []struct{ Key, Value string } }
	Pointer  *struct{ A string }
	Renamed  string `json:"Other"`
	Blob     []byte
	At       Timestamp
	Hidden   string `json:"-"`
	Anything any
	internal string
}

func TestDecodeForm(t *testing.T) {
	yes := true
	tests := []struct {
		name, form string
		want       formInput
	}{
		{"nothing", "Action=A&Version=1", formInput{}},
		{"scalars", "Name=n&Count=-5&Rate=1.5&On=true&Other=o&Blob=eA%3D%3D", formInput{Name: "n", Count: -5, Rate: 1.5, On: &yes, Renamed: "o", Blob: []byte("x")}},
		{"list", "List.member.2=b&List.member.1=a&List.member.10=c", formInput{List: []string{"a", "b", "c"}}},
		{"flat list", "Numbers.1=1&Numbers.2=2", formInput{Numbers: []int{1, 2}}},
		{"empty list", "List=", formInput{List: []string{}}},
		{"map", "Map.entry.1.key=a&Map.entry.1.value=x&Map.entry.2.key=b&Map.entry.2.value=", formInput{Map: map[string]string{"a": "x", "b": ""}}},
		{"map as SNS writes it", "Map.entry.1.Name=a&Map.entry.1.Value=x", formInput{Map: map[string]string{"a": "x"}}},
		{"empty map", "Map=", formInput{}},
		{"nested", "Nested.Inner.member.1.Key=k&Nested.Inner.member.1.Value=v", formInput{Nested: struct{ Inner []struct{ Key, Value string } }{[]struct{ Key, Value string }{{"k", "v"}}}}},
		{"pointer", "Pointer.A=a", formInput{Pointer: &struct{ A string }{"a"}}},
		{"text for anything", "Anything=x", formInput{Anything: "x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			form, err := url.ParseQuery(test.form)
			if err != nil {
				t.Fatal(err)
			}
			var got formInput
			if err := decodeForm(form, &got); err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, test.want)
			}
		})
	}
}

func TestDecodeFormRefuses(t *testing.T) {
	tests := []struct{ form, want string }{
		{"Nope=1", "parameter Nope is not supported"},
		{"name=1", "parameter name is not supported"},
		{"Hidden=1", "parameter Hidden is not supported"},
		{"internal=1", "parameter internal is not supported"},
		{"Nested.Nope=1", "Nested: parameter Nope is not supported"},
		{"Name=1&Name=2", "parameter Name is given more than once"},
		{"Name=1&Name.x=2", "parameter Name.x: Name is given as a value and as a structure"},
		{"Nested.Inner=1&Nested=2", "is given as a value and as a structure"},
		{"Name.x=2", "Name: a structure is given where a string is expected"},
		{"Count=five", `Count: "five" is not a int`},
		{"Count=1.5", `Count: "1.5" is not a int`},
		{"Rate=x", `Rate: "x" is not a float64`},
		{"Rate=NaN", "unsupported value: NaN"},
		{"On=yes", `On: "yes" is not a bool`},
		{"Blob=!", "illegal base64"},
		{"List.member.x=1", `List: "x" is not a number from 1`},
		{"List.member.0=1", `List: "0" is not a number from 1`},
		{"List.member.01=1", `List: "01" is not a number from 1`},
		{"List.member.1=1&List.other.1=2", `List: "member" is not a number from 1`},
		{"Map.entry.1.key=a", "Map: an entry needs a key and a value"},
		{"Map.entry.1=a", "Map: an entry needs a key and a value"},
		{"Map.entry.1.key=a&Map.entry.1.value=b&Map.entry.1.more=c", "Map: an entry needs a key and a value"},
		{"Map.entry.1.key=a&Map.entry.1.value=b&Map.entry.2.key=a&Map.entry.2.value=c", `Map: the key "a" is given twice`},
		{strings.Repeat("a.", 100) + "=1", "nested deeper than 16"},
	}
	for _, test := range tests {
		form, err := url.ParseQuery(test.form)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // whatever the order of the parameters
			if err := decodeForm(form, new(formInput)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %s", test.form, err, test.want)
			}
		}
	}
}

func FuzzDecodeForm(f *testing.F) {
	for _, seed := range []string{
		"Name=n&Count=5&On=true&List.member.1=a&Map.entry.1.key=a&Map.entry.1.value=x",
		"Nested.Inner.member.1.Key=k&Numbers.1=&Pointer=&At=2026-01-02T03:04:05Z", "a..b=&.=&=1", "Anything.x=1&Blob=eA",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		var first, second formInput
		err1, err2 := decodeForm(form, &first), decodeForm(form, &second)
		if (err1 == nil) != (err2 == nil) || !reflect.DeepEqual(first, second) {
			t.Errorf("%q: got %+v (%v), then %+v (%v)", text, first, err1, second, err2)
		}
	})
}

func TestTimestamp(t *testing.T) {
	tests := []struct{ in, want string }{
		{`1763677800`, `1763677800`},
		{`1763677800.123`, `1763677800.123`},
		{`"2025-11-20T22:30:00.5Z"`, `1763677800.5`},
		{`-1.5`, `-1.5`},
	}
	for _, test := range tests {
		var at Timestamp
		err := json.Unmarshal([]byte(test.in), &at)
		got, _ := json.Marshal(at)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: got %s, %v; want %s", test.in, got, err, test.want)
		}
	}
	for _, bad := range []string{`1e300`, `"yesterday"`, `{}`, `true`} {
		if err := json.Unmarshal([]byte(bad), new(Timestamp)); err == nil {
			t.Errorf("%s: got no error, want one", bad)
		}
	}
	var zero Timestamp
	if err := json.Unmarshal([]byte(`null`), &zero); err != nil || !zero.IsZero() {
		t.Errorf("null: got %v, %v; want the zero time", zero, err)
	}
}
