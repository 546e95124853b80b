package httpapi_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/booking"
	"eda-demo/internal/endpoint"
	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/openapi/openapitest"
)

const (
	placing = "POST /booking"
	getting = "GET /booking/{id}"
)

func TestDescribedFormatsAreThoseOfTheCode(t *testing.T) {
	d := openapitest.Read(t)
	for name, format := range map[string]string{
		"BookingId": ident.Format, "CustomerId": ident.Format, "FlightId": ident.Format, "Seat": ident.SeatFormat,
	} {
		if got := d.At(t, "/components/schemas/"+name+"/pattern"); got != format {
			t.Errorf("the format of %s is %v, and in the code %s", name, got, format)
		}
	}
	var statuses []string
	for _, status := range d.At(t, "/components/schemas/BookingStatus/enum").([]any) {
		statuses = append(statuses, status.(string))
	}
	var want []string
	for _, status := range booking.Statuses() {
		want = append(want, string(status))
	}
	slices.Sort(statuses)
	slices.Sort(want)
	if !slices.Equal(statuses, want) {
		t.Errorf("the statuses are %v, and in the code %v", statuses, want)
	}
}

// The schema of what to book and the code that reads it are written separately.
// What JSON Schema can't say is left out: that a field is given twice, and which
// seats there are.
func TestDescribedPlacementIsWhatIsTaken(t *testing.T) {
	schema := openapitest.Read(t).Schema(t, "BookingPlacement")
	for _, body := range []string{
		`{"customerId":"C","flightId":"F","amount":0.01}`,
		`{"bookingId":"B_-9","customerId":"C1","flightId":"F1","amount":1e9,"seat":"12A"}`,
		`{"bookingId":"` + strings.Repeat("b", 64) + `","customerId":"-","flightId":"_","amount":100.0,"seat":"1A"}`,
	} {
		if err := schema.Validate(openapitest.Decode(t, body)); err != nil {
			t.Errorf("the description has no booking %s: %v", body, err)
		}
		if got := newAPI().post(t, body); got.StatusCode != 202 {
			t.Errorf("%s is answered %d %s", body, got.StatusCode, got.Body)
		}
	}
	compared := 0
	for _, refusal := range refusals {
		if !json.Valid([]byte(refusal.body)) || strings.Contains(refusal.want, "more than once") || strings.Contains(refusal.body, `"2A"`) {
			continue
		}
		compared++
		if schema.Validate(openapitest.Decode(t, refusal.body)) == nil {
			t.Errorf("the description takes %.80s, which is refused: %s", refusal.body, refusal.want)
		}
	}
	if compared < 20 {
		t.Errorf("%d refusals are compared, want 20 or more", compared)
	}
}

// TestAnswersAreDescribed sends requests of every kind to the handlers, and
// looks each answer up in the description. What that has, and no request leads
// to, is wrong as well.
func TestAnswersAreDescribed(t *testing.T) {
	described := openapitest.Read(t).Answers(t, placing, getting)
	for _, ends := range []struct{ source, detailType, detail string }{
		{event.AircraftTicket, event.TicketIssued, `"ticketId":"T1","seat":"12A"`},
		{event.AircraftPayment, event.PaymentFailed, `"paymentId":"P1","reason":"the amount is above 1000"`},
		{event.AircraftPayment, event.PaymentRefunded, `"paymentId":"P1","reason":"the flight is full"`},
	} {
		a := newAPI()
		for _, amount := range []string{"300", "300", "301"} {
			described.Saw(t, placing, a.post(t, `{"bookingId":"B1","customerId":"C1","flightId":"F1","seat":"12A","amount":`+amount+`}`))
		}
		described.Saw(t, getting, a.booking(t, "B1"))
		a.follow(t, ends.source, ends.detailType, ends.detail)
		described.Saw(t, getting, a.booking(t, "B1"))
		described.Saw(t, getting, a.booking(t, "B2"))
	}
	for _, refusal := range refusals {
		described.Saw(t, placing, newAPI().post(t, refusal.body))
	}
	described.Saw(t, placing, newAPI().post(t, strings.Repeat(" ", endpoint.MaxBody+1)))
	described.Saw(t, placing, broken().post(t, `{"customerId":"C1","flightId":"F1","amount":1}`))
	described.Saw(t, getting, broken().booking(t, "B1"))
	described.WantAllSeen(t)
}
