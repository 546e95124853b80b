package iam

import (
	"errors"
	"regexp"
	"sync"
	"testing"
)

func TestAssume(t *testing.T) {
	d := NewDirectory(account)
	trust := resourcePolicy(t, `{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"000000000000"}}}`)
	role, err := d.PutRole("payment", trust)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, role string
		p          Principal
		want       string
	}{
		{"trusted", role.ARN, Service("states.amazonaws.com", account, rule), ""},
		{"another service", role.ARN, Service("lambda.amazonaws.com", account, rule), "User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/payment because no resource-based policy allows the sts:AssumeRole action"},
		{"another account", role.ARN, Service("states.amazonaws.com", "1", rule), "User: states.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/payment because no resource-based policy allows the sts:AssumeRole action"},
		{"no such role", role.ARN + "2", Service("states.amazonaws.com", account, rule), "User: states.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/payment2 because the role does not exist"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := d.Assume(test.p, test.role, "run-1")
			if test.want == "" {
				want := Principal{Kind: RoleSession, Account: account, RoleARN: role.ARN, ARN: "arn:aws:sts::000000000000:assumed-role/payment/run-1"}
				if err != nil || p != want {
					t.Errorf("got %+v, %v; want %+v", p, err, want)
				}
				return
			}
			var denied *Denied
			if !errors.As(err, &denied) || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	d, p := directory(t, "")
	keys, others := d.Issue(p), d.Issue(p)
	if !regexp.MustCompile(`^ASIA[A-Z2-7]{16}$`).MatchString(keys.AccessKeyID) {
		t.Errorf("access key id: got %q", keys.AccessKeyID)
	}
	if keys.AccessKeyID == others.AccessKeyID || keys.SecretAccessKey == others.SecretAccessKey || len(keys.SecretAccessKey) != 40 {
		t.Errorf("got %+v and %+v, want two of their own", keys, others)
	}
	if got := d.Identify(keys.AccessKeyID); got != p {
		t.Errorf("issued key: got %+v, want %+v", got, p)
	}
	if got := d.Identify("AKIAELSEWHERE"); got != Admin(account) {
		t.Errorf("key from elsewhere: got %+v, want the administrator", got)
	}
}

func TestPutRoleTwice(t *testing.T) {
	d, _ := directory(t, "")
	if _, err := d.PutRole("worker", nil); err == nil || err.Error() != "Role with name worker already exists." {
		t.Errorf("got %v, want that it already exists", err)
	}
	if err := d.PutRolePolicy("nobody", "p", nil); err == nil || err.Error() != "The role with name nobody cannot be found." {
		t.Errorf("got %v, want that it does not exist", err)
	}
}

func TestRoleName(t *testing.T) {
	for arn, want := range map[string]string{"arn:aws:iam::1:role/a": "a", "arn:aws:iam::1:role/service-role/b": "b", "c": "c"} {
		if got := RoleName(arn); got != want {
			t.Errorf("RoleName(%q): got %q, want %q", arn, got, want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	d, p := directory(t, `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`)
	policy, err := ParseIdentityPolicy([]byte(`{"Statement":{"Effect":"Allow","Action":"sns:*","Resource":"*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 200 {
				if err := d.Authorize(p, Access{Action: "sqs:SendMessage", Resource: queue}); err != nil {
					t.Errorf("got %v, want it allowed", err)
					return
				}
				d.PutRolePolicy("worker", "other", policy)
				d.Identify(d.Issue(p).AccessKeyID)
			}
		})
	}
	group.Wait()
}

func BenchmarkAuthorize(b *testing.B) {
	d := NewDirectory(account)
	policy, err := ParseIdentityPolicy([]byte(`{"Statement":[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*"},{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":"` + table + `"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	role, err := d.PutRole("r", nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := d.PutRolePolicy("r", "p", policy); err != nil {
		b.Fatal(err)
	}
	p := Principal{Kind: RoleSession, Account: account, RoleARN: role.ARN}
	for b.Loop() {
		if err := d.Authorize(p, Access{Action: "dynamodb:PutItem", Resource: table}); err != nil {
			b.Fatal(err)
		}
	}
}
