package template

import (
	"strings"
	"testing"
)

// checkVersion is the rule that every CDK app's template has.
const checkVersion = `"Rules":{"CheckBootstrapVersion":{"Assertions":[{
	"Assert":{"Fn::Not":[{"Fn::Contains":[["1","2","3","4","5"],{"Ref":"BootstrapVersion"}]}]},
	"AssertDescription":"CDK bootstrap stack version 6 required."}]}},
	"Parameters":{"BootstrapVersion":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/cdk-bootstrap/hnb659fds/version"}}`

func TestBootstrapVersion(t *testing.T) {
	for version, want := range map[string]string{
		"5": "CDK bootstrap stack version 6 required.", "33": "", "6": "",
		"": "Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version] from parameter store for this account.",
	} {
		s := scopeOf(parse(t, with(`{}`, checkVersion)))
		s.StoredParameter = func(name string) (string, bool, error) {
			return version, version != "" && name == "/cdk-bootstrap/hnb659fds/version", nil
		}
		_, err := s.CompleteParameters(nil)
		if err == nil {
			err = s.CheckRules()
		}
		if got := text(err); got != want {
			t.Errorf("version %q: got %q, want %q", version, got, want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestRules(t *testing.T) {
	assert := func(expression string) string {
		return `"R":{"Assertions":[{"Assert":` + expression + `,"AssertDescription":"refused"}]}`
	}
	tests := []struct{ name, rules, want string }{
		{"equal", assert(`{"Fn::Equals":[{"Ref":"P"},"p"]}`), ""},
		{"not equal", assert(`{"Fn::Equals":[{"Ref":"P"},"q"]}`), "refused"},
		{"pseudo parameter", assert(`{"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}`), ""},
		{"contained", assert(`{"Fn::Contains":[["a","p"],{"Ref":"P"}]}`), ""},
		{"a number equals its text", assert(`{"Fn::Contains":[[1,5],{"Ref":"N"}]}`), ""},
		{"not contained", assert(`{"Fn::Contains":[["a"],{"Ref":"P"}]}`), "refused"},
		{"each in", assert(`{"Fn::EachMemberIn":[{"Ref":"L"},["b","a","c"]]}`), ""},
		{"not each in", assert(`{"Fn::EachMemberIn":[{"Ref":"L"},["b","c"]]}`), "refused"},
		{"each equal", assert(`{"Fn::EachMemberEquals":[["p","p"],{"Ref":"P"}]}`), ""},
		{"not each equal", assert(`{"Fn::EachMemberEquals":[{"Ref":"L"},"a"]}`), "refused"},
		{"and, or, not", assert(`{"Fn::And":[{"Fn::Not":[{"Fn::Equals":[1,2]}]},{"Fn::Or":[{"Fn::Equals":[1,2]},{"Fn::Equals":[1,1]}]}]}`), ""},
		{"second assertion", `"R":{"Assertions":[{"Assert":{"Fn::Equals":[1,1]}},{"Assert":{"Fn::Equals":[1,2]},"AssertDescription":"second"}]}`, "second"},
		{"no description", `"R":{"Assertions":[{"Assert":{"Fn::Equals":[1,2]}}]}`, "Assertion of rule R failed"},
		{"condition holds", `"R":{"RuleCondition":{"Fn::Equals":[1,1]},"Assertions":[{"Assert":{"Fn::Equals":[1,2]},"AssertDescription":"refused"}]}`, "refused"},
		{"condition does not hold", `"R":{"RuleCondition":{"Fn::Equals":[1,2]},"Assertions":[{"Assert":{"Fn::Equals":[1,2]}}]}`, ""},
		{"contains of no list", assert(`{"Fn::Contains":["a",{"Ref":"P"}]}`), "rule R: Assert: Fn::Contains: the first argument is no list"},
		{"contains of two lists", assert(`{"Fn::Contains":[["a"],["a"]]}`), "rule R: Assert: Fn::Contains: [a] is not what the second argument can be"},
		{"each in a text", assert(`{"Fn::EachMemberIn":[["a"],"a"]}`), "rule R: Assert: Fn::EachMemberIn: a is not what the second argument can be"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := scopeOf(parse(t, with(`{}`, `"Rules":{`+test.rules+`}`, `"Parameters":{"P":{"Type":"String","Default":"p"},"N":{"Type":"Number","Default":5},"L":{"Type":"CommaDelimitedList","Default":"a,b"}}`)))
			if got := text(s.CheckRules()); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRulesAreRefused(t *testing.T) {
	tests := []struct{ name, rule, want string }{
		{"no assertion", `{}`, "Template format error: Rule R must contain at least one assertion"},
		{"unknown member", `{"Asserts":[]}`, "Template format error: member Rules.R.Asserts is not supported"},
		{"nothing asserted", `{"Assertions":[{}]}`, "'null' values are not allowed in templates"},
		{"text", `{"Assertions":[{"Assert":"x"}]}`, "Template format error: Rule R: x is not a condition function"},
		{"condition of the template", `{"Assertions":[{"Assert":{"Condition":"C"}}]}`, "is not a condition function"},
		{"function that is not supported", `{"Assertions":[{"Assert":{"Fn::Contains":[{"Fn::RefAll":"AWS::EC2::VPC::Id"},"x"]}}]}`, "Template Error: Encountered unsupported function: Fn::RefAll Supported functions are: [Fn::And, Fn::Contains, "},
		{"resource", `{"Assertions":[{"Assert":{"Fn::Equals":[{"Ref":"Q"},"x"]}}]}`, "Template format error: Unresolved dependencies [Q]. Cannot reference resources in the Rules block of the template"},
		{"three arguments", `{"Assertions":[{"Assert":{"Fn::Contains":[["a"],"a","a"]}}]}`, "Template format error: Rule R: Fn::Contains needs 2 to 2 arguments"},
		{"condition", `{"RuleCondition":true,"Assertions":[{"Assert":{"Fn::Equals":[1,1]}}]}`, "Template format error: Rule R: true is not a condition function"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(with(`{}`, `"Rules":{"R":`+test.rule+`}`)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %s", err, test.want)
			}
		})
	}
}
