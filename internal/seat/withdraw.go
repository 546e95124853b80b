package seat

import (
	"context"

	"eda-demo/internal/event"
)

// withdraw remembers that a booking was cancelled before it was decided upon,
// so that it gets no seat if its payment is confirmed nevertheless. Nothing is
// announced.
func (s *Service) withdraw(ctx context.Context, detail event.BookingCancelledDetail, cause event.Metadata) error {
	if err := checkIDs(detail.BookingID, detail.CustomerID, detail.FlightID); err != nil {
		return err
	}
	a := Assignment{BookingID: detail.BookingID, FlightID: detail.FlightID, Status: Withdrawn, Decided: event.At(s.now())}
	stands, created, err := s.store.Create(ctx, a, nil)
	if err == nil && stands.Status == Assigned {
		err = ErrSeated
	}
	log := s.logger(a.BookingID, a.FlightID, cause)
	switch {
	case err != nil:
		log.ErrorContext(ctx, "booking not withdrawn", "seat", stands.Seat, "error", err)
	case created:
		log.InfoContext(ctx, "booking withdrawn")
	default:
		log.InfoContext(ctx, "booking has no seat, nothing changed", "status", stands.Status)
	}
	return err
}
