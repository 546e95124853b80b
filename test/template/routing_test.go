package template_test

import (
	"encoding/json"
	"slices"
	"testing"

	"eda-demo/internal/event"
	"eda-demo/local/eventpattern"
)

// receivers are the rules that each type of event of the contract is meant for,
// by its source and detail type.
var receivers = map[[2]string][]string{
	{event.OrderService, event.OrderCreated}:       {event.CatchAllRule, event.PaymentRule, event.NotificationRule},
	{event.OrderService, event.OrderCompleted}:     {event.CatchAllRule, event.NotificationRule},
	{event.OrderService, event.OrderCancelled}:     {event.CatchAllRule, event.NotificationRule},
	{event.PaymentService, event.PaymentSucceeded}: {event.CatchAllRule, event.OrderRule, event.NotificationRule},
	{event.PaymentService, event.PaymentFailed}:    {event.CatchAllRule, event.OrderRule, event.NotificationRule},

	{event.AircraftBooking, event.BookingCreated}:     {event.BookingCatchAllRule, event.PaymentProcessingRule},
	{event.AircraftBooking, event.BookingCancelled}:   {event.BookingCatchAllRule, event.SeatWithdrawalRule, event.BookingNotificationRule},
	{event.AircraftPayment, event.PaymentConfirmed}:   {event.BookingCatchAllRule, event.PaymentConfirmedRule, event.BookingProgressRule},
	{event.AircraftPayment, event.PaymentFailed}:      {event.BookingCatchAllRule, event.BookingProgressRule},
	{event.AircraftPayment, event.PaymentRefunded}:    {event.BookingCatchAllRule, event.BookingProgressRule},
	{event.AircraftSeats, event.SeatAssigned}:         {event.BookingCatchAllRule, event.TicketIssuedRule, event.BookingProgressRule},
	{event.AircraftSeats, event.SeatAssignmentFailed}: {event.BookingCatchAllRule, event.PaymentRefundRule, event.BookingProgressRule},
	{event.AircraftTicket, event.TicketIssued}:        {event.BookingCatchAllRule, event.BookingProgressRule, event.BookingNotificationRule},
}

// patterns compiles the synthesized patterns of the rules on a bus, by the name
// of their rule.
func patterns(t *testing.T, bus string) map[string]*eventpattern.Pattern {
	t.Helper()
	on := ref(t, "AWS::Events::EventBus", bus)
	compiled := map[string]*eventpattern.Pattern{}
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		if rule.Text("EventBusName") != on {
			continue
		}
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
	seen := map[[2]string]bool{}
	for _, kind := range event.Types() {
		key := [2]string{kind.Source, kind.DetailType}
		want, ok := receivers[key]
		if !ok {
			t.Errorf("nothing says who receives %s", key)
		}
		seen[key] = true
		rules, want := patterns(t, kind.Bus), slices.Sorted(slices.Values(want))
		for _, sample := range kind.Samples {
			if got := matching(t, rules, sample.JSON); !slices.Equal(got, want) {
				t.Errorf("sample %s reaches %v, want %v", sample.Name, got, want)
			}
		}
	}
	for key := range receivers {
		if !seen[key] {
			t.Errorf("the contract has no %s", key)
		}
	}
}

// Every rule is for some event, or nothing would notice that its pattern and
// the contract drifted apart.
func TestEveryRuleReceivesASample(t *testing.T) {
	var received []string
	for _, names := range receivers {
		received = append(received, names...)
	}
	for _, rule := range demo().OfType("AWS::Events::Rule") {
		if name := rule.Text("Name"); !slices.Contains(received, name) {
			t.Errorf("rule %s receives no event of the contract", name)
		}
	}
}

// TestOtherEventsAreOnlyLogged holds that a rule reacts to its own sources
// only, and that the rules by which the order and the booking service hear of
// others leave none of their events out: one that is not known is to be
// dead-lettered, not ignored.
func TestOtherEventsAreOnlyLogged(t *testing.T) {
	tests := []struct {
		bus, event string
		want       []string
	}{
		{event.BusName, `{"source":"warehouse","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule}},
		{event.BusName, `{"source":"order-service-2","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule}},
		{event.BusName, `{"source":"payment-service","detail-type":"OrderCreated","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule, event.OrderRule}},
		{event.BusName, `{"source":"payment-service","detail-type":"PaymentPostponed","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule, event.OrderRule}},
		{event.BusName, `{"source":"order-service","detail-type":"OrderShipped","detail":{}}`, []string{event.CatchAllRule, event.NotificationRule}},
		{event.BusName, `{"source":"aircraft.booking","detail-type":"BookingCreated","detail":{}}`, []string{event.CatchAllRule}},
		{event.BusName, `{"detail-type":"OrderCreated","detail":{"source":"order-service"}}`, nil},

		{event.BookingBusName, `{"source":"order-service","detail-type":"OrderCreated","detail":{}}`, []string{event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"payment-service","detail-type":"PaymentFailed","detail":{}}`, []string{event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"aircraft","detail-type":"BookingCreated","detail":{}}`, []string{event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"aircraft.payment","detail-type":"BookingCreated","detail":{}}`, []string{event.BookingProgressRule, event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"aircraft.ticket","detail-type":"TicketTorn","detail":{}}`, []string{event.BookingProgressRule, event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"aircraft.seat-assignment","detail-type":"SeatMoved","detail":{}}`, []string{event.BookingProgressRule, event.BookingCatchAllRule}},
		{event.BookingBusName, `{"source":"aircraft.booking","detail-type":"SeatAssigned","detail":{}}`, []string{event.BookingCatchAllRule}},
	}
	for _, test := range tests {
		if got := matching(t, patterns(t, test.bus), []byte(test.event)); !slices.Equal(got, test.want) {
			t.Errorf("on bus %s %s reaches %v, want %v", test.bus, test.event, got, test.want)
		}
	}
}
