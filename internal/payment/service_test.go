package payment_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/payment"
)

func TestLimit(t *testing.T) {
	const above = "the amount is above 1000"
	for literal, want := range map[string]payment.Payment{
		"0.01":       decided(1, "SUCCESS", ""),
		"1000":       decided(1000_00, "SUCCESS", ""),
		"1000.01":    decided(1000_01, "FAILED", above),
		"1000000000": decided(1_000_000_000_00, "FAILED", above),
	} {
		f := newFixture()
		f.handle(t, created(literal))
		f.wantStored(t, want)
	}
}

func TestAnnouncements(t *testing.T) {
	for name, tt := range map[string]struct {
		events []event.Envelope
		want   event.Pending
	}{
		"confirmed": {[]event.Envelope{created("300")}, event.Pending{
			EventID: "id-2", DetailType: "PaymentConfirmed", At: noon.Add(1 * time.Second),
			Detail: `{"status":"SUCCESS","bookingId":"B123","customerId":"CUST001","paymentId":"id-1","flightId":"FLIGHT001","amount":300,"seat":"12A",` +
				`"metadata":{"eventId":"id-2","correlationId":"trace","causationId":"cause","schemaVersion":"1"}}`,
		}},
		"failed": {[]event.Envelope{created("1500")}, event.Pending{
			EventID: "id-2", DetailType: "PaymentFailed", At: noon.Add(1 * time.Second),
			Detail: `{"status":"FAILED","bookingId":"B123","customerId":"CUST001","paymentId":"id-1","flightId":"FLIGHT001","amount":1500,"reason":"the amount is above 1000",` +
				`"metadata":{"eventId":"id-2","correlationId":"trace","causationId":"cause","schemaVersion":"1"}}`,
		}},
		"refunded": {[]event.Envelope{created("300"), unseated("the flight is full")}, event.Pending{
			EventID: "id-3", DetailType: "PaymentRefunded", At: noon.Add(2 * time.Second),
			Detail: `{"status":"REFUNDED","bookingId":"B123","customerId":"CUST001","paymentId":"id-1","flightId":"FLIGHT001","amount":300,"reason":"the flight is full",` +
				`"metadata":{"eventId":"id-3","correlationId":"trace","causationId":"cause","schemaVersion":"1"}}`,
		}},
	} {
		f := newFixture()
		f.handle(t, tt.events...)
		announced := f.store.Announced()
		if got := announced[len(announced)-1]; got != tt.want {
			t.Errorf("%s: announced\n%+v\nwant\n%+v", name, got, tt.want)
		}
	}
}

// TestRepetitions delivers events twice and late: each payment is decided once
// and given back once.
func TestRepetitions(t *testing.T) {
	pay, decline, refund := created("300"), created("1500"), unseated("the flight is full")
	for name, tt := range map[string]struct {
		events    []event.Envelope
		want      payment.Payment
		announced []string
	}{
		"paid twice":             {[]event.Envelope{pay, pay}, decided(300_00, "SUCCESS", ""), []string{"PaymentConfirmed"}},
		"declined twice":         {[]event.Envelope{decline, decline}, decided(1500_00, "FAILED", "the amount is above 1000"), []string{"PaymentFailed"}},
		"refunded twice":         {[]event.Envelope{pay, refund, refund}, decided(300_00, "REFUNDED", "the flight is full"), []string{"PaymentConfirmed", "PaymentRefunded"}},
		"paid after the refund":  {[]event.Envelope{pay, refund, pay, refund}, decided(300_00, "REFUNDED", "the flight is full"), []string{"PaymentConfirmed", "PaymentRefunded"}},
		"refunded for two":       {[]event.Envelope{pay, refund, unseated("seat 12A is taken")}, decided(300_00, "REFUNDED", "the flight is full"), []string{"PaymentConfirmed", "PaymentRefunded"}},
		"refund of no money":     {[]event.Envelope{decline, refund, refund}, decided(1500_00, "FAILED", "the amount is above 1000"), []string{"PaymentFailed"}},
		"another amount follows": {[]event.Envelope{pay, decline}, decided(300_00, "SUCCESS", ""), []string{"PaymentConfirmed"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture()
			f.handle(t, tt.events...)
			f.wantStored(t, tt.want)
			f.wantAnnounced(t, tt.announced...)
		})
	}
}

// TestWarnings holds that what contradicts the payment is warned of, and what
// merely repeats is not.
func TestWarnings(t *testing.T) {
	for name, tt := range map[string]struct {
		events []event.Envelope
		want   int
	}{
		"repetitions":     {[]event.Envelope{created("300"), created("300.00"), unseated("full"), unseated("full")}, 0},
		"no money":        {[]event.Envelope{created("1500"), unseated("full")}, 1},
		"another content": {[]event.Envelope{created("300"), created("300.01")}, 1},
	} {
		f := newFixture()
		f.handle(t, tt.events...)
		if got := strings.Count(f.log.String(), `"level":"WARN"`); got != tt.want {
			t.Errorf("%s: %d warnings, want %d:\n%s", name, got, tt.want, &f.log)
		}
	}
}

// TestLogLines holds that each line says which booking it is about, and none
// whose.
func TestLogLines(t *testing.T) {
	f := newFixture()
	f.handle(t, created("300"), created("300"), unseated("full"), unseated("full"))
	f.store.Fail = func(string) error { return errors.New("down") }
	for _, e := range []event.Envelope{created("300"), unseated("full")} {
		if f.Handle(context.Background(), e) == nil {
			t.Errorf("Handle(%s) succeeds without a store", e.DetailType)
		}
	}
	lines := strings.Split(strings.TrimSpace(f.log.String()), "\n")
	if len(lines) != 6 {
		t.Errorf("%d lines are logged, want 6:\n%s", len(lines), &f.log)
	}
	for _, line := range lines {
		if !strings.Contains(line, `"bookingId":"B123"`) || !strings.Contains(line, `"correlationId":"trace"`) || strings.Contains(line, "CUST001") {
			t.Errorf("logged %s, want the booking's id and the correlation's, and no customer's", line)
		}
	}
}

// TestConcurrentDeliveries delivers everything at the same time, several times.
func TestConcurrentDeliveries(t *testing.T) {
	f := newFixture()
	f.handle(t, created("300"))
	var deliveries sync.WaitGroup
	for range 8 {
		for _, e := range []event.Envelope{created("300"), unseated("full")} {
			deliveries.Go(func() { f.handle(t, e) })
		}
	}
	deliveries.Wait()
	f.wantStored(t, decided(300_00, "REFUNDED", "full"))
	f.wantAnnounced(t, "PaymentConfirmed", "PaymentRefunded")
}

func TestConcurrentDecisions(t *testing.T) {
	f := newFixture()
	var deliveries sync.WaitGroup
	for range 8 {
		deliveries.Go(func() { f.handle(t, created("300")) })
	}
	deliveries.Wait()
	f.wantAnnounced(t, "PaymentConfirmed")
}

func TestHandleFails(t *testing.T) {
	detail := func(of event.Envelope, detail string) event.Envelope {
		of.Detail = json.RawMessage(detail)
		return of
	}
	wrongSource := created("300")
	wrongSource.Source = event.AircraftSeats
	for name, tt := range map[string]struct {
		in   event.Envelope
		want error // or nil for any
	}{
		"no payment":             {unseated("full"), entity.ErrNotFound},
		"unknown detail type":    {event.Envelope{Source: event.AircraftBooking, DetailType: event.BookingCancelled}, event.ErrUnknown},
		"wrong source":           {wrongSource, event.ErrUnknown},
		"no detail":              {detail(created("1"), ``), nil},
		"detail of other shape":  {detail(created("1"), `[]`), nil},
		"nothing in the detail":  {detail(created("1"), `{}`), nil},
		"no booking":             {detail(created("1"), `{"customerId":"C","flightId":"F","amount":1}`), nil},
		"no customer":            {detail(created("1"), `{"bookingId":"B","flightId":"F","amount":1}`), nil},
		"no flight":              {detail(created("1"), `{"bookingId":"B","customerId":"C","amount":1}`), nil},
		"no amount":              {detail(created("1"), `{"bookingId":"B","customerId":"C","flightId":"F"}`), money.ErrPrice},
		"amount 0":               {created("0"), money.ErrPrice},
		"negative amount":        {created("-1"), money.ErrPrice},
		"amount too large":       {created("1000000000.01"), money.ErrPrice},
		"amount too precise":     {created("0.001"), nil},
		"amount as text":         {created(`"300"`), nil},
		"malformed booking":      {detail(created("1"), `{"bookingId":"B 1","customerId":"C","flightId":"F","amount":1}`), nil},
		"malformed seat":         {detail(created("1"), `{"bookingId":"B","customerId":"C","flightId":"F","amount":1,"seat":"0A"}`), nil},
		"refund without booking": {detail(unseated(""), `{"reason":"full"}`), nil},
		"refund without reason":  {unseated(""), nil},
		"refund with a novel":    {unseated(strings.Repeat("x", 257)), nil},
	} {
		f := newFixture()
		err := f.Handle(context.Background(), tt.in)
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: Handle = %v, want the error %v", name, err, tt.want)
		}
		f.wantAnnounced(t)
	}
}

// TestAttributes pins the names that the seed gives its table's attributes.
func TestAttributes(t *testing.T) {
	text, err := json.Marshal(decided(300_00, "REFUNDED", "the flight is full"))
	const want = `{"BookingID":"B123","CustomerID":"CUST001","flightID":"FLIGHT001","Timestamp":"2026-11-02T12:00:01.000Z",` +
		`"paymentId":"id-1","amount":300,"status":"REFUNDED","reason":"the flight is full","seat":"12A"}`
	if string(text) != want || err != nil {
		t.Errorf("a payment is kept as\n%s, %v, want\n%s", text, err, want)
	}
}

// TestSampleEventsTakeEffect holds that what the contract shows is understood.
func TestSampleEventsTakeEffect(t *testing.T) {
	for _, typ := range event.Types() {
		if typ.DetailType != event.BookingCreated && typ.DetailType != event.SeatAssignmentFailed {
			continue
		}
		for _, sample := range typ.Samples {
			var e event.Envelope
			if err := json.Unmarshal(sample.JSON, &e); err != nil {
				t.Fatalf("decoding %s: %v", sample.Name, err)
			}
			f := newFixture()
			want := 1
			if typ.DetailType == event.SeatAssignmentFailed {
				f.handle(t, created("300"))
				want = 2
			}
			f.handle(t, e)
			if got := len(f.store.Announced()); got != want {
				t.Errorf("after %s %d events are announced, want %d", sample.Name, got, want)
			}
		}
	}
}

func FuzzHandle(f *testing.F) {
	f.Add(event.BookingCreated, `{"bookingId":"B","customerId":"C","flightId":"F","amount":1}`)
	f.Add(event.SeatAssignmentFailed, `{"bookingId":"B123","reason":"full","metadata":{"eventId":7}}`)
	f.Add(event.SeatAssignmentFailed, `{"bookingId":"B123","reason":"full"}`)
	f.Add("", `[[[[`)
	f.Fuzz(func(t *testing.T, detailType, detail string) {
		fix := newFixture()
		fix.handle(t, created("300"))
		source := map[bool]string{true: event.AircraftSeats, false: event.AircraftBooking}[detailType == event.SeatAssignmentFailed]
		e := event.Envelope{ID: "e", Source: source, DetailType: detailType, Detail: json.RawMessage(detail)}
		err := fix.Handle(context.Background(), e)
		if announced := len(fix.store.Announced()) - 1; announced > 0 && err != nil {
			t.Errorf("Handle(%q, %q) = %v with %d events announced", detailType, detail, err, announced)
		}
		fix.handle(t, created("300")) // What stands is no other.
	})
}
