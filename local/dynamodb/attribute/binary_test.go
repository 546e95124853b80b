package attribute

import (
	"strings"
	"testing"
)

var everyType = []string{
	`{}`,
	`{"":{"S":""},"a":{"S":"é 😀\u0000"}}`,
	`{"a":{"N":"0"},"b":{"N":"-12.5"},"c":{"N":"1e125"},"d":{"N":"-1e-130"},"e":{"N":"-99999999999999999999999999999999999999"}}`,
	`{"a":{"B":"AP+A"},"b":{"B":""},"c":{"BOOL":false},"d":{"BOOL":true},"e":{"NULL":true}}`,
	`{"a":{"L":[]},"b":{"M":{}},"c":{"L":[{"S":"x"},{"L":[{"N":"1"}]}]},"d":{"M":{"k":{"M":{"l":{"BOOL":true}}}}}}`,
	`{"a":{"SS":["x",""]},"b":{"NS":["1","-2.5"]},"c":{"BS":["AQ==","gP8="]}}`,
	`{"deep":` + nested(31) + `}`,
}

func TestEveryTypeSurvivesTheBinaryForm(t *testing.T) {
	for _, text := range everyType {
		want := item(t, text)
		got, rest, err := CutBinary(string(append(want.AppendBinary(nil), "rest"...)))
		if err != nil || rest != "rest" || !EqualItems(got, want) {
			t.Errorf("%s became %s, rest %q, error %v", text, got.AppendJSON(nil), rest, err)
		}
	}
}

func TestCutDataIsRefused(t *testing.T) {
	for _, text := range everyType {
		whole := item(t, text).AppendBinary(nil)
		for n := range whole {
			if got, _, err := CutBinary(string(whole[:n])); err == nil {
				t.Fatalf("%d of %d bytes of %s are taken for %s", n, len(whole), text, got.AppendJSON(nil))
			}
		}
	}
}

func TestMalformedBinaryIsRefused(t *testing.T) {
	deep := strings.Repeat("\x07\x01", 40) + "\x06"
	cases := []struct{ data, want string }{
		{"", "byte 0 of 0: the data ends within a value"},
		{"\x01\x01a\x20", "byte 4 of 4: no value has tag 32"},
		{"\x01\x01a\x01\x01\xff", "byte 6 of 6: a string is not valid UTF-8"},
		{"\x01\x01a\x02\x011", "byte 6 of 6: a number is malformed"},
		{"\x01\x01a\x02\x04\x03\x8210", "byte 9 of 9: a number is malformed"},
		{"\x01\x01a\x02\x03\x01\x82\xff", "byte 8 of 8: a number is malformed"},
		{"\x02\x01a\x06\x01a\x06", "byte 7 of 7: a name occurs twice in a map"},
		{"\x01\x01a\x09\x00", "byte 5 of 5: a set is empty or has duplicates"},
		{"\x01\x01a\x09\x02\x01x\x01x", "byte 9 of 9: a set is empty or has duplicates"},
		{"\x01\x01a\x07\xff\xff\xff\xff\x0f", "byte 9 of 9: the data ends within a value"},
		{"\x01\x01a" + deep, "byte 67 of 84: values are nested too deeply"},
	}
	for _, c := range cases {
		if got, _, err := CutBinary(c.data); err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %s, %v\nwant %s", c.data, got.AppendJSON(nil), err, c.want)
		}
	}
}

func FuzzCutBinary(f *testing.F) {
	for _, text := range everyType {
		decoded, err := DecodeMap([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(decoded.AppendBinary(nil)))
	}
	f.Fuzz(func(t *testing.T, data string) {
		got, _, err := CutBinary(data)
		if err != nil {
			return
		}
		again, rest, err := CutBinary(string(got.AppendBinary(nil)))
		if err != nil || rest != "" || !EqualItems(got, again) {
			t.Fatalf("%q does not survive a round trip: %v, rest %q, %v", data, again, rest, err)
		}
		if back, err := DecodeMap(got.AppendJSON(nil)); err != nil || !EqualItems(got, back) {
			t.Fatalf("%q is no item: %v, %v", data, back, err)
		}
	})
}
