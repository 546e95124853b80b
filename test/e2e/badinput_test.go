package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The numbers in these bodies stand for ids that no other test uses.
var badBodies = []badBody{
	{"empty", "", 400, ""},
	{"not JSON", "hello", 400, ""},
	{"half an object", `{"id":7001,"amount":1`, 400, ""},
	{"two objects", `{"id":7001,"amount":1}{"id":7002,"amount":1}`, 400, ""},
	{"null", "null", 400, ""},
	{"list", `[{"id":7001,"amount":1}]`, 400, ""},
	{"text", `"id"`, 400, ""},
	{"no id", `{"amount":1}`, 400, "id"},
	{"no amount", `{"id":7001}`, 400, "amount"},
	{"unknown field", `{"id":7001,"amount":1,"currency":"EUR"}`, 400, "currency"},
	{"field in capitals", `{"ID":7001,"amount":1}`, 400, "ID"},
	{"duplicate id", `{"id":7001,"id":7002,"amount":1}`, 400, "id"},
	{"duplicate amount", `{"id":7001,"amount":1,"amount":2}`, 400, "amount"},
	{"id as text", `{"id":"7001","amount":1}`, 400, "id"},
	{"amount as text", `{"id":7001,"amount":"1"}`, 400, "amount"},
	{"id null", `{"id":null,"amount":1}`, 400, "id"},
	{"amount is an object", `{"id":7001,"amount":{"value":1}}`, 400, "amount"},
	{"deep nesting", `{"id":7001,"amount":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", 400, "amount"},
	{"NaN", `{"id":7001,"amount":NaN}`, 400, ""},
	{"infinity", `{"id":7001,"amount":Infinity}`, 400, ""},
	{"id zero", `{"id":0,"amount":1}`, 400, "id"},
	{"id negative", `{"id":-1,"amount":1}`, 400, "id"},
	{"id fraction", `{"id":7001.5,"amount":1}`, 400, "id"},
	{"id beyond 2^53-1", `{"id":9007199254740992,"amount":1}`, 400, "id"},
	{"id far beyond", `{"id":1e400,"amount":1}`, 400, "id"},
	{"amount zero", `{"id":7001,"amount":0}`, 400, "amount"},
	{"amount negative zero", `{"id":7001,"amount":-0}`, 400, "amount"},
	{"amount negative", `{"id":7001,"amount":-5}`, 400, "amount"},
	{"amount below a cent", `{"id":7001,"amount":0.001}`, 400, "amount"},
	{"amount with three decimals", `{"id":7001,"amount":1.234}`, 400, "amount"},
	{"amount too large", `{"id":7001,"amount":1000000000.01}`, 400, "amount"},
	{"amount beyond a double", `{"id":7001,"amount":1e400}`, 400, "amount"},
	{"amount with a huge exponent", `{"id":7001,"amount":1e999999999999}`, 400, "amount"},
	{"amount with a huge negative exponent", `{"id":7001,"amount":1e-999999999999}`, 400, "amount"},
	{"leading zero", `{"id":7001,"amount":01}`, 400, ""},
	{"plus sign", `{"id":7001,"amount":+1}`, 400, ""},
	{"invalid UTF-8", "{\"id\":7001,\"amount\":1,\"\xff\":1}", 400, ""},
	{"trailing text", `{"id":7001,"amount":1} hello`, 400, ""},
	{"too large", `{"id":7001,"amount":1` + strings.Repeat(" ", 17<<10) + `}`, 413, ""},
}

// badBody is a body that must be refused, with what the answer has to say.
type badBody struct {
	name, body string
	status     int
	says       string
}

// checkRefused posts bad bodies.
func checkRefused(t *testing.T, path string, bodies []badBody) {
	t.Helper()
	for _, test := range bodies {
		t.Run(test.name, func(t *testing.T) {
			got := postTo(t, sut.api+path, test.body)
			if got.status != test.status {
				t.Fatalf("answers %d %s, want %d", got.status, got.body, test.status)
			}
			if kind := got.header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("Content-Type is %q, want application/problem+json", kind)
			}
			if !strings.Contains(got.body, test.says) {
				t.Errorf("the answer %s does not name %q", got.body, test.says)
			}
		})
	}
}

func TestBadInputIsRefusedAndStoresNothing(t *testing.T) {
	checkRefused(t, "/order", badBodies)
	for _, id := range []string{"0", "-1", "7001", "7002", "9007199254740992"} {
		if got := item(t, "OrdersTableName", map[string]types.AttributeValue{"id": &types.AttributeValueMemberN{Value: id}}); got != nil {
			t.Errorf("the table holds %v", got)
		}
	}
	for _, id := range []int64{7001, 7002} {
		if got := loggedEvents(t, aboutOrder(id)); len(got) > 0 {
			t.Errorf("events of order %d were published: %v", id, got)
		}
	}
}

func TestNumbersAreTakenByValue(t *testing.T) {
	tests := []struct{ id, amount, want string }{
		{"%d", "1e2", "100"}, {"%d", "100.0", "100"}, {"%d", "100.00", "100"}, {"%d", "0.1e3", "100"},
		{"%d.0", "10E1", "100"}, {"%d", "1000000000.00", "1000000000"}, {"%d", "1e-2", "0.01"},
	}
	for _, test := range tests {
		t.Run(test.id+" "+test.amount, func(t *testing.T) {
			id := newID()
			got := post(t, fmt.Sprintf(`{"id":`+test.id+`,"amount":%s}`, id, test.amount))
			want := fmt.Sprintf(`{"id":%d,"amount":%s,"status":"OrderCreated"}`, id, test.want)
			if got.status != http.StatusAccepted || strings.TrimSpace(got.body) != want {
				t.Errorf("answers %d %s, want 202 %s", got.status, got.body, want)
			}
		})
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	tests := []struct {
		method, path string
		status       int
	}{
		{"GET", "/", 404}, {"GET", "/order", 404}, {"PUT", "/order", 404}, {"DELETE", "/order/1", 404},
		{"POST", "/order/1", 404}, {"GET", "/orders", 404}, {"GET", "/order/1/history", 404},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), test.method, sut.api+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, response)
			if got.status != test.status || got.body != `{"message":"Not Found"}` {
				t.Errorf("answers %d %s, want %d {\"message\":\"Not Found\"}", got.status, got.body, test.status)
			}
		})
	}
}
