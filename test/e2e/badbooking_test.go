package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// The ids in these bodies are used by no other test.
var badBookings = []badBody{
	{"empty", "", 400, ""},
	{"not JSON", "hello", 400, ""},
	{"list", `[]`, 400, ""},
	{"empty object", `{}`, 400, "customerId"},
	{"no customer", `{"bookingId":"bad-1","flightId":"bad","amount":1}`, 400, "customerId"},
	{"no flight", `{"bookingId":"bad-1","customerId":"C","amount":1}`, 400, "flightId"},
	{"no amount", `{"bookingId":"bad-1","customerId":"C","flightId":"bad"}`, 400, "amount"},
	{"unknown field", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"class":"first"}`, 400, "class"},
	{"field in capitals", `{"BookingId":"bad-1","customerId":"C","flightId":"bad","amount":1}`, 400, "BookingId"},
	{"duplicate booking", `{"bookingId":"bad-1","bookingId":"bad-2","customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking empty", `{"bookingId":"","customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking null", `{"bookingId":null,"customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking as number", `{"bookingId":1,"customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking with a slash", `{"bookingId":"bad/1","customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking with a line break", `{"bookingId":"bad-1\n","customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"booking too long", `{"bookingId":"` + strings.Repeat("b", 65) + `","customerId":"C","flightId":"bad","amount":1}`, 400, "bookingId"},
	{"customer with a space", `{"bookingId":"bad-1","customerId":"C 1","flightId":"bad","amount":1}`, 400, "customerId"},
	{"customer as object", `{"bookingId":"bad-1","customerId":{},"flightId":"bad","amount":1}`, 400, "customerId"},
	{"flight with an umlaut", `{"bookingId":"bad-1","customerId":"C","flightId":"bäd","amount":1}`, 400, "flightId"},
	{"flight empty", `{"bookingId":"bad-1","customerId":"C","flightId":"","amount":1}`, 400, "flightId"},
	{"amount zero", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":0}`, 400, "amount"},
	{"amount negative", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":-1}`, 400, "amount"},
	{"amount with three decimals", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":0.125}`, 400, "amount"},
	{"amount too large", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1000000000.01}`, 400, "amount"},
	{"amount as text", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":"1"}`, 400, "amount"},
	{"amount with a huge exponent", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1e999999999999}`, 400, "amount"},
	{"seat empty", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":""}`, 400, "seat"},
	{"seat null", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":null}`, 400, "seat"},
	{"row beyond the last", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"31A"}`, 400, "seat"},
	{"row zero", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"0A"}`, 400, "seat"},
	{"row with a leading zero", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"01A"}`, 400, "seat"},
	{"letter beyond the last", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"1G"}`, 400, "seat"},
	{"letter in lower case", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"1a"}`, 400, "seat"},
	{"word for a seat", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1,"seat":"window"}`, 400, "seat"},
	{"several at once", `{"bookingId":"bad-1","amount":0,"seat":"x"}`, 400, "flightId"},
	{"trailing text", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1} hello`, 400, ""},
	{"too large", `{"bookingId":"bad-1","customerId":"C","flightId":"bad","amount":1` + strings.Repeat(" ", 17<<10) + `}`, 413, ""},
}

func TestBadBookingsAreRefusedAndStoreNothing(t *testing.T) {
	checkRefused(t, "/booking", badBookings)
	for _, id := range []string{"bad-1", "bad-2", "1"} {
		if got := attributes(t, "BookingsTableName", map[string]string{"bookingId": id}); len(got) > 0 {
			t.Errorf("the table holds %v", got)
		}
		if got := loggedEvents(t, aboutBooking(id)); len(got) > 0 {
			t.Errorf("events of booking %s were published: %v", id, got)
		}
	}
}

func TestBookingsAndFlightsNotFound(t *testing.T) {
	for _, path := range []string{"/booking/" + newName("B"), "/booking/not%20one", "/booking/" + strings.Repeat("b", 65), "/flight/not%20one/seats", "/flight/" + strings.Repeat("f", 65) + "/seats"} {
		got := get(t, path)
		if got.status != http.StatusNotFound || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s answers %d %s of type %s, want 404 and a problem", path, got.status, got.body, got.header.Get("Content-Type"))
		}
	}
	if got := seatsOf(t, newName("F")); got.Seats != 180 || got.Free != 180 || len(got.Taken) > 0 {
		t.Errorf("a flight that nobody has booked has seats %+v, want 180 free ones", got)
	}
}
