package template_test

import (
	"encoding/json"
	"slices"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/local/eventpattern"
)

// receivers are the rules that each detail type of the contract is meant for.
var receivers = map[string][]string{
	event.OrderCreated:     {event.CatchAllRule, event.PaymentRule, event.NotificationRule},
	event.OrderCompleted:   {event.CatchAllRule, event.NotificationRule},
	event.OrderCancelled:   {event.CatchAllRule, event.NotificationRule},
	event.PaymentSucceeded: {event.CatchAllRule, event.OrderRule, event.NotificationRule},
	event.PaymentFailed:    {event.CatchAllRule, event.OrderRule, event.NotificationRule},
}

// patterns compiles the synthesized patterns, by the name of their rule.
func patterns(t *testing.T) map[string]*eventpattern.Pattern {
	t.Helper()
	compiled := map[string]*eventpattern.Pattern{}
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		raw, err := json.Marshal(rule.Properties["EventPattern"])
		if err != nil {
			t.Fatal(err)
		}
		if compiled[rule.Text("Name")], err = eventpattern.Compile(raw); err != nil {
			t.Fatalf("rule %s: %v", rule.Text("Name"), err)
		}
	}
	return compiled
}

func matching(t *testing.T, rules map[string]*eventpattern.Pattern, raw []byte) []string {
	t.Helper()
	parsed, err := eventpattern.ParseEvent(raw)
	if err != nil {
		t.Fatalf("event %s: %v", raw, err)
	}
	var names []string
	for name, pattern := range rules {
		if pattern.Matches(parsed) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestEverySampleReachesItsReceivers(t *testing.T) {
	rules := patterns(t)
	seen := map[string]bool{}
	for _, kind := range event.Types() {
		want, ok := receivers[kind.DetailType]
		if !ok {
			t.Errorf("nothing says who receives %s", kind.DetailType)
		}
		seen[kind.DetailType] = true
		want = slices.Sorted(slices.Values(want))
		for _, sample := range kind.Samples {
			if got := matching(t, rules, sample.JSON); !slices.Equal(got, want) {
				t.Errorf("sample %s reaches %v, want %v", sample.Name, got, want)
			}
		}
	}
	for detailType := range receivers {
		if !seen[detailType] {
			t.Errorf("the contract has no %s", detailType)
		}
	}
}

// TestOtherEventsAreOnlyLogged holds that a rule reacts to its own sources
// only, and that the order service's rule leaves no payment event out: one it
// does not know is to be dead-lettered, not ignored.
func TestOtherEventsAreOnlyLogged(t *testing.T) {
	tests := []struct {
		event string
		want  []string
	}{
		{`{"source":"warehouse","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule}},
		{`{"source":"order-service-2","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule}},
		{`{"source":"payment-service","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule, event.OrderRule}},
		{`{"source":"payment-service","detail-type":"PaymentPostponed","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule, event.OrderRule}},
		{`{"source":"order-service","detail-type":"OrderShipped","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule}},
		{`{"detail-type":"OrderCreated","detail":{"source":"order-service"}}`, nil},
	}
	rules := patterns(t)
	for _, test := range tests {
		if got := matching(t, rules, []byte(test.event)); !slices.Equal(got, test.want) {
			t.Errorf("%s reaches %v, want %v", test.event, got, test.want)
		}
	}
}
