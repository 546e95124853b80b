package httpapi

import (
	"strings"
	"testing"

	"eda-demo/internal/order"
)

func TestDecodePlacement(t *testing.T) {
	tests := []struct {
		body string
		want placement
	}{
		{`{"id":101,"amount":100}`, placement{101, 100_00}},
		{" {\n\t\"amount\" : 100.0 , \"id\" : 1e2 }\r\n ", placement{100, 100_00}},
		{`{"\u0069d":101,"amount":100.50}`, placement{101, 100_50}},
		{`{"id":1.01E+2,"amount":1e2}`, placement{101, 100_00}},
		{`{"id":9007199254740991,"amount":1000000000.00}`, placement{order.MaxID, order.MaxAmount}},
		{`{"id":1,"amount":0.01}`, placement{1, 1}},
		{`{"id":1,"amount":0.01` + strings.Repeat("0", 15000) + `}`, placement{1, 1}},
	}
	for _, tt := range tests {
		got, refused := decodePlacement([]byte(tt.body))
		if refused != nil || got != tt.want {
			t.Errorf("decodePlacement(%.60q) = %+v, %+v, want %+v", tt.body, got, refused, tt.want)
		}
	}
}

const (
	badID     = "must be an integer from 1 to 9007199254740991"
	badAmount = "must be a number from 0.01 to 1000000000"
	badCents  = "must have at most two decimals"
	badValue  = "has a value that is not JSON"
	badNext   = "is followed by what is not JSON"
)

// refusals has bodies with the fields at fault as the problem tells of them.
var refusals = []struct {
	body string
	want string
}{
	{``, "body is empty"},
	{" \n ", "body is empty"},
	{"\xff", "body is not UTF-8"},
	{"{\"id\":1,\"amount\":1,\"\xc3\x28\":1}", "body is not UTF-8"},
	{"\xef\xbb\xbf{\"id\":1,\"amount\":1}", "body is not JSON"},
	{`id=101&amount=100`, "body is not JSON"},
	{`NaN`, "body is not JSON"},
	{`null`, "body must be a JSON object"},
	{`101`, "body must be a JSON object"},
	{`[{"id":101,"amount":100}]`, "body must be a JSON object"},
	{strings.Repeat("[", 8000), "body must be a JSON object"},
	{`{`, "body is not JSON"},
	{`{"id":101,"amount":100`, "amount " + badNext},
	{`{"id":101,"amount":100]`, "amount " + badNext},
	{`{"id":101 "amount":100}`, "id " + badNext},
	{`{"id":101,"amount":100,}`, "amount " + badNext},
	{`{"id":101,,"amount":100}`, "id " + badNext},
	{`{id:101,"amount":100}`, "body is not JSON"},
	{`{"id":101,"amount":100}{}`, "body has something behind the JSON object"},
	{`{"id":101,"amount":100} x`, "body has something behind the JSON object"},
	{`{"id":101,"amount":NaN}`, "amount " + badValue},
	{`{"id":101,"amount":Infinity}`, "amount " + badValue},
	{`{"id":0101,"amount":100}`, "id " + badNext},
	{`{"id":+1,"amount":100}`, "id " + badValue},
	{`{"id":101,"amount":.5}`, "amount " + badValue},
	{`{"id":101,"amount":`, "amount " + badValue},
	{`{"id":` + strings.Repeat("[", 8000) + `,"amount":1}`, "id " + badValue},
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

func TestDecodePlacementRefuses(t *testing.T) {
	for _, tt := range refusals {
		got, refused := decodePlacement([]byte(tt.body))
		if refused == nil {
			t.Errorf("decodePlacement(%.60q) = %+v, want it refused", tt.body, got)
			continue
		}
		if refused.Detail != tt.want || refused.Status != 400 {
			t.Errorf("decodePlacement(%.60q) is refused with %d %s, want 400 %s", tt.body, refused.Status, refused.Detail, tt.want)
		}
		if want := strings.Count(tt.want, ";") + 1; len(refused.Errors) != want {
			t.Errorf("decodePlacement(%.60q) names %d fields, want %d", tt.body, len(refused.Errors), want)
		}
	}
}

func TestProblemsStaySmall(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"` + strings.Repeat("é", 1000) + `":1`)
	for i := range 1000 {
		body.WriteString(`,"` + strings.Repeat("x", i%9) + `":1`)
	}
	body.WriteString("}")
	_, refused := decodePlacement([]byte(body.String()))
	if refused == nil || len(refused.Errors) != maxErrors {
		t.Fatalf("decodePlacement = %+v, want %d errors", refused, maxErrors)
	}
	if name := refused.Errors[0].Field; name != strings.Repeat("é", 32)+"…" {
		t.Errorf("the first field is %q, want 32 of its characters", name)
	}
	if got := len(refused.Response().Body); got > 2048 {
		t.Errorf("the answer has %d bytes, want no more than 2048", got)
	}
}
