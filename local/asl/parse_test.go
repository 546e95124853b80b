package asl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"eda-demo/local/asl"
)

func TestParseRefuses(t *testing.T) {
	pass := func(fields string) string { return one(`{"Type":"Pass","End":true,` + fields + `}`) }
	task := func(fields string) string { return one(`{"Type":"Task","Resource":"r","End":true,` + fields + `}`) }
	choice := func(rule string) string {
		return one(`{"Type":"Choice","Choices":[`+rule+`]}`, `"E":{"Type":"Succeed"}`)
	}
	inner := `{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}}`
	tests := map[string]struct{ definition, want string }{
		"no JSON":                 {`{`, "INVALID_JSON_DESCRIPTION: the definition can't be read: "},
		"a state twice":           {`{"StartAt":"S","States":{"S":{"Type":"Succeed"},"S":{"Type":"Fail"}}}`, `an object has the member "S" twice`},
		"no object":               {`[]`, "Expected an object"},
		"nothing":                 {`{}`, "SCHEMA_VALIDATION_FAILED: These fields are required: [StartAt, States] at /"},
		"unknown field":           {`{"Foo":1,"StartAt":"S","States":{"S":{"Type":"Succeed"}}}`, "Field 'Foo' is not supported at /Foo"},
		"other version":           {`{"Version":"2.0","StartAt":"S","States":{"S":{"Type":"Succeed"}}}`, `Version "2.0" is not supported, only 1.0 at /Version`},
		"JSONata":                 {`{"QueryLanguage":"JSONata","StartAt":"S","States":{"S":{"Type":"Succeed"}}}`, `QueryLanguage "JSONata" is not supported, only JSONPath at /QueryLanguage`},
		"JSONata in a state":      {pass(`"QueryLanguage":"JSONata"`), `/States/S/QueryLanguage`},
		"no such start":           {`{"StartAt":"X","States":{"S":{"Type":"Succeed"}}}`, `MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt`},
		"no such next":            {one(`{"Type":"Pass","Next":"X"}`), `MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/S/Next`},
		"unreachable":             {one(`{"Type":"Pass","End":true}`, `"X":{"Type":"Succeed"}`), `MISSING_TRANSITION_TARGET: State "X" is not reachable. at /States/X`},
		"no such default":         {one(`{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S"}],"Default":"X"}`), `Missing 'Next' target: X at /States/S/Default`},
		"no such catch target":    {task(`"Catch":[{"ErrorEquals":["E"],"Next":"X"}]`), `Missing 'Next' target: X at /States/S/Catch[0]/Next`},
		"unknown type":            {one(`{"Type":"Loop","End":true}`), `Unknown state type "Loop" at /States/S/Type`},
		"no type":                 {one(`{"End":true}`), `These fields are required: [Type] at /States/S`},
		"unknown state field":     {pass(`"Foo":1`), `Field 'Foo' is not supported in a Pass state at /States/S/Foo`},
		"a field of another kind": {pass(`"Resource":"r"`), `Field 'Resource' is not supported in a Pass state at /States/S/Resource`},
		"variables":               {pass(`"Assign":{}`), `Field 'Assign' is not supported`},
		"JSONata's fields":        {pass(`"Output":{}`), `Field 'Output' is not supported in a Pass state`},
		"neither next nor end":    {one(`{"Type":"Pass"}`), `One of these fields is required: [Next, End] at /States/S`},
		"next and end":            {one(`{"Type":"Pass","Next":"S","End":true}`), `Only one of these fields is allowed: [Next, End] at /States/S`},
		"end false":               {one(`{"Type":"Pass","End":false}`), `End must be true at /States/S/End`},
		"choice with next":        {one(`{"Type":"Choice","Next":"S","Choices":[{"Variable":"$.a","IsNull":true,"Next":"S"}]}`), `Field 'Next' is not supported in a Choice state`},
		"a bad path":              {pass(`"InputPath":"$.a["`), `at /States/S/InputPath`},
		"no path":                 {pass(`"InputPath":"a"`), `"a" is not a path: it does not begin with $ at /States/S/InputPath`},
		"a union of names":        {pass(`"InputPath":"$['a','b']"`), `unions of names are not supported at /States/S/InputPath`},
		"result path of many":     {pass(`"ResultPath":"$.a[*]"`), `"$.a[*]" is not a reference path: it can lead to more than one node at /States/S/ResultPath`},
		"result path of context":  {pass(`"ResultPath":"$$.a"`), `ResultPath can't lead into the context object at /States/S/ResultPath`},
		"a dynamic number":        {pass(`"Parameters":{"a.$":1}`), `the value for the field 'a.$' must be a string`},
		"unknown intrinsic":       {pass(`"Parameters":{"x":[{"a.$":"States.Foo()"}]}`), `unknown intrinsic function "States.Foo" at /States/S/Parameters`},
		"too few arguments":       {pass(`"Parameters":{"a.$":"States.Hash('x')"}`), `States.Hash does not take 1 arguments`},
		"not closed":              {pass(`"Parameters":{"a.$":"States.Array('x"}`), `a string is not closed`},
		"not escaped":             {pass(`"Parameters":{"a.$":"States.Array('\\n')"}`), `a backslash stands before none of`},
		"text after the call":     {pass(`"Parameters":{"a.$":"States.UUID() x"}`), `unexpected "x" after the call`},
		"a word":                  {pass(`"Parameters":{"a.$":"foo"}`), `it is neither a path nor a call`},
		"a bare object":           {pass(`"Parameters":{"a.$":"States.Array({})"}`), `"{}" is no string in apostrophes`},
		"calls nest too deep":     {pass(`"Parameters":{"a.$":"` + strings.Repeat("States.Array(", 11) + strings.Repeat(")", 11) + `"}`), `calls nest deeper than 10`},
		"a field set twice":       {pass(`"Parameters":{"a.$":"$.x","a":1}`), `both set 'a'`},
		"no resource":             {one(`{"Type":"Task","End":true}`), `These fields are required: [Resource] at /States/S`},
		"credentials":             {task(`"Credentials":{}`), `Field 'Credentials' is not supported`},
		"no timeout":              {task(`"TimeoutSeconds":0`), `Expected an integer from 1 to 99999999, got 0 at /States/S/TimeoutSeconds`},
		"two timeouts":            {task(`"TimeoutSeconds":1,"TimeoutSecondsPath":"$.t"`), `Only one of these fields is allowed: [TimeoutSeconds, TimeoutSecondsPath]`},
		"heartbeat too long":      {task(`"TimeoutSeconds":5,"HeartbeatSeconds":5`), `HeartbeatSeconds must be smaller than TimeoutSeconds`},
		"no choices":              {one(`{"Type":"Choice","Choices":[]}`), `Expected at least one choice rule at /States/S/Choices`},
		"a rule without next":     {choice(`{"Variable":"$.a","IsNull":true}`), `These fields are required: [Next] at /States/S/Choices[0]`},
		"a nested next":           {choice(`{"Not":{"Variable":"$.a","IsNull":true,"Next":"E"},"Next":"E"}`), `Field 'Next' is not supported at /States/S/Choices[0]/Not/Next`},
		"unknown operator":        {choice(`{"Variable":"$.a","NumericNear":1,"Next":"E"}`), `Field 'NumericNear' is not supported at /States/S/Choices[0]/NumericNear`},
		"two operators":           {choice(`{"Variable":"$.a","IsNull":true,"IsString":true,"Next":"E"}`), `exactly one comparison operator, got 2`},
		"an operator of none":     {choice(`{"Variable":"$.a","Next":"E"}`), `exactly one comparison operator, got 0`},
		"operand of other type":   {choice(`{"Variable":"$.a","NumericEquals":"1","Next":"E"}`), `Expected a number at /States/S/Choices[0]/NumericEquals`},
		"operand no timestamp":    {choice(`{"Variable":"$.a","TimestampEquals":"now","Next":"E"}`), `Expected an RFC 3339 timestamp`},
		"operator without path":   {choice(`{"Variable":"$.a","StringMatchesPath":"$.b","Next":"E"}`), `Field 'StringMatchesPath' is not supported`},
		"a pattern's escape":      {choice(`{"Variable":"$.a","StringMatches":"a\\","Next":"E"}`), `a backslash must stand before * or another backslash`},
		"a condition":             {choice(`{"Condition":"{% true %}","Next":"E"}`), `Field 'Condition' is not supported: it belongs to JSONata`},
		"two waits":               {one(`{"Type":"Wait","Seconds":1,"SecondsPath":"$.s","End":true}`), `Only one of these fields is allowed: [Seconds, SecondsPath]`},
		"no wait":                 {one(`{"Type":"Wait","End":true}`), `One of these fields is required: [Seconds, Timestamp, SecondsPath, TimestampPath]`},
		"a wait until nonsense":   {one(`{"Type":"Wait","Timestamp":"2016-12-05 21:29:29Z","End":true}`), `Expected an RFC 3339 timestamp, got "2016-12-05 21:29:29Z"`},
		"fail with next":          {one(`{"Type":"Fail","End":true}`), `Field 'End' is not supported in a Fail state`},
		"two errors":              {one(`{"Type":"Fail","Error":"a","ErrorPath":"$.a"}`), `Only one of these fields is allowed: [Error, ErrorPath]`},
		"no branches":             {one(`{"Type":"Parallel","Branches":[],"End":true}`), `Expected at least one branch at /States/S/Branches`},
		"a state in a branch":     {one(`{"Type":"Parallel","Branches":[{"StartAt":"I","States":{"I":{"Type":"Pass","Next":"S"}}}],"End":true}`), `Missing 'Next' target: S at /States/S/Branches[0]/States/I/Next`},
		"a name in two flows":     {one(`{"Type":"Parallel","Branches":[` + inner + `,` + inner + `],"End":true}`), `The state name "I" is used more than once`},
		"no processor":            {one(`{"Type":"Map","End":true}`), `These fields are required: [ItemProcessor] at /States/S`},
		"a distributed map":       {one(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}`), `Mode "DISTRIBUTED" is not supported, only INLINE at /States/S/ItemProcessor/ProcessorConfig/Mode`},
		"tolerated failures":      {one(`{"Type":"Map","ToleratedFailureCount":1,"ItemProcessor":` + inner + `,"End":true}`), `Field 'ToleratedFailureCount' is not supported: only distributed Map states have it`},
		"an item reader":          {one(`{"Type":"Map","ItemReader":{},"ItemProcessor":` + inner + `,"End":true}`), `Field 'ItemReader' is not supported`},
		"two item selectors":      {one(`{"Type":"Map","ItemSelector":{},"Parameters":{},"ItemProcessor":` + inner + `,"End":true}`), `Only one of these fields is allowed: [ItemSelector, Parameters]`},
		"retry of a pass":         {pass(`"Retry":[]`), `Field 'Retry' is not supported in a Pass state`},
		"retry of nothing":        {task(`"Retry":[{"ErrorEquals":[]}]`), `Expected at least one error name at /States/S/Retry[0]/ErrorEquals`},
		"all in company":          {task(`"Retry":[{"ErrorEquals":["States.ALL","A"]}]`), `States.ALL must stand alone and in the last entry`},
		"all not last":            {task(`"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["A"]}]`), `States.ALL must stand alone and in the last entry`},
		"a rate below one":        {task(`"Retry":[{"ErrorEquals":["A"],"BackoffRate":0.5}]`), `BackoffRate must be at least 1.0`},
		"a short longest delay":   {task(`"Retry":[{"ErrorEquals":["A"],"IntervalSeconds":5,"MaxDelaySeconds":5}]`), `MaxDelaySeconds must be greater than IntervalSeconds`},
		"an unknown jitter":       {task(`"Retry":[{"ErrorEquals":["A"],"JitterStrategy":"SOME"}]`), `JitterStrategy must be FULL or NONE, not "SOME"`},
		"an unknown retry field":  {task(`"Retry":[{"ErrorEquals":["A"],"Max":1}]`), `Field 'Max' is not supported at /States/S/Retry[0]/Max`},
		"catch without next":      {task(`"Catch":[{"ErrorEquals":["A"]}]`), `These fields are required: [Next] at /States/S/Catch[0]`},
		"a long name":             {strings.ReplaceAll(`{"StartAt":"N","States":{"N":{"Type":"Succeed"}}}`, "N", strings.Repeat("n", 81)), `A state's name has 1 to 80 characters`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := asl.Parse([]byte(tt.definition))
			var problems *asl.DefinitionError
			if !errors.As(err, &problems) {
				t.Fatalf("got error %v, want a *DefinitionError with %q", err, tt.want)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

func TestMachine(t *testing.T) {
	m := parse(t, `{"Comment":"c","Version":"1.0","QueryLanguage":"JSONPath","TimeoutSeconds":90,"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"ra","Comment":"c","Next":"M"},
			"M":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"B","States":{"B":{"Type":"Task","Resource":"rb","End":true}}}}}}]}}}`)
	if m.Timeout != 90*time.Second {
		t.Errorf("got timeout %s, want 90s", m.Timeout)
	}
	var got []string
	for r := range m.Resources() {
		got = append(got, r.Value+" "+r.Location)
	}
	slices.Sort(got)
	want := []string{"ra /States/P/Branches[0]/States/A/Resource", "rb /States/P/Branches[0]/States/M/ItemProcessor/States/B/Resource"}
	if !slices.Equal(got, want) {
		t.Errorf("got resources %q, want %q", got, want)
	}
}
