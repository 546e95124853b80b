package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"eda-demo/internal/event"
)

// flight is what is seen of a flight's bookings if all is right: the first get
// the seats, whatever they chose.
func flight() (map[id]*evidence, map[string]booking) {
	seen, seats := map[id]*evidence{}, map[string]booking{}
	free := freeSeats()
	for n := range bookingsOfAFlight {
		b := booking{1, n + 1}
		seat := b.seat()
		if _, taken := seats[seat]; b.declined() || taken {
			seat = ""
		} else if seat == "" && len(seats) < seatsOfAFlight {
			seat, free = next(free, seats)
		}
		e := evidenceOf(b, seat)
		seen[b.id()] = &e
		if seat != "" {
			seats[seat] = b
		}
	}
	return seen, seats
}

// freeSeats are those that nobody chooses, and then the others.
func freeSeats() (free []string) {
	for _, letter := range "ABDEFC" {
		for row := range 30 {
			free = append(free, fmt.Sprintf("%d%c", row+1, letter))
		}
	}
	return free
}

func next(free []string, taken map[string]booking) (string, []string) {
	for {
		seat := free[0]
		if free = free[1:]; taken[seat] == (booking{}) {
			return seat, free
		}
	}
}

// evidenceOf is what is seen of a booking that got a seat, or none.
func evidenceOf(b booking, seat string) evidence {
	way, payment, assignment, reason := ticketed, event.PaymentStatusSuccess, event.SeatAssigned, ""
	switch {
	case b.declined():
		way, payment, assignment, reason = declined, event.PaymentStatusFailed, "Withdrawn", "the amount is above 1000"
	case seat == "":
		way, payment, assignment, reason = refunded, event.PaymentStatusRefunded, event.SeatAssignmentFailed, b.lossReason()
	}
	items := one(bookingsTable, way, "amount", b.amount(), "status", way[len(way)-1], "seat", seat, "paymentId", "p", "ticketId", "t", "reason", reason)
	maps.Copy(items, one(paymentsTable, nil, "status", payment, "paymentId", "p"))
	maps.Copy(items, one(assignmentsTable, nil, "status", assignment, "seat", seat))
	if seat != "" {
		maps.Copy(items, one(seatsTable, nil, "seat", seat, "flightId", "F1"))
		maps.Copy(items, one(ticketsTable, nil, "seat", seat, "ticketId", "t"))
	}
	return evidence{items: items, events: chain(way...), mails: map[string]int{way[len(way)-1]: 1}}
}

func TestModelOfBookings(t *testing.T) {
	seen, _ := flight()
	for n := range bookingsOfAFlight {
		b := booking{1, n + 1}
		if got := judge(b, *seen[b.id()]); len(got) > 0 {
			t.Errorf("what is right is judged %q", got)
		}
	}
	won, lost, notPaid := booking{1, 2}, booking{1, 3}, booking{1, 26}
	tests := map[string]struct {
		booking booking
		seat    string
		change  func(map[string][]item)
		says    string
	}{
		"stuck":               {won, "1A", set(bookingsTable, "status", event.SeatAssigned), "status is SeatAssigned"},
		"other payment":       {won, "1A", set(paymentsTable, "paymentId", "other"), `paymentId "other"`},
		"refunded and flying": {won, "1A", set(paymentsTable, "status", event.PaymentStatusRefunded), `status "REFUNDED", want "SUCCESS"`},
		"other ticket":        {won, "1A", set(ticketsTable, "ticketId", "other"), `ticketId "other"`},
		"no ticket":           {won, "1A", func(i map[string][]item) { delete(i, ticketsTable) }, "0 items"},
		"two seats":           {won, "1A", func(i map[string][]item) { i[seatsTable] = append(i[seatsTable], i[seatsTable][0]) }, "2 items"},
		"seat of another":     {won, "1A", set(seatsTable, "seat", "1B"), `seat "1B"`},
		"other flight":        {won, "1A", set(seatsTable, "flightId", "F2"), `flightId "F2"`},
		"not refunded":        {lost, "", set(paymentsTable, "status", event.PaymentStatusSuccess), `status "SUCCESS", want "REFUNDED"`},
		"cancelled with seat": {lost, "", func(i map[string][]item) { i[seatsTable] = i[paymentsTable] }, "although it was cancelled"},
		"strange reason":      {lost, "", set(bookingsTable, "reason", "fog"), `reason is "fog"`},
		"money taken":         {notPaid, "", set(paymentsTable, "status", event.PaymentStatusSuccess), `status "SUCCESS", want "FAILED"`},
		"ticket for nothing":  {notPaid, "", set(bookingsTable, "status", event.TicketIssued), "status is TicketIssued"},
		"not as chosen":       {booking{1, 1}, "1A", func(map[string][]item) {}, `has seat "1A", and chose "1C"`},
	}
	for name, test := range tests {
		e := evidenceOf(test.booking, test.seat)
		test.change(e.items)
		if got := strings.Join(judge(test.booking, e), "; "); !strings.Contains(got, test.says) {
			t.Errorf("%s: judged %q, want it to say %q", name, got, test.says)
		}
	}
}

func set(table, attribute, value string) func(map[string][]item) {
	return func(items map[string][]item) { items[table][0].texts[attribute] = value }
}

func TestModelOfFlights(t *testing.T) {
	seen, seats := flight()
	outcome, wrong := judgeFlights(1, seen)
	if want := (Outcome{Tickets: 180, Refunds: 320, Declined: 20}); outcome != want || len(wrong) > 0 {
		t.Errorf("a full flight has %+v, judged %q; want %+v", outcome, wrong, want)
	}
	one := slices.Sorted(maps.Keys(seats))[0]
	lost := evidenceOf(seats[one], "")
	seen[seats[one].id()] = &lost
	if _, wrong := judgeFlights(1, seen); len(wrong) != 1 || !strings.Contains(wrong[0], "Tickets:179") {
		t.Errorf("a flight with a free seat is judged %q", wrong)
	}
	double := evidenceOf(seats[one], "2A")
	seen[seats[one].id()] = &double
	if _, wrong := judgeFlights(1, seen); !slices.ContainsFunc(wrong, func(w string) bool { return strings.Contains(w, "have tickets for seat 2A") }) {
		t.Errorf("a seat with two tickets is judged %q", wrong)
	}
}
