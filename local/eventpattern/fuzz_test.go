package eventpattern_test

import (
	"testing"

	"eda-demo/local/eventpattern"
)

var fuzzEvent = `{"source":"s","detail":{"a":[{"b":"10.0.0.1","c":-1.5e3},{"b":null,"c":true}],"d.e":"Xyz"}}`

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`{"source":[{"exists":true}]}`, `{"detail":{"a":{"b":[{"cidr":"10.0.0.0/8"}],"c":[{"numeric":[">",-2e3,"<",0]}]}}}`,
		`{"$or":[{"detail.d.e":[{"wildcard":"X*\\*"}]},{"source":[{"anything-but":{"suffix":["x"]}}]}]}`,
		`{"detail":{"d":{"e":[{"prefix":{"equals-ignore-case":"xY"}},null,1e400]}}}`,
	} {
		f.Add([]byte(seed))
	}
	event, err := eventpattern.ParseEvent([]byte(fuzzEvent))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, pattern []byte) {
		p, err := eventpattern.Compile(pattern)
		if (p == nil) == (err == nil) {
			t.Fatalf("Compile(%q): got pattern %v and error %v, want exactly one", pattern, p, err)
		}
		if p != nil && p.Matches(event) != p.Matches(event) {
			t.Errorf("%s: two verdicts on one event", pattern)
		}
	})
}

func FuzzParseEvent(f *testing.F) {
	for _, seed := range []string{fuzzEvent, `{"a":[[{"a.a":[1]}],{}],"":0e99999999999999999999}`, `{"a":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	pattern, err := eventpattern.Compile([]byte(`{"a":{"a":[{"exists":false},{"numeric":["<",1]}],"b":[{"suffix":{"equals-ignore-case":"é"}}]}}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		if e, err := eventpattern.ParseEvent(event); err == nil {
			pattern.Matches(e)
		}
	})
}

func BenchmarkParseAndMatch(b *testing.B) {
	event := []byte(`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"OrderCreated","source":"order-service",` +
		`"account":"000000000000","time":"2026-11-20T12:00:00Z","region":"us-east-1","resources":[],"detail":{"id":101,"amount":100,"metadata":{"eventId":"e","correlationId":"c","schemaVersion":"1"}}}`)
	pattern, err := eventpattern.Compile([]byte(`{"source":["order-service"],"detail-type":["OrderCreated"]}`))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		e, err := eventpattern.ParseEvent(event)
		if err != nil || !pattern.Matches(e) {
			b.Fatalf("error %v, or no match", err)
		}
	}
}
