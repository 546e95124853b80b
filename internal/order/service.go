package order

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
	"eda-demo/internal/money"
	"eda-demo/internal/trace"
)

// Service places and settles orders.
type Service struct {
	store Store
	now   func() time.Time
	newID func() string
	log   *slog.Logger
}

// NewService makes a service which takes the time from now and the ids of new
// events from newID; no two of these may be the same.
func NewService(store Store, now func() time.Time, newID func() string, log *slog.Logger) *Service {
	return &Service{store: store, now: now, newID: newID, log: log}
}

// Place creates an order and announces OrderCreated. Placing the same order
// again changes and announces nothing, and returns it as it stands; with
// another amount it fails with ErrConflict. ErrID and money.ErrPrice say that
// there can be no such order.
func (s *Service) Place(ctx context.Context, id ID, amount money.Amount) (Order, error) {
	o, err := New(id, amount, event.At(s.now()))
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	metadata := event.Metadata{EventID: s.newID(), CorrelationID: s.newID(), SchemaVersion: event.SchemaVersion}
	announces, err := event.Announce(event.OrderCreated, o.Created, metadata, event.OrderCreatedDetail{
		ID: int64(id), Amount: amount, Metadata: metadata,
	}, trace.Header(ctx))
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	stored, created, err := s.store.Create(ctx, o, &announces)
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	if stored.Amount != amount {
		return Order{}, fmt.Errorf("placing order %d: %w", id, ErrConflict)
	}
	if created {
		log := s.log.With("orderId", id, "eventId", metadata.EventID, "correlationId", metadata.CorrelationID)
		metric.Log(ctx, log, o.Created.Time, "order created", event.OrderService, metric.OrdersCreated.Of(1))
	} else {
		s.log.InfoContext(ctx, "order placed again, nothing changed", "orderId", id, "status", stored.Status)
	}
	return stored, nil
}

// Settle gives an order its final status and announces it, cause being the
// event that it follows from. An order that is final already stays as it is.
// It fails with entity.ErrNotFound for an order that does not exist.
func (s *Service) Settle(ctx context.Context, id ID, final Status, cause event.Metadata) error {
	if !final.Final() {
		return fmt.Errorf("settling order %d: %q is not a final status", id, final)
	}
	change := Change{Status: final, At: event.At(s.now())}
	metadata := event.CausedBy(cause, s.newID())
	announces, err := event.Announce(string(final), change.At, metadata,
		event.OrderDetail{ID: int64(id), Metadata: metadata}, trace.Header(ctx))
	if err != nil {
		return fmt.Errorf("settling order %d: %w", id, err)
	}
	stood, err := s.store.Advance(ctx, id, Created, change, announces)
	if err != nil {
		return fmt.Errorf("settling order %d as %s: %w", id, final, err)
	}
	s.logSettled(ctx, stood, change, cause)
	return nil
}
