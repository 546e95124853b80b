package cloudwatch

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/local/resource"
)

const body = `{"start":"-PT6H","widgets":[` +
	`{"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{"view":"timeSeries","title":"Orders","region":"us-east-1","metrics":[` +
	`["eda-demo","OrdersCreated","Service","order-service",{"stat":"Sum"}],["..."],[{"expression":"SUM(METRICS())"}]]}},` +
	`{"type":"alarm","properties":{"alarms":["arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"]}},` +
	`{"type":"text","properties":{"markdown":"# Orders"}}]}`

// dashboard is the definition of one with a body.
func dashboard(t *testing.T, name, body string) resource.Definition {
	t.Helper()
	properties, err := json.Marshal(map[string]string{"DashboardName": name, "DashboardBody": body})
	if err != nil {
		t.Fatal(err)
	}
	return resource.Definition{
		LogicalID: "Dashboard", Type: dashboardType, Properties: properties,
		Stack: resource.Stack{Name: "Test", Account: "000000000000", Region: "us-east-1", Partition: "aws"},
	}
}

func TestDashboardRefuses(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{body, `{`, "property DashboardBody"},
		{body, `{}`, "0 widgets are not 1 to 500"},
		{`"start"`, `"begin"`, "member begin is not supported"},
		{`"x":0`, `"z":0`, "member widgets[0].z is not supported"},
		{`"type":"text"`, `"type":"video"`, `/widgets/2: widgets of type "video" are not supported`},
		{`"region":"us-east-1",`, ``, "/widgets/0: property region is required in a widget of type metric"},
		{`"markdown"`, `"text"`, "/widgets/2: property markdown is required"},
		{`"x":0`, `"x":24`, "/widgets/0: x, y, width or height is not on the grid"},
		{`"width":12`, `"width":25`, "is not on the grid"},
		{`"height":6`, `"height":0`, "is not on the grid"},
		{`"Service","order-service"`, `"Service"`, "metrics/0 is not a namespace and a name"},
		{`["..."]`, `[7,"a"]`, "metrics/1 is not"},
		{`["..."]`, `[]`, "metrics/1 is not"},
		{`"metrics":[[`, `"metrics":["a",[`, "property metrics is not a list of lists"},
	}
	for _, test := range tests {
		changed := strings.Replace(body, test.old, test.new, 1)
		_, err := Resources()[dashboardType].Create(t.Context(), dashboard(t, "d", changed))
		if changed == body || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
	if _, err := Resources()[dashboardType].Create(t.Context(), dashboard(t, "a b", body)); err == nil || !strings.Contains(err.Error(), `property DashboardName: "a b" does not match`) {
		t.Errorf("a name with a space: got %v, want it refused", err)
	}
}

func TestDashboardLifecycle(t *testing.T) {
	kind := Resources()[dashboardType]
	d := dashboard(t, "mine", body)
	first, err := kind.Create(t.Context(), d)
	if err != nil || first.ID != "mine" {
		t.Fatalf("got %+v, %v; want mine", first, err)
	}
	if _, err := kind.Create(t.Context(), d); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("created twice: got %v, want it refused", err)
	}
	d.PhysicalID = first.ID
	other := dashboard(t, "mine", `{"widgets":[{"type":"text","properties":{"markdown":""}}]}`)
	if got, err := kind.Update(t.Context(), d, other); err != nil || got.ID != "mine" {
		t.Errorf("updated: got %+v, %v; want mine", got, err)
	}
	if _, err := kind.Update(t.Context(), d, dashboard(t, "mine", `{}`)); err == nil {
		t.Error("an update to a body without widgets was accepted")
	}
	if _, err := kind.Create(t.Context(), d); err != nil {
		t.Errorf("taken up: %v", err)
	}
	for range 2 {
		if err := kind.Delete(t.Context(), d); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := kind.Update(t.Context(), d, d); err == nil || !strings.Contains(err.Error(), "was not found") {
		t.Errorf("update of a deleted one: got %v, want it refused", err)
	}
}
