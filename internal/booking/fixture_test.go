package booking_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"eda-demo/internal/booking"
	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/lambdalog"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// fixture is a service with a clock to be set, and ids that count up: id-1, id-2.
type fixture struct {
	*booking.Service
	store *entitytest.Memory[string, booking.Booking]
	now   time.Time
	ids   int
	log   *bytes.Buffer
}

func newFixture() *fixture {
	f := &fixture{store: &entitytest.Memory[string, booking.Booking]{}, now: noon, log: &bytes.Buffer{}}
	f.serve(f.store)
	return f
}

func (f *fixture) serve(store booking.Store) {
	newID := func() string { f.ids++; return fmt.Sprintf("id-%d", f.ids) }
	f.Service = booking.NewService(store, func() time.Time { return f.now }, newID, lambdalog.New(f.log, ""))
}

// wanted is what fixtures book.
var wanted = booking.Request{ID: "B1", CustomerID: "C-secret", FlightID: "F1", Amount: 300_00}

// placed is a fixture with the booking B1.
func placed(t *testing.T) *fixture {
	t.Helper()
	f := newFixture()
	if _, err := f.Place(context.Background(), wanted); err != nil {
		t.Fatalf("Place: %v", err)
	}
	return f
}

func (f *fixture) get(t *testing.T) booking.Booking {
	t.Helper()
	b, err := f.store.Get(context.Background(), wanted.ID)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return b
}

func (f *fixture) follow(t *testing.T, status booking.Status) {
	t.Helper()
	if err := f.Follow(context.Background(), tells(t, status)); err != nil {
		t.Fatalf("Follow(%s): %v", status, err)
	}
}

// cancellations are the BookingCancelled that were announced, without their
// metadata.
func (f *fixture) cancellations(t *testing.T) []event.BookingCancelledDetail {
	t.Helper()
	var found []event.BookingCancelledDetail
	for _, p := range f.store.Announced()[1:] {
		if p.DetailType != event.BookingCancelled {
			t.Errorf("%s is announced", p.DetailType)
		}
		var detail event.BookingCancelledDetail
		if err := json.Unmarshal([]byte(p.Detail), &detail); err != nil {
			t.Fatalf("decode %s: %v", p.Detail, err)
		}
		detail.Metadata = event.Metadata{}
		found = append(found, detail)
	}
	return found
}

// facts are the statuses that other services tell of.
var facts = []booking.Status{
	booking.Paid, booking.PaymentDeclined, booking.Seated, booking.Unseated, booking.Ticketed, booking.Refunded,
}

// tells is the event that tells of a status, as its service publishes it.
func tells(t *testing.T, status booking.Status) event.Envelope {
	t.Helper()
	metadata := event.Metadata{EventID: "e-" + string(status), CorrelationID: "c", SchemaVersion: "1"}
	pays := event.BookingPaymentDetail{BookingID: "B1", CustomerID: "C-secret", PaymentID: "P1", FlightID: "F1", Amount: 300_00, Metadata: metadata}
	refused := pays
	refused.Reason = "a reason"
	said := map[booking.Status]struct {
		source string
		detail any
	}{
		booking.Paid:            {event.AircraftPayment, pays},
		booking.PaymentDeclined: {event.AircraftPayment, refused},
		booking.Refunded:        {event.AircraftPayment, refused},
		booking.Seated:          {event.AircraftSeats, event.SeatAssignedDetail{BookingID: "B1", CustomerID: "C-secret", Seat: "12A", Metadata: metadata}},
		booking.Unseated:        {event.AircraftSeats, event.SeatAssignmentFailedDetail{BookingID: "B1", CustomerID: "C-secret", FlightID: "F1", Reason: "a reason", Metadata: metadata}},
		booking.Ticketed:        {event.AircraftTicket, event.TicketIssuedDetail{BookingID: "B1", CustomerID: "C-secret", TicketID: "T1", Seat: "12A", Metadata: metadata}},
	}[status]
	detail, err := json.Marshal(said.detail)
	if err != nil {
		t.Fatalf("encode %s: %v", status, err)
	}
	return event.Envelope{ID: "envelope", DetailType: string(status), Source: said.source, Detail: detail}
}

// statuses are those of a history.
func statuses(history []booking.Change) []booking.Status {
	var list []booking.Status
	for _, c := range history {
		list = append(list, c.Status)
	}
	return list
}

func text(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("encode %v: %v", value, err)
	}
	return string(data)
}
