package booking_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"eda-demo/internal/booking"
	"eda-demo/internal/entity"
	"eda-demo/internal/event"
)

func TestPlace(t *testing.T) {
	f := newFixture()
	chosen := wanted
	chosen.ChosenSeat = "12A"
	got, err := f.Place(context.Background(), chosen)
	want := booking.Booking{
		Request: chosen, Status: booking.Created, Created: event.At(noon), Updated: event.At(noon),
		History: []booking.Change{{Status: booking.Created, At: event.At(noon)}},
	}
	if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(f.get(t), want) {
		t.Errorf("Place = %s, %v, and the store has %s, want %s", text(t, got), err, text(t, f.get(t)), text(t, want))
	}
	wantAnnounced(t, f, event.Pending{
		EventID: "id-1", DetailType: "BookingCreated", At: noon,
		Detail: `{"bookingId":"B1","customerId":"C-secret","flightId":"F1","amount":300,"seat":"12A",` +
			`"metadata":{"eventId":"id-1","correlationId":"id-2","schemaVersion":"1"}}`,
	})
}

// wantAnnounced compares the last event, and holds it to its schema.
func wantAnnounced(t *testing.T, f *fixture, want event.Pending) {
	t.Helper()
	announced := f.store.Announced()
	got := announced[len(announced)-1]
	if got != want {
		t.Errorf("announced\n%+v\nwant\n%+v", got, want)
	}
	for _, typ := range event.Types() {
		if typ.Source != event.AircraftBooking || typ.DetailType != got.DetailType {
			continue
		}
		if err := compile(t, typ.Schema).Validate(decoded(t, got.Detail)); err != nil {
			t.Errorf("announced %s: %v", got.Detail, err)
		}
		return
	}
	t.Errorf("%s is announced, which is no event of bookings", got.DetailType)
}

func compile(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("urn:event", decoded(t, string(schema))); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("urn:event")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return value
}

func TestPlaceWithoutAnIDMakesOne(t *testing.T) {
	f := newFixture()
	nameless := wanted
	nameless.ID = ""
	for _, want := range []string{"id-1", "id-4"} {
		if got, err := f.Place(context.Background(), nameless); err != nil || got.ID != want {
			t.Errorf("Place = %s, %v, want the id %s", text(t, got), err, want)
		}
	}
}

// A request may be sent again at any time; the booking is as it stands then.
func TestPlaceAgain(t *testing.T) {
	f := placed(t)
	for _, fact := range append([]booking.Status{""}, sagas[1]...) {
		if fact != "" {
			f.follow(t, fact)
		}
		before := f.get(t)
		if got, err := f.Place(context.Background(), wanted); err != nil || !reflect.DeepEqual(got, before) {
			t.Errorf("Place again = %s, %v, want %s", text(t, got), err, text(t, before))
		}
		if after := f.get(t); !reflect.DeepEqual(after, before) || len(f.store.Announced()) != 1 {
			t.Errorf("Place again changes the booking to %s, and %d events are announced", text(t, after), len(f.store.Announced()))
		}
		for _, change := range []func(*booking.Request){
			func(r *booking.Request) { r.CustomerID = "C2" },
			func(r *booking.Request) { r.FlightID = "F2" },
			func(r *booking.Request) { r.Amount++ },
			func(r *booking.Request) { r.ChosenSeat = "12A" }, // the one that it gets
		} {
			other := wanted
			change(&other)
			if _, err := f.Place(context.Background(), other); !errors.Is(err, booking.ErrConflict) {
				t.Errorf("Place(%+v) = %v, want %v", other, err, booking.ErrConflict)
			}
		}
		if after := f.get(t); !reflect.DeepEqual(after, before) || len(f.store.Announced()) != 1 {
			t.Errorf("a conflict changes the booking to %s", text(t, after))
		}
	}
}

func TestPlaceFailsWithTheStore(t *testing.T) {
	f := newFixture()
	fails := errors.New("out of order")
	f.store.Fail = func(string) error { return fails }
	if _, err := f.Place(context.Background(), wanted); !errors.Is(err, fails) {
		t.Errorf("Place = %v, want %v", err, fails)
	}
	if strings.Contains(f.log.String(), "BookingsCreated") {
		t.Errorf("the log counts a booking that is not: %s", f.log)
	}
}

func TestCancellationIsAnnounced(t *testing.T) {
	f := placed(t)
	f.follow(t, booking.PaymentDeclined)
	wantAnnounced(t, f, event.Pending{
		EventID: "id-3", DetailType: "BookingCancelled", At: noon,
		Detail: `{"bookingId":"B1","customerId":"C-secret","flightId":"F1","reason":"a reason",` +
			`"metadata":{"eventId":"id-3","correlationId":"c","causationId":"e-PaymentFailed","schemaVersion":"1"}}`,
	})
}

// TestTheTraceIsStoredWithTheEvent holds that what a request or an event leads
// to is published as part of its trace.
func TestTheTraceIsStoredWithTheEvent(t *testing.T) {
	f := newFixture()
	traced := func(header string) context.Context {
		//lint:ignore SA1029 the key is that of aws-lambda-go
		return context.WithValue(context.Background(), "x-amzn-trace-id", header)
	}
	if _, err := f.Place(traced("Root=1-a"), wanted); err != nil {
		t.Fatalf("Place: %v", err)
	}
	if err := f.Follow(traced("Root=1-b"), tells(t, booking.PaymentDeclined)); err != nil {
		t.Fatalf("Follow: %v", err)
	}
	for i, want := range []string{"Root=1-a", "Root=1-b"} {
		if got := f.store.Announced()[i].Trace; got != want {
			t.Errorf("event %d is announced in the trace %q, want %q", i, got, want)
		}
	}
}

// TestFollowSamples: bookings follow every event that there is of the other
// services, and none else.
func TestFollowSamples(t *testing.T) {
	for _, typ := range event.Types() {
		for _, sample := range typ.Samples {
			f := newFixture()
			r := wanted
			r.ID = "B123"
			if _, err := f.Place(context.Background(), r); err != nil {
				t.Fatalf("Place: %v", err)
			}
			var envelope event.Envelope
			if err := json.Unmarshal(sample.JSON, &envelope); err != nil {
				t.Fatal(err)
			}
			err := f.Follow(context.Background(), envelope)
			b, _ := f.store.Get(context.Background(), "B123")
			if typ.Bus != event.BookingBusName || typ.Source == event.AircraftBooking {
				if !errors.Is(err, event.ErrUnknown) || len(b.History) != 1 {
					t.Errorf("Follow(%s) = %v, want %v", sample.Name, err, event.ErrUnknown)
				}
				continue
			}
			if err != nil || len(b.History) < 2 || string(b.History[1].Status) != typ.DetailType {
				t.Errorf("after %s: %v, the booking is %s", sample.Name, err, text(t, b))
			}
		}
	}
}

func TestFollowRefuses(t *testing.T) {
	fails := errors.New("out of order")
	tests := []struct {
		name  string
		e     event.Envelope
		fails error
		want  string
	}{
		{"an unknown detail type", event.Envelope{Source: event.AircraftPayment, DetailType: "PaymentDoubted", Detail: []byte(`{"bookingId":"B1"}`)}, nil, event.ErrUnknown.Error()},
		{"another's detail type", event.Envelope{Source: event.AircraftTicket, DetailType: "PaymentConfirmed", Detail: []byte(`{"bookingId":"B1"}`)}, nil, event.ErrUnknown.Error()},
		{"a cancellation from nowhere", event.Envelope{DetailType: "BookingCancelled", Detail: []byte(`{"bookingId":"B1"}`)}, nil, event.ErrUnknown.Error()},
		{"no booking's id", event.Envelope{Source: event.AircraftPayment, DetailType: "PaymentConfirmed", Detail: []byte(`{}`)}, nil, "bookingId"},
		{"a number", event.Envelope{Source: event.AircraftPayment, DetailType: "PaymentConfirmed", Detail: []byte(`{"bookingId":1}`)}, nil, "bookingId"},
		{"no object", event.Envelope{Source: event.AircraftPayment, DetailType: "PaymentConfirmed", Detail: []byte(`[`)}, nil, "reading the detail"},
		{"no such booking", event.Envelope{Source: event.AircraftPayment, DetailType: "PaymentConfirmed", Detail: []byte(`{"bookingId":"B2"}`)}, nil, entity.ErrNotFound.Error()},
		{"a store that fails", tells(t, booking.PaymentDeclined), fails, fails.Error()},
	}
	for _, tt := range tests {
		f := placed(t)
		f.store.Fail = func(string) error { return tt.fails }
		if err := f.Follow(context.Background(), tt.e); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		f.store.Fail = nil
		if b := f.get(t); len(b.History) != 1 || len(f.store.Announced()) != 1 {
			t.Errorf("%s changes the booking to %s", tt.name, text(t, b))
		}
	}
}

// outrun is a store in which somebody else changes the booking after the first
// look at it.
type outrun struct {
	booking.Store
	by func()
}

func (o *outrun) Change(ctx context.Context, key string, decide entity.Decision[booking.Booking]) (booking.Booking, bool, error) {
	if by := o.by; by != nil {
		o.by = nil
		stale, err := o.Get(ctx, key)
		if err != nil {
			return stale, false, err
		}
		if _, _, _, err := decide(stale); err != nil {
			return stale, false, err
		}
		by()
	}
	return o.Store.Change(ctx, key, decide)
}

// TestOutrun: of two who cancel, each seeing a booking that is not cancelled,
// one does; what the other thought at first has no effect.
func TestOutrun(t *testing.T) {
	f := placed(t)
	store := &outrun{Store: f.store}
	f.serve(store)
	f.follow(t, booking.Unseated)
	store.by = func() { f.follow(t, booking.Refunded) }
	f.follow(t, booking.Refunded)
	if got := len(f.cancellations(t)); got != 1 {
		t.Errorf("BookingCancelled is announced %d times, want 1", got)
	}
	if got := bytes.Count(f.log.Bytes(), []byte(`"BookingsCancelled":1`)); got != 1 {
		t.Errorf("%d cancellations are counted, want 1:\n%s", got, f.log)
	}
	store.by = func() { f.follow(t, booking.Paid) }
	f.follow(t, booking.Seated)
	if got := f.get(t); got.Seat != "" || got.PaymentID == "" {
		t.Errorf("the booking is %s, want it paid and without a seat", text(t, got))
	}
}
