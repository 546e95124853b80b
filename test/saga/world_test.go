package saga_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
	"eda-demo/internal/money"
	"eda-demo/internal/notification"
	"eda-demo/internal/payment"
	"eda-demo/internal/seat"
	"eda-demo/internal/ticket"
)

// limit is the amount above which payments are declined.
const limit money.Amount = 1000_00

// world has all services that a booking meets, and the bus between them.
type world struct {
	*sim
	layout   seat.Layout
	requests []booking.Request

	booking   *booking.Service
	functions map[string]func(context.Context, event.Envelope) error

	bookings table[booking.Booking]
	payments table[payment.Payment]
	seats    seats
	tickets  table[ticket.Ticket]
	mails    []notification.Mail

	// published has every event once, however often it is published.
	published []event.Envelope
	// late are deliveries that are to come after everything else: some that
	// repeat one, and all that hold says, unless it is nil.
	late []func()
	hold func(function, detailType string) bool
}

// newWorld makes one of flights with the rows and the letters of a row.
func newWorld(s *sim, rows, letters string, logs io.Writer) *world {
	layout, err := seat.NewLayout(rows, letters)
	if err != nil {
		panic(err)
	}
	w := &world{sim: s, layout: layout}
	w.bookings = table[booking.Booking]{world: w, source: event.AircraftBooking}
	w.payments = table[payment.Payment]{world: w, source: event.AircraftPayment}
	w.seats = seats{
		table: table[seat.Assignment]{world: w, source: event.AircraftSeats},
		taken: map[string]map[string]string{}, full: map[string]string{},
	}
	w.tickets = table[ticket.Ticket]{world: w, source: event.AircraftTicket}
	log := slog.New(slog.DiscardHandler)
	if logs != nil {
		log = slog.New(slog.NewJSONHandler(logs, nil))
	}
	w.booking = booking.NewService(&w.bookings, s.now, s.newID, log)
	w.functions = map[string]func(context.Context, event.Envelope) error{
		event.UpdateBookingFunction:  w.booking.Follow,
		event.ProcessPaymentFunction: payment.NewService(&w.payments, limit, s.now, s.newID, log).Handle,
		event.AssignSeatFunction:     seat.NewService(&w.seats, layout, s.now, s.newID, log).Handle,
		event.IssueTicketFunction:    ticket.NewService(&w.tickets, s.now, s.newID, log).Handle,
		event.NotificationFunction:   notification.NewNotifier(&ledger{world: w}, topic{w}, s.now, log).Handle,
	}
	return w
}

// book has a client ask for a booking, once or twice, each until it succeeds.
func (w *world) book(wanted booking.Request) {
	w.requests = append(w.requests, wanted)
	for range w.times() {
		w.add("POST /booking "+wanted.ID, func() error {
			_, err := w.booking.Place(context.Background(), wanted)
			return err
		})
	}
}

// times is how often something is delivered: once or twice.
func (w *world) times() int {
	if !w.calm && w.chance(5) {
		return 2
	}
	return 1
}

// rule is one of the bus: what it matches is delivered to a function.
type rule struct {
	sources, detailTypes []string // no detail types are any
	function             string
}

// rules are those of the stack.
var rules = []rule{
	{[]string{event.AircraftBooking}, []string{event.BookingCreated}, event.ProcessPaymentFunction},
	{[]string{event.AircraftPayment}, []string{event.PaymentConfirmed}, event.AssignSeatFunction},
	{[]string{event.AircraftSeats}, []string{event.SeatAssigned}, event.IssueTicketFunction},
	{[]string{event.AircraftSeats}, []string{event.SeatAssignmentFailed}, event.ProcessPaymentFunction},
	{[]string{event.AircraftBooking}, []string{event.BookingCancelled}, event.AssignSeatFunction},
	{[]string{event.AircraftPayment, event.AircraftSeats, event.AircraftTicket}, nil, event.UpdateBookingFunction},
	{[]string{event.AircraftTicket, event.AircraftBooking}, []string{event.TicketIssued, event.BookingCancelled}, event.NotificationFunction},
}

func (r rule) matches(e event.Envelope) bool {
	return slices.Contains(r.sources, e.Source) && (len(r.detailTypes) == 0 || slices.Contains(r.detailTypes, e.DetailType))
}

// publish puts an event on the bus: at least once, each time with another id of
// the envelope.
func (w *world) publish(source string, p event.Pending) {
	e := event.Envelope{Version: "0", Source: source, DetailType: p.DetailType, Time: p.At, Detail: json.RawMessage(p.Detail)}
	w.tell("  %s %s", source, p.Detail)
	w.published = append(w.published, e)
	for range w.times() {
		e.ID = w.newID()
		w.route(e)
		if !w.calm && w.chance(5) {
			w.late = append(w.late, func() { w.route(e) })
		}
	}
}

// route delivers an event to whoever the rules say.
func (w *world) route(e event.Envelope) {
	for _, r := range rules {
		if !r.matches(e) {
			continue
		}
		for range w.times() {
			w.deliver(r.function, e)
		}
	}
}

func (w *world) deliver(function string, e event.Envelope) {
	if w.hold != nil && w.hold(function, e.DetailType) {
		w.late = append(w.late, func() { w.deliver(function, e) })
		return
	}
	w.add(fmt.Sprintf("%s of %s %s", function, e.DetailType, bookingOf(e)), func() error {
		return w.functions[function](context.Background(), e)
	})
}

// about is what all details of bookings say.
type about struct {
	BookingID string         `json:"bookingId"`
	Metadata  event.Metadata `json:"metadata"`
}

func bookingOf(e event.Envelope) string {
	detail, _, err := event.Read[about](e)
	if err != nil {
		panic(err)
	}
	return detail.BookingID
}

// settle runs until all is done that can be, with what failed too often
// redriven when the faults are over.
func (w *world) settle() {
	w.run()
	calm := w.calm
	w.calm = true
	w.redrive()
	w.run()
	w.calm = calm
}

// deliverLate delivers what was kept for later, and holds nothing any more.
func (w *world) deliverLate() {
	late := w.late
	w.late, w.hold = nil, nil
	w.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] })
	for _, deliver := range late {
		deliver()
	}
	w.settle()
}
