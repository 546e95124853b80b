package ticket_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
	"eda-demo/internal/ticket"
)

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

// fixture is a service at noon, with ids that count up: id-1, id-2.
type fixture struct {
	*ticket.Service
	store entitytest.Memory[string, ticket.Ticket]
	log   bytes.Buffer
	ids   atomic.Int64
}

func newFixture() *fixture {
	f := &fixture{}
	newID := func() string { return fmt.Sprintf("id-%d", f.ids.Add(1)) }
	f.Service = ticket.NewService(&f.store, func() time.Time { return noon }, newID, slog.New(slog.NewJSONHandler(&f.log, nil)))
	return f
}

func assigned(customer, seat string) event.Envelope {
	return event.Envelope{ID: "envelope", Source: event.AircraftSeats, DetailType: event.SeatAssigned, Detail: json.RawMessage(
		`{"bookingId":"B123","customerId":"` + customer + `","seat":"` + seat + `","metadata":{"eventId":"cause","correlationId":"trace","schemaVersion":"1"}}`)}
}

// wantTicket checks that there is the ticket that the first event led to, and
// that nothing but that was announced.
func (f *fixture) wantTicket(t *testing.T) {
	t.Helper()
	want := ticket.Ticket{BookingID: "B123", CustomerID: "CUST001", TicketID: "id-1", Seat: "12A", Issued: event.At(noon)}
	if got, err := f.store.Get(context.Background(), "B123"); got != want || err != nil {
		t.Errorf("stored is\n%+v, %v, want\n%+v", got, err, want)
	}
	announced := event.Pending{EventID: "id-2", DetailType: "TicketIssued", At: noon, Detail: `{"bookingId":"B123","customerId":"CUST001",` +
		`"ticketId":"id-1","seat":"12A","metadata":{"eventId":"id-2","correlationId":"trace","causationId":"cause","schemaVersion":"1"}}`}
	if got := f.store.Announced(); len(got) != 1 || got[0] != announced {
		t.Errorf("announced\n%+v, want\n%+v", got, announced)
	}
}

func TestOneTicket(t *testing.T) {
	f := newFixture()
	for range 3 {
		if err := f.Handle(context.Background(), assigned("CUST001", "12A")); err != nil {
			t.Errorf("Handle: %v", err)
		}
	}
	f.wantTicket(t)
	for _, line := range strings.Split(strings.TrimSpace(f.log.String()), "\n") {
		if !strings.Contains(line, `"bookingId":"B123"`) || !strings.Contains(line, `"correlationId":"trace"`) || strings.Contains(line, "CUST001") {
			t.Errorf("logged %s, want the booking's id and the correlation's, and no customer's", line)
		}
	}
}

func TestOtherTicketsAreRefused(t *testing.T) {
	f := newFixture()
	if err := f.Handle(context.Background(), assigned("CUST001", "12A")); err != nil {
		t.Errorf("Handle: %v", err)
	}
	for _, other := range []event.Envelope{assigned("CUST001", "12B"), assigned("CUST002", "12A")} {
		if err := f.Handle(context.Background(), other); !errors.Is(err, ticket.ErrOther) {
			t.Errorf("Handle(%s) = %v, want %v", other.Detail, err, ticket.ErrOther)
		}
	}
	f.wantTicket(t)
}

func TestConcurrentDeliveries(t *testing.T) {
	f := newFixture()
	var deliveries sync.WaitGroup
	for range 8 {
		deliveries.Go(func() {
			if err := f.Handle(context.Background(), assigned("CUST001", "12A")); err != nil {
				t.Errorf("Handle: %v", err)
			}
		})
	}
	deliveries.Wait()
	if got := len(f.store.Announced()); got != 1 {
		t.Errorf("%d events are announced, want 1", got)
	}
}

func TestHandleFails(t *testing.T) {
	wrongSource := assigned("CUST001", "12A")
	wrongSource.Source = event.AircraftTicket
	wrongType := assigned("CUST001", "12A")
	wrongType.DetailType = event.SeatAssignmentFailed
	noDetail := assigned("CUST001", "12A")
	noDetail.Detail = nil
	noBooking := assigned("CUST001", "12A")
	noBooking.Detail = json.RawMessage(`{"customerId":"CUST001","seat":"12A"}`)
	for name, tt := range map[string]struct {
		in   event.Envelope
		want error // or nil for any
	}{
		"unknown source":      {wrongSource, event.ErrUnknown},
		"unknown detail type": {wrongType, event.ErrUnknown},
		"no detail":           {noDetail, nil},
		"no booking":          {noBooking, nil},
		"no customer":         {assigned("", "12A"), nil},
		"no seat":             {assigned("CUST001", ""), nil},
		"no such seat":        {assigned("CUST001", "100A"), nil},
	} {
		f := newFixture()
		err := f.Handle(context.Background(), tt.in)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: Handle = %v, want the error %v", name, err, tt.want)
		}
		if got := len(f.store.Announced()); got != 0 {
			t.Errorf("%s: %d events are announced, want none", name, got)
		}
	}
}

func TestStoreFailureIsAnError(t *testing.T) {
	f, down := newFixture(), errors.New("down")
	f.store.Fail = func(string) error { return down }
	if err := f.Handle(context.Background(), assigned("CUST001", "12A")); !errors.Is(err, down) {
		t.Errorf("Handle = %v, want %v", err, down)
	}
}

// TestSampleEventsTakeEffect holds that what the contract shows is understood.
func TestSampleEventsTakeEffect(t *testing.T) {
	for _, typ := range event.Types() {
		if typ.DetailType != event.SeatAssigned {
			continue
		}
		for _, sample := range typ.Samples {
			var e event.Envelope
			if err := json.Unmarshal(sample.JSON, &e); err != nil {
				t.Fatalf("decoding %s: %v", sample.Name, err)
			}
			f := newFixture()
			if err := f.Handle(context.Background(), e); err != nil || len(f.store.Announced()) != 1 {
				t.Errorf("after %s %d events are announced, %v, want 1", sample.Name, len(f.store.Announced()), err)
			}
		}
	}
}
