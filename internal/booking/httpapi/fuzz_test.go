package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/internal/ident"
)

// FuzzPlace sends any body: the answer is a booking, which encoding/json sees in
// the body too and which is there to see, or a problem that names what is at
// fault, with nothing stored.
func FuzzPlace(f *testing.F) {
	f.Add([]byte(`{"bookingId":"B1","customerId":"C1","flightId":"F1","amount":300,"seat":"12A"}`))
	f.Add([]byte(`{"customerId":"\u0043\ud83d","flightId":"F1","amount":3e2}`))
	for _, refusal := range refusals {
		f.Add([]byte(refusal.body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a := newAPI()
		answer := a.post(t, string(body))
		switch answer.StatusCode {
		case 202:
			wantBookingIn(t, body)
			shown := a.booking(t, strings.TrimPrefix(answer.Headers["Location"], "/booking/"))
			if shown.StatusCode != 200 || !strings.HasPrefix(shown.Body, strings.TrimSuffix(answer.Body, "}")) {
				t.Errorf("%q is answered %s, and shown as %d %s", body, answer.Body, shown.StatusCode, shown.Body)
			}
		case 400, 413:
			var p struct {
				Errors []struct{ Field, Detail string }
			}
			if err := json.Unmarshal([]byte(answer.Body), &p); err != nil || answer.StatusCode == 400 && len(p.Errors) == 0 {
				t.Errorf("%q is answered %s, want what is at fault: %v", body, answer.Body, err)
			}
			if len(a.store.Announced()) != 0 {
				t.Errorf("%q is refused with %s, but stored", body, answer.Body)
			}
		default:
			t.Errorf("%q is answered with %d", body, answer.StatusCode)
		}
	})
}

// wantBookingIn fails if a lenient reader finds something else than a booking.
func wantBookingIn(t *testing.T, body []byte) {
	t.Helper()
	var b struct {
		BookingID, CustomerID, FlightID, Seat *string
		Amount                                *float64
	}
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatalf("%q is accepted, but is no JSON: %v", body, err)
	}
	if b.CustomerID == nil || b.FlightID == nil || b.Amount == nil || *b.Amount < 0.01 || *b.Amount > 1e9 {
		t.Fatalf("%q is accepted, but lacks something", body)
	}
	for _, id := range []*string{b.BookingID, b.CustomerID, b.FlightID} {
		if id != nil && !ident.Valid(*id) {
			t.Errorf("%q is accepted with the id %q", body, *id)
		}
	}
	if b.Seat != nil && *b.Seat != "1A" && *b.Seat != "12A" {
		t.Errorf("%q is accepted with the seat %q", body, *b.Seat)
	}
}
