package notification

import (
	"errors"
	"fmt"
	"log/slog"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
)

// ticketIssued has the words for a booking that ends well.
func ticketIssued(d event.TicketIssuedDetail) (words, error) {
	err := errors.Join(ident.Check("bookingId", d.BookingID), ident.Check("ticketId", d.TicketID), ident.CheckSeat(d.Seat))
	return words{
		about:    slog.String("bookingId", d.BookingID),
		subject:  fmt.Sprintf("Booking %s: your ticket", d.BookingID),
		sentence: fmt.Sprintf("Booking %s has its ticket, for seat %s.", d.BookingID, d.Seat),
		facts:    []fact{{"Booking", d.BookingID}, {"Ticket", d.TicketID}, {"Seat", d.Seat}},
	}, err
}

// bookingCancelled has the words for a booking that does not. It was not paid,
// or the payment was given back before: see BookingCancelled.
func bookingCancelled(d event.BookingCancelledDetail) (words, error) {
	return words{
		about:    slog.String("bookingId", d.BookingID),
		subject:  fmt.Sprintf("Booking %s cancelled", d.BookingID),
		sentence: fmt.Sprintf("Booking %s was cancelled: %s. You pay nothing.", d.BookingID, d.Reason),
		facts:    []fact{{"Booking", d.BookingID}, {"Reason", d.Reason}},
	}, errors.Join(ident.Check("bookingId", d.BookingID), ident.CheckReason(d.Reason))
}
