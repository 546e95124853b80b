// Package ticket is the domain of tickets: a booking that has a seat gets one.
package ticket

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/trace"
)

// ErrOther says that a booking has a ticket for another seat or customer.
var ErrOther = errors.New("the booking has a ticket for another seat or customer")

// Ticket is the one of a booking.
type Ticket struct {
	BookingID  string     `json:"bookingId"`
	CustomerID string     `json:"customerId"`
	TicketID   string     `json:"ticketId"`
	Seat       string     `json:"seat"`
	Issued     event.Time `json:"issued"`
}

// Key is the booking's id.
func (t Ticket) Key() string { return t.BookingID }

// Service issues tickets.
type Service struct {
	store entity.Store[string, Ticket]
	now   func() time.Time
	newID func() string
	log   *slog.Logger
}

// NewService makes a service which takes the time from now and the ids of
// tickets and events from newID; no two of these may be the same.
func NewService(store entity.Store[string, Ticket], now func() time.Time, newID func() string, log *slog.Logger) *Service {
	return &Service{store: store, now: now, newID: newID, log: log}
}

// Handle issues the ticket of a booking that has a seat, and announces it, once
// however often the event comes. What cannot be done is an error: a second seat
// for a booking (ErrOther), a kind of event that nobody here knows
// (event.ErrUnknown), a detail that does not keep to the contract.
func (s *Service) Handle(ctx context.Context, e event.Envelope) error {
	if e.Source != event.AircraftSeats || e.DetailType != event.SeatAssigned {
		return e.Unknown()
	}
	return event.Follow(ctx, e, s.issue)
}

func (s *Service) issue(ctx context.Context, a event.SeatAssignedDetail, cause event.Metadata) error {
	if err := check(a); err != nil {
		return err
	}
	t := Ticket{BookingID: a.BookingID, CustomerID: a.CustomerID, TicketID: s.newID(), Seat: a.Seat, Issued: event.At(s.now())}
	metadata := event.CausedBy(cause, s.newID())
	announces, err := event.Announce(event.TicketIssued, t.Issued, metadata, event.TicketIssuedDetail{
		BookingID: t.BookingID, CustomerID: t.CustomerID, TicketID: t.TicketID, Seat: t.Seat, Metadata: metadata,
	}, trace.Header(ctx))
	if err != nil {
		return err
	}
	stands, issued, err := s.store.Create(ctx, t, &announces)
	if err == nil && (stands.Seat != t.Seat || stands.CustomerID != t.CustomerID) {
		err = fmt.Errorf("issuing one for the seat %s: %w", t.Seat, ErrOther)
	}
	log := s.log.With("bookingId", t.BookingID, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "ticket not issued", "error", err)
	case issued:
		log.InfoContext(ctx, "ticket issued", "ticketId", t.TicketID, "eventId", announces.EventID)
	default:
		log.InfoContext(ctx, "ticket was issued before, nothing changed", "ticketId", stands.TicketID)
	}
	return err
}

func check(a event.SeatAssignedDetail) error {
	return errors.Join(ident.Check("bookingId", a.BookingID), ident.CheckCustomer(a.CustomerID), ident.CheckSeat(a.Seat))
}
