package eventbridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const transformed = `{"id":"i-1","state":"RUN","n":1.50,"big":12345678901234567890,"list":[{"k":"a"},{"k":"b"}],"o":{"x":"y"},"quote":"say \"hi\"","none":null,"a-b":{"c_d":true}}`

// transform returns what a queue receives of an event under a target's input.
func transform(t *testing.T, input string) (body, id string) {
	t.Helper()
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`",`+input+`}`)
		id = f.put(t, transformed)
		synctest.Wait()
		for _, c := range f.received() {
			body, _ = c.input["MessageBody"].(string)
		}
	})
	return body, id
}

func TestInputAndInputPath(t *testing.T) {
	cases := []struct{ input, want string }{
		{`"Input":"{ \"fixed\": 1.0 }"`, `{ "fixed": 1.0 }`},
		{`"InputPath":"$.detail"`, transformed},
		{`"InputPath":"$.detail.big"`, `12345678901234567890`},
		{`"InputPath":"$.resources[0]"`, `"res:1"`},
		{`"InputPath":"$.detail.list[1].k"`, `"b"`},
		{`"InputPath":"$.detail.list[*].k"`, `["a","b"]`},
		{`"InputPath":"$.detail.o.*"`, `["y"]`},
		{`"InputPath":"$.detail.a-b.c_d"`, `true`},
		{`"InputPath":"$.detail.missing"`, ``},
		{`"InputPath":"$.detail.list[7]"`, ``},
	}
	for _, c := range cases {
		if got, _ := transform(t, c.input); got != c.want {
			t.Errorf("%s: got %s, want %s", c.input, got, c.want)
		}
	}
}

func TestInputTransformer(t *testing.T) {
	paths := map[string]string{
		"id": "$.detail.id", "state": "$.detail.state", "n": "$.detail.n", "list": "$.detail.list", "o": "$.detail.o",
		"quote": "$.detail.quote", "none": "$.detail.none", "missing": "$.detail.missing", "time": "$.time", "keys": "$.detail.list[*].k",
	}
	cases := []struct{ template, want string }{
		{`"instance <id> is in <state>"`, `"instance i-1 is in RUN"`},
		{"\"first <id>\"\n\"second <n>\"", "\"first i-1\"\n\"second 1.50\""},
		{`{"i":<id>,"n":<n>,"o":<o>,"l":[9,<keys>,true]}`, `{"i":"i-1","n":1.50,"o":{"x":"y"},"l":[9,["a","b"],true]}`},
		{`{"i":"<id>","s":"at <time>: \"<state>\""}`, `{"i":"i-1","s":"at 2025-06-15T15:06:40Z: \"RUN\""}`},
		{`{"m":<missing>,"in":"<missing>.","none":<none>,"text":"<none>"}`, `{"m":"","in":".","none":null,"text":"null"}`},
		{`"object <o> and <list>"`, `"object {x:y} and [{k:a},{k:b}]"`},
		{`"<quote>"`, `"say "hi""`}, // AWS does not escape either
		{`{"q":<quote>}`, `{"q":"say \"hi\""}`},
		{`{"arn":<aws.events.rule-arn>,"s":"<aws.events.rule-name> fired"}`, `{"arn":"` + ruleARN + `","s":"r fired"}`},
		{`{"at":<aws.events.event.ingestion-time>}`, `{"at":"2000-01-01T00:00:00Z"}`},
		{`{"e":<aws.events.event.json>}`, `{"e":` + event("ID", transformed) + `}`},
		{`{"e":<aws.events.event>}`, `{"e":` + strings.Replace(event("ID", "x"), `,"detail":x`, "", 1) + `}`},
		{`{"lt":"1 < 2","id":<id>}`, `{"lt":"1 < 2","id":"i-1"}`},
	}
	for _, c := range cases {
		text, err := json.Marshal(map[string]any{"InputPathsMap": paths, "InputTemplate": c.template})
		if err != nil {
			t.Fatal(err)
		}
		got, id := transform(t, `"InputTransformer":`+string(text))
		if got = strings.ReplaceAll(got, id, "ID"); got != c.want {
			t.Errorf("%s: got %s, want %s", c.template, got, c.want)
		}
	}
}

// What a transformer makes of a value with quotation marks is no JSON, which a
// function can't be invoked with.
func TestInputThatIsNoJSONIsNotForFunctions(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+lambdaARN+`","InputTransformer":{"InputPathsMap":{"q":"$.detail.quote"},"InputTemplate":"\"<q>\""}}`)
		f.put(t, transformed)
		synctest.Wait()
		if _, given := f.observed(); len(given) != 1 || given[0].Code != "INVALID_JSON" {
			t.Errorf("got %+v, want INVALID_JSON", given)
		}
	})
}

func TestLogGroupInput(t *testing.T) {
	cases := []struct {
		template string
		at       float64 // milliseconds
		code     string
	}{
		{`{"timestamp":<time>,"message":"order <id>"}`, 1750000000000, ""},
		{`{"timestamp":1750000000001,"message":"order <id>"}`, 1750000000001, ""},
		{`{"timestamp":"soon","message":"order <id>"}`, 0, "INVALID_PARAMETER"},
		{`{"message":"order <id>"}`, 0, "INVALID_PARAMETER"},
		{`"order <id>"`, 0, "INVALID_PARAMETER"},
	}
	for _, c := range cases {
		inBubble(t, func(t *testing.T, f *fixture) {
			text, err := json.Marshal(map[string]any{"InputPathsMap": map[string]string{"time": "$.time", "id": "$.detail.id"}, "InputTemplate": c.template})
			if err != nil {
				t.Fatal(err)
			}
			f.rule(t, `{"Id":"t","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:g","InputTransformer":`+string(text)+`}`)
			f.put(t, transformed)
			time.Sleep(time.Second)
			calls := f.received()
			if c.code != "" {
				if _, given := f.observed(); len(given) != 1 || given[0].Code != c.code {
					t.Errorf("%s: got %+v, want %s", c.template, given, c.code)
				}
				return
			}
			events, _ := calls[len(calls)-1].input["logEvents"].([]any)
			want := map[string]any{"timestamp": c.at, "message": "order i-1"}
			if got, _ := events[0].(map[string]any); got["timestamp"] != want["timestamp"] || got["message"] != want["message"] {
				t.Errorf("%s: got %v, want %v", c.template, got, want)
			}
		})
	}
}
