package httpapi

import (
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/money"
	"eda-demo/internal/order"
)

func TestReadPlacement(t *testing.T) {
	tests := []struct {
		body string
		want placement
	}{
		{`{"id":101,"amount":100}`, placement{101, 100_00}},
		{" {\n\t\"amount\" : 100.0 , \"id\" : 1e2 }\r\n ", placement{100, 100_00}},
		{`{"\u0069d":101,"amount":100.50}`, placement{101, 100_50}},
		{`{"id":1.01E+2,"amount":1e2}`, placement{101, 100_00}},
		{`{"id":9007199254740991,"amount":1000000000.00}`, placement{order.MaxID, money.MaxPrice}},
		{`{"id":1,"amount":0.01}`, placement{1, 1}},
		{`{"id":1,"amount":0.01` + strings.Repeat("0", 15000) + `}`, placement{1, 1}},
	}
	for _, tt := range tests {
		got, refused := readPlacement(events.APIGatewayV2HTTPRequest{Body: tt.body})
		if refused != nil || got != tt.want {
			t.Errorf("readPlacement(%.60q) = %+v, %+v, want %+v", tt.body, got, refused, tt.want)
		}
	}
}

const (
	badID     = "must be an integer from 1 to 9007199254740991"
	badAmount = "must be a number from 0.01 to 1000000000"
	badCents  = "must have at most two decimals"
)

// refusals has JSON objects with the fields at fault as the problem tells of them.
var refusals = []struct {
	body string
	want string
}{
	{`{"id":` + strings.Repeat("[", 8000) + strings.Repeat("]", 8000) + `,"amount":1}`, "id " + badID},
	{`{}`, "id is missing; amount is missing"},
	{`{"amount":100}`, "id is missing"},
	{`{"ID":101,"amount":100}`, "ID is unknown; id is missing"},
	{`{"id":101,"amount":100,"note":"x"}`, "note is unknown"},
	{`{"id":101,"id":101,"amount":100}`, "id is given more than once"},
	{`{"id":101,"amount":100,"\u0061mount":1}`, "amount is given more than once"},
	{`{"id":"101","amount":"100"}`, "id " + badID + "; amount " + badAmount},
	{`{"id":null,"amount":true}`, "id " + badID + "; amount " + badAmount},
	{`{"id":{"a":1},"amount":[100]}`, "id " + badID + "; amount " + badAmount},
	{`{"id":0,"amount":0}`, "id " + badID + "; amount " + badAmount},
	{`{"id":-0,"amount":-0}`, "id " + badID + "; amount " + badAmount},
	{`{"id":-1,"amount":-0.01}`, "id " + badID + "; amount " + badAmount},
	{`{"id":1.5,"amount":0.001}`, "id " + badID + "; amount " + badCents},
	{`{"id":9007199254740992,"amount":1000000000.01}`, "id " + badID + "; amount " + badAmount},
	{`{"id":1e400,"amount":1e400}`, "id " + badID + "; amount " + badAmount},
	{`{"id":1e999999999999,"amount":1e999999999999}`, "id " + badID + "; amount " + badAmount},
	{`{"id":1e-999999999999,"amount":1e-400}`, "id " + badID + "; amount " + badCents},
	{`{"id":` + strings.Repeat("9", 16000) + `,"amount":1}`, "id " + badID},
}

func TestReadPlacementRefuses(t *testing.T) {
	for _, tt := range refusals {
		got, refused := readPlacement(events.APIGatewayV2HTTPRequest{Body: tt.body})
		if refused == nil {
			t.Errorf("readPlacement(%.60q) = %+v, want it refused", tt.body, got)
			continue
		}
		if refused.Detail != tt.want || refused.Status != 400 {
			t.Errorf("readPlacement(%.60q) is refused with %d %s, want 400 %s", tt.body, refused.Status, refused.Detail, tt.want)
		}
		if want := strings.Count(tt.want, ";") + 1; len(refused.Errors) != want {
			t.Errorf("readPlacement(%.60q) names %d fields, want %d", tt.body, len(refused.Errors), want)
		}
	}
}
