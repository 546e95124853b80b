package booking

import (
	"context"
	"fmt"
	"log/slog"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/metric"
	"eda-demo/internal/trace"
)

// Follow lets an event of another service take effect on its booking; see
// Verdict for those that come twice, late, early, or against what is known.
// What cancels a booking announces BookingCancelled by the same write. What
// cannot be done is an error, so that the event is retried and, in the end,
// kept with the error as its reason: a booking that does not exist
// (entity.ErrNotFound), a kind of event that nobody here knows
// (event.ErrUnknown), a detail that does not say which booking it is about.
func (s *Service) Follow(ctx context.Context, e event.Envelope) error {
	fact, cause, err := read(e)
	if err != nil {
		return err
	}
	log := s.log.With("bookingId", fact.BookingID, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
	learned, err := s.learn(ctx, fact, cause)
	if err != nil {
		log.ErrorContext(ctx, "booking not updated", "event", fact.Status, "error", err)
		return fmt.Errorf("following %s %s: %w", e.DetailType, e.ID, err)
	}
	learned.report(ctx, log.With("event", fact.Status))
	return nil
}

func read(e event.Envelope) (Fact, event.Metadata, error) {
	told := Status(e.DetailType)
	if e.Source == "" || told.source() != e.Source {
		return Fact{}, event.Metadata{}, e.Unknown()
	}
	fact, cause, err := event.Read[Fact](e)
	if err != nil {
		return Fact{}, event.Metadata{}, err
	}
	if err := ident.Check("bookingId", fact.BookingID); err != nil {
		return Fact{}, event.Metadata{}, fmt.Errorf("reading the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	fact.Status = told
	return fact, cause, nil
}

// lesson is what came of a fact.
type lesson struct {
	verdict Verdict
	booking Booking
	// ends is whether the fact took the booking to its final status.
	ends bool
}

func (s *Service) learn(ctx context.Context, fact Fact, cause event.Metadata) (lesson, error) {
	var learned lesson
	at := event.At(s.now())
	_, _, err := s.store.Change(ctx, fact.BookingID, func(stands Booking) (Booking, *event.Pending, bool, error) {
		next, verdict := stands.Learn(fact, at)
		learned = lesson{verdict, next, next.Status.Final() && !stands.Status.Final()}
		if !learned.ends || next.Status != Cancelled {
			return next, nil, verdict.Adds(), nil
		}
		announces, err := cancellation(ctx, next, event.CausedBy(cause, s.newID()))
		return next, &announces, true, err
	})
	return learned, err
}

func cancellation(ctx context.Context, b Booking, metadata event.Metadata) (event.Pending, error) {
	return event.Announce(event.BookingCancelled, b.Updated, metadata, event.BookingCancelledDetail{
		BookingID: b.ID, CustomerID: b.CustomerID, FlightID: b.FlightID, Reason: b.Reason, Metadata: metadata,
	}, trace.Header(ctx))
}

// outcomes has the metric that counts the bookings with a final status.
var outcomes = map[Status]metric.Metric{
	Ticketed:  metric.BookingsTicketed,
	Cancelled: metric.BookingsCancelled,
}

// report tells what became of the fact, and measures the outcome, which each
// booking has once, however often events come.
func (l lesson) report(ctx context.Context, log *slog.Logger) {
	log = log.With("status", l.booking.Status, "verdict", l.verdict)
	switch {
	case l.ends:
		// Two machines' clocks may say that it ended before it was created.
		took := max(0, l.booking.Updated.Sub(l.booking.Created.Time))
		metric.Log(ctx, log, l.booking.Updated.Time, "booking settled", event.AircraftBooking,
			outcomes[l.booking.Status].Of(1), metric.TimeToOutcome.Of(float64(took.Milliseconds())))
	case l.verdict.Adds():
		log.InfoContext(ctx, "booking updated")
	case l.verdict == Known:
		log.InfoContext(ctx, "event known before, nothing changed")
	default:
		log.WarnContext(ctx, "event contradicts the booking, nothing changed")
	}
}
