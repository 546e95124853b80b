package console

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"eda-demo/local/iam"
)

func TestPermissions(t *testing.T) {
	s := start(t)
	s.want("/permissions", 200, "0 granted")
	report := iam.Report{
		Roles: []iam.RoleReport{{Role: "CreateRole", Name: "EdaDemo-CreateRole-X", Grants: []iam.Grant{
			{Policy: "p", Statement: "1", Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:us-east-1:0:table/orders", Calls: 3, Accesses: []iam.Usage{}},
			{Policy: "p", Statement: "2", Action: "xray:PutTelemetryRecords", Resource: "*", Accesses: []iam.Usage{}},
		}}},
		Denials: []iam.Denial{{Who: "events.amazonaws.com", For: "arn:aws:events:us-east-1:0:rule/b/<r>", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:0:q", Reason: "because", Count: 7}},
	}
	s.console.ShowPermissions(func() iam.Report { return report })
	s.want("/permissions", 200, "2 granted, 1 of them never used; 7 accesses denied", ">CreateRole</td>", "<code>table/orders</code>", "<td>3 times</td>",
		"<strong>never used</strong>", "events.amazonaws.com for rule/b/&lt;r&gt;", "<td>7</td>", "because")
	s.want("/", 200, `href="/permissions"`)
	for url, accept := range map[string]string{"/permissions.json": "*/*", "/permissions": "application/json"} {
		_, raw, _ := strings.Cut(s.get(url, accept).body, "\r\n\r\n")
		var got iam.Report
		if err := json.Unmarshal([]byte(raw), &got); err != nil || !reflect.DeepEqual(got, report) {
			t.Errorf("GET %s as %s: got %s (%v), want %+v", url, accept, raw, err, report)
		}
	}
}
