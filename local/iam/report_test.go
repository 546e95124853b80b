package iam

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// lines writes grants for comparison, one a line.
func lines(grants []Grant) string {
	var text strings.Builder
	for _, g := range grants {
		fmt.Fprintf(&text, "%s/%s %s on %s", g.Policy, g.Statement, g.Action, g.Resource)
		if g.Condition != "" {
			fmt.Fprintf(&text, " if %s", g.Condition)
		}
		fmt.Fprintf(&text, ": %d calls %d checks\n", g.Calls, g.Checks)
	}
	return text.String()
}

// checkGrants compares the only role's grants.
func checkGrants(t *testing.T, d *Directory, want string) {
	t.Helper()
	roles := d.Report().Roles
	if len(roles) != 1 {
		t.Fatalf("the report has the roles %+v, want one", roles)
	}
	if got := lines(roles[0].Grants); got != want {
		t.Errorf("got grants\n%swant\n%s", got, want)
	}
}

func TestReportCountsWhatStatementsAllow(t *testing.T) {
	d, p := directory(t, `
		{"Sid":"Letters","Effect":"Allow","Action":["sqs:SendMessage","sqs:Receive*"],"Resource":["`+queue+`","`+queue+`-2"]},
		{"Effect":"Deny","Action":"sqs:PurgeQueue","Resource":"*"},
		{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},
		{"Effect":"Allow","NotAction":["sqs:*","events:*"],"NotResource":"`+queue+`"},
		{"Effect":"Allow","Action":"events:PutEvents","Resource":"*","Condition":{"StringEquals":{"events:source":["a","b"]}}}`)
	ask := func(action, resource string, times int) {
		for range times {
			d.Authorize(p, Access{Action: action, Resource: resource, Keys: map[string][]string{"events:source": {"b"}}})
		}
	}
	ask("sqs:SendMessage", queue, 3)
	ask("sqs:ReceiveMessage", queue+"-2", 1)
	ask("sqs:SendMessage", queue+"-3", 2)
	ask("dynamodb:PutItem", table, 1)
	ask("events:PutEvents", rule, 4)
	ask("sqs:PurgeQueue", queue, 1)
	if err := d.Check(p, Access{Action: "sqs:SendMessage", Resource: queue + "-2"}); err != nil {
		t.Fatal(err)
	}
	checkGrants(t, d, `inline/Letters sqs:SendMessage on `+queue+`: 3 calls 0 checks
inline/Letters sqs:SendMessage on `+queue+`-2: 0 calls 1 checks
inline/Letters sqs:Receive* on `+queue+`: 0 calls 0 checks
inline/Letters sqs:Receive* on `+queue+`-2: 1 calls 0 checks
inline/3 sqs:SendMessage on *: 2 calls 0 checks
inline/4 all but sqs:*, events:* on all but `+queue+`: 1 calls 0 checks
inline/5 events:PutEvents on * if StringEquals events:source a or b: 4 calls 0 checks
`)
	want := Usage{"sqs:SendMessage", queue, 3, 0}
	if got := d.Report().Roles[0].Grants[0].Accesses; len(got) != 1 || got[0] != want {
		t.Errorf("the first grant's accesses are %+v, want %+v", got, want)
	}
}

func TestReportOfTwoPolicies(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}`)
	more, err := ParseIdentityPolicy([]byte(`{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.PutRolePolicy("worker", "more", more); err != nil {
		t.Fatal(err)
	}
	d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue})
	// What is not needed beside another shows as unused.
	checkGrants(t, d, "inline/1 sqs:SendMessage on *: 1 calls 0 checks\nmore/1 sqs:* on *: 0 calls 0 checks\n")
}

func TestReportCountsDenials(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"},{"Effect":"Deny","Action":"sns:*","Resource":"*"}`)
	events := Service("events.amazonaws.com", account, rule)
	letter := Access{Action: "sqs:SendMessage", Resource: queue, ResourcePolicy: resourcePolicy(t, `{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:*"}`)}
	for range 2 {
		d.Authorize(events, letter)
		d.Authorize(p, Access{Action: "dynamodb:PutItem", Resource: table})
	}
	d.Authorize(p, Access{Action: "sns:Publish", Resource: "*"})
	d.Authorize(Principal{}, Access{Action: "sqs:SendMessage", Resource: queue})
	d.Assume(events, p.RoleARN, "s")
	d.Assume(events, p.RoleARN+"2", "s")
	d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue}) // allowed
	want := []Denial{
		{"anonymous", "", "sqs:SendMessage", queue, "because no resource-based policy allows the sqs:SendMessage action", 1},
		{"events.amazonaws.com", rule, "sqs:SendMessage", queue, "because no resource-based policy allows the sqs:SendMessage action", 2},
		{"events.amazonaws.com", rule, "sts:AssumeRole", p.RoleARN, "because no resource-based policy allows the sts:AssumeRole action", 1},
		{"events.amazonaws.com", rule, "sts:AssumeRole", p.RoleARN + "2", "because the role does not exist", 1},
		{"worker", "", "dynamodb:PutItem", table, "because no identity-based policy allows the dynamodb:PutItem action", 2},
		{"worker", "", "sns:Publish", "*", "with an explicit deny in an identity-based policy", 1},
	}
	if got := d.Report().Denials; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestDenialsToAssumeAreObserved(t *testing.T) {
	d, p := directory(t, "")
	var got []string
	d.Observe(func(denied *Denied) {
		got = append(got, fmt.Sprint(denied.Principal.ARN, " ", denied.Access.Action))
	})
	d.Assume(Service("events.amazonaws.com", account, rule), p.RoleARN, "s")
	if want := "[events.amazonaws.com sts:AssumeRole]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestReportNamesRolesAsTheTemplateDoes(t *testing.T) {
	d := NewDirectory(account)
	role, err := create(t, d, "Role", `{"AssumeRolePolicyDocument":`+trustLambda+`}`)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(d.Report())
	if want := `{"roles":[{"role":"R1","name":"` + role.ID + `","grants":[]}],"denials":[]}`; err != nil || string(raw) != want {
		t.Errorf("got  %s, %v\nwant %s", raw, err, want)
	}
	for id, want := range map[string]string{"OrdersGetOrderRole477209E7": "OrdersGetOrderRole", "Role": "Role", "Role12345678X": "Role12345678X", "": "name"} {
		if got := (&Role{Name: "name", logicalID: id}).title(); got != want {
			t.Errorf("title of %q: got %q, want %q", id, got, want)
		}
	}
}

func TestReportIsBounded(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:*"},{"Effect":"Allow","Action":"sqs:*","NotResource":"`+table+`"}`)
	const many = maxRefusals + 100
	for i := range many {
		stream := fmt.Sprintf("arn:aws:logs:us-east-1:%s:log-group:g:log-stream:%d", account, i)
		d.Authorize(p, Access{Action: "logs:PutLogEvents", Resource: stream})
		d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue + fmt.Sprint(i)})
		d.Authorize(p, Access{Action: "sns:Publish", Resource: fmt.Sprint("arn:aws:sns:us-east-1:0:", i)})
	}
	report := d.Report()
	for _, grant := range report.Roles[0].Grants {
		if grant.Calls != many || len(grant.Accesses) > maxDistinct+1 {
			t.Errorf("%s has %d calls in %d accesses, want %d in at most %d", grant.Action, grant.Calls, len(grant.Accesses), many, maxDistinct+1)
		}
	}
	denied := int64(0)
	for _, denial := range report.Denials {
		denied += denial.Count
	}
	if denied != many || len(report.Denials) > maxRefusals+1 {
		t.Errorf("%d denials in %d rows, want %d in at most %d", denied, len(report.Denials), many, maxRefusals+1)
	}
}

func TestReportWhileInUse(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for range 500 {
				d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue})
				d.Authorize(p, Access{Action: "sns:Publish", Resource: fmt.Sprint(i)})
				d.Report()
			}
		})
	}
	group.Wait()
	report := d.Report()
	if calls := report.Roles[0].Grants[0].Calls; calls != 2000 || len(report.Denials) != 4 {
		t.Errorf("got %d calls and the denials %v, want 2000 and 4 of 500", calls, report.Denials)
	}
}
