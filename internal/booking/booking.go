// Package booking is the domain of the booking service: what a booking is, how
// what the other services say takes it to its end, and which events tell of it.
package booking

import (
	"cmp"
	"slices"

	"eda-demo/internal/event"
	"eda-demo/internal/money"
)

// Request is what somebody wants to book; for ids and seats see package ident.
type Request struct {
	// ID names the booking; in a request for a new one it may be "".
	ID         string `json:"bookingId"`
	CustomerID string `json:"customerId"`
	FlightID   string `json:"flightId"`
	// Amount is the sum to be paid.
	Amount money.Amount `json:"amount"`
	// ChosenSeat is such as 12A, or "" for any.
	ChosenSeat string `json:"chosenSeat,omitempty"`
}

// Booking is what was asked for, and all that is known to have come of it.
type Booking struct {
	Request
	// Status is that of the last change in the history.
	Status    Status `json:"status"`
	PaymentID string `json:"paymentId,omitempty"`
	// Seat is the one that the booking got.
	Seat     string `json:"seat,omitempty"`
	TicketID string `json:"ticketId,omitempty"`
	// Reason says why the booking is, or will be, cancelled.
	Reason  string     `json:"reason,omitempty"`
	Created event.Time `json:"created"`
	Updated event.Time `json:"updated"`
	// History has every fact once, in the order in which they follow from each
	// other. It only grows.
	History []Change `json:"history"`
}

// Change is a fact, and when the booking service learned of it: one that came
// late has a later time than what follows from it.
type Change struct {
	Status Status     `json:"status"`
	At     event.Time `json:"at"`
}

// Key is what a store knows the booking by.
func (b Booking) Key() string { return b.ID }

// Fails reports whether the booking is, or will be, cancelled.
func (b Booking) Fails() bool {
	return b.Status != Ticketed && !b.Status.leadsTo(Ticketed)
}

// New is a booking just created.
func New(wanted Request, at event.Time) Booking {
	return Booking{
		Request: wanted, Status: Created, Created: at, Updated: at,
		History: []Change{{Status: Created, At: at}},
	}
}

// Fact is what an event says of a booking.
type Fact struct {
	Status    Status `json:"-"`
	BookingID string `json:"bookingId"`
	PaymentID string `json:"paymentId"`
	TicketID  string `json:"ticketId"`
	// Seat is the one that the customer chose, in what a payment says.
	Seat   string `json:"seat"`
	Reason string `json:"reason"`
}

// Judge says what a fact with the status means for the booking.
func (b Booking) Judge(fact Status) Verdict {
	for _, known := range b.History {
		if v := known.Status.judge(fact); v == Known || v == Contradicted {
			return v
		}
	}
	return b.Status.judge(fact)
}

// Learn is the booking with one more fact, or as it is if the verdict adds
// nothing. Facts that do not contradict each other lead to the same booking in
// whatever order they come, but for the times.
func (b Booking) Learn(f Fact, at event.Time) (Booking, Verdict) {
	verdict := b.Judge(f.Status)
	if !verdict.Adds() {
		return b, verdict
	}
	for s := f.Status; s != ""; s = s.sequel() {
		b.add(Change{Status: s, At: at})
	}
	b.note(f)
	b.Updated = at
	return b, verdict
}

// add puts a change before the first that follows from it.
func (b *Booking) add(c Change) {
	place := slices.IndexFunc(b.History, func(has Change) bool { return c.Status.leadsTo(has.Status) })
	if place < 0 {
		place = len(b.History)
	}
	b.History = slices.Insert(slices.Clone(b.History), place, c)
	b.Status = b.History[len(b.History)-1].Status
}

// note keeps what a fact tells besides. Where two facts tell the same, one of
// them has the say, whichever comes first.
func (b *Booking) note(f Fact) {
	switch f.Status {
	case Paid:
		b.PaymentID = f.PaymentID
	case PaymentDeclined, Refunded:
		b.PaymentID = cmp.Or(b.PaymentID, f.PaymentID)
		b.Reason = cmp.Or(f.Reason, b.Reason)
	case Unseated:
		b.Reason = cmp.Or(b.Reason, f.Reason)
	case Seated:
		b.Seat = f.Seat
	case Ticketed:
		b.TicketID, b.Seat = f.TicketID, cmp.Or(b.Seat, f.Seat)
	}
}
