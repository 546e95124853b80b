package eventpattern_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"eda-demo/local/eventpattern"
)

// verdicts are the events that a pattern must and must not match.
type verdicts struct {
	pattern string
	yes     []string
	no      []string
}

func matches(t *testing.T, pattern, event string) bool {
	t.Helper()
	p, err := eventpattern.Compile([]byte(pattern))
	if err != nil {
		t.Fatalf("Compile(%s): %v", pattern, err)
	}
	e, err := eventpattern.ParseEvent([]byte(event))
	if err != nil {
		t.Fatalf("ParseEvent(%s): %v", event, err)
	}
	return p.Matches(e)
}

func check(t *testing.T, cases []verdicts) {
	t.Helper()
	for _, c := range cases {
		for _, event := range c.yes {
			if !matches(t, c.pattern, event) {
				t.Errorf("%s on %s: got no match, want a match", c.pattern, event)
			}
		}
		for _, event := range c.no {
			if matches(t, c.pattern, event) {
				t.Errorf("%s on %s: got a match, want none", c.pattern, event)
			}
		}
	}
}

func TestExactValues(t *testing.T) {
	check(t, []verdicts{
		{`{"source":["order-service"],"detail-type":["OrderCreated"]}`,
			[]string{`{"source":"order-service","detail-type":"OrderCreated","detail":{"id":1}}`},
			[]string{`{"source":"order-service","detail-type":"OrderCompleted"}`, `{"detail-type":"OrderCreated"}`}},
		{`{"a":["x","y"]}`, []string{`{"a":"x"}`, `{"a":"y"}`, `{"a":["z","y"]}`}, []string{`{"a":"X"}`, `{"a":"xy"}`, `{"a":[]}`, `{}`}},
		{`{"a":[1]}`, []string{`{"a":1}`, `{"a":1.0}`, `{"a":10e-1}`}, []string{`{"a":"1"}`, `{"a":11}`, `{"a":true}`}},
		{`{"a":["1"]}`, []string{`{"a":"1"}`}, []string{`{"a":1}`}},
		{`{"a":[0]}`, []string{`{"a":0}`, `{"a":-0.0}`, `{"a":0e9}`}, []string{`{"a":1e-320}`}},
		{`{"a":[123456789012345678901]}`, []string{`{"a":123456789012345678901}`}, []string{`{"a":123456789012345678902}`, `{"a":1.23456789012345678901e20}`}},
		{`{"a":[null]}`, []string{`{"a":null}`}, []string{`{"a":"null"}`, `{}`, `{"a":false}`}},
		{`{"a":[true]}`, []string{`{"a":true}`, `{"a":[1,true]}`}, []string{`{"a":"true"}`, `{"a":false}`}},
		{`{"a":[{"exactly":"x"}]}`, []string{`{"a":"x"}`}, []string{`{"a":"y"}`}},
		{`{"a":["10.0.0.1"]}`, []string{`{"a":"10.0.0.1"}`, `{"a":"010.0.0.1"}`}, []string{`{"a":"10.0.0.2"}`, `{"a":"x"}`}},
		{`{"a":["2001:db8::1"]}`, []string{`{"a":"2001:0DB8:0:0:0:0:0:1"}`}, []string{`{"a":"2001:db8::2"}`}},
		{`{"a":["1.2.3"]}`, []string{`{"a":"1.2.3"}`}, []string{`{"a":"1.2.3.0"}`}},
	})
}

func TestNestingAndArrays(t *testing.T) {
	check(t, []verdicts{
		{`{"a.b":["x"]}`, []string{`{"a":{"b":"x"}}`, `{"a.b":"x"}`}, []string{`{"a":"x"}`, `{"b":"x"}`}},
		{`{"a":{"b":["x"]}}`, []string{`{"a":{"b":"x"}}`, `{"a.b":"x"}`, `{"a":[{"b":"y"},{"b":"x"}]}`, `{"a":[[{"b":["x"]}]]}`}, []string{`{"a":[["x"]]}`}},
		{`{"a":{"b":["x"],"c":["y"]}}`,
			[]string{`{"a":[{"b":"x"},{"b":"x","c":"y"}]}`, `{"a":[{"b":["z","x"],"c":"y"}]}`},
			[]string{`{"a":[{"b":"x"},{"c":"y"}]}`, `{"a":[[{"b":"x"}],[{"c":"y"}]]}`}},
		{`{"a":{"b":["x"]},"c":{"d":["y"]}}`, []string{`{"a":[{"b":"x"},{}],"c":[{},{"d":"y"}]}`}, nil},
		{`{"a":["x"],"a":["y"]}`, []string{`{"a":"y"}`}, []string{`{"a":"x"}`}},
		{`{"a":["y"]}`, []string{`{"a":"x","a":"y"}`}, []string{`{"a":"y","a":"x"}`}},
	})
}

func TestExists(t *testing.T) {
	check(t, []verdicts{
		{`{"source":[{"exists":true}]}`, []string{`{"source":""}`, `{"source":null}`, `{"source":[0]}`}, []string{`{}`, `{"source":{}}`, `{"source":[]}`, `{"source":{"a":1}}`}},
		{`{"a":[{"exists":false}]}`, []string{`{}`, `{"a":{}}`, `{"a":[]}`, `{"a":{"b":1}}`}, []string{`{"a":null}`, `{"a":"x"}`}},
		{`{"a":["x",{"exists":false}]}`, []string{`{}`, `{"a":"x"}`}, []string{`{"a":"y"}`}},
		{`{"a":{"b":["x"],"c":[{"exists":false}]}}`, []string{`{"a":[{"b":"x"},{"b":"y","c":1}]}`}, []string{`{"a":[{"b":"x","c":1},{"b":"y"}]}`}},
		// Fields are settled by ascending name: b is looked for in all elements.
		{`{"a":{"b":[{"exists":false}],"c":["x"]}}`, []string{`{"a":[{"c":"x"}]}`}, []string{`{"a":[{"c":"x"},{"b":1}]}`}},
	})
}

func TestAnythingBut(t *testing.T) {
	check(t, []verdicts{
		{`{"a":[{"anything-but":"x"}]}`, []string{`{"a":"y"}`, `{"a":1}`, `{"a":null}`, `{"a":["x","y"]}`}, []string{`{"a":"x"}`, `{}`, `{"a":["x","x"]}`, `{"a":{}}`}},
		{`{"a":[{"anything-but":["x","y"]}]}`, []string{`{"a":"z"}`}, []string{`{"a":"x"}`, `{"a":"y"}`}},
		{`{"a":[{"anything-but":[1,2]}]}`, []string{`{"a":3}`, `{"a":"1"}`}, []string{`{"a":1.0}`, `{"a":2}`}},
		{`{"a":[{"anything-but":{"prefix":["p","q"]}}]}`, []string{`{"a":"x"}`, `{"a":1}`}, []string{`{"a":"px"}`, `{"a":"q"}`, `{}`}},
		{`{"a":[{"anything-but":{"suffix":"s"}}]}`, []string{`{"a":"sx"}`}, []string{`{"a":"xs"}`}},
		{`{"a":[{"anything-but":{"equals-ignore-case":["Yes","no"]}}]}`, []string{`{"a":"maybe"}`}, []string{`{"a":"YES"}`, `{"a":"No"}`}},
		{`{"a":[{"anything-but":{"wildcard":"*/x/*"}}]}`, []string{`{"a":"/y/"}`}, []string{`{"a":"/x/"}`, `{"a":"a/x/b"}`}},
	})
}

func TestText(t *testing.T) {
	check(t, []verdicts{
		{`{"a":[{"prefix":"ab"}]}`, []string{`{"a":"ab"}`, `{"a":"abc"}`}, []string{`{"a":"a"}`, `{"a":"xab"}`, `{"a":1}`}},
		{`{"a":[{"prefix":""}]}`, []string{`{"a":""}`, `{"a":"x"}`}, []string{`{"a":1}`, `{}`}},
		{`{"a":[{"suffix":"ab"}]}`, []string{`{"a":"ab"}`, `{"a":"xab"}`}, []string{`{"a":"b"}`, `{"a":"abx"}`}},
		{`{"a":[{"equals-ignore-case":"aÉß"}]}`, []string{`{"a":"Aéß"}`, `{"a":"aÉß"}`}, []string{`{"a":"aÉSS"}`, `{"a":"aÉßx"}`, `{"a":"aÉ"}`}},
		{`{"a":[{"equals-ignore-case":"k"}]}`, []string{`{"a":"K"}`}, []string{`{"a":"\u212a"}`, `{"a":""}`}},
		{`{"a":[{"prefix":{"equals-ignore-case":"aB"}}]}`, []string{`{"a":"AbC"}`}, []string{`{"a":"a"}`, `{"a":"xab"}`}},
		{`{"a":[{"suffix":{"equals-ignore-case":".Png"}}]}`, []string{`{"a":"x.PNG"}`, `{"a":".png"}`}, []string{`{"a":"png"}`, `{"a":".pngx"}`}},
	})
}

func TestWildcard(t *testing.T) {
	check(t, []verdicts{
		{`{"a":[{"wildcard":"a*c"}]}`, []string{`{"a":"ac"}`, `{"a":"abbc"}`}, []string{`{"a":"a"}`, `{"a":"acb"}`, `{"a":1}`}},
		{`{"a":[{"wildcard":"*"}]}`, []string{`{"a":""}`, `{"a":"x"}`}, []string{`{"a":1}`, `{}`}},
		{`{"a":[{"wildcard":"*ab*ab*"}]}`, []string{`{"a":"abab"}`, `{"a":"xabxabx"}`}, []string{`{"a":"ab"}`, `{"a":"aba"}`}},
		{`{"a":[{"wildcard":"ab*ba"}]}`, []string{`{"a":"abba"}`}, []string{`{"a":"aba"}`}},
		{`{"a":[{"wildcard":"x\\*\\\\*"}]}`, []string{`{"a":"x*\\"}`, `{"a":"x*\\y"}`}, []string{`{"a":"xy\\"}`}},
		{`{"a":[{"wildcard":""}]}`, []string{`{"a":""}`}, []string{`{"a":"x"}`}},
	})
}

func TestNumericAndCIDR(t *testing.T) {
	check(t, []verdicts{
		{`{"a":[{"numeric":["=",100]}]}`, []string{`{"a":1e2}`, `{"a":100.00}`}, []string{`{"a":"100"}`, `{"a":100.01}`}},
		{`{"a":[{"numeric":[">",0,"<=",5]}]}`, []string{`{"a":5}`, `{"a":0.001}`, `{"a":[9,1]}`}, []string{`{"a":0}`, `{"a":5.001}`, `{"a":"3"}`, `{"a":null}`}},
		{`{"a":[{"numeric":[">=",-1]}]}`, []string{`{"a":-1}`, `{"a":1e300}`}, []string{`{"a":-1.5}`, `{"a":1e400}`}},
		{`{"a":[{"numeric":["<",10]}]}`, []string{`{"a":9}`}, []string{`{"a":10}`}},
		{`{"a":[{"cidr":"10.1.2.3/8"}]}`, []string{`{"a":"10.255.0.0"}`}, []string{`{"a":"11.0.0.0"}`, `{"a":"x"}`, `{"a":10}`, `{"a":"a00::"}`}},
		{`{"a":[{"cidr":"2001:db8::/32"}]}`, []string{`{"a":"2001:DB8:1::"}`}, []string{`{"a":"2001:db9::"}`, `{"a":"2001:db8::%eth0"}`}},
	})
}

func TestOr(t *testing.T) {
	check(t, []verdicts{
		{`{"source":["s"],"$or":[{"a":[1]},{"b":[2],"c":[3]}]}`, []string{`{"source":"s","a":1}`, `{"source":"s","b":2,"c":3}`}, []string{`{"source":"s","b":2}`, `{"a":1}`}},
		{`{"d":{"$or":[{"a":[1]},{"$or":[{"b":[2]},{"c":[3]}]}]}}`, []string{`{"d":{"a":1}}`, `{"d":{"b":2}}`, `{"d":{"c":3}}`}, []string{`{"a":1}`, `{"d":{"b":3}}`}},
		{`{"$or":[{"a":[1]},{"a":[2]}],"b":["x"]}`, []string{`{"a":2,"b":"x"}`}, []string{`{"a":2}`, `{"b":"x"}`}},
		{`{"$or":[{"a":[1]},{"b":[1]}],"c":{"$or":[{"d":[1]},{"e":[1]}]}}`, []string{`{"b":1,"c":{"d":1}}`}, []string{`{"a":1,"b":1}`, `{"c":{"d":1}}`}},
	})
}

func TestInvalidPatternsNameTheFault(t *testing.T) {
	cases := []struct{ pattern, reason string }{
		{``, "JSON"}, {`{`, "JSON"}, {`{"a":[1 2]}`, "JSON"}, {`{"a":[1]} x`, "after the end"},
		{`[1]`, "an array, not an object"}, {`"x"`, "a string, not an object"},
		{`{}`, "empty object"}, {`{"a":{}}`, `"a"`}, {`{"a":[]}`, `"a"`}, {`{"a":{"b":"x"}}`, `"a.b"`}, {`{"a":[["x"]]}`, "array"},
		{`{"a":{"b":[{"foo":1}]}}`, `"foo" (field "a.b")`}, {`{"a":[{}]}`, "exactly one key"}, {`{"a":[{"prefix":"x","suffix":"y"}]}`, "exactly one key"},
		{`{"a":[{"exists":"true"}]}`, "exists"}, {`{"a":[{"prefix":1}]}`, "prefix"}, {`{"a":[{"suffix":{"prefix":"x"}}]}`, "suffix"},
		{`{"a":[{"wildcard":"a**b"}]}`, "wildcard"}, {`{"a":[{"wildcard":"a\\b"}]}`, "wildcard"}, {`{"a":[{"wildcard":"a\\"}]}`, "wildcard"},
		{`{"a":[{"numeric":">1"}]}`, "numeric"}, {`{"a":[{"numeric":[">"]}]}`, "numeric"}, {`{"a":[{"numeric":["!=",1]}]}`, `"!="`},
		{`{"a":[{"numeric":["<",1,">",0]}]}`, "numeric"}, {`{"a":[{"numeric":[">",1,"<",1]}]}`, "numeric"}, {`{"a":[{"numeric":["=",1,"<",2]}]}`, "numeric"},
		{`{"a":[{"numeric":["=",1e999]}]}`, "1e999"}, {`{"a":[{"numeric":[1,"="]}]}`, "numeric"},
		{`{"a":[{"cidr":"10.0.0.0/32"}]}`, "cidr"}, {`{"a":[{"cidr":"10.0.0.0"}]}`, "cidr"}, {`{"a":[{"cidr":"x/8"}]}`, "cidr"}, {`{"a":[{"cidr":"::/128"}]}`, "cidr"},
		{`{"a":[{"anything-but":["x",1]}]}`, "anything-but"}, {`{"a":[{"anything-but":[]}]}`, "anything-but"}, {`{"a":[{"anything-but":null}]}`, "anything-but"},
		{`{"a":[{"anything-but":{"numeric":["=",1]}}]}`, `"numeric"`}, {`{"a":[{"anything-but":{"prefix":""}}]}`, "anything-but"}, {`{"a":[{"anything-but":{"suffix":[]}}]}`, "anything-but"},
		{`{"$or":[{"a":[1]}]}`, "$or"}, {`{"$or":{"a":[1]}}`, "$or"}, {`{"$or":[1,2]}`, "$or"}, {`{"$or":[{"prefix":["x"]},{"a":[1]}]}`, `"prefix"`}, {`{"$or":[{},{"a":[1]}]}`, "empty"},
	}
	for _, c := range cases {
		_, err := eventpattern.Compile([]byte(c.pattern))
		var invalid *eventpattern.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("Compile(%s): got error %v, want an *InvalidError", c.pattern, err)
			continue
		}
		want := "Event pattern is not valid. Reason: "
		if got := err.Error(); !strings.HasPrefix(got, want) || !strings.Contains(got, c.reason) {
			t.Errorf("Compile(%s): got %q, want %q … %q", c.pattern, got, want, c.reason)
		}
	}
}

func TestInvalidEvents(t *testing.T) {
	for _, event := range []string{``, `[]`, `"x"`, `{`, `{"a":1} {}`, `{"a":01}`, nested(1101)} {
		if _, err := eventpattern.ParseEvent([]byte(event)); err == nil {
			t.Errorf("ParseEvent(%.40s): got no error, want one", event)
		}
	}
}

func nested(levels int) string {
	return strings.Repeat(`{"a":`, levels) + `["x"]` + strings.Repeat("}", levels)
}

func TestDepthIsLimited(t *testing.T) {
	if !matches(t, nested(499), nested(499)) {
		t.Error("499 levels: got no match, want a match")
	}
	for _, levels := range []int{501, 100_000} {
		if _, err := eventpattern.Compile([]byte(nested(levels))); err == nil || !strings.Contains(err.Error(), "500 levels") {
			t.Errorf("Compile of %d levels: got %v, want an error about 500 levels", levels, err)
		}
	}
}

func TestCombinationsAreLimited(t *testing.T) {
	var pattern strings.Builder
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		pattern.WriteString(`"` + name + `":{"$or":[{"x":[1]},{"y":[1]}]},`)
	}
	_, err := eventpattern.Compile([]byte("{" + strings.TrimSuffix(pattern.String(), ",") + "}"))
	if err == nil || !strings.Contains(err.Error(), "1000 combinations") {
		t.Errorf("2048 combinations: got %v, want an error about 1000 combinations", err)
	}
}

// Inputs that take forever where alternatives are tried one after another, and
// matches that must be found all the same.
func TestHardInputsTakeLittleTime(t *testing.T) {
	elements := strings.TrimSuffix(strings.Repeat(`{"b":"x"},{"c":"x"},{"d":"x"},`, 1000), ",")
	both := strings.TrimSuffix(strings.Repeat(`{"b":"x"},{"c":"x"},`, 1500), ",") + `,{"b":"x","c":"x"}`
	cases := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"stars", `{"a":[{"wildcard":"` + strings.Repeat("*a", 500) + `*b"}]}`, `{"a":"` + strings.Repeat("a", 100_000) + `"}`, false},
		{"one array", `{"a":{"b":["x"],"c":["x"],"d":["x"]}}`, `{"a":[` + elements + `]}`, false},
		{"last element", `{"a":{"b":["x"],"c":["x"]}}`, `{"a":[` + both + `]}`, true},
		{"unrelated arrays", `{"a":{"b":["x"]},"e":{"b":["x"]},"f":{"b":["x"],"c":["x"]}}`, `{"a":[` + elements + `],"e":[` + elements + `],"f":[` + both + `]}`, true},
		{"unrelated arrays between", `{"a":{"b":["x"],"m":{"b":["x"]},"n":{"b":["x"]},"z":["x"]}}`,
			`{"a":[` + elements + `,{"b":"x","z":"x"}],"a.m":[` + elements + `],"a.n":[` + elements + `]}`, true},
	}
	for _, c := range cases {
		start := time.Now()
		if got := matches(t, c.pattern, c.event); got != c.want {
			t.Errorf("%s: got match %t, want %t", c.name, got, c.want)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: took %v, want less than 2s", c.name, took)
		}
	}
}
