package endpoint_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/money"
	"eda-demo/internal/problem"
)

type request = events.APIGatewayV2HTTPRequest

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
	{`{}`, "id is missing; amount is missing"},
	{`{"amount":100}`, "id is missing"},
	{`{"ID":101,"amount":100}`, "ID is unknown; id is missing"},
	{`{"id":101,"amount":100,"note":"x"}`, "note is unknown"},
	{`{"id":101,"id":101,"amount":100}`, "id is given more than once"},
	{`{"id":101,"amount":100,"\u0061mount":1}`, "amount is given more than once"},
	{`{"id":0,"amount":0,"comment":"x"}`, "id must not be 0; amount must be a number from 0.01 to 1000000000"},
	{`{"id":1,"id":0,"amount":0.001}`, "id is given more than once; amount must have at most two decimals"},
	{`{"amount":"1"}`, "amount must be a number from 0.01 to 1000000000; id is missing"},
}

const (
	badValue = "has a value that is not JSON"
	badNext  = "is followed by what is not JSON"
)

// thing has an id other than 0, an amount, and perhaps a comment.
type thing struct {
	id, comment string
	amount      money.Amount
}

func read(r request) (thing, *problem.Details) {
	var got thing
	refused := endpoint.ReadObject(r,
		endpoint.Field{Name: "id", Read: func(text json.RawMessage) string {
			if got.id = string(text); got.id == "0" {
				return "must not be 0"
			}
			return ""
		}},
		endpoint.Field{Name: "amount", Read: endpoint.Price(&got.amount)},
		endpoint.Field{Name: "comment", Optional: true, Read: func(text json.RawMessage) string {
			got.comment = string(text)
			return ""
		}})
	return got, refused
}

func TestReadObject(t *testing.T) {
	for body, want := range map[string]thing{
		`{"id":101,"amount":100}`:                             {id: "101", amount: 100_00},
		`{"amount":100.50,"comment":["a", {}],"id":"x"}`:      {id: `"x"`, amount: 100_50, comment: `["a", {}]`},
		" {\n\t\"amount\" : 1e2 , \"\\u0069d\" : null }\r\n ": {id: "null", amount: 100_00},
	} {
		for _, r := range []request{{Body: body}, {Body: base64.StdEncoding.EncodeToString([]byte(body)), IsBase64Encoded: true}} {
			if got, refused := read(r); refused != nil || got != want {
				t.Errorf("%q is read as %+v, %+v, want %+v", r.Body, got, refused, want)
			}
		}
	}
}

func TestReadObjectRefuses(t *testing.T) {
	for _, tt := range refusals {
		_, refused := read(request{Body: tt.body})
		if refused == nil {
			t.Errorf("%.60q is read, want it refused", tt.body)
			continue
		}
		if refused.Detail != tt.want || refused.Status != 400 {
			t.Errorf("%.60q is refused with %d %s, want 400 %s", tt.body, refused.Status, refused.Detail, tt.want)
		}
		if want := strings.Count(tt.want, ";") + 1; len(refused.Errors) != want {
			t.Errorf("%.60q has %d fields named, want %d", tt.body, len(refused.Errors), want)
		}
	}
}

// TestLargeBodies: what counts is the body as the client sent it.
func TestLargeBodies(t *testing.T) {
	fits := `{"id":101,"amount":100}` + strings.Repeat(" ", endpoint.MaxBody-23)
	for _, tt := range []struct {
		body string
		want int
	}{{fits, 0}, {fits + " ", 413}, {strings.Repeat("x", 1<<20), 413}} {
		for _, r := range []request{{Body: tt.body}, {Body: base64.StdEncoding.EncodeToString([]byte(tt.body)), IsBase64Encoded: true}} {
			status := 0
			if _, refused := read(r); refused != nil {
				status = refused.Status
			}
			if status != tt.want {
				t.Errorf("%d bytes, in base64 %t, are refused with %d, want %d", len(tt.body), r.IsBase64Encoded, status, tt.want)
			}
		}
	}
	_, refused := read(request{Body: "%%%", IsBase64Encoded: true})
	if refused == nil || !slices.Equal(refused.Errors, []problem.Field{{Field: "body", Detail: "cannot be decoded from base64"}}) {
		t.Errorf("a body that is no base64 is refused with %+v", refused)
	}
}

func TestProblemsStaySmall(t *testing.T) {
	var body strings.Builder
	body.WriteString(`{"` + strings.Repeat("é", 1000) + `":1`)
	for i := range 1000 {
		body.WriteString(`,"` + strings.Repeat("x", i%9) + `":1`)
	}
	body.WriteString("}")
	_, refused := read(request{Body: body.String()})
	if refused == nil || len(refused.Errors) != endpoint.MaxErrors {
		t.Fatalf("read = %+v, want %d errors", refused, endpoint.MaxErrors)
	}
	if name := refused.Errors[0].Field; name != strings.Repeat("é", 32)+"…" {
		t.Errorf("the first field is %q, want 32 of its characters", name)
	}
	if got := len(refused.Response().Body); got > 2048 {
		t.Errorf("the answer has %d bytes, want no more than 2048", got)
	}
}
