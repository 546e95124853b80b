package logs_test

import (
	"strings"
	"testing"
)

const savedQuery = `{"Name":"eda-demo/order","QueryString":"filter detail.id = {{orderId}} | sort @timestamp","LogGroupNames":["all","/aws/lambda/f"],` +
	`"QueryLanguage":"CWLI","Parameters":[{"Name":"orderId","DefaultValue":"1","Description":"d"}]}`

func TestSavedQueryLifecycle(t *testing.T) {
	m := newManaged(t, "QueryDefinition")
	d := m.create(savedQuery)
	instance, err := m.Create(t.Context(), d)
	check(t, err)
	if instance.ID != d.PhysicalID || instance.Attributes["QueryDefinitionId"] != d.PhysicalID || len(d.PhysicalID) != 36 {
		t.Errorf("taken up: got %+v, want %s, the id of a query", instance, d.PhysicalID)
	}
	for _, properties := range []string{`{"Name":"n","QueryString":"limit 1"}`, savedQuery, savedQuery} {
		if d, err = m.update(d, properties); err != nil {
			t.Errorf("update to %s: %v", properties, err)
		}
	}
	if _, err := m.update(d, `{"Name":"n","QueryString":""}`); err == nil {
		t.Error("an update to no query was accepted")
	}
	m.remove(d)
	if _, err := m.update(d, savedQuery); err == nil || !strings.Contains(err.Error(), "was not found") {
		t.Errorf("update of a deleted one: got %v, want it refused", err)
	}
}

func TestSavedQueryRefuses(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{`"Name":"eda-demo/order",`, ``, "required property Name is missing"},
		{`eda-demo/order`, strings.Repeat("x", 256), "has not 1 to 255 characters"},
		{`filter`, strings.Repeat("x", 10000), "characters are not 1 to 10000"},
		{`CWLI`, `KQL`, `property QueryLanguage: "KQL" is not one of`},
		{`CWLI`, `SQL`, "property Parameters: queries in SQL have none"},
		{`"all"`, `"a b"`, `property LogGroupNames: "a b" does not match`},
		{`"all"`, strings.Repeat(`"all",`, 49) + `"all"`, "property LogGroupNames: 51 names are more than 50"},
		{`{{orderId}}`, `{{id}}`, `property QueryString: there is no parameter "id"`},
		{`"Name":"orderId"`, `"Name":"1"`, `property Parameters: the name "1" is there twice, or does not match`},
		{`"Name":"orderId"`, `"Name":"orderId"},{"Name":"orderId"`, `property Parameters: the name "orderId" is there twice`},
		{`"QueryLanguage"`, `"Folder":"f","QueryLanguage"`, "member Folder is not supported"},
	}
	m := newManaged(t, "QueryDefinition")
	for _, test := range tests {
		changed := strings.Replace(savedQuery, test.old, test.new, 1)
		if got, err := m.Create(t.Context(), m.defined(changed)); changed == savedQuery || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %+v, %v; want %s", test.new, got, err, test.want)
		}
	}
}
