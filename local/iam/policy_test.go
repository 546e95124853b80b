package iam

import (
	"reflect"
	"strings"
	"testing"
)

func TestParsePolicy(t *testing.T) {
	got, err := ParsePolicy([]byte(`{"Version":"2012-10-17","Id":"p","Statement":{
		"Sid":"S","Effect":"Deny","Principal":{"AWS":["1","2"]},"NotAction":"sqs:*","NotResource":["arn:a","*"],
		"Condition":{"StringLike":{"b:c":"x"},"Bool":{"aws:SecureTransport":[false,"true"]},"NumericEquals":{"n:n":1.50}}}}`))
	want := &Policy{ID: "p", Version: "2012-10-17", Statements: []Statement{{
		Sid: "S", Principals: []PrincipalPattern{{"AWS", "1"}, {"AWS", "2"}},
		NotActions: []string{"sqs:*"}, NotResources: []string{"arn:a", "*"},
		Conditions: []Condition{
			{"Bool", "aws:SecureTransport", []string{"false", "true"}},
			{"NumericEquals", "n:n", []string{"1.50"}},
			{"StringLike", "b:c", []string{"x"}},
		},
	}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	statement := func(members string) string { return `{"Statement":[{` + members + `}]}` }
	tests := []struct{ name, text, want string }{
		{"nothing", ``, "it is missing"},
		{"no JSON", `{`, "unexpected end of JSON input"},
		{"data after it", `{"Statement":[]} x`, "invalid character 'x'"},
		{"another shape", `"*"`, "string is given where an object is expected"},
		{"unknown element", `{"Statements":[]}`, "member Statements is not supported"},
		{"element in another case", `{"statement":[]}`, "member statement is not supported"},
		{"element twice", statement(`"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"`), "member Effect is given twice"},
		{"version", `{"Version":"2020-01-01","Statement":[]}`, `unknown Version "2020-01-01"`},
		{"no statement", `{"Version":"2012-10-17"}`, "Statement: it is missing"},
		{"empty list of statements", `{"Statement":[]}`, "Statement: at least one is required"},
		{"null statement", `{"Statement":null}`, "Statement: at least one is required"},
		{"unknown element of a statement", statement(`"Effect":"Allow","Actions":"*"`), "statement 1: member Actions is not supported"},
		{"effect", statement(`"Effect":"allow","Action":"*"`), `Effect "allow" is neither Allow nor Deny`},
		{"no action", statement(`"Sid":"S","Effect":"Allow","Resource":"*"`), `statement "S": exactly one of Action and NotAction is required`},
		{"both actions", statement(`"Effect":"Allow","Action":"*","NotAction":"*"`), "exactly one of Action and NotAction is required"},
		{"empty list of actions", statement(`"Effect":"Allow","Action":[]`), "an empty list is given"},
		{"action is a number", statement(`"Effect":"Allow","Action":1`), "1 is given where a string is expected"},
		{"action is null", statement(`"Effect":"Allow","Action":null`), "<nil> is given where a string is expected"},
		{"action without service", statement(`"Effect":"Allow","Action":"PutItem"`), `"PutItem" is not an action`},
		{"both resources", statement(`"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"`), "Resource and NotResource exclude each other"},
		{"resource is no ARN", statement(`"Effect":"Allow","Action":"*","Resource":"orders"`), `"orders" is neither an ARN nor "*"`},
		{"variable in a resource", statement(`"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"`), "policy variables such as"},
		{"variable in a condition", statement(`"Effect":"Allow","Action":"*","Condition":{"StringEquals":{"a:b":"${aws:username}"}}`), "policy variables such as"},
		{"both principals", statement(`"Effect":"Allow","Action":"*","Principal":"*","NotPrincipal":"*"`), "Principal and NotPrincipal exclude each other"},
		{"principal", statement(`"Effect":"Allow","Action":"*","Principal":"me"`), `Principal: "me" is not a principal`},
		{"principal is null", statement(`"Effect":"Allow","Action":"*","Principal":null`), "Principal: at least one is required"},
		{"kind of principal", statement(`"Effect":"Allow","Action":"*","NotPrincipal":{"User":"x"}`), `NotPrincipal: unknown type "User"`},
		{"empty principal", statement(`"Effect":"Allow","Action":"*","Principal":{"AWS":""}`), "is given where a string is expected"},
		{"condition's shape", statement(`"Effect":"Allow","Action":"*","Condition":{"StringEquals":"x"}`), "string is given where an object is expected"},
		{"condition's value", statement(`"Effect":"Allow","Action":"*","Condition":{"StringEquals":{"a:b":{}}}`), "map[] is given where a string, a number or a boolean is expected"},
		{"no number", statement(`"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"a:b":"x"}}`), `NumericEquals a:b: "x" is not a value that NumericEquals compares with`},
		{"no date", statement(`"Effect":"Allow","Action":"*","Condition":{"DateLessThanIfExists":{"a:b":"soon"}}`), `"soon" is not a value that DateLessThan compares with`},
		{"no boolean", statement(`"Effect":"Allow","Action":"*","Condition":{"Null":{"a:b":"yes"}}`), `"yes" is not a value that Null compares with`},
		{"too deep", `{"Statement":` + strings.Repeat("[", 500) + strings.Repeat("]", 500) + `}`, "statement 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			policy, err := ParsePolicy([]byte(test.text))
			if err == nil || !strings.HasPrefix(err.Error(), "parse policy document: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v and error %v, want an error with %s", policy, err, test.want)
			}
		})
	}
}

func TestParsePolicyOfAKind(t *testing.T) {
	identity := `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	attached := `{"Statement":{"Effect":"Allow","Action":"*","Principal":"*"}}`
	if _, err := ParseIdentityPolicy([]byte(identity)); err != nil {
		t.Errorf("identity policy: got %v, want no error", err)
	}
	if _, err := ParseResourcePolicy([]byte(attached)); err != nil {
		t.Errorf("resource policy: got %v, want no error", err)
	}
	if _, err := ParseResourcePolicy([]byte(identity)); err == nil || !strings.Contains(err.Error(), "Principal is missing") {
		t.Errorf("resource policy without Principal: got %v", err)
	}
	if _, err := ParseIdentityPolicy([]byte(attached)); err == nil || !strings.Contains(err.Error(), "Resource is missing") {
		t.Errorf("identity policy without Resource: got %v", err)
	}
	both := strings.Replace(identity, `"Effect"`, `"Principal":"*","Effect"`, 1)
	if _, err := ParseIdentityPolicy([]byte(both)); err == nil || !strings.Contains(err.Error(), "has no Principal") {
		t.Errorf("identity policy with Principal: got %v", err)
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, seed := range []string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":"*","Condition":{"ForAllValues:StringLikeIfExists":{"a:b":["x*",1,true]}}}]}`,
		`{"Statement":{"Effect":"Deny","NotAction":"*","NotPrincipal":{"Service":"s"},"NotResource":["arn:*"]}}`,
		`{"Statement":{"Effect":"Deny","Action":"*","Principal":"*","Condition":{"DateEquals":{"aws:CurrentTime":1}}}}`,
	} {
		f.Add([]byte(seed))
	}
	d := NewDirectory(account)
	f.Fuzz(func(t *testing.T, raw []byte) {
		policy, err := ParsePolicy(raw)
		if err != nil {
			return
		}
		for _, p := range []Principal{{}, Admin(account), Service("s", account, rule)} {
			d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: policy})
		}
	})
}
