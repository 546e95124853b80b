package main

import (
	"fmt"
	"strings"
	"time"

	"eda-demo/internal/event"
)

// step is an event on the way of a thing, and what has to follow it.
type step struct {
	source, detailType string
	// next is what is waited for, and by is who has to do it; "" if the event is
	// the end.
	next, by string
}

// ways are the steps of each kind of thing, the first that begins it, and each
// after those that it follows.
var ways = map[string][]step{
	"order": {
		{event.OrderService, event.OrderCreated, "the payment", "state machine " + event.PaymentStateMachine},
		{event.PaymentService, event.PaymentSucceeded, "the completion", "function " + event.UpdateOrderFunction},
		{event.PaymentService, event.PaymentFailed, "the cancellation", "function " + event.UpdateOrderFunction},
		{event.OrderService, event.OrderCompleted, "", ""},
		{event.OrderService, event.OrderCancelled, "", ""},
	},
	"booking": {
		{event.AircraftBooking, event.BookingCreated, "the payment", "function " + event.ProcessPaymentFunction},
		{event.AircraftPayment, event.PaymentConfirmed, "the seat assignment", "function " + event.AssignSeatFunction},
		{event.AircraftPayment, event.PaymentFailed, "the cancellation", "function " + event.UpdateBookingFunction},
		{event.AircraftSeats, event.SeatAssigned, "the ticket", "function " + event.IssueTicketFunction},
		{event.AircraftSeats, event.SeatAssignmentFailed, "the refund", "function " + event.ProcessPaymentFunction},
		{event.AircraftPayment, event.PaymentRefunded, "the cancellation", "function " + event.UpdateBookingFunction},
		{event.AircraftTicket, event.TicketIssued, "", ""},
		{event.AircraftBooking, event.BookingCancelled, "", ""},
	},
}

// standing says of each thing that arranged events are about how it stands.
func standing(all []*said, now time.Time) []string {
	var things []thing
	by := map[thing][]*said{}
	for _, e := range all {
		if e.thing == (thing{}) {
			continue
		}
		if by[e.thing] == nil {
			things = append(things, e.thing)
		}
		by[e.thing] = append(by[e.thing], e)
	}
	var lines []string
	for _, t := range things {
		lines = append(lines, cell(t.kind+" "+t.id)+" "+stands(ways[t.kind], by[t], now))
	}
	return lines
}

func stands(way []step, events []*said, now time.Time) string {
	var began, last *said
	var waits step
	var ends []string
	for i, s := range way {
		e := find(events, s)
		if e == nil {
			continue
		}
		if i == 0 {
			began = e
		}
		last, waits = e, s
		if s.next == "" {
			ends = append(ends, s.detailType)
		}
	}
	switch {
	case last == nil:
		return "is in none of the states that ops knows"
	case len(ends) > 1:
		return "ENDED IN TWO WAYS: " + strings.Join(ends, " and ")
	case waits.next != "":
		return fmt.Sprintf("has not ended: it waits for %s (%s) for %v", waits.next, waits.by, rounded(now.Sub(last.at)))
	case began == nil:
		return "ended: " + last.detailType + "; how it began is further back than -from"
	}
	return fmt.Sprintf("ended: %s after %d ms", last.detailType, last.at.Sub(began.at).Milliseconds())
}

func find(events []*said, s step) *said {
	for _, e := range events {
		if e.source == s.source && e.detailType == s.detailType {
			return e
		}
	}
	return nil
}

// rounded is how long something has been, in seconds: never less than none.
func rounded(d time.Duration) time.Duration { return max(0, d.Round(time.Second)) }
