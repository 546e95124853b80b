package seat

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
)

// Service gives seats to bookings.
type Service struct {
	store  Store
	layout Layout
	now    func() time.Time
	newID  func() string
	log    *slog.Logger
}

// NewService makes a service for flights whose aircraft have a layout. It takes
// the time from now and the ids of new events from newID; no two of these may
// be the same.
func NewService(store Store, layout Layout, now func() time.Time, newID func() string, log *slog.Logger) *Service {
	return &Service{store: store, layout: layout, now: now, newID: newID, log: log}
}

// answerTime is how long before its deadline Handle gives up, so that its error
// is still told.
const answerTime = 500 * time.Millisecond

// Handle lets PaymentConfirmed or BookingCancelled take effect. Events may come
// twice, late, in any order and at the same time: what was decided for a booking
// stands and is announced once. What cannot be done is an error, so that the
// event is retried and, in the end, kept with the error as its reason: another
// kind of event (event.ErrUnknown), a detail without the ids that the contract
// says, a cancelled booking that has a seat (ErrSeated), and a decision that was
// not made in time.
func (s *Service) Handle(ctx context.Context, e event.Envelope) error {
	if deadline, has := ctx.Deadline(); has {
		earlier, cancel := context.WithDeadline(ctx, deadline.Add(-answerTime))
		defer cancel()
		ctx = earlier
	}
	switch [2]string{e.Source, e.DetailType} {
	case [2]string{event.AircraftPayment, event.PaymentConfirmed}:
		return event.Follow(ctx, e, s.assign)
	case [2]string{event.AircraftBooking, event.BookingCancelled}:
		return event.Follow(ctx, e, s.withdraw)
	}
	return e.Unknown()
}

func checkIDs(bookingID, customerID, flightID string) error {
	return errors.Join(ident.Check("bookingId", bookingID), ident.CheckCustomer(customerID), ident.Check("flightId", flightID))
}

func (s *Service) logger(bookingID, flightID string, cause event.Metadata) *slog.Logger {
	return s.log.With("bookingId", bookingID, "flightId", flightID, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
}
