package iam

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const (
	account = "000000000000"
	region  = "us-east-1"
	table   = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
	queue   = "arn:aws:sqs:us-east-1:000000000000:letters"
	rule    = "arn:aws:events:us-east-1:000000000000:rule/eda-demo/r"
)

// directory returns a directory with a role that has the given statements, and
// a session of it.
func directory(t *testing.T, statements string) (*Directory, Principal) {
	t.Helper()
	d := NewDirectory(account)
	trust := resourcePolicy(t, `{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}`)
	role, err := d.PutRole("worker", trust)
	if err != nil {
		t.Fatal(err)
	}
	if statements != "" {
		policy, err := ParseIdentityPolicy([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.PutRolePolicy("worker", "inline", policy); err != nil {
			t.Fatal(err)
		}
	}
	p, err := d.Assume(Service("lambda.amazonaws.com", account, ""), role.ARN, "create-order")
	if err != nil {
		t.Fatal(err)
	}
	return d, p
}

func resourcePolicy(t *testing.T, statements string) *Policy {
	t.Helper()
	policy, err := ParseResourcePolicy([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

const (
	noIdentity   = "because no identity-based policy allows the %s action"
	noResource   = "because no resource-based policy allows the %s action"
	identityDeny = "with an explicit deny in an identity-based policy"
	resourceDeny = "with an explicit deny in a resource-based policy"
)

func checkDecision(t *testing.T, d *Directory, p Principal, access Access, wantReason string) {
	t.Helper()
	err := d.Authorize(p, access)
	if wantReason == "" {
		if err != nil {
			t.Errorf("got %v, want it allowed", err)
		}
		return
	}
	if strings.Contains(wantReason, "%s") {
		wantReason = fmt.Sprintf(wantReason, access.Action)
	}
	var denied *Denied
	if !errors.As(err, &denied) || denied.Reason != wantReason {
		t.Errorf("got %v, want a denial %s", err, wantReason)
	}
}

func TestIdentityPolicies(t *testing.T) {
	put := Access{Action: "dynamodb:PutItem", Resource: table}
	tests := []struct {
		name, statements string
		access           Access
		want             string
	}{
		{"no statement", ``, put, noIdentity},
		{"exact", `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"` + table + `"}`, put, ""},
		{"other action", `{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItems"],"Resource":"*"}`, put, noIdentity},
		{"other resource", `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"` + table + `-2"}`, put, noIdentity},
		{"action in another case", `{"Effect":"Allow","Action":"DynamoDB:putitem","Resource":"*"}`, put, ""},
		{"action wildcard", `{"Effect":"Allow","Action":"dynamodb:P?t*","Resource":"*"}`, put, ""},
		{"any action", `{"Effect":"Allow","Action":"*","Resource":"*"}`, put, ""},
		{"resource wildcard", `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"arn:aws:dynamodb:*:*:table/ord?rs"}`, put, ""},
		{"the table is not its index", `{"Effect":"Allow","Action":"dynamodb:Query","Resource":"` + table + `"}`, Access{Action: "dynamodb:Query", Resource: table + "/index/i"}, noIdentity},
		{"an action without resource needs *", `{"Effect":"Allow","Action":"xray:PutTraceSegments","Resource":"arn:aws:xray:us-east-1:000000000000:x"}`, Access{Action: "xray:PutTraceSegments", Resource: "*"}, noIdentity},
		{"NotAction leaves it out", `{"Effect":"Allow","NotAction":["dynamodb:Put*","sqs:*"],"Resource":"*"}`, put, noIdentity},
		{"NotAction of others", `{"Effect":"Allow","NotAction":["sqs:*"],"Resource":"*"}`, put, ""},
		{"NotResource leaves it out", `{"Effect":"Allow","Action":"*","NotResource":"` + table + `"}`, put, noIdentity},
		{"NotResource of others", `{"Effect":"Allow","Action":"*","NotResource":["` + queue + `"]}`, put, ""},
		{"denial first", `{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}`, put, identityDeny},
		{"denial last", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}`, put, identityDeny},
		{"denial of another action", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"sqs:*","Resource":"*"}`, put, ""},
		{"denial whose condition does not hold", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, put, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, p := directory(t, test.statements)
			checkDecision(t, d, p, test.access, test.want)
		})
	}
}

func TestResourcePolicies(t *testing.T) {
	const from = `"Condition":{"ArnEquals":{"aws:SourceArn":"` + rule + `"},"StringEquals":{"aws:SourceAccount":"000000000000"}}`
	role := "arn:aws:iam::000000000000:role/worker"
	events := Service("events.amazonaws.com", account, rule)
	_, session := directory(t, "")
	tests := []struct {
		name, statement string
		p               Principal
		want            string
	}{
		{"service", `{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}`, events, ""},
		{"service from the rule", `{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"` + queue + `",` + from + `}`, events, ""},
		{"service from another rule", `{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` + from + `}`, Service("events.amazonaws.com", account, rule+"2"), noResource},
		{"service from another account", `{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` + from + `}`, Service("events.amazonaws.com", "111111111111", rule), noResource},
		{"another service", `{"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com","lambda.amazonaws.com"]},"Action":"sqs:SendMessage","Resource":"*"}`, events, noResource},
		{"any service", `{"Effect":"Allow","Principal":{"Service":"*"},"Action":"sqs:SendMessage","Resource":"*"}`, events, ""},
		{"a service is not the account", `{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sqs:*","Resource":"*"}`, events, noResource},
		{"anyone", `{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"}`, Principal{}, ""},
		{"any of AWS", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sqs:SendMessage"}`, session, ""},
		{"role, whose policies are silent", `{"Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"sqs:SendMessage"}`, session, ""},
		{"session", `{"Effect":"Allow","Principal":{"AWS":"` + session.ARN + `"},"Action":"sqs:SendMessage"}`, session, ""},
		{"another role", `{"Effect":"Allow","Principal":{"AWS":"` + role + `2"},"Action":"sqs:SendMessage"}`, session, noIdentity},
		{"the account only delegates", `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sqs:SendMessage"}`, session, noIdentity},
		{"the account's id only delegates", `{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sqs:SendMessage"}`, session, noIdentity},
		{"the account denies", `{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sqs:*"}`, session, resourceDeny},
		{"another account", `{"Effect":"Deny","Principal":{"AWS":"111111111111"},"Action":"sqs:*"}`, session, noIdentity},
		{"NotPrincipal is another", `{"Effect":"Deny","NotPrincipal":{"AWS":"` + role + `2"},"Action":"sqs:*"}`, session, resourceDeny},
		{"NotPrincipal is the caller", `{"Effect":"Deny","NotPrincipal":{"AWS":["` + role + `","000000000000"]},"Action":"sqs:*"}`, session, noIdentity},
		{"federated", `{"Effect":"Allow","Principal":{"Federated":"*"},"Action":"sqs:*"}`, session, noIdentity},
		{"administrator", `{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},"Action":"sqs:*"}`, Admin(account), ""},
		{"administrator denied", `{"Effect":"Deny","Principal":"*","Action":"sqs:*"}`, Admin(account), resourceDeny},
		{"nobody", `{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sqs:*"}`, Principal{}, noResource},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, _ := directory(t, "")
			checkDecision(t, d, test.p, Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: resourcePolicy(t, test.statement)}, test.want)
		})
	}
}

func TestResourceDenialOverIdentityAllow(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	policy := resourcePolicy(t, `{"Effect":"Deny","Principal":"*","Action":"sqs:*"}`)
	checkDecision(t, d, p, Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: policy}, resourceDeny)
}

func TestSeveralPolicies(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`)
	access := Access{Action: "sqs:SendMessage", Resource: queue}
	put := func(name, statement string) {
		t.Helper()
		policy, err := ParseIdentityPolicy([]byte(`{"Statement":` + statement + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.PutRolePolicy("worker", name, policy); err != nil {
			t.Fatal(err)
		}
	}
	put("another", `{"Effect":"Deny","Action":"sqs:Send*","Resource":"*"}`)
	checkDecision(t, d, p, access, identityDeny)
	put("another", `{"Effect":"Deny","Action":"sqs:Receive*","Resource":"*"}`)
	checkDecision(t, d, p, access, "")
	put("inline", `{"Effect":"Allow","Action":"sns:*","Resource":"*"}`)
	checkDecision(t, d, p, access, noIdentity)
}

func TestDeniedSentences(t *testing.T) {
	_, session := directory(t, "")
	tests := []struct {
		p    Principal
		want string
	}{
		{session, "User: arn:aws:sts::000000000000:assumed-role/worker/create-order is not authorized to perform: sqs:SendMessage on resource: " + queue + " because no identity-based policy allows the sqs:SendMessage action"},
		{Service("events.amazonaws.com", account, rule), "User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: " + queue + " because no resource-based policy allows the sqs:SendMessage action"},
		{Principal{}, "User: anonymous is not authorized to perform: sqs:SendMessage on resource: " + queue + " because no resource-based policy allows the sqs:SendMessage action"},
	}
	for _, test := range tests {
		d, _ := directory(t, "")
		if err := d.Authorize(test.p, Access{Action: "sqs:SendMessage", Resource: queue}); err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
}

func TestObserve(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}`)
	var got []string
	d.Observe(func(denied *Denied) {
		got = append(got, fmt.Sprint(RoleName(denied.Principal.RoleARN), " ", denied.Access.Action, " ", denied.Reason))
	})
	d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue})
	d.Authorize(p, Access{Action: "sqs:ReceiveMessage", Resource: queue})
	want := "[worker sqs:ReceiveMessage because no identity-based policy allows the sqs:ReceiveMessage action]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
