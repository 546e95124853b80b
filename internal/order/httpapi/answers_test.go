package httpapi_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/event"
	"eda-demo/internal/openapi"
	"eda-demo/internal/openapi/openapitest"
	"eda-demo/internal/order"
	"eda-demo/internal/order/httpapi"
)

// described asks for the description as an HTTP API does.
func (a api) described(t *testing.T) response {
	t.Helper()
	answer, err := a.get(context.Background(), request{RouteKey: openapi.Route})
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

// broken is an API whose table fails.
func broken() api {
	a := newAPI()
	a.store.Fail = func(string) error { return errors.New("out of order") }
	return a
}

// settled is an API with a final order 101.
func settled(t *testing.T) api {
	t.Helper()
	a := newAPI()
	a.post(t, `{"id":101,"amount":100}`)
	if err := a.service.Settle(context.Background(), 101, order.Completed, event.Metadata{}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	return a
}

const (
	placing = "POST /order"
	getting = "GET /order/{id}"
)

// TestAnswersAreDescribed sends requests of every kind to the handlers, and
// looks each answer up in the description. What that has, and no request leads
// to, is wrong as well.
func TestAnswersAreDescribed(t *testing.T) {
	described := openapitest.Read(t).Answers(t, placing, getting, openapi.Route)
	seen := func(operation string, got response) {
		t.Helper()
		described.Saw(t, operation, got)
	}
	a := settled(t)
	for _, body := range []string{
		`{"id":1,"amount":0.01}`, `{"id":101,"amount":100}`, `{"id":101,"amount":100.01}`,
		`{"id":9007199254740991,"amount":1000000000}`, strings.Repeat("x", endpoint.MaxBody+1),
		`{"` + strings.Repeat("n", 1000) + `":1}`,
	} {
		seen(placing, a.post(t, body))
		seen(placing, a.send(t, request{Body: body}))
	}
	for _, refusal := range httpapi.Refusals() {
		seen(placing, a.post(t, refusal.Body))
	}
	seen(placing, a.send(t, request{Body: "%%%", IsBase64Encoded: true}))
	seen(placing, broken().post(t, `{"id":1,"amount":1}`))
	for _, id := range []string{"101", "1", "102", "", "x", "-1", "0101", "9007199254740992", strings.Repeat("9", 5000), "१"} {
		seen(getting, a.order(t, id))
	}
	seen(getting, broken().order(t, "101"))
	seen(openapi.Route, a.described(t))
	seen(openapi.Route, broken().described(t))
	described.WantAllSeen(t)
}
