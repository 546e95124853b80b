package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/booking"
	"eda-demo/internal/booking/httpapi"
	"eda-demo/internal/entity/entitytest"
	"eda-demo/internal/event"
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

// api has both routes over one store in memory, at 12:00 o'clock. There are the
// seats 1A and 12A.
type api struct {
	place, get func(context.Context, request) (response, error)
	service    *booking.Service
	store      *entitytest.Memory[string, booking.Booking]
	log        *bytes.Buffer
}

func newAPI() api {
	a := api{store: &entitytest.Memory[string, booking.Booking]{}, log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(a.log, nil))
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	a.service = booking.NewService(a.store, func() time.Time { return noon }, event.NewID, log)
	hasSeat := func(seat string) bool { return seat == "1A" || seat == "12A" }
	a.place, a.get = httpapi.Place(a.service, hasSeat, log), httpapi.Get(a.store, log)
	return a
}

// broken is an API whose table fails.
func broken() api {
	a := newAPI()
	a.store.Fail = func(string) error { return errors.New("table secret-table is on fire") }
	return a
}

func (a api) post(t *testing.T, body string) response {
	t.Helper()
	answer, err := a.place(context.Background(), request{Body: body})
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

func (a api) booking(t *testing.T, id string) response {
	t.Helper()
	answer, err := a.get(context.Background(), request{PathParameters: map[string]string{"id": id}})
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

// follow lets an event of the booking B1 take effect.
func (a api) follow(t *testing.T, source, detailType, detail string) {
	t.Helper()
	detail = `{"bookingId":"B1","customerId":"C1",` + detail + `}`
	err := a.service.Follow(context.Background(), event.Envelope{Source: source, DetailType: detailType, Detail: []byte(detail)})
	if err != nil {
		t.Fatalf("Follow(%s %s): %v", detailType, detail, err)
	}
}

func want(t *testing.T, got response, status int, body string) {
	t.Helper()
	if got.StatusCode != status || got.Body != body {
		t.Errorf("answered %d %s\nwant %d %s", got.StatusCode, got.Body, status, body)
	}
}

func TestPlace(t *testing.T) {
	a := newAPI()
	const body = `{"bookingId":"B1","customerId":"C1","flightId":"F1","amount":300.50}`
	for range 2 {
		got := a.post(t, body)
		want(t, got, 202, `{"bookingId":"B1","customerId":"C1","flightId":"F1","amount":300.5,"status":"BookingCreated"}`)
		if got.Headers["Location"] != "/booking/B1" {
			t.Errorf("Location is %q, want /booking/B1", got.Headers["Location"])
		}
	}
	for _, other := range []string{
		strings.Replace(body, "C1", "C2", 1), strings.Replace(body, "F1", "F2", 1),
		strings.Replace(body, "300.5", "300", 1), strings.Replace(body, `"amount"`, `"seat":"12A","amount"`, 1),
	} {
		want(t, a.post(t, other), 409, `{"title":"Conflict","status":409,"detail":"A booking with this id and another content exists."}`)
	}
	if got := len(a.store.Announced()); got != 1 {
		t.Errorf("%d events are announced, want 1", got)
	}
}

func TestPlaceWithoutAnID(t *testing.T) {
	a := newAPI()
	places := map[string]bool{}
	for range 2 {
		got := a.post(t, `{"customerId":"C1","flightId":"F1","amount":1,"seat":"1A"}`)
		place := got.Headers["Location"]
		want(t, a.booking(t, strings.TrimPrefix(place, "/booking/")), 200, strings.TrimSuffix(got.Body, "}")+
			`,"created":"2026-11-02T12:00:00.000Z","updated":"2026-11-02T12:00:00.000Z","history":[{"status":"BookingCreated","at":"2026-11-02T12:00:00.000Z"}]}`)
		places[place] = true
	}
	if len(places) != 2 {
		t.Errorf("two bookings are at %v, want two places", places)
	}
}

// The seat is that which was chosen until the flight's seats say otherwise.
func TestGet(t *testing.T) {
	const (
		choice = `,"seat":"12A"`
		begins = `,"created":"2026-11-02T12:00:00.000Z","updated":"2026-11-02T12:00:00.000Z","history":[{"status":"BookingCreated","at":"2026-11-02T12:00:00.000Z"}`
		at     = `","at":"2026-11-02T12:00:00.000Z"}`
	)
	for _, chosen := range []string{"", choice} {
		body := `{"bookingId":"B1","customerId":"C1","flightId":"F1","amount":300` + chosen
		ticketed, refused := newAPI(), newAPI()
		ticketed.post(t, body+"}")
		want(t, ticketed.booking(t, "B1"), 200, body+`,"status":"BookingCreated"`+begins+"]}")
		ticketed.follow(t, event.AircraftPayment, event.PaymentConfirmed, `"paymentId":"P1","seat":"12A"`)
		want(t, ticketed.booking(t, "B1"), 200, body+`,"status":"PaymentConfirmed","paymentId":"P1"`+begins+`,{"status":"PaymentConfirmed`+at+"]}")
		ticketed.follow(t, event.AircraftTicket, event.TicketIssued, `"ticketId":"T1","seat":"12A"`)
		ticketed.follow(t, event.AircraftSeats, event.SeatAssigned, `"seat":"12A"`)
		want(t, ticketed.booking(t, "B1"), 200, strings.TrimSuffix(body, choice)+choice+`,"status":"TicketIssued","paymentId":"P1","ticketId":"T1"`+begins+
			`,{"status":"PaymentConfirmed`+at+`,{"status":"SeatAssigned`+at+`,{"status":"TicketIssued`+at+"]}")
		want(t, ticketed.post(t, body+"}"), 202, strings.TrimSuffix(body, choice)+choice+`,"status":"TicketIssued"}`)

		refused.post(t, body+"}")
		refused.follow(t, event.AircraftPayment, event.PaymentConfirmed, `"paymentId":"P1"`)
		refused.follow(t, event.AircraftSeats, event.SeatAssignmentFailed, `"reason":"seat 12A is taken"`)
		bare := strings.TrimSuffix(body, choice)
		want(t, refused.post(t, body+"}"), 202, bare+`,"status":"SeatAssignmentFailed"}`)
		refused.follow(t, event.AircraftPayment, event.PaymentRefunded, `"paymentId":"P1","reason":"seat 12A is taken"`)
		want(t, refused.booking(t, "B1"), 200, bare+`,"status":"BookingCancelled","paymentId":"P1","reason":"seat 12A is taken"`+begins+
			`,{"status":"PaymentConfirmed`+at+`,{"status":"SeatAssignmentFailed`+at+`,{"status":"PaymentRefunded`+at+`,{"status":"BookingCancelled`+at+"]}")
	}
}

func TestGetMissing(t *testing.T) {
	for _, id := range []string{"B1", "", "B 1", "B/1", "ä", strings.Repeat("x", 65)} {
		want(t, newAPI().booking(t, id), 404, `{"title":"Not Found","status":404,"detail":"There is no such booking."}`)
	}
}

const (
	badID     = " must be a string of 1 to 64 letters, digits, hyphens and underscores"
	badSeat   = "seat must be a seat of the flight, such as 12A"
	badAmount = "amount must be a number from 0.01 to 1000000000"
)

// refusals are bodies that are refused, and why.
var refusals = []struct{ body, want string }{
	{`{}`, "customerId is missing; flightId is missing; amount is missing"},
	{`{"customerId":"","flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":"C 1","flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":1,"flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":null,"flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":["C1"],"flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":"C1\u0000","flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":"C1\n","flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":"` + strings.Repeat("C", 65) + `","flightId":"F1","amount":1}`, "customerId" + badID},
	{`{"customerId":"C1","flightId":"F/1","amount":1}`, "flightId" + badID},
	{`{"bookingId":"","customerId":"C1","flightId":"F1","amount":1}`, "bookingId" + badID},
	{`{"bookingId":null,"customerId":"C1","flightId":"F1","amount":1}`, "bookingId" + badID},
	{`{"bookingId":"B1","bookingId":"B1","customerId":"C1","flightId":"F1","amount":1}`, "bookingId is given more than once"},
	{`{"BookingId":"B1","customerId":"C1","flightId":"F1","amount":1}`, "BookingId is unknown"},
	{`{"customerId":"C1","flightId":"F1","amount":"1"}`, badAmount},
	{`{"customerId":"C1","flightId":"F1","amount":0}`, badAmount},
	{`{"customerId":"C1","flightId":"F1","amount":-1}`, badAmount},
	{`{"customerId":"C1","flightId":"F1","amount":1000000000.01}`, badAmount},
	{`{"customerId":"C1","flightId":"F1","amount":0.001}`, "amount must have at most two decimals"},
	{`{"customerId":"C1","flightId":"F1","amount":1,"seat":"2A"}`, badSeat},
	{`{"customerId":"C1","flightId":"F1","amount":1,"seat":""}`, badSeat},
	{`{"customerId":"C1","flightId":"F1","amount":1,"seat":null}`, badSeat},
	{`{"customerId":"C1","flightId":"F1","amount":1,"seat":12}`, badSeat},
	{`{"customerId":"C1","flightId":"F1","amount":1,"status":"TicketIssued"}`, "status is unknown"},
	{`{"customerId":"","flightId":"","amount":0,"seat":""}`, "customerId" + badID + "; flightId" + badID + "; " + badAmount + "; " + badSeat},
	{`"B1"`, "body must be a JSON object"},
	{``, "body is empty"},
}

func TestPlaceRefuses(t *testing.T) {
	a := newAPI()
	for _, tt := range refusals {
		got := a.post(t, tt.body)
		if wanted := `"detail":"` + tt.want + `","errors":[{"field":"`; got.StatusCode != 400 || !strings.Contains(got.Body, wanted) {
			t.Errorf("%s is answered %d %s, want 400 and %s", tt.body, got.StatusCode, got.Body, tt.want)
		}
	}
	if n := len(a.store.Announced()); n != 0 {
		t.Errorf("%d bookings are stored, want none", n)
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	a := broken()
	for _, answer := range []response{a.post(t, `{"bookingId":"B1","customerId":"C1","flightId":"F1","amount":1}`), a.booking(t, "B1")} {
		want(t, answer, 500, `{"title":"Internal Server Error","status":500,"detail":"The request could not be carried out. It may be sent again."}`)
	}
	if got := strings.Count(a.log.String(), "secret-table"); got != 2 {
		t.Errorf("the log has the cause %d times, want 2:\n%s", got, a.log)
	}
}

// TestFailureWithoutAnID: the booking may have been stored although nothing says
// so, and the same request would make another one, which is paid, too.
func TestFailureWithoutAnID(t *testing.T) {
	got := broken().post(t, `{"customerId":"C1","flightId":"F1","amount":1}`)
	want(t, got, 500, `{"title":"Internal Server Error","status":500,`+
		`"detail":"It is not known whether the booking was made. Sent again without a bookingId, the request makes another one."}`)
}

func TestBodiesAreNotLogged(t *testing.T) {
	a := newAPI()
	a.post(t, `{"bookingId":"B1","customerId":"C-secret","flightId":"F1","amount":1}`)
	a.post(t, `{"bookingId":"B1","customerId":"C-secret","flightId":"F1","amount":2}`)
	a.post(t, `{"customerId":"C-secret","flightId":"F1","amount":2,"card":"4111"}`)
	a.booking(t, "B1")
	if strings.Contains(a.log.String(), "C-secret") || strings.Contains(a.log.String(), "4111") {
		t.Errorf("the log says who books:\n%s", a.log)
	}
}
