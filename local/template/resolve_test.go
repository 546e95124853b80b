package template

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const sections = `"Parameters":{"P":{"Type":"String","Default":"p"},"N":{"Type":"Number","Default":5},"Given":{"Type":"String"},"Missing":{"Type":"String"},"List":{"Type":"CommaDelimitedList","Default":"a,b"}},
	"Conditions":{"Yes":{"Fn::Equals":["a","a"]},"No":{"Fn::Equals":["a","b"]}},
	"Mappings":{"M":{"us-east-1":{"Size":2,"List":["a"]}}}`

func resolveIn(t *testing.T, value string) (string, error) {
	t.Helper()
	parsed := parse(t, with(`{"A":`+value+`}`, sections))
	s := scopeOf(parsed)
	s.Parameters = map[string]any{"Given": "given"}
	if err := s.EvaluateConditions(); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(parsed.Resources["Q"].Properties)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(resolved)
	return strings.TrimSuffix(strings.TrimPrefix(string(raw), `{"A":`), "}"), err
}

func TestResolve(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"literals", `[1.50,12345678901234567890,1e400,true,"x",{},[]]`, `[1.50,12345678901234567890,1e400,true,"x",{},[]]`},
		{"resource", `{"Ref":"R"}`, `"id-of-R"`},
		{"parameter", `{"Ref":"P"}`, `"p"`},
		{"number parameter", `{"Ref":"N"}`, `"5"`},
		{"list parameter", `{"Ref":"List"}`, `["a","b"]`},
		{"given parameter", `{"Ref":"Given"}`, `"given"`},
		{"pseudo parameter", `{"Ref":"AWS::Region"}`, `"us-east-1"`},
		{"empty list", `{"Ref":"AWS::NotificationARNs"}`, `[]`},
		{"attribute", `{"Fn::GetAtt":["R","Arn"]}`, `"R/Arn"`},
		{"attribute in short", `{"Fn::GetAtt":"R.Outputs.Arn"}`, `"R/Outputs.Arn"`},
		{"join", `{"Fn::Join":["-",["a",{"Ref":"R"},1,true]]}`, `"a-id-of-R-1-true"`},
		{"join of a list attribute", `{"Fn::Join":[",",{"Fn::GetAtt":["R","List"]}]}`, `"x,y"`},
		{"join leaves NoValue out", `{"Fn::Join":["-",["a",{"Ref":"AWS::NoValue"},"b"]]}`, `"a-b"`},
		{"sub", `{"Fn::Sub":"${R} ${R.Arn} ${AWS::Region} ${P} ${N} ${!R} $ {}"}`, `"id-of-R R/Arn us-east-1 p 5 ${R} $ {}"`},
		{"sub with variables", `{"Fn::Sub":["${v}-${R}-${w.x}",{"v":{"Fn::GetAtt":["R","Arn"]},"R":"own","w.x":7}]}`, `"R/Arn-own-7"`},
		{"select", `{"Fn::Select":[1,["a",{"Ref":"R"}]]}`, `"id-of-R"`},
		{"select by text", `{"Fn::Select":["0",{"Fn::Split":[",","a,b"]}]}`, `"a"`},
		{"split", `{"Fn::Split":["/",{"Fn::GetAtt":["R","Arn"]}]}`, `["R","Arn"]`},
		{"find in map", `{"Fn::FindInMap":["M",{"Ref":"AWS::Region"},"Size"]}`, `2`},
		{"if", `[{"Fn::If":["Yes","then","else"]},{"Fn::If":["No","then","else"]}]`, `["then","else"]`},
		{"if does not look at the other branch", `{"Fn::If":["Yes",1,{"Fn::GetAtt":["R","Nope"]}]}`, `1`},
		{"if without value", `{"B":{"Fn::If":["No",1,{"Ref":"AWS::NoValue"}]},"C":[{"Ref":"AWS::NoValue"},2]}`, `{"C":[2]}`},
		{"base64", `{"Fn::Base64":{"Ref":"P"}}`, `"cA=="`},
		{"functions within functions", `{"Fn::Join":["",["arn:",{"Fn::Select":[0,[{"Fn::Sub":"${P}"}]]}]]}`, `"arn:p"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := resolveIn(t, test.value); err != nil || got != test.want {
				t.Errorf("%s\n got %s, %v\nwant %s", test.value, got, err, test.want)
			}
		})
	}
}

func TestResolveRefuses(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"parameter without value", `{"Ref":"Missing"}`, "A: Ref: parameter Missing has no value"},
		{"attribute", `[0,{"B":{"Fn::GetAtt":["R","Nope"]}}]`, "A.1.B: Fn::GetAtt: no attribute Nope"},
		{"join of one", `{"Fn::Join":["-"]}`, "Fn::Join: 2 arguments are needed"},
		{"join of no list", `{"Fn::Join":["-","a"]}`, "Fn::Join: a delimiter and a list are needed"},
		{"join of lists", `{"Fn::Join":["-",[["a"]]]}`, "Fn::Join: [a] is not a text"},
		{"sub of a list", `{"Fn::Sub":"${R.List}"}`, "Fn::Sub: ${R.List}: [x y] is not a text"},
		{"sub of two failures", `{"Fn::Sub":"${R.Nope}${Missing}"}`, "${Missing}: parameter Missing has no value"},
		{"sub of NoValue", `{"Fn::Sub":"${AWS::NoValue}"}`, "is not a text"},
		{"select beyond", `{"Fn::Select":[2,["a","b"]]}`, "Template error: Fn::Select cannot select nonexistent value at index 2"},
		{"select before", `{"Fn::Select":[-1,["a"]]}`, "Template error: Fn::Select cannot select nonexistent value at index -1"},
		{"select of a text", `{"Fn::Select":[0,"a"]}`, "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"},
		{"split by nothing", `{"Fn::Split":["","a"]}`, "Fn::Split: a delimiter and a text are needed"},
		{"split of a list", `{"Fn::Split":[",",["a"]]}`, "Fn::Split: a delimiter and a text are needed"},
		{"map", `{"Fn::FindInMap":["M","x","Size"]}`, "Template error: Unable to get mapping for M::x::Size"},
		{"base64 of a list", `{"Fn::Base64":["a"]}`, "Fn::Base64: [a] is not a text"},
		{"NoValue as an argument", `{"Fn::Split":[",",{"Ref":"AWS::NoValue"}]}`, "Fn::Split: AWS::NoValue is not an argument"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := resolveIn(t, test.value); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s\n got %s, %v\nwant %s", test.value, got, err, test.want)
			}
		})
	}
}

func TestResolveNothing(t *testing.T) {
	s := scopeOf(parse(t, with(`{}`)))
	got, err := s.Resolve(map[string]any{"Ref": "AWS::NoValue"})
	if want := "AWS::NoValue stands where a value is needed"; err == nil || err.Error() != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
}

func TestConditions(t *testing.T) {
	tests := []struct {
		name, conditions, want string
	}{
		{"none", ``, "map[]"},
		{"equals", `"C":{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]},"D":{"Fn::Equals":["a","b"]}`, "map[C:true D:false]"},
		{"a number equals its text", `"C":{"Fn::Equals":[5,"5"]}`, "map[C:true]"},
		{"lists", `"C":{"Fn::Equals":[["a"],["a"]]},"D":{"Fn::Equals":[["a"],["b"]]}`, "map[C:true D:false]"},
		{"and, or, not", `"T":{"Fn::Equals":[1,1]},"F":{"Fn::Not":[{"Condition":"T"}]},"A":{"Fn::And":[{"Condition":"T"},{"Condition":"F"}]},"O":{"Fn::Or":[{"Condition":"F"},{"Condition":"T"}]}`, "map[A:false F:false O:true T:true]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := scopeOf(parse(t, with(`{}`, `"Conditions":{`+test.conditions+`}`)))
			got := ""
			if err := s.EvaluateConditions(); err != nil {
				got = err.Error()
			} else {
				got = fmt.Sprint(s.Conditions)
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestConditionsAreRefused(t *testing.T) {
	tests := []struct{ name, conditions, want string }{
		{"cycle", `"A":{"Condition":"B"},"B":{"Fn::Not":[{"Condition":"C"}]},"C":{"Condition":"B"}`, "Circular dependency between conditions: [B, C]"},
		{"itself", `"A":{"Condition":"A"}`, "Circular dependency between conditions: [A]"},
		{"unknown", `"A":{"Condition":"X"}`, "Template format error: Condition A: unresolved condition dependency X"},
		{"no function", `"A":"x"`, "Template format error: Condition A: x is not a condition function"},
		{"two functions", `"A":{"Condition":"A","X":1}`, "is not a condition function"},
		{"other function", `"A":{"Fn::Join":["",["a"]]}`, "Template format error: Condition A: map[Fn::Join:[ [a]]] is not a condition function"},
		{"equals of one", `"A":{"Fn::Equals":["a"]}`, "Condition A: Fn::Equals needs 2 to 2 arguments"},
		{"and of one", `"A":{"Fn::And":[{"Fn::Equals":[1,1]}]}`, "Condition A: Fn::And needs 2 to 10 arguments"},
		{"not of two", `"A":{"Fn::Not":[{"Fn::Equals":[1,1]},{"Fn::Equals":[1,1]}]}`, "Condition A: Fn::Not needs 1 to 1 arguments"},
		{"not of none", `"A":{"Fn::Not":{}}`, "Condition A: Fn::Not needs 1 to 1 arguments"},
		{"resource", `"C":{"Fn::Equals":[{"Ref":"Q"},"x"]}`, "Template format error: Unresolved dependencies [Q]. Cannot reference resources in the Conditions block of the template"},
		{"attribute", `"C":{"Fn::Equals":[{"Fn::GetAtt":["Q","Arn"]},"x"]}`, "Template format error: Unresolved dependencies [Q]. Cannot reference resources in the Conditions block of the template"},
		{"import", `"C":{"Fn::Equals":[{"Fn::ImportValue":"x"},"x"]}`, "Template error: Cannot use Fn::ImportValue in Conditions."},
		{"rule's function", `"C":{"Fn::Contains":[["a"],"x"]}`, "Template Error: Encountered unsupported function: Fn::Contains "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(with(`{}`, `"Conditions":{`+test.conditions+`}`)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant an error with %s", err, test.want)
			}
		})
	}
}

// A condition that is used many times over is evaluated and checked once.
func TestConditionsUsedManyTimes(t *testing.T) {
	var list []string
	for i := range 60 {
		if i == 0 {
			list = append(list, `"C0":{"Fn::Equals":[1,1]}`)
			continue
		}
		operand := fmt.Sprintf(`{"Condition":"C%d"}`, i-1)
		list = append(list, fmt.Sprintf(`"C%d":{"Fn::And":[%s,%[2]s]}`, i, operand))
	}
	s := scopeOf(parse(t, with(`{}`, `"Conditions":{`+strings.Join(list, ",")+`}`)))
	if err := s.EvaluateConditions(); err != nil || !s.Conditions["C59"] {
		t.Errorf("got %v, %v; want C59 true", s.Conditions, err)
	}
}
