package payment

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/money"
	"eda-demo/internal/trace"
)

// Service takes and gives back the payments of bookings.
type Service struct {
	store entity.Store[string, Payment]
	limit money.Amount
	now   func() time.Time
	newID func() string
	log   *slog.Logger
}

// NewService makes a service which declines amounts above the limit. It takes
// the time from now and the ids of payments and events from newID; no two of
// these may be the same.
func NewService(store entity.Store[string, Payment], limit money.Amount, now func() time.Time, newID func() string, log *slog.Logger) *Service {
	return &Service{store: store, limit: limit, now: now, newID: newID, log: log}
}

// Handle takes or declines the payment of a booking that was created, and gives
// back that of a booking which gets no seat. Events may come twice, late and at
// the same time: a booking's payment is decided once and given back once, and
// each is announced once. What cannot be done is an error, so that the event is
// retried and, in the end, kept with the error as its reason: a refund without a
// payment (entity.ErrNotFound), a kind of event that nobody here knows
// (event.ErrUnknown), a detail that does not keep to the contract.
func (s *Service) Handle(ctx context.Context, e event.Envelope) error {
	switch [2]string{e.Source, e.DetailType} {
	case [2]string{event.AircraftBooking, event.BookingCreated}:
		return event.Follow(ctx, e, s.take)
	case [2]string{event.AircraftSeats, event.SeatAssignmentFailed}:
		return event.Follow(ctx, e, s.giveBack)
	}
	return e.Unknown()
}

// take decides on the payment of a booking, unless that is done.
func (s *Service) take(ctx context.Context, b event.BookingCreatedDetail, cause event.Metadata) error {
	p, err := decide(b, s.limit, s.newID(), event.At(s.now()))
	if err != nil {
		return err
	}
	announces, err := s.announce(ctx, p, p.Timestamp, cause)
	if err != nil {
		return err
	}
	stands, decided, err := s.store.Create(ctx, p, announces)
	log := s.about(b.BookingID, cause)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "payment not decided", "error", err)
		return err
	case decided:
		log.InfoContext(ctx, "payment decided", "status", p.Status, "eventId", announces.EventID)
	case stands.of(b):
		log.InfoContext(ctx, "payment was decided before, nothing changed", "status", stands.Status)
	default:
		log.WarnContext(ctx, "payment was decided for another content of the booking, nothing changed", "status", stands.Status)
	}
	return nil
}

// giveBack refunds the payment of a booking that gets no seat, unless that is
// done or no money was taken.
func (s *Service) giveBack(ctx context.Context, f event.SeatAssignmentFailedDetail, cause event.Metadata) error {
	if err := errors.Join(ident.Check("bookingId", f.BookingID), ident.CheckReason(f.Reason)); err != nil {
		return err
	}
	stands, refunded, err := s.store.Change(ctx, f.BookingID, func(p Payment) (Payment, *event.Pending, bool, error) {
		p, changed := p.refund(f.Reason)
		if !changed {
			return p, nil, false, nil
		}
		announces, err := s.announce(ctx, p, event.At(s.now()), cause)
		return p, announces, true, err
	})
	log := s.about(f.BookingID, cause)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "payment not given back", "error", err)
		return err
	case refunded:
		log.InfoContext(ctx, "payment given back", "status", stands.Status)
	case stands.Status == event.PaymentStatusFailed:
		log.WarnContext(ctx, "payment was declined, so there is nothing to give back", "status", stands.Status)
	default:
		log.InfoContext(ctx, "payment was given back before, nothing changed", "status", stands.Status)
	}
	return nil
}

// announce is the event that tells of a payment's status, which cause led to.
func (s *Service) announce(ctx context.Context, p Payment, at event.Time, cause event.Metadata) (*event.Pending, error) {
	metadata := event.CausedBy(cause, s.newID())
	announces, err := event.Announce(detailTypes[p.Status], at, metadata, p.detail(metadata), trace.Header(ctx))
	return &announces, err
}

func (s *Service) about(bookingID string, cause event.Metadata) *slog.Logger {
	return s.log.With("bookingId", bookingID, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
}
