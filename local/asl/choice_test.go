package asl_test

import (
	"fmt"
	"testing"
)

func TestChoiceOperators(t *testing.T) {
	const early, late = `"2016-08-18T17:33:00Z"`, `"2016-08-18T19:33:00.5+02:00"`
	tests := []struct {
		operator, value, operand string
		want                     bool
	}{
		{"StringEquals", `"a"`, `"a"`, true}, {"StringEquals", `"a"`, `"A"`, false}, {"StringEquals", `1`, `"1"`, false},
		{"StringLessThan", `"a"`, `"b"`, true}, {"StringLessThan", `"b"`, `"b"`, false}, {"StringLessThan", `null`, `"b"`, false},
		{"StringGreaterThan", `"b"`, `"a"`, true}, {"StringGreaterThan", `"a"`, `"b"`, false},
		{"StringLessThanEquals", `"b"`, `"b"`, true}, {"StringLessThanEquals", `"c"`, `"b"`, false},
		{"StringGreaterThanEquals", `"b"`, `"b"`, true}, {"StringGreaterThanEquals", `"a"`, `"b"`, false},
		{"NumericEquals", `1`, `1.0`, true}, {"NumericEquals", `"1"`, `1`, false}, {"NumericEquals", `1e2`, `100`, true},
		{"NumericEquals", `9007199254740993`, `9007199254740992`, false},
		{"NumericLessThan", `1`, `2`, true}, {"NumericLessThan", `2`, `2`, false}, {"NumericLessThan", `-1e400`, `0`, true},
		{"NumericGreaterThan", `500`, `500`, false}, {"NumericGreaterThan", `500.01`, `500`, true}, {"NumericGreaterThan", `true`, `0`, false},
		{"NumericLessThanEquals", `2`, `2`, true}, {"NumericLessThanEquals", `3`, `2`, false},
		{"NumericGreaterThanEquals", `2`, `2`, true}, {"NumericGreaterThanEquals", `1`, `2`, false},
		{"BooleanEquals", `true`, `true`, true}, {"BooleanEquals", `false`, `true`, false}, {"BooleanEquals", `"true"`, `true`, false},
		{"TimestampEquals", early, early, true}, {"TimestampEquals", `"x"`, early, false},
		{"TimestampLessThan", early, late, true}, {"TimestampLessThan", late, early, false},
		{"TimestampGreaterThan", late, early, true}, {"TimestampGreaterThan", early, early, false},
		{"TimestampLessThanEquals", early, early, true}, {"TimestampLessThanEquals", late, early, false},
		{"TimestampGreaterThanEquals", early, early, true}, {"TimestampGreaterThanEquals", early, late, false},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.operator, tt.value, tt.operand), func(t *testing.T) {
			checkRule(t, fmt.Sprintf(`"Variable":"$.v","%s":%s`, tt.operator, tt.operand), fmt.Sprintf(`{"v":%s}`, tt.value), tt.want)
			checkRule(t, fmt.Sprintf(`"Variable":"$.v","%sPath":"$.o"`, tt.operator), fmt.Sprintf(`{"v":%s,"o":%s}`, tt.value, tt.operand), tt.want)
		})
	}
}

// checkRule runs a Choice state with one rule.
func checkRule(t *testing.T, rule, input string, want bool) {
	t.Helper()
	m := parse(t, one(`{"Type":"Choice","Choices":[{`+rule+`,"Next":"Y"}],"Default":"N"}`,
		`"Y":{"Type":"Pass","Result":true,"End":true}`, `"N":{"Type":"Pass","Result":false,"End":true}`))
	if got := outcome(t.Context(), execution(m, input, nil)); got != fmt.Sprint(want) {
		t.Errorf("{%s} of %s: got %s, want %t", rule, input, got, want)
	}
}

func TestChoiceTests(t *testing.T) {
	const v = `"Variable":"$.v",`
	tests := []struct {
		rule, input string
		want        bool
	}{
		{v + `"IsPresent":true`, `{"v":null}`, true}, {v + `"IsPresent":true`, `{}`, false}, {v + `"IsPresent":false`, `{}`, true},
		{`"Variable":"$.v.w[0]","IsPresent":true`, `{"v":1}`, false},
		{v + `"IsNull":true`, `{"v":null}`, true}, {v + `"IsNull":false`, `{"v":null}`, false}, {v + `"IsNull":true`, `{"v":0}`, false},
		{v + `"IsNumeric":true`, `{"v":1}`, true}, {v + `"IsNumeric":true`, `{"v":"1"}`, false},
		{v + `"IsString":true`, `{"v":"1"}`, true}, {v + `"IsString":false`, `{"v":"1"}`, false},
		{v + `"IsBoolean":true`, `{"v":false}`, true}, {v + `"IsBoolean":true`, `{"v":"false"}`, false},
		{v + `"IsTimestamp":true`, `{"v":"2016-03-14T01:59:00Z"}`, true}, {v + `"IsTimestamp":true`, `{"v":"2016-03-14t01:59:00Z"}`, false},
		{v + `"StringMatches":"foo*.log"`, `{"v":"foo23.log"}`, true}, {v + `"StringMatches":"foo*.log"`, `{"v":"foo23.log2"}`, false},
		{v + `"StringMatches":"*"`, `{"v":""}`, true}, {v + `"StringMatches":"a*b*c"`, `{"v":"abc"}`, true}, {v + `"StringMatches":"a*a"`, `{"v":"a"}`, false},
		{v + `"StringMatches":"a\\*b\\\\*"`, `{"v":"a*b\\c"}`, true}, {v + `"StringMatches":"a\\*b"`, `{"v":"axb"}`, false},
		{v + `"StringMatches":"*"`, `{"v":1}`, false},
		{`"And":[{` + v + `"IsPresent":true},{` + v + `"NumericEquals":1}]`, `{"v":1}`, true},
		{`"And":[{` + v + `"IsPresent":true},{` + v + `"NumericEquals":1}]`, `{}`, false},
		{`"Or":[{` + v + `"IsPresent":false},{` + v + `"NumericEquals":1}]`, `{}`, true},
		{`"Or":[{` + v + `"IsNull":true},{` + v + `"NumericEquals":1}]`, `{"v":2}`, false},
		{`"Not":{"Or":[{` + v + `"IsNull":true},{"Not":{` + v + `"NumericEquals":1}}]}`, `{"v":1}`, true},
		{`"Variable":"$$.Execution.Name","StringEquals":"n1"`, `{}`, true},
		{`"Variable":"$.v","StringEqualsPath":"$$.Execution.Name"`, `{"v":"n1"}`, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule+tt.input, func(t *testing.T) { checkRule(t, tt.rule, tt.input, tt.want) })
	}
}

func TestTheFirstRuleThatHoldsWins(t *testing.T) {
	m := parse(t, one(`{"Type":"Choice","InputPath":"$.in","OutputPath":"$.o","Choices":[
		{"Variable":"$.n","NumericGreaterThan":5,"Next":"A"},{"Variable":"$.n","NumericGreaterThan":1,"Next":"B"}],"Default":"A"}`,
		`"A":{"Type":"Fail"}`, `"B":{"Type":"Pass","End":true}`))
	if got, want := outcome(t.Context(), execution(m, `{"in":{"n":3,"o":"B"}}`, nil)), `"B"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
