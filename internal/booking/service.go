package booking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/metric"
	"eda-demo/internal/trace"
)

// ErrConflict says that there is a booking with the id and another content.
var ErrConflict = errors.New("a booking with this id and another content exists")

// Store keeps bookings.
type Store = entity.Store[string, Booking]

// Service places bookings and follows what becomes of them.
type Service struct {
	store Store
	now   func() time.Time
	newID func() string
	log   *slog.Logger
}

// NewService makes a service which takes the time from now and the ids of new
// bookings and events from newID; no two of these may be the same.
func NewService(store Store, now func() time.Time, newID func() string, log *slog.Logger) *Service {
	return &Service{store: store, now: now, newID: newID, log: log}
}

// Place creates a booking and announces BookingCreated. A request without an id
// gets a new one. The same request with the same id again changes and announces
// nothing, and returns the booking as it stands; another one with that id fails
// with ErrConflict.
func (s *Service) Place(ctx context.Context, wanted Request) (Booking, error) {
	if wanted.ID == "" {
		wanted.ID = s.newID()
	}
	b := New(wanted, event.At(s.now()))
	metadata := event.Metadata{EventID: s.newID(), CorrelationID: s.newID(), SchemaVersion: event.SchemaVersion}
	announces, err := event.Announce(event.BookingCreated, b.Created, metadata, event.BookingCreatedDetail{
		BookingID: b.ID, CustomerID: b.CustomerID, FlightID: b.FlightID,
		Amount: b.Amount, Seat: b.ChosenSeat, Metadata: metadata,
	}, trace.Header(ctx))
	if err != nil {
		return Booking{}, fmt.Errorf("placing booking %s: %w", b.ID, err)
	}
	stored, created, err := s.store.Create(ctx, b, &announces)
	if err != nil {
		return Booking{}, fmt.Errorf("placing booking %s: %w", b.ID, err)
	}
	if stored.Request != wanted {
		return Booking{}, fmt.Errorf("placing booking %s: %w", b.ID, ErrConflict)
	}
	if created {
		log := s.log.With("bookingId", b.ID, "eventId", metadata.EventID, "correlationId", metadata.CorrelationID)
		metric.Log(ctx, log, b.Created.Time, "booking created", event.AircraftBooking, metric.BookingsCreated.Of(1))
	} else {
		s.log.InfoContext(ctx, "booking placed again, nothing changed", "bookingId", b.ID, "status", stored.Status)
	}
	return stored, nil
}
