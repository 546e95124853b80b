package httpapi_test

import (
	"context"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/internal/order"
)

func TestGet(t *testing.T) {
	a := newAPI()
	a.post(t, `{"id":101,"amount":100}`)
	want(t, a.order(t, "101"), 200, `{"id":101,"amount":100,"status":"OrderCreated",`+
		`"created":"2026-11-02T12:00:00.000Z","updated":"2026-11-02T12:00:00.000Z",`+
		`"history":[{"status":"OrderCreated","at":"2026-11-02T12:00:00.000Z"}]}`)
	if err := a.service.Settle(context.Background(), 101, order.Completed, event.Metadata{}); err != nil {
		t.Fatalf("Settle: %v", err)
	}
	want(t, a.order(t, "101"), 200, `{"id":101,"amount":100,"status":"OrderCompleted",`+
		`"created":"2026-11-02T12:00:00.000Z","updated":"2026-11-02T12:00:00.000Z",`+
		`"history":[{"status":"OrderCreated","at":"2026-11-02T12:00:00.000Z"},{"status":"OrderCompleted","at":"2026-11-02T12:00:00.000Z"}]}`)
}

func TestGetNothing(t *testing.T) {
	a := newAPI()
	a.post(t, `{"id":101,"amount":100}`)
	want(t, a.order(t, "102"), 404, `{"title":"Not Found","status":404,"detail":"There is no such order."}`)
	for _, id := range []string{"", "x", "0", "-101", "+101", "0101", "101.0", "1e2", " 101", "101/", "9007199254740992", "99999999999999999999", "१"} {
		want(t, a.order(t, id), 404,
			`{"title":"Not Found","status":404,"detail":"There is no such order: an id is an integer from 1 to 9007199254740991."}`)
	}
}
