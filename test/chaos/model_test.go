package chaos

import (
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/event"
	faults "eda-demo/local/chaos"
)

// chain are the events of a way, each caused by the one before.
func chain(way ...string) (events []logged) {
	cause := ""
	for _, name := range way {
		events = append(events, logged{name, event.Metadata{EventID: name + "-id", CorrelationID: "x", CausationID: cause}})
		cause = name + "-id"
	}
	return events
}

// right is what is seen of order 1, whose amount is above 500, if all is right.
func right() evidence {
	events := chain(event.OrderCreated, event.PaymentFailed, event.OrderCancelled)
	return evidence{
		items:  one("OrdersTableName", []string{event.OrderCreated, event.OrderCancelled}, "amount", "900", "status", event.OrderCancelled),
		events: append(events, events[0]),
		mails:  map[string]int{event.OrderCreated: 1, event.PaymentFailed: 1, event.OrderCancelled: 1},
	}
}

// one is an item in a table with a history and texts, by their names.
func one(table string, history []string, texts ...string) map[string][]item {
	all := map[string]string{}
	for pair := range slices.Chunk(texts, 2) {
		all[pair[0]] = pair[1]
	}
	return map[string][]item{table: {{texts: all, history: history}}}
}

// stored is the order's item.
func (e *evidence) stored() *item { return &e.items["OrdersTableName"][0] }

func TestModel(t *testing.T) {
	if got := judge(order(1), right()); len(got) > 0 {
		t.Errorf("what is right is judged %q", got)
	}
	tests := map[string]struct {
		change func(*evidence)
		says   string
	}{
		"lost":             {func(e *evidence) { e.items = nil }, "not stored"},
		"stuck":            {func(e *evidence) { e.stored().texts["status"] = event.OrderCreated }, "status is OrderCreated"},
		"wrong end":        {func(e *evidence) { e.stored().texts["status"] = event.OrderCompleted }, "status is OrderCompleted"},
		"two ends":         {func(e *evidence) { e.stored().history = append(e.stored().history, event.OrderCancelled) }, "history is"},
		"no step":          {func(e *evidence) { e.stored().history = e.stored().history[:1] }, "history is"},
		"other amount":     {func(e *evidence) { e.stored().texts["amount"] = "42" }, "amount 42"},
		"not published":    {func(e *evidence) { e.events = slices.Delete(e.events, 2, 3) }, "0 different events OrderCancelled"},
		"impossible event": {func(e *evidence) { e.events = append(e.events, logged{event.OrderCompleted, event.Metadata{}}) }, "OrderCompleted is in the log"},
		"done twice": {func(e *evidence) {
			e.events = append(e.events, logged{event.OrderCancelled, event.Metadata{EventID: "g"}})
		}, "2 different events OrderCancelled"},
		"no cause":          {func(e *evidence) { e.events[2].Metadata.CausationID = "c" }, "does not follow"},
		"other correlation": {func(e *evidence) { e.events[2].Metadata.CorrelationID = "y" }, "does not follow"},
		"no mail":           {func(e *evidence) { delete(e.mails, event.PaymentFailed) }, "no mail tells of PaymentFailed"},
		"impossible mail":   {func(e *evidence) { e.mails[event.PaymentSucceeded] = 1 }, "PaymentSucceeded, which can't"},
	}
	for name, test := range tests {
		seen := right()
		test.change(&seen)
		if got := strings.Join(judge(order(1), seen), "; "); !strings.Contains(got, test.says) {
			t.Errorf("%s: judged %q, want it to say %q", name, got, test.says)
		}
	}
}

func TestFates(t *testing.T) {
	want := []string{event.OrderCompleted, event.OrderCancelled, event.OrderCompleted, event.OrderCancelled,
		event.OrderCompleted, event.OrderCancelled, event.OrderCompleted, event.OrderCancelled}
	for n, amount := range []string{"100", "900", "0.01", "500.01", "500", "1000000000", "499.99", "501"} {
		if fate := order(n + 8).fate(evidence{}); fate.amount != amount || fate.final() != want[n] {
			t.Errorf("order %d: amount %s ends as %s, want %s and %s", n+8, fate.amount, fate.final(), amount, want[n])
		}
	}
}

func TestSubjectsAreMixed(t *testing.T) {
	all := (&Settings{Orders: 130, Flights: 1}).subjects()
	orders := 0
	for n, s := range all {
		if _, is := s.(order); is {
			orders++
		}
		if share := (n + 1) / 5; orders < share-1 || orders > share+1 {
			t.Fatalf("%d of the first %d are orders, want every fifth", orders, n+1)
		}
	}
	if orders != 130 || len(all) != 130+bookingsOfAFlight {
		t.Errorf("%d of %d are orders", orders, len(all))
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
02:50:51.656  FAULT drop-ack: sns.Publish: TicketIssued {"bookingId":"F1-2","customerId":"C2","tick
02:50:51.656  RETRY events
02:50:51.656  order-service    OrderCreated       {"id":3}
`
	printed := newLedger()
	printed.read(lines)
	if printed.injected[faults.Crash] != 2 || printed.injected[faults.DropAck] != 2 || printed.retries != 1 {
		t.Errorf("counted %v and %d retries, want 2 crashes, 2 drop-acks, 1 retry", printed.injected, printed.retries)
	}
	tests := []struct {
		subject id
		kind    string
		mails   int
		kills   int
		wrong   bool
	}{
		{"order 1", event.OrderCreated, 1, 0, false},
		{"order 1", event.OrderCreated, 2, 0, false},
		{"order 1", event.OrderCreated, 3, 0, true},
		{"order 1", event.OrderCreated, 3, 1, false},
		{"order 1", event.PaymentFailed, 2, 0, false},
		{"order 1", event.OrderCancelled, 2, 0, true},
		{"order 2", event.OrderCreated, 2, 0, true},
		{"booking F1-2", event.TicketIssued, 2, 0, false},
		{"booking F1-2", event.BookingCancelled, 2, 0, true},
	}
	for _, test := range tests {
		seen := map[id]*evidence{test.subject: {mails: map[string]int{test.kind: test.mails}}}
		count, wrong := secondMails(seen, printed.excuses, test.kills)
		if count != test.mails-1 || (len(wrong) > 0) != test.wrong {
			t.Errorf("%+v: %d second mails, judged %q", test, count, wrong)
		}
	}
}
