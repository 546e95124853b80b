package iam

import (
	"strings"
	"testing"
)

func TestConditions(t *testing.T) {
	const nothing = "because no identity-based policy allows the events:PutEvents action"
	one := func(value string) map[string][]string { return map[string][]string{"events:source": {value}} }
	many := func(values ...string) map[string][]string { return map[string][]string{"events:source": values} }
	arn := func(value string) map[string][]string { return map[string][]string{"aws:SourceArn": {value}} }
	tests := []struct {
		condition string
		keys      map[string][]string
		want      bool
	}{
		{`"StringEquals":{"events:source":"a"}`, one("a"), true},
		{`"StringEquals":{"events:source":["a","b"]}`, one("b"), true},
		{`"StringEquals":{"events:source":"a"}`, one("A"), false},
		{`"StringEquals":{"events:source":"a*"}`, one("ab"), false},
		{`"StringEquals":{"events:source":"a"}`, nil, false},
		{`"StringEquals":{"Events:SOURCE":"a"}`, one("a"), true},
		{`"StringEquals":{"events:source":"a","events:detail-type":"d"}`, one("a"), false},
		{`"StringEquals":{"events:source":"a"},"StringLike":{"events:source":"b*"}`, one("a"), false},
		{`"StringEquals":{"events:source":7}`, one("7"), true},
		{`"StringNotEquals":{"events:source":["a","b"]}`, one("b"), false},
		{`"StringNotEquals":{"events:source":["a","b"]}`, one("c"), true},
		{`"StringNotEquals":{"events:source":"a"}`, nil, true},
		{`"StringEqualsIgnoreCase":{"events:source":"a"}`, one("A"), true},
		{`"StringNotEqualsIgnoreCase":{"events:source":"a"}`, one("A"), false},
		{`"StringLike":{"events:source":"a?c*"}`, one("abcd"), true},
		{`"StringLike":{"events:source":"a?c*"}`, one("acd"), false},
		{`"StringNotLike":{"events:source":"a*"}`, one("ab"), false},
		{`"StringNotLike":{"events:source":"a*"}`, one("b"), true},
		{`"StringEqualsIfExists":{"events:source":"a"}`, nil, true},
		{`"StringEqualsIfExists":{"events:source":"a"}`, one("b"), false},
		{`"ArnEquals":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"}`, arn(rule), true},
		{`"ArnLike":{"aws:SourceArn":"arn:aws:events:*:rule/*"}`, arn(rule), false},
		{`"ArnNotEquals":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"}`, arn(rule), false},
		{`"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}`, arn(rule), true},
		{`"Bool":{"aws:SecureTransport":true}`, nil, true},
		{`"Bool":{"aws:SecureTransport":"False"}`, nil, false},
		{`"Bool":{"aws:PrincipalIsAWSService":"false"}`, nil, true},
		{`"NumericEquals":{"events:source":"5"}`, one("5.0"), true},
		{`"NumericNotEquals":{"events:source":5}`, one("5"), false},
		{`"NumericNotEquals":{"events:source":5}`, one("6"), true},
		{`"NumericLessThan":{"events:source":5}`, one("5"), false},
		{`"NumericLessThanEquals":{"events:source":5}`, one("5"), true},
		{`"NumericGreaterThan":{"events:source":5}`, one("10"), true},
		{`"NumericGreaterThanEquals":{"events:source":5}`, one("4"), false},
		{`"NumericEquals":{"events:source":5}`, one("five"), false},
		{`"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}`, nil, true},
		{`"DateLessThan":{"aws:CurrentTime":"2020-01-01"}`, nil, false},
		{`"DateGreaterThan":{"aws:EpochTime":1577836800}`, nil, true},
		{`"DateEquals":{"events:source":"2026-01-02T01:00:00+01:00"}`, one("2026-01-02T00:00:00Z"), true},
		{`"DateNotEquals":{"events:source":"2026-01-02"}`, one("2026-01-02T00:00:00Z"), false},
		{`"DateLessThanEquals":{"events:source":"2026-01-02"}`, one("2026-01-02"), true},
		{`"DateGreaterThanEquals":{"events:source":"2026-01-02"}`, one("2026-01-01"), false},
		{`"Null":{"events:source":"true"}`, nil, true},
		{`"Null":{"events:source":"true"}`, many(), true},
		{`"Null":{"events:source":"true"}`, one("a"), false},
		{`"Null":{"events:source":false}`, one("a"), true},
		{`"ForAnyValue:StringEquals":{"events:source":["a","b"]}`, many("x", "b"), true},
		{`"ForAnyValue:StringEquals":{"events:source":["a","b"]}`, many("x", "y"), false},
		{`"ForAnyValue:StringEquals":{"events:source":"a"}`, nil, false},
		{`"ForAnyValue:StringNotEquals":{"events:source":"a"}`, nil, false},
		{`"ForAnyValue:StringNotEquals":{"events:source":"a"}`, many("a", "b"), true},
		{`"ForAnyValue:StringEqualsIfExists":{"events:source":"a"}`, nil, true},
		{`"ForAllValues:StringLike":{"events:source":["a*","b"]}`, many("ab", "b"), true},
		{`"ForAllValues:StringLike":{"events:source":["a*","b"]}`, many("ab", "c"), false},
		{`"ForAllValues:StringEquals":{"events:source":"a"}`, nil, true},
		{`"ForAllValues:StringNotEquals":{"events:source":"a"}`, many("b", "a"), false},
		{`"StringEquals":{"aws:RequestedRegion":"` + region + `"}`, nil, true},
		{`"StringEquals":{"aws:PrincipalAccount":"` + account + `"}`, nil, true},
		{`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/work*"}`, nil, true},
		{`"StringEquals":{"aws:PrincipalType":"AssumedRole"}`, nil, true},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			d, p := directory(t, `{"Effect":"Allow","Action":"events:PutEvents","Resource":"*","Condition":{`+test.condition+`}}`)
			access := Access{Action: "events:PutEvents", Resource: "arn:aws:events:us-east-1:000000000000:event-bus/b", Keys: test.keys}
			want := ""
			if !test.want {
				want = nothing
			}
			checkDecision(t, d, p, access, want)
		})
	}
}

func TestUnsupportedConditions(t *testing.T) {
	tests := []struct{ name, condition, want string }{
		{"operator", `"IpAddress":{"aws:SourceArn":"10.0.0.0/8"}`, `condition operator "IpAddress" is not supported`},
		{"operator in another case", `"stringEquals":{"aws:SourceArn":"a"}`, `condition operator "stringEquals" is not supported`},
		{"set operator", `"ForEachValue:StringEquals":{"events:source":"a"}`, `condition operator "ForEachValue:StringEquals" is not supported: "ForEachValue" is no set operator`},
		{"set operator on Null", `"ForAllValues:Null":{"events:source":"true"}`, `condition operator "ForAllValues:Null" is not supported`},
		{"global key", `"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}`, `condition key "aws:PrincipalOrgID" is not supported`},
		{"key of a service", `"ForAllValues:StringEquals":{"dynamodb:Attributes":"a"}`, `condition key "dynamodb:Attributes" is not supported`},
		{"key of no service", `"StringNotEquals":{"events:sauce":"a"}`, `condition key "events:sauce" is not supported`},
		{"behind one that does not hold", `"Bool":{"aws:SecureTransport":"false"},"IpAddress":{"aws:SourceArn":"x"}`, `condition operator "IpAddress" is not supported`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			statement := `{"Sid":"Cond","Effect":"Allow","Action":"sqs:SendMessage","Resource":"*","Condition":{` + test.condition + `}}`
			d, p := directory(t, `{"Effect":"Allow","Action":"*","Resource":"*"},`+statement)
			checkDecision(t, d, p, Access{Action: "sqs:SendMessage", Resource: queue},
				`because an identity-based policy can't be decided: policy inline: statement "Cond": `+test.want)
			checkDecision(t, d, p, Access{Action: "sqs:ReceiveMessage", Resource: queue}, "")
		})
	}
}

func TestUnsupportedConditionOfResourcePolicy(t *testing.T) {
	d, _ := directory(t, "")
	policy := resourcePolicy(t, `{"Effect":"Allow","Principal":"*","Action":"sqs:*","Condition":{"BinaryEquals":{"x:y":"eA=="}}}`)
	err := d.Authorize(Admin(account), Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: policy})
	if want := `the resource-based policy can't be decided: statement 1: condition operator "BinaryEquals" is not supported`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
