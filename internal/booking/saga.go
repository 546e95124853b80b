package booking

import (
	"slices"

	"eda-demo/internal/event"
)

// Status is how far a booking has come. Its text is the detail type of the event
// that tells of it.
type Status string

// The statuses. Created is the first, Ticketed and Cancelled are final.
const (
	Created         Status = event.BookingCreated
	PaymentDeclined Status = event.PaymentFailed
	Paid            Status = event.PaymentConfirmed
	Seated          Status = event.SeatAssigned
	Unseated        Status = event.SeatAssignmentFailed
	Refunded        Status = event.PaymentRefunded
	Ticketed        Status = event.TicketIssued
	Cancelled       Status = event.BookingCancelled
)

// step is a way from a status to the next.
type step struct {
	from, to Status
	// source is who says so; "" for what the booking service does itself, in the
	// same write as that which from tells of.
	source string
}

// steps are all that can happen to a booking; what they do not join cannot
// happen to the same one.
var steps = []step{
	{Created, Paid, event.AircraftPayment},
	{Created, PaymentDeclined, event.AircraftPayment},
	{PaymentDeclined, Cancelled, ""},
	{Paid, Seated, event.AircraftSeats},
	{Paid, Unseated, event.AircraftSeats},
	{Seated, Ticketed, event.AircraftTicket},
	{Unseated, Refunded, event.AircraftPayment},
	{Refunded, Cancelled, ""},
}

// Statuses lists all statuses, each behind those that lead to it.
func Statuses() []Status {
	all := []Status{Created}
	for i := 0; i < len(all); i++ {
		for _, s := range steps {
			if s.from != all[i] {
				continue
			}
			all = append(slices.DeleteFunc(all, func(have Status) bool { return have == s.to }), s.to)
		}
	}
	return all
}

// Final reports whether a booking with this status keeps it.
func (s Status) Final() bool {
	return !slices.ContainsFunc(steps, func(has step) bool { return has.from == s })
}

// leadsTo reports whether there is a way of one step or more.
func (s Status) leadsTo(later Status) bool {
	return slices.ContainsFunc(steps, func(has step) bool {
		return has.from == s && (has.to == later || has.to.leadsTo(later))
	})
}

// sequel is what the booking service does at once about a status, or "".
func (s Status) sequel() Status {
	for _, has := range steps {
		if has.from == s && has.source == "" {
			return has.to
		}
	}
	return ""
}

// source is who tells of a status, or "" for one that is made here, and for what
// is no status.
func (s Status) source() string {
	for _, has := range steps {
		if has.to == s {
			return has.source
		}
	}
	return ""
}

// Verdict is what an event means for a booking, by what is known of it.
type Verdict string

// An event may come at any time: its fact takes its place in the history, which
// is in the order of the steps, and the last of the history is the status.
const (
	// Next goes on from the status by a step.
	Next Verdict = "next"
	// Ahead goes on from the status over steps of which nothing is known yet.
	Ahead Verdict = "ahead"
	// Late fills a gap in the history, and leaves the status as it is.
	Late Verdict = "late"
	// Known was there before: nothing changes.
	Known Verdict = "known"
	// Contradicted can't be true if the history is: nothing changes.
	Contradicted Verdict = "contradicted"
)

// Adds reports whether the fact becomes part of the history.
func (v Verdict) Adds() bool { return v == Next || v == Ahead || v == Late }

// judge says what a fact means for a booking of which another is known.
func (s Status) judge(fact Status) Verdict {
	switch {
	case fact == s:
		return Known
	case slices.ContainsFunc(steps, func(has step) bool { return has.from == s && has.to == fact }):
		return Next
	case s.leadsTo(fact):
		return Ahead
	case fact.leadsTo(s):
		return Late
	}
	return Contradicted
}
