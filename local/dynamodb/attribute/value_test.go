package attribute

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

func TestNumbersAreReturnedNormalized(t *testing.T) {
	nines := strings.Repeat("9", 38)
	cases := []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"0.000", "0"}, {"0e999999999999999999999", "0"},
		{"1", "1"}, {"+1", "1"}, {"001.500", "1.5"}, {"-1.50", "-1.5"}, {".5", "0.5"}, {"5.", "5"},
		{"1e2", "100"}, {"1E-2", "0.01"}, {"12.34e1", "123.4"}, {"100", "100"}, {"-0.00012", "-0.00012"},
		{nines, nines},
		{"9.9999999999999999999999999999999999999E125", nines + strings.Repeat("0", 88)},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1"},
	}
	for _, c := range cases {
		got, err := ParseNumber(c.in)
		if err != nil || got.String() != c.want {
			t.Errorf("ParseNumber(%q) = %v, %v; want %s", c.in, got, err, c.want)
		}
	}
}

func TestNumbersOutOfRangeAreRefused(t *testing.T) {
	cases := []struct{ in, want string }{
		{"", "The parameter cannot be converted to a numeric value"},
		{"x", "The parameter cannot be converted to a numeric value: x"},
		{"1 ", "The parameter cannot be converted to a numeric value: 1 "},
		{"NaN", "The parameter cannot be converted to a numeric value: NaN"},
		{"Infinity", "The parameter cannot be converted to a numeric value: Infinity"},
		{"1e", "The parameter cannot be converted to a numeric value: 1e"},
		{"--1", "The parameter cannot be converted to a numeric value: --1"},
		{"1_0", "The parameter cannot be converted to a numeric value: 1_0"},
		{".", "The parameter cannot be converted to a numeric value: ."},
		{"1e126", ErrNumberOverflow.Error()},
		{"-1e126", ErrNumberOverflow.Error()},
		{"1e99999999999999999999", ErrNumberOverflow.Error()},
		{"1e-131", ErrNumberUnderflow.Error()},
		{"1e-99999999999999999999", ErrNumberUnderflow.Error()},
		{strings.Repeat("1", 39), ErrNumberPrecision.Error()},
		{"1" + strings.Repeat("0", 37) + ".5", ErrNumberPrecision.Error()},
	}
	for _, c := range cases {
		if got, err := ParseNumber(c.in); err == nil || err.Error() != c.want {
			t.Errorf("ParseNumber(%q) = %v, %v; want error %q", c.in, got, err, c.want)
		}
	}
}

func TestArithmeticIsExact(t *testing.T) {
	cases := []struct{ a, b, sum, difference string }{
		{"0.1", "0.2", "0.3", "-0.1"},
		{"9007199254740993", "1", "9007199254740994", "9007199254740992"},
		{"5", "-5", "0", "10"},
		{"1e125", "0", "1" + strings.Repeat("0", 125), "1" + strings.Repeat("0", 125)},
	}
	for _, c := range cases {
		a, b := number(t, c.a), number(t, c.b)
		if sum, err := a.Add(b); err != nil || sum.String() != c.sum {
			t.Errorf("%s + %s = %v, %v; want %s", c.a, c.b, sum, err, c.sum)
		}
		if difference, err := a.Sub(b); err != nil || difference.String() != c.difference {
			t.Errorf("%s - %s = %v, %v; want %s", c.a, c.b, difference, err, c.difference)
		}
	}
}

func TestArithmeticBeyondLimitsIsRefused(t *testing.T) {
	cases := []struct {
		a, b string
		want error
	}{
		{"9e125", "9e125", ErrNumberOverflow},
		{"1e38", "0.1", ErrNumberPrecision},
		{"1e125", "1e-130", ErrNumberPrecision},
	}
	for _, c := range cases {
		if got, err := number(t, c.a).Add(number(t, c.b)); !errors.Is(err, c.want) {
			t.Errorf("%s + %s = %v, %v; want %v", c.a, c.b, got, err, c.want)
		}
	}
}

func TestSortKeysOrderAsNumbersDo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []Number{number(t, "0"), number(t, "1"), number(t, "-1"), number(t, "-1.5"), number(t, "1.5"), number(t, "10"), number(t, "-10")}
	for range 200 {
		d := apd.New(random.Int64N(1e6)-5e5, random.Int32N(60)-30)
		n, err := fromDecimal(d)
		if err != nil {
			t.Fatalf("fromDecimal(%s): %v", d, err)
		}
		numbers = append(numbers, n)
	}
	for _, a := range numbers {
		for _, b := range numbers {
			want := a.decimal().Cmp(b.decimal())
			if got := strings.Compare(a.SortKey(), b.SortKey()); got != want {
				t.Fatalf("sort keys of %s and %s compare as %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestInt64(t *testing.T) {
	cases := []struct {
		in   string
		want int64
		ok   bool
	}{{"12.9", 12, true}, {"-1", -1, true}, {"0", 0, true}, {"1e30", 0, false}}
	for _, c := range cases {
		if got, ok := number(t, c.in).Int64(); got != c.want || ok != c.ok {
			t.Errorf("Int64 of %s = %d, %v; want %d, %v", c.in, got, ok, c.want, c.ok)
		}
	}
	if got := Integer(-120).String(); got != "-120" {
		t.Errorf("Integer(-120) = %s", got)
	}
}

func TestEqual(t *testing.T) {
	cases := []struct {
		a, b string
		want bool
	}{
		{`{"N":"1"}`, `{"N":"1.0"}`, true},
		{`{"N":"1"}`, `{"S":"1"}`, false},
		{`{"B":"AQ=="}`, `{"S":"\u0001"}`, false},
		{`{"SS":["a","b"]}`, `{"SS":["b","a"]}`, true},
		{`{"NS":["1","2"]}`, `{"NS":["2.0","1e0"]}`, true},
		{`{"BS":["AQ==","Ag=="]}`, `{"BS":["Ag=="]}`, false},
		{`{"L":[{"S":"a"},{"S":"b"}]}`, `{"L":[{"S":"b"},{"S":"a"}]}`, false},
		{`{"M":{"x":{"NULL":true}}}`, `{"M":{"x":{"NULL":true}}}`, true},
		{`{"M":{"x":{"NULL":true}}}`, `{"M":{"y":{"NULL":true}}}`, false},
		{`{"L":[]}`, `{"M":{}}`, false},
		{`{"BOOL":true}`, `{"BOOL":false}`, false},
	}
	for _, c := range cases {
		if got := Equal(value(t, c.a), value(t, c.b)); got != c.want {
			t.Errorf("Equal(%s, %s) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestItemSize(t *testing.T) {
	cases := []struct {
		item string
		want int
	}{
		{`{}`, 0},
		{`{"a":{"S":"xyz"}}`, 4},
		{`{"a":{"S":"é"}}`, 3},
		{`{"ab":{"B":"AQID"}}`, 5},
		{`{"a":{"N":"0"}}`, 2},
		{`{"a":{"N":"10"}}`, 3},
		{`{"a":{"N":"12"}}`, 3},
		{`{"a":{"N":"123"}}`, 4},
		{`{"a":{"N":"-123"}}`, 5},
		{`{"a":{"BOOL":true},"b":{"NULL":true}}`, 4},
		{`{"a":{"L":[{"S":"x"}]}}`, 1 + 3 + 1 + 1},
		{`{"a":{"M":{"k":{"S":"x"}}}}`, 1 + 3 + 1 + 1 + 1},
		{`{"a":{"SS":["xx","y"]}}`, 4},
	}
	for _, c := range cases {
		if got := ItemSize(item(t, c.item)); got != c.want {
			t.Errorf("ItemSize(%s) = %d, want %d", c.item, got, c.want)
		}
	}
}

func number(t *testing.T, text string) Number {
	t.Helper()
	n, err := ParseNumber(text)
	if err != nil {
		t.Fatalf("ParseNumber(%q): %v", text, err)
	}
	return n
}

func item(t *testing.T, text string) Map {
	t.Helper()
	m, err := DecodeMap([]byte(text))
	if err != nil {
		t.Fatalf("DecodeMap(%s): %v", text, err)
	}
	return m
}

func value(t *testing.T, text string) Value {
	t.Helper()
	return item(t, `{"v":`+text+`}`)["v"]
}
