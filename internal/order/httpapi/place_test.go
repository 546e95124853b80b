package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/order/httpapi"
	"eda-demo/internal/order/storetest"
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

// api has both routes over one store in memory, at 12:00 o'clock.
type api struct {
	place, get func(context.Context, request) (response, error)
	service    *order.Service
	store      *storetest.Memory
	log        *bytes.Buffer
}

func newAPI() api {
	a := api{store: &storetest.Memory{}, log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(a.log, nil))
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a.service = order.NewService(a.store, func() time.Time { return noon }, event.NewID, log)
	a.place, a.get = httpapi.Place(a.service, log), httpapi.Get(a.store, log)
	return a
}

// post sends a body as curl does by default: as form-urlencoded, which an HTTP
// API hands over in base64.
func (a api) post(t *testing.T, body string) response {
	t.Helper()
	return a.send(t, request{
		Headers:         map[string]string{"content-type": "application/x-www-form-urlencoded"},
		Body:            base64.StdEncoding.EncodeToString([]byte(body)),
		IsBase64Encoded: true,
	})
}

func (a api) send(t *testing.T, r request) response {
	t.Helper()
	answer, err := a.place(context.Background(), r)
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

func (a api) order(t *testing.T, id string) response {
	t.Helper()
	answer, err := a.get(context.Background(), request{PathParameters: map[string]string{"id": id}})
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

func want(t *testing.T, got response, status int, body string) {
	t.Helper()
	if got.StatusCode != status || (body != "" && got.Body != body) {
		t.Errorf("answered %d %s\nwant %d %s", got.StatusCode, got.Body, status, body)
	}
	media := "application/json"
	if status >= 400 {
		media = "application/problem+json"
	}
	if got.Headers["Content-Type"] != media {
		t.Errorf("the answer is %q, want %q", got.Headers["Content-Type"], media)
	}
}

func TestPlace(t *testing.T) {
	a := newAPI()
	first := a.post(t, `{"id":101,"amount":100.50}`)
	want(t, first, 202, `{"id":101,"amount":100.5,"status":"OrderCreated"}`)
	if got := first.Headers["Location"]; got != "/order/101" {
		t.Errorf("Location is %q, want /order/101", got)
	}
	want(t, a.send(t, request{Body: `{"id":1.01e2,"amount":100.5}`}), 202, `{"id":101,"amount":100.5,"status":"OrderCreated"}`)
	want(t, a.post(t, `{"id":101,"amount":100.51}`), 409,
		`{"title":"Conflict","status":409,"detail":"An order with this id and another amount exists."}`)
	if got := len(a.store.Announced(101)); got != 1 {
		t.Errorf("%d events are announced, want 1", got)
	}
}

func TestPlaceAgainShowsTheOrderAsItStands(t *testing.T) {
	a := newAPI()
	a.post(t, `{"id":101,"amount":900}`)
	if err := a.service.Settle(context.Background(), 101, order.Cancelled, event.Metadata{}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	want(t, a.post(t, `{"id":101,"amount":900}`), 202, `{"id":101,"amount":900,"status":"OrderCancelled"}`)
}

func TestPlaceRefuses(t *testing.T) {
	a := newAPI()
	fits := `{"id":101,"amount":100}` + strings.Repeat(" ", 16384-23)
	tooLarge := `{"title":"Request Entity Too Large","status":413,"detail":"The body is larger than 16 KB."}`
	want(t, a.post(t, fits+" "), 413, tooLarge)
	want(t, a.post(t, strings.Repeat("x", 1<<20)), 413, tooLarge)
	want(t, a.send(t, request{Body: fits + " "}), 413, tooLarge)
	want(t, a.send(t, request{Body: "%%%", IsBase64Encoded: true}), 400,
		`{"title":"Bad Request","status":400,"detail":"body cannot be decoded from base64","errors":[{"field":"body","detail":"cannot be decoded from base64"}]}`)
	want(t, a.send(t, request{}), 400, "")
	want(t, a.post(t, `{"id":101,"amount":"100"}`), 400,
		`{"title":"Bad Request","status":400,"detail":"amount must be a number from 0.01 to 1000000000","errors":[{"field":"amount","detail":"must be a number from 0.01 to 1000000000"}]}`)
	if n := a.store.Len(); n != 0 {
		t.Errorf("%d orders are stored, want none", n)
	}
	want(t, a.post(t, fits), 202, "")
}

func TestInternalErrorsStayInside(t *testing.T) {
	a := newAPI()
	a.store.Fail = func(string) error { return errors.New("table secret-table is on fire") }
	for name, answer := range map[string]response{"POST": a.post(t, `{"id":101,"amount":100}`), "GET": a.order(t, "101")} {
		want(t, answer, 500, `{"title":"Internal Server Error","status":500,"detail":"The request could not be carried out. It may be sent again."}`)
		if strings.Contains(fmt.Sprint(answer), "secret-table") {
			t.Errorf("%s tells the client %s", name, answer.Body)
		}
	}
	if got := strings.Count(a.log.String(), "secret-table"); got != 2 {
		t.Errorf("the log has the cause %d times, want 2:\n%s", got, a.log)
	}
}

// TestFailedRequestsAreCounted: each once, as an invocation of its function that
// failed, for Lambda counts an answer as a success; others are not.
func TestFailedRequestsAreCounted(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
	a := newAPI()
	a.post(t, `{"id":101,"amount":100}`)
	a.post(t, `{"id":101,"amount":200}`)
	a.post(t, `{`)
	a.order(t, "101")
	a.order(t, "102")
	if strings.Contains(a.log.String(), "LoggedFailures") {
		t.Errorf("nothing failed, and the log counts failures:\n%s", a.log)
	}
	a.store.Fail = func(string) error { return errors.New("out of order") }
	for i, request := range []func(){func() { a.post(t, `{"id":103,"amount":100}`) }, func() { a.order(t, "101") }} {
		request()
		if got := strings.Count(a.log.String(), `"FunctionName":"f","LoggedFailures":1,"_aws"`); got != i+1 {
			t.Errorf("after %d failed requests the log counts %d, want %d:\n%s", i+1, got, i+1, a.log)
		}
	}
}

func TestBodiesAreNotLogged(t *testing.T) {
	a := newAPI()
	a.post(t, `{"id":101,"amount":987654.32}`)
	a.post(t, `{"id":101,"amount":987654.32,"card":"4111111111111111"}`)
	for _, private := range []string{"987654.32", "98765432", "card", "4111111111111111"} {
		if strings.Contains(a.log.String(), private) {
			t.Errorf("the log has %q:\n%s", private, a.log)
		}
	}
	if !strings.Contains(a.log.String(), `"orderId":101`) || !strings.Contains(a.log.String(), `"correlationId":"`) {
		t.Errorf("the log lacks the order's id or the correlation:\n%s", a.log)
	}
}
