package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"eda-demo/local/asl"
)

// journal is a Recorder that keeps the events.
type journal struct {
	mu     sync.Mutex
	events []asl.Event
	limit  int
}

var errFull = errors.New("the journal is full")

func (j *journal) Record(e asl.Event) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.limit > 0 && len(j.events) == j.limit {
		return 0, errFull
	}
	j.events = append(j.events, e)
	return int64(len(j.events)), nil
}

// taskFunc is a TaskRunner made of a function.
type taskFunc func(ctx context.Context, r asl.TaskRequest) (json.RawMessage, error)

func (f taskFunc) Run(ctx context.Context, r asl.TaskRequest) (json.RawMessage, error) {
	return f(ctx, r)
}

// echo returns a task's input as its result.
func echo(_ context.Context, r asl.TaskRequest) (json.RawMessage, error) { return r.Input, nil }

func parse(t *testing.T, definition string) *asl.Machine {
	t.Helper()
	m, err := asl.Parse([]byte(definition))
	if err != nil {
		t.Fatalf("Parse: got error %v, want none", err)
	}
	return m
}

func execution(m *asl.Machine, input string, tasks taskFunc) asl.Execution {
	tokens := 0
	return asl.Execution{
		Machine: m, Input: json.RawMessage(input), Tasks: tasks, History: &journal{},
		About:    map[string]any{"Id": "arn:execution", "Name": "n1", "Input": map[string]any{"a": json.Number("1")}},
		Owner:    map[string]any{"Id": "arn:machine", "Name": "m1"},
		NewToken: func() string { tokens++; return fmt.Sprint("token-", tokens) },
	}
}

// outcome is the output, or "Name: Cause" of the error.
func outcome(ctx context.Context, e asl.Execution) string {
	output, _, err := e.Run(ctx)
	var named *asl.Error
	switch {
	case errors.As(err, &named):
		return named.Name + ": " + named.Cause
	case err != nil:
		return "not a machine's error: " + err.Error()
	}
	return string(output)
}

// one is a machine of one state, named S, besides those in rest.
func one(state string, rest ...string) string {
	all := append([]string{`"S":` + state}, rest...)
	return `{"StartAt":"S","States":{` + strings.Join(all, ",") + `}}`
}

func TestStates(t *testing.T) {
	const end = `,"E":{"Type":"Succeed"}`
	tests := map[string]struct{ definition, input, want string }{
		"pass hands its input on": {one(`{"Type":"Pass","End":true}`), `{"a":1.0}`, `{"a":1.0}`},
		"pass with a result":      {one(`{"Type":"Pass","Result":{"x.$":"$.a"},"End":true}`), `1`, `{"x.$":"$.a"}`},
		"result path adds":        {one(`{"Type":"Pass","Result":6,"ResultPath":"$.b.c","End":true}`), `{"a":1}`, `{"a":1,"b":{"c":6}}`},
		"result path replaces":    {one(`{"Type":"Pass","Result":6,"ResultPath":"$.m.d","End":true}`), `{"m":{"d":[1],"e":2}}`, `{"m":{"d":6,"e":2}}`},
		"result path into a list": {one(`{"Type":"Pass","Result":6,"ResultPath":"$.l[1]","End":true}`), `{"l":[1,2]}`, `{"l":[1,6]}`},
		"result path null":        {one(`{"Type":"Pass","Result":6,"ResultPath":null,"End":true}`), `{"a":1}`, `{"a":1}`},
		"result path that can't apply": {one(`{"Type":"Pass","Result":6,"ResultPath":"$.x","End":true}`), `"foo"`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). Unable to apply ReferencePath $.x to input: there is no member "x" in a value that is no object`},
		"result path is placed in the raw input": {one(`{"Type":"Pass","InputPath":"$.n","ResultPath":"$.copy","End":true}`), `{"n":1,"t":2}`, `{"copy":1,"n":1,"t":2}`},
		"input path null":                        {one(`{"Type":"Pass","InputPath":null,"End":true}`), `{"a":1}`, `{}`},
		"output path null":                       {one(`{"Type":"Pass","OutputPath":null,"End":true}`), `{"a":1}`, `{}`},
		"output path":                            {one(`{"Type":"Succeed","OutputPath":"$.a"}`), `{"a":{"b":2}}`, `{"b":2}`},
		"input path into the context":            {one(`{"Type":"Succeed","InputPath":"$$.Execution.Name"}`), `{}`, `"n1"`},
		"input path that leads nowhere": {one(`{"Type":"Succeed","InputPath":"$.none"}`), `{}`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '$.none' : No results for path: $["none"]`},
		"parameters": {one(`{"Type":"Pass","Parameters":{"f":true,"p":{"first.$":"$.v[0]","last.$":"$.v[-2:]"},"l":[{"x.$":"$$.StateMachine.Name"}]},"End":true}`),
			`{"v":[0,10,20]}`, `{"f":true,"l":[{"x":"m1"}],"p":{"first":0,"last":[10,20]}}`},
		"parameters that lead nowhere": {one(`{"Type":"Pass","Parameters":{"x.$":"$.none"},"End":true}`), `{"a":1}`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). The JSONPath '$.none' specified for the field 'x.$' could not be found in the input '{"a":1}'`},
		"names with other characters": {one(`{"Type":"Pass","InputPath":"$.detail-type.a b.é","End":true}`), `{"detail-type":{"a b":{"é":1}}}`, `1`},
		"an escaped dot":              {one(`{"Type":"Pass","InputPath":"$.a\\.b","End":true}`), `{"a.b":1}`, `1`},
		"brackets":                    {one(`{"Type":"Pass","InputPath":"$['a']['b-c'][0]","End":true}`), `{"a":{"b-c":[5]}}`, `5`},
		"a filter":                    {one(`{"Type":"Pass","InputPath":"$.l[?(@.unit-price >= 5)].n","End":true}`), `{"l":[{"n":1,"unit-price":4},{"n":2,"unit-price":5.5}]}`, `[2]`},
		"a filter that finds nothing": {one(`{"Type":"Pass","InputPath":"$.l[?(@.a == 1)]","End":true}`), `{"l":[]}`, `[]`},
		"a slice of nothing":          {one(`{"Type":"Pass","InputPath":"$.none.l[1:]","End":true}`), `{}`, `[]`},
		"descendants, in order":       {one(`{"Type":"Pass","InputPath":"$..id","End":true}`), `{"b":{"id":2},"a":{"id":1},"c":[{"id":3}]}`, `[1,2,3]`},
		"all digits of a number":      {one(`{"Type":"Pass","InputPath":"$.n","End":true}`), `{"n":12345678901234567890.123456789}`, `12345678901234567890.123456789`},
		"fail":                        {one(`{"Type":"Fail","Error":"E1","Cause":"because"}`), `{}`, `E1: because`},
		"fail with nothing":           {one(`{"Type":"Fail"}`), `{}`, `: `},
		"fail by paths":               {one(`{"Type":"Fail","ErrorPath":"$.e","CausePath":"States.Format('at {}', $.c)"}`), `{"e":"E2","c":3}`, `E2: at 3`},
		"fail by a path to no string": {one(`{"Type":"Fail","ErrorPath":"$.e"}`), `{"e":3}`, `States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). The ErrorPath field must refer to a string, but refers to: 3`},
		"a chain":                     {one(`{"Type":"Pass","Result":1,"Next":"E"}` + end), `{}`, `1`},
		"task":                        {one(`{"Type":"Task","Resource":"r","Parameters":{"a.$":"$.x"},"ResultSelector":{"b.$":"$.a"},"ResultPath":"$.y","End":true}`), `{"x":1}`, `{"x":1,"y":{"b":1}}`},
		"task with a token":           {one(`{"Type":"Task","Resource":"r.waitForTaskToken","Parameters":{"t.$":"$$.Task.Token"},"End":true}`), `{}`, `{"t":"token-1"}`},
		"no choice matches": {one(`{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":2,"Next":"E"}]}` + end), `{"a":1}`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). Failed to transition out of the state. The state does not point to a next state.`},
		"choice of a path that leads nowhere": {one(`{"Type":"Choice","Choices":[{"Variable":"$.b","IsNull":true,"Next":"E"}]}` + end), `{"a":1}`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '$.b': The choice state's condition path references an invalid value.`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := outcome(t.Context(), execution(parse(t, tt.definition), tt.input, echo))
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPayloadLimit(t *testing.T) {
	big := `"` + strings.Repeat("x", asl.MaxPayload) + `"`
	handler := `,"Catch":[{"ErrorEquals":["%s"],"Next":"H"}]`
	task := func(catch string) string {
		return one(`{"Type":"Task","Resource":"r"`+fmt.Sprintf(handler, catch)+`,"End":true}`, `"H":{"Type":"Pass","Result":"caught","End":true}`)
	}
	large := func(context.Context, asl.TaskRequest) (json.RawMessage, error) { return json.RawMessage(big), nil }
	tests := map[string]struct{ definition, want string }{
		"by States.ALL": {task("States.ALL"), "States.DataLimitExceeded: The state/task 'r' returned a result with a size exceeding the maximum number of bytes service limit."},
		"by its name":   {task("States.DataLimitExceeded"), `"caught"`},
		"of a state":    {one(`{"Type":"Pass","Parameters":{"a.$":"$.b","c.$":"$.b"},"End":true}`), "States.DataLimitExceeded: The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			input := `{"b":"` + strings.Repeat("x", asl.MaxPayload/2) + `"}`
			if got := outcome(t.Context(), execution(parse(t, tt.definition), input, large)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestContextObject(t *testing.T) {
	m := parse(t, one(`{"Type":"Pass","Parameters":{"c.$":"$$"},"End":true}`))
	output := outcome(t.Context(), execution(m, `{}`, echo))
	var got struct {
		C struct {
			Execution, StateMachine map[string]any
			State                   struct{ Name, EnteredTime string }
		}
	}
	if err := json.Unmarshal([]byte(output), &got); err != nil {
		t.Fatalf("output %s: %v", output, err)
	}
	if got.C.Execution["Name"] != "n1" || got.C.StateMachine["Name"] != "m1" || got.C.State.Name != "S" {
		t.Errorf("got context %+v, want execution n1, machine m1, state S", got.C)
	}
	if len(got.C.State.EnteredTime) != len("2026-01-01T00:00:00.000Z") {
		t.Errorf("got EnteredTime %q, want milliseconds and Z", got.C.State.EnteredTime)
	}
}

func TestRecorderEndsTheExecution(t *testing.T) {
	m := parse(t, one(`{"Type":"Pass","Next":"S2"}`, `"S2":{"Type":"Choice","Choices":[{"Variable":"$","IsPresent":true,"Next":"S"}]}`))
	e := execution(m, `{}`, echo)
	e.History = &journal{limit: 99}
	if _, _, err := e.Run(t.Context()); !errors.Is(err, errFull) {
		t.Errorf("got error %v, want %v", err, errFull)
	}
}

func TestResume(t *testing.T) {
	m := parse(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"Next":"B"},"B":{"Type":"Pass","End":true}}}`)
	e := execution(m, `{"resumed":true}`, echo)
	e.From, e.Previous = "B", 7
	j := e.History.(*journal)
	if got, want := outcome(t.Context(), e), `{"resumed":true}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := j.events[0].Previous; got != 7 {
		t.Errorf("first event follows %d, want 7", got)
	}
}
