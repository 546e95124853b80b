package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// newName returns an id of a booking or a flight that nothing else uses.
func newName(prefix string) string { return fmt.Sprintf("%s-%d", prefix, rand.Int64N(1<<52)) }

// wanted is a request for a booking.
type wanted struct {
	BookingID  string      `json:"bookingId,omitempty"`
	CustomerID string      `json:"customerId"`
	FlightID   string      `json:"flightId"`
	Amount     json.Number `json:"amount"`
	Seat       string      `json:"seat,omitempty"`
}

// trip is a request for a new booking of a flight, that can be paid.
func trip(flight string) wanted {
	return wanted{BookingID: newName("B"), CustomerID: "C-1", FlightID: flight, Amount: "100"}
}

// booking is what the API shows of one.
type booking struct {
	wanted
	Status    string
	PaymentID string
	TicketID  string
	Reason    string
	Created   string
	Updated   string
	History   []struct{ Status, At string }
}

func (b booking) status() string { return b.Status }

func (b booking) steps() (statuses []string) {
	for _, change := range b.History {
		statuses = append(statuses, change.Status)
	}
	return statuses
}

// book sends a request for a booking.
func book(t *testing.T, w wanted) answer {
	t.Helper()
	body, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	return postTo(t, sut.api+"/booking", string(body))
}

// placeBooking sends a request that must be accepted.
func placeBooking(t *testing.T, w wanted) wanted {
	t.Helper()
	if got := book(t, w); got.status != http.StatusAccepted {
		t.Fatalf("POST /booking with %+v answers %d %s, want 202", w, got.status, got.body)
	}
	return w
}

// awaitBooking waits until a booking has a status.
func awaitBooking(t *testing.T, id, want string) booking {
	t.Helper()
	return awaitStatusAt[booking](t, "/booking/"+id, want)
}

// awaitWhole waits until a booking has a history, in that order; an event that
// came late is added after the last status is there.
func awaitWhole(t *testing.T, id string, history ...string) (b booking) {
	t.Helper()
	eventually(t, fmt.Sprintf("the history of booking %s", id), func() error {
		b = awaitBooking(t, id, history[len(history)-1])
		if !slices.Equal(b.steps(), history) {
			return fmt.Errorf("it is %v, want %v", b.steps(), history)
		}
		return nil
	})
	return b
}

// The ways of bookings.
var (
	ticketed = []string{"BookingCreated", "PaymentConfirmed", "SeatAssigned", "TicketIssued"}
	declined = []string{"BookingCreated", "PaymentFailed", "BookingCancelled"}
	refunded = []string{"BookingCreated", "PaymentConfirmed", "SeatAssignmentFailed", "PaymentRefunded", "BookingCancelled"}
)

// flightSeats is what the API shows of a flight.
type flightSeats struct {
	FlightID    string
	Seats, Free int
	Taken       []string
}

func seatsOf(t *testing.T, flight string) (seats flightSeats) {
	t.Helper()
	got := get(t, "/flight/"+flight+"/seats")
	if err := json.Unmarshal([]byte(got.body), &seats); got.status != http.StatusOK || err != nil || seats.Taken == nil {
		t.Fatalf("GET /flight/%s/seats answers %d %s: %v", flight, got.status, got.body, err)
	}
	return seats
}

func TestBookingGetsATicket(t *testing.T) {
	for _, amount := range []json.Number{"0.01", "100", "1000"} { // 1000 is not above the limit
		t.Run(amount.String(), func(t *testing.T) {
			w := trip(newName("F"))
			w.Amount = amount
			placeBooking(t, w)
			b := awaitWhole(t, w.BookingID, ticketed...)
			checkConversation(t, w.BookingID, ticketed)
			if b.wanted.Seat == "" || b.PaymentID == "" || b.TicketID == "" || b.Reason != "" || b.Created == "" || b.Updated < b.Created {
				t.Errorf("the booking is %+v, want seat, payment, ticket and times, and no reason", b)
			}
			if b.Seat, w.Seat = "", ""; b.wanted != w {
				t.Errorf("the booking is of %+v, want %+v", b.wanted, w)
			}
			checkTrace(t, w.BookingID)
		})
	}
}

func TestDeclinedPaymentCancels(t *testing.T) {
	w := trip(newName("F"))
	w.Amount = "1000.01"
	placeBooking(t, w)
	b := awaitWhole(t, w.BookingID, declined...)
	checkConversation(t, w.BookingID, declined)
	checkPayment(t, b, "FAILED")
	if b.Reason == "" || b.Seat != "" || b.TicketID != "" {
		t.Errorf("the booking is %+v, want a reason, no seat and no ticket", b)
	}
	if got := seatsOf(t, w.FlightID); len(got.Taken) > 0 || got.Free != got.Seats {
		t.Errorf("the flight's seats are %+v, want all free", got)
	}
}

func TestChosenSeatIsHonouredOrRefused(t *testing.T) {
	first, second := trip(newName("F")), trip("")
	second.FlightID = first.FlightID
	first.Seat, second.Seat = "12A", "12A"
	placeBooking(t, first)
	if b := awaitWhole(t, first.BookingID, ticketed...); b.Seat != "12A" {
		t.Errorf("the booking got seat %s, want 12A", b.Seat)
	}
	checkTrace(t, first.BookingID)

	placeBooking(t, second)
	b := awaitWhole(t, second.BookingID, refunded...)
	checkConversation(t, second.BookingID, refunded)
	checkPayment(t, b, "REFUNDED")
	if b.Reason != "seat 12A is taken" || b.Seat != "" || b.TicketID != "" {
		t.Errorf("the booking is %+v, want the reason that seat 12A is taken, no seat and no ticket", b)
	}
	checkTrace(t, first.BookingID)
}

// TestManyWantOneSeat has many bookings choose the same seat at once.
func TestManyWantOneSeat(t *testing.T) {
	flight, rivals := newName("F"), make([]wanted, 12)
	var wg sync.WaitGroup
	for i := range rivals {
		rivals[i] = trip(flight)
		rivals[i].Seat = "1C"
		wg.Go(func() { placeBooking(t, rivals[i]) })
	}
	wg.Wait()
	winners := 0
	for _, w := range rivals {
		eventually(t, "booking "+w.BookingID+" ends", func() error {
			var b booking
			got := get(t, "/booking/"+w.BookingID)
			if err := json.Unmarshal([]byte(got.body), &b); err != nil {
				return err
			}
			switch b.Status {
			case "TicketIssued":
				winners++
			case "BookingCancelled":
			default:
				return fmt.Errorf("its status is %s", b.Status)
			}
			return nil
		})
	}
	if got := seatsOf(t, flight); winners != 1 || !slices.Equal(got.Taken, []string{"1C"}) {
		t.Errorf("%d bookings got the seat, and %v are taken; want one, and 1C", winners, got.Taken)
	}
}

func TestAnswerOfPostBooking(t *testing.T) {
	w := trip(newName("F"))
	w.Amount, w.Seat = "100.50", "30F"
	got := book(t, w)
	want := fmt.Sprintf(`{"bookingId":%q,"customerId":"C-1","flightId":%q,"amount":100.5,"seat":"30F","status":"BookingCreated"}`, w.BookingID, w.FlightID)
	if got.status != http.StatusAccepted || strings.TrimSpace(got.body) != want {
		t.Errorf("answers %d %s, want 202 %s", got.status, got.body, want)
	}
	if location := got.header.Get("Location"); location != "/booking/"+w.BookingID {
		t.Errorf("Location is %q, want that of booking %s", location, w.BookingID)
	}
}

func TestBookingIDIsMadeIfNoneIsGiven(t *testing.T) {
	w := trip(newName("F"))
	w.BookingID = ""
	ids := map[string]bool{}
	for range 2 {
		var b booking
		got := book(t, w)
		if err := json.Unmarshal([]byte(got.body), &b); err != nil || b.BookingID == "" || got.header.Get("Location") != "/booking/"+b.BookingID {
			t.Fatalf("answers %d %s with Location %s, want a booking with an id of its own", got.status, got.body, got.header.Get("Location"))
		}
		ids[b.BookingID] = true
		awaitBooking(t, b.BookingID, "TicketIssued")
	}
	if len(ids) != 2 {
		t.Errorf("two requests without an id made the bookings %v, want two", ids)
	}
}

func TestRepeatedBookingChangesNothing(t *testing.T) {
	w := trip(newName("F"))
	w.Seat = "7B"
	placeBooking(t, w)
	awaitWhole(t, w.BookingID, ticketed...)
	checkConversation(t, w.BookingID, ticketed)

	if again := book(t, w); again.status != http.StatusAccepted || !strings.Contains(again.body, "TicketIssued") {
		t.Errorf("the same booking again answers %d %s, want 202 and the booking as it stands", again.status, again.body)
	}
	for name, change := range map[string]func(*wanted){
		"customer": func(w *wanted) { w.CustomerID = "C-2" }, "flight": func(w *wanted) { w.FlightID = "F-2" },
		"amount": func(w *wanted) { w.Amount = "101" }, "seat": func(w *wanted) { w.Seat = "7C" }, "no seat": func(w *wanted) { w.Seat = "" },
	} {
		other := w
		change(&other)
		if got := book(t, other); got.status != http.StatusConflict {
			t.Errorf("the same id with another %s answers %d %s, want 409", name, got.status, got.body)
		}
	}

	// A later booking that is through shows that nothing of the above follows.
	awaitBooking(t, placeBooking(t, trip(newName("F"))).BookingID, "TicketIssued")
	checkConversation(t, w.BookingID, ticketed)
	checkTrace(t, w.BookingID)
}

func TestConcurrentPostsOfOneBooking(t *testing.T) {
	w := trip(newName("F"))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { placeBooking(t, w) })
	}
	wg.Wait()
	awaitWhole(t, w.BookingID, ticketed...)
	checkConversation(t, w.BookingID, ticketed)
	checkTrace(t, w.BookingID)
}
