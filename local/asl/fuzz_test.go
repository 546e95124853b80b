package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"eda-demo/local/asl"
)

// FuzzParse checks that whatever parses also runs without a panic.
func FuzzParse(f *testing.F) {
	for _, definition := range []string{
		one(`{"Type":"Pass","Parameters":{"a.$":"States.Format('{}', $.a)"},"ResultPath":"$.b.c","End":true}`),
		one(`{"Type":"Choice","Choices":[{"Variable":"$.a[?(@.b > 1)]","StringMatches":"a*\\*","Next":"E"}]}`, `"E":{"Type":"Fail","ErrorPath":"$.x"}`),
		mapState(`"MaxConcurrencyPath":"$.c",`, branch("I", `{"Type":"Task","Resource":"r","End":true}`)),
		parallel(`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true`, branch("W", `{"Type":"Wait","SecondsPath":"$.s","End":true}`)),
	} {
		f.Add(definition, `{"a":[1,{"b":2}]}`)
	}
	f.Fuzz(func(t *testing.T, definition, input string) {
		m, err := asl.Parse([]byte(definition))
		if err != nil || !json.Valid([]byte(input)) {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		e := execution(m, input, echo)
		e.History = &journal{limit: 500}
		output, _, err := e.Run(ctx)
		var named *asl.Error
		if err == nil && !json.Valid(output) {
			t.Errorf("got output %q, want JSON", output)
		}
		if err != nil && !errors.As(err, &named) && !errors.Is(err, errFull) && ctx.Err() == nil {
			t.Errorf("got error %v, want one of the machine", err)
		}
	})
}

func FuzzIntrinsic(f *testing.F) {
	for _, call := range []string{`States.Format('\{{}', $.a['b'])`, `States.ArrayGetItem(States.StringSplit('a', ''), -1)`, `States.MathAdd(1e3,-0.5)`, `$..a-b[0,1]`, `$$.Execution`} {
		f.Add(call, `{"a":{"b":[1]}}`)
	}
	f.Fuzz(func(t *testing.T, call, input string) {
		quoted, err := json.Marshal(call)
		if err != nil || !json.Valid([]byte(input)) {
			return
		}
		m, err := asl.Parse([]byte(one(`{"Type":"Pass","Parameters":{"r.$":` + string(quoted) + `},"End":true}`)))
		if err == nil {
			outcome(t.Context(), execution(m, input, nil))
		}
	})
}
