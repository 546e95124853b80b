// Package notification tells people by mail what happens to orders, and how
// bookings end.
package notification

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"eda-demo/internal/event"
)

// Mail is a message to everyone who subscribed.
type Mail struct {
	// Subject is ASCII, less than 100 characters and one line, as SNS requires.
	Subject string
	Text    string
}

// words is what a mail says of an event besides what all mails say.
type words struct {
	// about is the id of what the event is about, as logs name it.
	about             slog.Attr
	subject, sentence string
	facts             []fact
}

// fact is a line of a mail.
type fact struct {
	name  string
	value any
}

// wording has the words for each kind of event that people are told of.
var wording = map[[2]string]writer{
	{event.OrderService, event.OrderCreated}: order(
		"Order %d created", "Order %d was accepted and awaits its payment."),
	{event.OrderService, event.OrderCompleted}: order(
		"Order %d completed", "Order %d is paid and complete."),
	{event.OrderService, event.OrderCancelled}: order(
		"Order %d cancelled", "Order %d was cancelled because its payment failed."),
	{event.PaymentService, event.PaymentSucceeded}: order(
		"Payment for order %d succeeded", "The payment for order %d was accepted."),
	{event.PaymentService, event.PaymentFailed}: order(
		"Payment for order %d failed", "The payment for order %d was refused."),
	{event.AircraftTicket, event.TicketIssued}:      reading(ticketIssued),
	{event.AircraftBooking, event.BookingCancelled}: reading(bookingCancelled),
}

// writer finds the words for an event.
type writer func(e event.Envelope) (words, event.Metadata, error)

// reading is a writer that has write find the words for the event's detail, or
// fail if that does not keep to the contract.
func reading[T any](write func(detail T) (words, error)) writer {
	return func(e event.Envelope) (words, event.Metadata, error) {
		detail, metadata, err := event.Read[T](e)
		if err != nil {
			return words{}, metadata, err
		}
		w, err := write(detail)
		if err != nil {
			err = fmt.Errorf("reading the detail of %s %s: %w", e.DetailType, e.ID, err)
		}
		return w, metadata, err
	}
}

// notice is a mail, with what the event is known by that it tells of.
type notice struct {
	Mail
	about    slog.Attr
	metadata event.Metadata
}

// compose writes the mail about an event. It fails with event.ErrUnknown for a
// kind of event without a mail.
func compose(e event.Envelope) (notice, error) {
	write, known := wording[[2]string{e.Source, e.DetailType}]
	if !known {
		return notice{}, e.Unknown()
	}
	w, metadata, err := write(e)
	if err != nil {
		return notice{}, err
	}
	return notice{Mail{w.subject, w.text(e)}, w.about, metadata}, nil
}

// text is the whole mail about the event.
func (w words) text(e event.Envelope) string {
	lines := []fact{{"Source", e.Source}, {"Event", e.DetailType}}
	lines = append(append(lines, w.facts...), fact{"Time", e.Time.UTC().Format(time.RFC3339)})
	var text strings.Builder
	text.WriteString(w.sentence + "\n\n")
	for _, line := range lines {
		fmt.Fprintf(&text, "%s: %v\n", line.name, line.value)
	}
	return text.String()
}
