package filterpattern

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	const order = `{"detail-type":"OrderCreated","detail":{"id":101,"amount":99.5,"ok":true,"note":null,"tags":["a","b"]},"ip":"10.0.0.7"}`
	tests := []struct {
		pattern, message string
		want             bool
	}{
		{"", "anything", true},
		{"ERROR", "[ERROR 401] no", true},
		{"ERROR", "error", false},
		{"ERROR ARGUMENTS", "ERROR INVALID ARGUMENTS", true},
		{"ERROR ARGUMENTS", "ERROR", false},
		{"ERROR -EXITING", "ERROR", true},
		{"ERROR -EXITING", "ERROR EXITING", false},
		{"?ERROR ?WARN", "WARN", true},
		{"?ERROR ?WARN", "INFO", false},
		{`"no such thing"`, "there is no such thing", true},
		{`"say \"hi\""`, `say "hi"`, true},
		{`-"no such"`, "no such", false},
		{`{ $.detail-type = "OrderCreated" }`, order, true},
		{`{ $.detail-type = OrderC* }`, order, true},
		{`{ $.detail-type != "OrderCreated" }`, order, false},
		{`{ $.detail.id = 101 }`, order, true},
		{`{ $.detail.id = "101" }`, order, true},
		{`{ $.detail.amount > 99 && $.detail.amount <= 99.5 }`, order, true},
		{`{ $.detail.amount < 99.5 }`, order, false},
		{`{ $.detail.amount >= 1e2 }`, order, false},
		{`{$.detail.id=1||$.detail.id=101}`, order, true},
		{`{ ($.detail.id = 1 || $.detail.id = 101) && $.ip = 10.* }`, order, true},
		{`{ $.detail.id = 1 && $.detail.id = 2 || $.ip != 11.* }`, order, true},
		{`{ $.detail.tags[1] = "b" }`, order, true},
		{`{ $.detail.tags[2] = "b" }`, order, false},
		{`{ $.detail.tags = "b" }`, order, false},
		{`{ $.detail.note IS NULL }`, order, true},
		{`{ $.detail.none IS NULL }`, order, false},
		{`{ $.detail.none NOT EXISTS }`, order, true},
		{`{ $.detail.note NOT EXISTS }`, order, false},
		{`{ $.detail.note EXISTS }`, order, true},
		{`{ $.detail.ok IS TRUE }`, order, true},
		{`{ $.detail.ok IS FALSE }`, order, false},
		{`{ $.missing != 1 }`, order, false},
		{`{ $.a = 1 }`, "not JSON", false},
		{`{ $.a = 1 }`, `{"a":1`, false},
	}
	for _, test := range tests {
		pattern, err := Compile(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		if got := pattern.Matches(test.message); got != test.want {
			t.Errorf("%s on %s: got %v, want %v", test.pattern, test.message, got, test.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for pattern, want := range map[string]string{
		`foo.bar`:                           "foo.bar",
		`-`:                                 "Invalid character(s)",
		`"open`:                             "not closed",
		`%ERROR%`:                           "regular expressions",
		`[ip, user]`:                        "space-delimited",
		`?a b`:                              "optional",
		`{ $.a = %x% }`:                     "regular expressions",
		`{ $.a[*] = 1 }`:                    "wildcards",
		`{ $.* = 1 }`:                       "wildcards",
		`{ $ = 1 }`:                         "property name",
		`{ $.a }`:                           "expected =",
		`{ $.a LIKE "x" }`:                  "expected =",
		`{ $.a > "x" }`:                     "numbers only",
		`{ $.a = 1 } x`:                     "the end",
		`{ $.a = 1`:                         "expected }",
		`{ ($.a = 1 }`:                      "expected )",
		`{ $.a = }`:                         "a value",
		`{ $.a[99999999999999999999] = 1 }`: "array index",
		strings.Repeat("a", 1025):           "longer",
	} {
		if _, err := Compile(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error that has %q", pattern, err, want)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`ERROR -"a b" ?c`, `{ ($.a.b[0] = "x*" || $.c >= 1) && $.d IS NULL }`, `{$.a NOT EXISTS}`, "{((("} {
		f.Add(seed, `{"a":{"b":["x"]},"c":1}`)
	}
	f.Fuzz(func(t *testing.T, pattern, message string) {
		if compiled, err := Compile(pattern); err == nil {
			compiled.Matches(message)
		}
	})
}
