package payment_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/payment"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// fixture is a service with a limit of 1000, a clock that a second passes on at
// each look, and ids that count up: id-1, id-2.
type fixture struct {
	*payment.Service
	store entitytest.Memory[string, payment.Payment]
	log   bytes.Buffer
	ids   atomic.Int64
	looks atomic.Int64
}

func newFixture() *fixture {
	f := &fixture{}
	now := func() time.Time { return noon.Add(time.Duration(f.looks.Add(1)) * time.Second) }
	newID := func() string { return fmt.Sprintf("id-%d", f.ids.Add(1)) }
	f.Service = payment.NewService(&f.store, 1000_00, now, newID, slog.New(slog.NewJSONHandler(&f.log, nil)))
	return f
}

func (f *fixture) handle(t *testing.T, events ...event.Envelope) {
	t.Helper()
	for _, e := range events {
		if err := f.Handle(context.Background(), e); err != nil {
			t.Errorf("Handle(%s %s): %v", e.DetailType, e.Detail, err)
		}
	}
}

// wantAnnounced checks which events were announced, in their order.
func (f *fixture) wantAnnounced(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, p := range f.store.Announced() {
		got = append(got, p.DetailType)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("announced %v, want %v", got, want)
	}
}

func (f *fixture) wantStored(t *testing.T, want payment.Payment) {
	t.Helper()
	got, err := f.store.Get(context.Background(), want.BookingID)
	if err != nil || got != want {
		t.Errorf("stored is\n%+v, %v, want\n%+v", got, err, want)
	}
}

const metadata = `"metadata":{"eventId":"cause","correlationId":"trace","schemaVersion":"1"}`

func created(amount string) event.Envelope {
	return event.Envelope{ID: "envelope", Source: event.AircraftBooking, DetailType: event.BookingCreated, Detail: json.RawMessage(
		`{"bookingId":"B123","customerId":"CUST001","flightId":"FLIGHT001","amount":` + amount + `,"seat":"12A",` + metadata + `}`)}
}

func unseated(reason string) event.Envelope {
	return event.Envelope{ID: "envelope", Source: event.AircraftSeats, DetailType: event.SeatAssignmentFailed, Detail: json.RawMessage(
		`{"bookingId":"B123","customerId":"CUST001","flightId":"FLIGHT001","reason":"` + reason + `",` + metadata + `}`)}
}

// decided is the payment of created, which the fixture decides first.
func decided(amount money.Amount, status, reason string) payment.Payment {
	return payment.Payment{
		BookingID: "B123", CustomerID: "CUST001", FlightID: "FLIGHT001", Timestamp: event.At(noon.Add(time.Second)),
		PaymentID: "id-1", Amount: amount, Status: status, Reason: reason, Seat: "12A",
	}
}
