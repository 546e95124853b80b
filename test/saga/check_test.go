package saga_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
	"eda-demo/internal/payment"
	"eda-demo/internal/seat"
	"eda-demo/internal/ticket"
)

// outcome is how a booking may end: what it went through, in order, what the
// payment and the seat service know, and the subject of the mail.
type outcome struct {
	history []booking.Status
	payment string
	seat    seat.Status
	mail    string
}

var (
	ticketed = outcome{
		[]booking.Status{booking.Created, booking.Paid, booking.Seated, booking.Ticketed},
		event.PaymentStatusSuccess, seat.Assigned, "Booking %s: your ticket",
	}
	declined = outcome{
		[]booking.Status{booking.Created, booking.PaymentDeclined, booking.Cancelled},
		event.PaymentStatusFailed, seat.Withdrawn, "Booking %s cancelled",
	}
	refunded = outcome{
		[]booking.Status{booking.Created, booking.Paid, booking.Unseated, booking.Refunded, booking.Cancelled},
		event.PaymentStatusRefunded, seat.Failed, "Booking %s cancelled",
	}
)

// check says all that is wrong when everything is settled.
func (w *world) check() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, j := range w.dead {
		report("%s is a dead letter: %w", j.name, j.err)
	}
	announced, mails := w.count()
	holders := map[string]string{}
	for _, wanted := range w.requests {
		if err := w.checkBooking(wanted, announced[wanted.ID], mails[wanted.ID], holders); err != nil {
			report("booking %s: %w", wanted.ID, err)
		}
	}
	if len(mails) > len(w.requests) || len(announced) > len(w.requests) {
		report("there are %d bookings, but mails about %d and events about %d", len(w.requests), len(mails), len(announced))
	}
	return errors.Join(append(problems, w.checkSeats(holders), w.checkCauses())...)
}

// count lists, by booking, the events that were announced, and the mails.
func (w *world) count() (announced map[string][]booking.Status, mails map[string][]string) {
	announced, mails = map[string][]booking.Status{}, map[string][]string{}
	for _, e := range w.published {
		id := bookingOf(e)
		announced[id] = append(announced[id], booking.Status(e.DetailType))
	}
	for _, m := range w.mails {
		id, _, _ := strings.Cut(strings.TrimPrefix(m.Subject, "Booking "), ":")
		id, _, _ = strings.Cut(id, " ")
		mails[id] = append(mails[id], m.Subject)
	}
	return announced, mails
}

// known is what the services know of a booking.
type known struct {
	booking.Booking
	payment payment.Payment
	seat    seat.Assignment
	ticket  ticket.Ticket
}

// known fails if a service does not know of the booking that has to. There may
// be no ticket.
func (w *world) known(id string) (known, error) {
	ctx := context.Background()
	b, noBooking := w.bookings.Memory.Get(ctx, id)
	p, noPayment := w.payments.Memory.Get(ctx, id)
	a, noSeat := w.seats.Memory.Get(ctx, id)
	issued, _ := w.tickets.Memory.Get(ctx, id)
	return known{b, p, a, issued}, errors.Join(noBooking, noPayment, noSeat)
}

// outcome is the one that the booking has to have, if it has a ticket or not.
func (k known) outcome() outcome {
	switch {
	case k.Amount > limit:
		return declined
	case k.ticket.TicketID != "":
		return ticketed
	}
	return refunded
}

// checkBooking holds one booking to its outcome, in all services alike. It
// notes who has which seat.
func (w *world) checkBooking(wanted booking.Request, announced []booking.Status, mails []string, holders map[string]string) error {
	k, err := w.known(wanted.ID)
	if err != nil {
		return err
	}
	want := k.outcome()
	history := statuses(k.History)
	mail := fmt.Sprintf(want.mail, wanted.ID)
	wantAnnounced := slices.Sorted(slices.Values(want.history))
	slices.Sort(announced)
	switch {
	case k.Request != wanted:
		return fmt.Errorf("it is %+v, want %+v", k.Request, wanted)
	case !slices.Equal(history, want.history) || k.Status != history[len(history)-1]:
		return fmt.Errorf("it is %s with the history %v, want %v", k.Status, history, want.history)
	case !slices.Equal(announced, wantAnnounced):
		return fmt.Errorf("announced were %v, want %v", announced, wantAnnounced)
	case !slices.Equal(mails, []string{mail}):
		return fmt.Errorf("the mails are %q, want %q", mails, mail)
	case k.payment.Status != want.payment || k.payment.PaymentID != k.PaymentID || k.payment.Amount != wanted.Amount:
		return fmt.Errorf("the payment is %+v, want %s, for %+v", k.payment, want.payment, k.Booking)
	case k.payment.Reason != k.Reason || (k.Reason == "") != (k.Status == booking.Ticketed):
		return fmt.Errorf("the reason is %q, and that of the payment %q", k.Reason, k.payment.Reason)
	case k.seat.Status == seat.Failed && k.seat.Reason != k.Reason:
		return fmt.Errorf("the reason is %q, and that of the seat service %q", k.Reason, k.seat.Reason)
	case k.seat.Status != want.seat || k.seat.Seat != k.Seat || k.ticket.Seat != k.Seat || k.ticket.TicketID != k.TicketID:
		return fmt.Errorf("the seat is %+v, want %s, and the ticket %+v, for %+v", k.seat, want.seat, k.ticket, k.Booking)
	case k.Status != booking.Ticketed:
		return w.checkRefusal(wanted)
	case wanted.ChosenSeat != "" && wanted.ChosenSeat != k.Seat:
		return fmt.Errorf("it has the seat %s, but %s was chosen", k.Seat, wanted.ChosenSeat)
	}
	place := wanted.FlightID + " " + k.Seat
	if holder := holders[place]; holder != "" {
		return fmt.Errorf("it has the seat %s, and so has %s", place, holder)
	}
	holders[place] = wanted.ID
	return nil
}

func statuses(history []booking.Change) []booking.Status {
	var list []booking.Status
	for _, c := range history {
		list = append(list, c.Status)
	}
	return list
}

// checkRefusal holds a booking without a ticket to a good reason: it was not
// paid, the chosen seat is not to be had, or none is.
func (w *world) checkRefusal(wanted booking.Request) error {
	taken := w.seats.taken[wanted.FlightID]
	switch {
	case wanted.Amount > limit:
	case wanted.ChosenSeat != "" && w.layout.Has(wanted.ChosenSeat) && taken[wanted.ChosenSeat] == "":
		return fmt.Errorf("it has no seat, but %s, which was chosen, is free", wanted.ChosenSeat)
	case wanted.ChosenSeat == "" && len(taken) < w.layout.Count():
		return fmt.Errorf("it has no seat, but only %d of %d are taken", len(taken), w.layout.Count())
	}
	return nil
}

// checkSeats holds the seats that are taken to those that have tickets, and
// their number to what there is and is paid for.
func (w *world) checkSeats(holders map[string]string) error {
	taken := map[string]string{}
	for flight, seats := range w.seats.taken {
		for seat, holder := range seats {
			taken[flight+" "+seat] = holder
		}
	}
	if !maps.Equal(taken, holders) {
		return fmt.Errorf("taken are the seats %v, but those of the tickets are %v", taken, holders)
	}
	paid, chosen := map[string]int{}, false
	for _, wanted := range w.requests {
		chosen = chosen || wanted.ChosenSeat != ""
		if wanted.Amount <= limit {
			paid[wanted.FlightID]++
		}
	}
	for flight, n := range paid {
		if got, want := len(w.seats.taken[flight]), min(n, w.layout.Count()); got > want || !chosen && got != want {
			return fmt.Errorf("flight %s has %d tickets, want %d", flight, got, want)
		}
	}
	return nil
}

// checkCauses holds each event to one that led to it, and to the same
// correlation, and no two to the same id.
func (w *world) checkCauses() error {
	correlations := map[string]string{} // by event
	for _, e := range w.published {
		detail, _, err := event.Read[about](e)
		if err != nil {
			return err
		}
		m := detail.Metadata
		if _, twice := correlations[m.EventID]; twice {
			return fmt.Errorf("two events have the id %s", m.EventID)
		}
		correlations[m.EventID] = m.CorrelationID
		if e.DetailType != event.BookingCreated && (m.CorrelationID == "" || correlations[m.CausationID] != m.CorrelationID) {
			return fmt.Errorf("%s has the metadata %+v, which no earlier event explains", e.DetailType, m)
		}
	}
	return nil
}
