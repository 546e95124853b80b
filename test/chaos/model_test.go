package chaos

import (
	"strings"
	"testing"

	"eda-demo/internal/event"
	faults "eda-demo/local/chaos"
)

// right is what is seen of order 1, whose amount is above 500, if all is right.
func right() evidence {
	created := event.Metadata{EventID: "c", CorrelationID: "x"}
	failed := event.Metadata{EventID: "c-payment", CorrelationID: "x", CausationID: "c"}
	cancelled := event.Metadata{EventID: "f", CorrelationID: "x", CausationID: "c-payment"}
	return evidence{
		stored: &stored{Amount: "900", Status: event.OrderCancelled, History: []string{event.OrderCreated, event.OrderCancelled}},
		events: []logged{{event.OrderCancelled, cancelled}, {event.OrderCreated, created}, {event.PaymentFailed, failed}, {event.OrderCreated, created}},
		mails:  map[string]int{event.OrderCreated: 1, event.PaymentFailed: 1, event.OrderCancelled: 1},
	}
}

func TestModel(t *testing.T) {
	if got := judge(1, right()); len(got) > 0 {
		t.Errorf("what is right is judged %q", got)
	}
	tests := map[string]struct {
		change func(*evidence)
		says   string
	}{
		"lost":             {func(e *evidence) { e.stored = nil }, "not stored"},
		"stuck":            {func(e *evidence) { e.stored.Status = event.OrderCreated }, "status is OrderCreated"},
		"wrong end":        {func(e *evidence) { e.stored.Status = event.OrderCompleted }, "status is OrderCompleted"},
		"two ends":         {func(e *evidence) { e.stored.History = append(e.stored.History, event.OrderCancelled) }, "history is"},
		"no step":          {func(e *evidence) { e.stored.History = e.stored.History[:1] }, "history is"},
		"other amount":     {func(e *evidence) { e.stored.Amount = "42" }, "amount 42"},
		"not published":    {func(e *evidence) { e.events = e.events[1:] }, "0 different events OrderCancelled"},
		"impossible event": {func(e *evidence) { e.events = append(e.events, logged{event.OrderCompleted, event.Metadata{}}) }, "OrderCompleted is in the log"},
		"done twice": {func(e *evidence) {
			e.events = append(e.events, logged{event.OrderCancelled, event.Metadata{EventID: "g"}})
		}, "2 different events OrderCancelled"},
		"no cause":          {func(e *evidence) { e.events[0].Metadata.CausationID = "c" }, "does not follow"},
		"other correlation": {func(e *evidence) { e.events[0].Metadata.CorrelationID = "y" }, "does not follow"},
		"no mail":           {func(e *evidence) { delete(e.mails, event.PaymentFailed) }, "no mail tells of PaymentFailed"},
		"impossible mail":   {func(e *evidence) { e.mails[event.PaymentSucceeded] = 1 }, "PaymentSucceeded, which can't"},
	}
	for name, test := range tests {
		seen := right()
		test.change(&seen)
		if got := strings.Join(judge(1, seen), "; "); !strings.Contains(got, test.says) {
			t.Errorf("%s: judged %q, want it to say %q", name, got, test.says)
		}
	}
}

func TestFates(t *testing.T) {
	want := []string{event.OrderCompleted, event.OrderCancelled, event.OrderCompleted, event.OrderCancelled,
		event.OrderCompleted, event.OrderCancelled, event.OrderCompleted, event.OrderCancelled}
	for n, amount := range []string{"100", "900", "0.01", "500.01", "500", "1000000000", "499.99", "501"} {
		if order := id(n + 8); order.amount() != amount || order.fate().final != want[n] {
			t.Errorf("order %d: amount %s ends as %s, want %s and %s", order, order.amount(), order.fate().final, amount, want[n])
		}
	}
}

// TestSecondMails: they are excused by a fault that may have led to one.
func TestSecondMails(t *testing.T) {
	const lines = `
02:50:51.656  FAULT drop-ack: sns.Publish: OrderCreated {"id":1,"amount":900,"metadata":{"eve
02:50:51.656  FAULT crash: eda-demo-notification: PaymentFailed {"id":1}
02:50:51.656  FAULT crash: eda-demo-update-order: OrderCancelled {"id":1}
02:50:51.656  FAULT throttle: dynamodb.UpdateItem: OrderCreated {"id":2,"amount":1}
02:50:51.656  FAULT throttle: dynamodb.UpdateItem: OrderCreated {"id":2,"amount":1}
02:50:51.656  RETRY events
02:50:51.656  order-service    OrderCreated       {"id":3}
`
	printed := newLedger()
	printed.read(lines)
	if printed.injected[faults.Crash] != 2 || printed.injected[faults.DropAck] != 1 || printed.retries != 1 {
		t.Errorf("counted %v and %d retries, want 2 crashes, 1 drop-ack, 1 retry", printed.injected, printed.retries)
	}
	tests := []struct {
		order id
		kind  string
		mails int
		kills int
		wrong bool
	}{
		{1, event.OrderCreated, 1, 0, false},
		{1, event.OrderCreated, 2, 0, false},
		{1, event.OrderCreated, 3, 0, true},
		{1, event.OrderCreated, 3, 1, false},
		{1, event.PaymentFailed, 2, 0, false},
		{1, event.OrderCancelled, 2, 0, true},
		{2, event.OrderCreated, 2, 0, true},
	}
	for _, test := range tests {
		seen := map[id]*evidence{test.order: {mails: map[string]int{test.kind: test.mails}}}
		count, wrong := secondMails(seen, printed.excuses, test.kills)
		if count != test.mails-1 || (len(wrong) > 0) != test.wrong {
			t.Errorf("%+v: %d second mails, judged %q", test, count, wrong)
		}
	}
}
