package order_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/lambdalog"
	"eda-demo/internal/metric"
	"eda-demo/internal/metric/metrictest"
	"eda-demo/internal/order"
	"eda-demo/internal/order/storetest"
)

// measured are the values that a log has on order 101.
func measured(t *testing.T, log string) []string {
	t.Helper()
	return metrictest.Measured(t, log, map[string]any{"Service": event.OrderService, "orderId": 101.0})
}

// TestMeasurements holds that an order counts once, whatever comes twice, and
// that every metric of orders is emitted.
func TestMeasurements(t *testing.T) {
	succeeded, failed := payment(event.PaymentSucceeded, "a", `{"id":101}`), payment(event.PaymentFailed, "b", `{"id":101}`)
	tests := []struct {
		events []event.Envelope
		want   []string
	}{
		{nil, nil},
		{[]event.Envelope{succeeded, succeeded, failed}, []string{"OrdersCompleted 1", "TimeToFinalStatus 1500"}},
		{[]event.Envelope{failed, succeeded, failed}, []string{"OrdersCancelled 1", "TimeToFinalStatus 1500"}},
	}
	var emitted []string
	for _, tt := range tests {
		var log bytes.Buffer
		now := noon
		s := order.NewService(&storetest.Memory{}, func() time.Time { return now }, event.NewID, lambdalog.New(&log, ""))
		for range 2 {
			if _, err := s.Place(context.Background(), 101, 100_00); err != nil {
				t.Fatalf("Place: %v", err)
			}
		}
		now = now.Add(1500 * time.Millisecond)
		for _, e := range tt.events {
			if err := s.HandlePayment(context.Background(), e); err != nil {
				t.Fatalf("HandlePayment: %v", err)
			}
		}
		got, want := measured(t, log.String()), append([]string{"OrdersCreated 1"}, tt.want...)
		if !slices.Equal(got, want) {
			t.Errorf("measured %v, want %v", got, want)
		}
		emitted = append(emitted, got...)
	}
	metrictest.WantAll(t, metric.Orders(), emitted)
}

// A clock that is behind another makes no negative time.
func TestTimeToFinalStatusIsNotNegative(t *testing.T) {
	var log bytes.Buffer
	now := noon
	s := order.NewService(&storetest.Memory{}, func() time.Time { return now }, event.NewID, lambdalog.New(&log, ""))
	if _, err := s.Place(context.Background(), 101, 100_00); err != nil {
		t.Fatalf("Place: %v", err)
	}
	now = now.Add(-time.Second)
	if err := s.HandlePayment(context.Background(), payment(event.PaymentSucceeded, "a", `{"id":101}`)); err != nil {
		t.Fatalf("HandlePayment: %v", err)
	}
	if got, want := measured(t, log.String()), []string{"OrdersCreated 1", "OrdersCompleted 1", "TimeToFinalStatus 0"}; !slices.Equal(got, want) {
		t.Errorf("measured %v, want %v", got, want)
	}
}

// TestTheTraceIsStoredWithTheEvent holds that what a request changes is
// published as part of the request's trace.
func TestTheTraceIsStoredWithTheEvent(t *testing.T) {
	f := newFixture()
	traced := func(header string) context.Context {
		//lint:ignore SA1029 the key is that of aws-lambda-go
		return context.WithValue(context.Background(), "x-amzn-trace-id", header)
	}
	if _, err := f.Place(traced("Root=1-a"), 101, 100_00); err != nil {
		t.Fatalf("Place: %v", err)
	}
	if err := f.HandlePayment(traced("Root=1-b"), payment(event.PaymentSucceeded, "a", `{"id":101}`)); err != nil {
		t.Fatalf("HandlePayment: %v", err)
	}
	for i, want := range []string{"Root=1-a", "Root=1-b"} {
		if got := f.store.Announced(101)[i].Trace; got != want {
			t.Errorf("event %d is announced in the trace %q, want %q", i, got, want)
		}
	}
}

// TestFailuresAreLoggedWithTheOrder: who looks for an order finds what failed.
func TestFailuresAreLoggedWithTheOrder(t *testing.T) {
	var log bytes.Buffer
	s := order.NewService(&storetest.Memory{}, time.Now, event.NewID, lambdalog.New(&log, ""))
	if err := s.HandlePayment(context.Background(), payment(event.PaymentSucceeded, "a", `{"id":999}`)); err == nil {
		t.Fatal("HandlePayment of a missing order succeeds")
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("decoding %s: %v", log.Bytes(), err)
	}
	if line["level"] != "ERROR" || line["orderId"] != 999.0 || line["correlationId"] != "a" {
		t.Errorf("logged %s, want an error with the order's id and the correlation", log.Bytes())
	}
}
