package permissions

import (
	"errors"
	"strings"
	"testing"

	"eda-demo/local/iam"
)

var report = iam.Report{
	Roles: []iam.RoleReport{
		{Role: "CreateOrderRole", Name: "EdaDemo-CreateOrderRole-X", Grants: []iam.Grant{
			{Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:us-east-1:000000000000:table/eda-demo-orders", Calls: 12},
			{Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:000000000000:failures", Checks: 1},
			{Action: "xray:PutTelemetryRecords", Resource: "*"},
		}},
		{Role: "Idle", Grants: []iam.Grant{}},
		{Role: "Publisher", Grants: []iam.Grant{
			{Action: "events:PutEvents", Resource: "arn:aws:events:us-east-1:000000000000:event-bus/b", Condition: "StringEquals events:source s", Calls: 1},
		}},
	},
}

func TestWrite(t *testing.T) {
	const granted = `
ROLE             ACTION                    ON                                           USED
CreateOrderRole  dynamodb:PutItem          table/eda-demo-orders                        12 times
                 sqs:SendMessage           failures                                     never called, but required
                 xray:PutTelemetryRecords  *                                            never used
Idle             nothing                                                                
Publisher        events:PutEvents          event-bus/b if StringEquals events:source s  1 time
`
	denied := report
	denied.Denials = []iam.Denial{
		{Who: "Publisher", Action: "sns:Publish", Resource: "*", Reason: "because", Count: 2},
		{Who: "events.amazonaws.com", For: "arn:aws:events:us-east-1:000000000000:rule/b/r", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:000000000000:q", Reason: "so", Count: 1},
	}
	tests := []struct {
		name   string
		report iam.Report
		want   string
	}{
		{"nothing denied", report, "Permissions: 4 granted, 1 of them never used; 0 accesses denied\n" + granted},
		{"denials", denied, "Permissions: 4 granted, 1 of them never used; 3 accesses denied\n" + granted + `
DENIED TO                          ACTION           ON  TIMES  REASON
Publisher                          sns:Publish      *   2      because
events.amazonaws.com for rule/b/r  sqs:SendMessage  q   1      so
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var text strings.Builder
			if err := Write(&text, test.report); err != nil || text.String() != test.want {
				t.Errorf("got\n%s%v\nwant\n%s", text.String(), err, test.want)
			}
		})
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteTellsWhatFailed(t *testing.T) {
	if err := Write(full{}, report); err == nil || err.Error() != "write the permissions: no space left" {
		t.Errorf("got %v, want that there is no space left", err)
	}
}

func TestShort(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:logs:us-east-1:0:log-group:/aws/lambda/f:*": "log-group:/aws/lambda/f:*",
		"arn:aws:iam::0:role/r":                              "role/r",
		"*":                                                  "*",
		"a:b:c:d:e:f":                                        "a:b:c:d:e:f",
		"arn:aws:sqs":                                        "arn:aws:sqs",
	} {
		if got := Short(arn); got != want {
			t.Errorf("Short(%q): got %q, want %q", arn, got, want)
		}
	}
}
