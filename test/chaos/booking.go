package chaos

import (
	"fmt"
	"maps"
	"slices"

	"eda-demo/internal/event"
)

// A flight has fewer seats than bookings that can be paid. Besides there are
// some that can't.
const (
	seatsOfAFlight    = 180
	bookingsOfAFlight = 520
	declinedEach      = 26 // every so many can't be paid: 20 of 520
	choosingEach      = 10 // every so many choose a seat, mostly one that another chooses too
)

// Outputs that name the tables of the services that bookings go through.
const (
	bookingsTable    = "BookingsTableName"
	paymentsTable    = "BookingPaymentsTableName"
	seatsTable       = "SeatsTableName"
	assignmentsTable = "SeatAssignmentsTableName"
	ticketsTable     = "TicketsTableName"
)

// booking is one of a flight, both counted from 1.
type booking struct{ flight, n int }

func (b booking) name() string { return fmt.Sprintf("F%d-%d", b.flight, b.n) }
func (b booking) id() id       { return id("booking " + b.name()) }
func (b booking) number() int  { return b.n }

func (b booking) path() string  { return "/booking" }
func (b booking) body() string  { return b.text(b.amount()) }
func (b booking) other() string { return b.text("42") }

func (b booking) text(amount string) string {
	seat := ""
	if b.seat() != "" {
		seat = fmt.Sprintf(`,"seat":%q`, b.seat())
	}
	return fmt.Sprintf(`{"bookingId":%q,"customerId":"C%d","flightId":"F%d","amount":%s%s}`, b.name(), b.n, b.flight, amount, seat)
}

func (b booking) declined() bool { return b.n%declinedEach == 0 }

func (b booking) amount() string {
	if b.declined() {
		return "1000.01"
	}
	return fmt.Sprintf("%d.5", b.n)
}

// seat is the one that the customer chooses, or "".
func (b booking) seat() string {
	if b.n%choosingEach != 1 {
		return ""
	}
	return fmt.Sprintf("%dC", b.n/choosingEach%30+1)
}

// The ways of bookings.
var (
	ticketed = []string{event.BookingCreated, event.PaymentConfirmed, event.SeatAssigned, event.TicketIssued}
	refunded = []string{event.BookingCreated, event.PaymentConfirmed, event.SeatAssignmentFailed, event.PaymentRefunded, event.BookingCancelled}
	declined = []string{event.BookingCreated, event.PaymentFailed, event.BookingCancelled}
)

func (b booking) statuses() []string {
	if b.declined() {
		return declined
	}
	return slices.Concat(ticketed, refunded)
}

// fate of a booking that can be paid is whichever its item says: who gets a
// seat is decided by who comes first.
func (b booking) fate(seen evidence) fate {
	way := ticketed
	switch {
	case b.declined():
		way = declined
	case seen.has(bookingsTable, "status", event.BookingCancelled):
		way = refunded
	}
	return fate{bookingsTable, b.amount(), way, way, way[len(way)-1:]}
}

// judge holds what the services keep of a booking against its fate: none may
// know of another.
func (b booking) judge(seen evidence, add add) {
	switch {
	case b.declined():
		b.judgeLost(seen, event.PaymentStatusFailed, "Withdrawn", add)
	case seen.has(bookingsTable, "status", event.BookingCancelled):
		b.judgeLost(seen, event.PaymentStatusRefunded, event.SeatAssignmentFailed, add)
		if reason := seen.text(bookingsTable, "reason"); reason != b.lossReason() {
			add("the reason is %q, want %q", reason, b.lossReason())
		}
	default:
		b.judgeWon(seen, add)
	}
}

// lossReason is why the booking got no seat.
func (b booking) lossReason() string {
	if b.seat() != "" {
		return "seat " + b.seat() + " is taken"
	}
	return "the flight is full"
}

func (b booking) judgeLost(seen evidence, payment, assignment string, add add) {
	b.expect(seen, add, paymentsTable, map[string]string{"status": payment})
	b.expect(seen, add, assignmentsTable, map[string]string{"status": assignment, "seat": ""})
	for _, table := range []string{seatsTable, ticketsTable} {
		if got := seen.items[table]; len(got) > 0 {
			add("it has %v in %s, although it was cancelled", got, table)
		}
	}
}

func (b booking) judgeWon(seen evidence, add add) {
	seat := seen.text(bookingsTable, "seat")
	if seat == "" || b.seat() != "" && seat != b.seat() {
		add("it has seat %q, and chose %q", seat, b.seat())
	}
	b.expect(seen, add, paymentsTable, map[string]string{"status": event.PaymentStatusSuccess, "paymentId": seen.text(bookingsTable, "paymentId")})
	b.expect(seen, add, assignmentsTable, map[string]string{"status": event.SeatAssigned, "seat": seat})
	b.expect(seen, add, seatsTable, map[string]string{"seat": seat, "flightId": fmt.Sprint("F", b.flight)})
	b.expect(seen, add, ticketsTable, map[string]string{"seat": seat, "ticketId": seen.text(bookingsTable, "ticketId")})
}

// expect checks that a booking has one item in a table, with texts.
func (b booking) expect(seen evidence, add add, table string, want map[string]string) {
	items := seen.items[table]
	if len(items) != 1 {
		add("%d items of it are in %s, want one", len(items), table)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := items[0].texts[name]; got != want[name] {
			add("%s has %s %q, want %q", table, name, got, want[name])
		}
	}
}

// Outcome counts what became of the bookings.
type Outcome struct{ Tickets, Refunds, Declined int }

// Count is how many there are.
func (o Outcome) Count() int { return o.Tickets + o.Refunds + o.Declined }

// judgeFlights tells what became of all bookings, and what the model does not
// allow of them together: a flight that more could pay for than it has seats
// has all its seats taken, each by one booking.
func judgeFlights(flights int, seen map[id]*evidence) (all Outcome, wrong []string) {
	for flight := range flights {
		outcome, seats := Outcome{}, map[string]booking{}
		for n := range bookingsOfAFlight {
			b := booking{flight + 1, n + 1}
			e := seen[b.id()]
			switch {
			case e.has(bookingsTable, "status", event.TicketIssued):
				outcome.Tickets++
				seat := e.text(ticketsTable, "seat")
				if other, taken := seats[seat]; taken {
					wrong = append(wrong, fmt.Sprintf("flight F%d: %s and %s have tickets for seat %s", b.flight, other.id(), b.id(), seat))
				}
				seats[seat] = b
			case e.has(paymentsTable, "status", event.PaymentStatusRefunded):
				outcome.Refunds++
			case e.has(paymentsTable, "status", event.PaymentStatusFailed):
				outcome.Declined++
			}
		}
		if want := fullFlight(); outcome != want || len(seats) != want.Tickets {
			wrong = append(wrong, fmt.Sprintf("flight F%d: %+v with %d different seats, want %+v", flight+1, outcome, len(seats), want))
		}
		all = Outcome{all.Tickets + outcome.Tickets, all.Refunds + outcome.Refunds, all.Declined + outcome.Declined}
	}
	return all, wrong
}

// fullFlight is what must become of a flight's bookings.
func fullFlight() Outcome {
	notPaid := bookingsOfAFlight / declinedEach
	return Outcome{seatsOfAFlight, bookingsOfAFlight - notPaid - seatsOfAFlight, notPaid}
}
