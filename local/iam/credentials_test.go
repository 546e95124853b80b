package iam

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := directory(t, "")
		keys := d.IssueUntil(p, time.Now().Add(15*time.Minute))
		time.Sleep(15*time.Minute - time.Nanosecond)
		if got := d.Identify(keys.AccessKeyID); got != p {
			t.Errorf("just before the end: got %+v, want %+v", got, p)
		}
		time.Sleep(time.Nanosecond)
		if got := d.Identify(keys.AccessKeyID); got.Kind != Expired {
			t.Errorf("at the end: got %+v, want an expired principal", got)
		}
		for range 3 * minSweep {
			d.IssueUntil(p, time.Now().Add(time.Second))
			time.Sleep(time.Second)
		}
		if got := len(d.sessions); got > minSweep {
			t.Errorf("%d sessions are remembered, want at most %d", got, minSweep)
		}
		if got := d.Identify(keys.AccessKeyID); got.Kind != Revoked {
			t.Errorf("after it was forgotten: got %+v, want a revoked principal", got)
		}
	})
}

func TestRevoke(t *testing.T) {
	d, p := directory(t, "")
	keys, others := d.Issue(p), d.Issue(p)
	for range 2 {
		d.Revoke(keys.AccessKeyID)
	}
	for key, want := range map[string]Kind{
		keys.AccessKeyID: Revoked, others.AccessKeyID: RoleSession,
		NewDirectory(account).Issue(p).AccessKeyID: Revoked, // an earlier runner's
		"ASIAIOSFODNN7EXAMPLE":                     Administrator,
		"ASIA":                                     Administrator,
	} {
		if got := d.Identify(key).Kind; got != want {
			t.Errorf("%s: got kind %d, want %d", key, got, want)
		}
	}
}

func TestTerms(t *testing.T) {
	d := NewDirectory(account)
	// As the bootstrap stack of the CDK has it.
	trust := resourcePolicy(t, `
		{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole","Condition":{"Null":{"sts:ExternalId":"true"}}},
		{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:TagSession","Condition":{"StringLike":{"sts:RoleSessionName":"aws-cdk-*"}}},
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"secret"}}}`)
	role, err := d.PutRole("deploy", trust)
	if err != nil {
		t.Fatal(err)
	}
	const refused = "because no resource-based policy allows the %s action"
	tests := []struct {
		name  string
		terms Terms
		want  string
	}{
		{"plain", Terms{Session: "aws-cdk-me"}, ""},
		{"external id", Terms{Session: "s", ExternalID: "secret"}, ""},
		{"another external id", Terms{Session: "s", ExternalID: "other"}, fmt.Sprintf(refused, "sts:AssumeRole")},
		{"tags", Terms{Session: "aws-cdk-me", Tagged: true, TransitiveTagKeys: []string{"a"}}, ""},
		{"tags that are not allowed", Terms{Session: "me", Tagged: true}, fmt.Sprintf(refused, "sts:TagSession")},
		{"an hour", Terms{Session: "s", Duration: time.Hour}, ""},
		{"more than an hour", Terms{Session: "s", Duration: time.Hour + time.Second}, ErrDuration.Error()},
	}
	for _, test := range tests {
		_, err := d.AssumeOn(Admin(account), role.ARN, test.terms)
		if test.want == "" && err != nil {
			t.Errorf("%s: got %v, want no error", test.name, err)
		}
		if test.want != "" {
			wantError(t, err, test.want)
		}
	}
}

func TestAdministratorMayTryRoles(t *testing.T) {
	d, p := directory(t, "")
	if _, err := d.Assume(Admin(account), p.RoleARN+"2", "s"); err == nil {
		t.Fatal("a role that does not exist was assumed")
	}
	if got := d.Report().Denials; len(got) != 0 {
		t.Errorf("the report has the denials %v, want none", got)
	}
}

func TestResourceAccount(t *testing.T) {
	const own = `{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceAccount":["000000000000"]}}}`
	const foreign = `{"Effect":"Allow","Action":"s3:List*","Resource":"*","Condition":{"StringNotEquals":{"s3:ResourceAccount":"000000000000"}}}`
	d, p := directory(t, own+","+foreign)
	checkDecision(t, d, p, Access{Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key"}, "")
	checkDecision(t, d, p, Access{Action: "s3:ListBucket", Resource: "arn:aws:s3:::bucket"}, noIdentity)
}
