package order

import (
	"context"
	"encoding/json"
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
	o, err := New(id, amount, s.now())
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	metadata := event.Metadata{EventID: s.newID(), CorrelationID: s.newID(), SchemaVersion: event.SchemaVersion}
	announces, err := pending(ctx, o.History[0], metadata, event.OrderCreatedDetail{
		ID: int64(id), Amount: amount, Metadata: metadata,
	})
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	stored, created, err := s.store.Create(ctx, o, announces)
	if err != nil {
		return Order{}, fmt.Errorf("placing order %d: %w", id, err)
	}
	if stored.Amount != amount {
		return Order{}, fmt.Errorf("placing order %d: %w", id, ErrConflict)
	}
	if created {
		log := s.log.With("orderId", id, "eventId", metadata.EventID, "correlationId", metadata.CorrelationID)
		metric.Log(ctx, log, o.Created, "order created", event.OrderService, metric.OrdersCreated.Of(1))
	} else {
		s.log.InfoContext(ctx, "order placed again, nothing changed", "orderId", id, "status", stored.Status)
	}
	return stored, nil
}

// Settle gives an order its final status and announces it, cause being the
// event that it follows from. An order that is final already stays as it is.
// It fails with ErrNotFound for an order that does not exist.
func (s *Service) Settle(ctx context.Context, id ID, final Status, cause event.Metadata) error {
	if !final.Final() {
		return fmt.Errorf("settling order %d: %q is not a final status", id, final)
	}
	change := Change{Status: final, At: Instant(s.now())}
	metadata := event.CausedBy(cause, s.newID())
	announces, err := pending(ctx, change, metadata, event.OrderDetail{ID: int64(id), Metadata: metadata})
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

// pending is the event that tells of a change. It is part of the trace that the
// change was made in.
func pending(ctx context.Context, change Change, metadata event.Metadata, detail any) (event.Pending, error) {
	text, err := json.Marshal(detail)
	if err != nil {
		return event.Pending{}, fmt.Errorf("encoding the detail of %s: %w", change.Status, err)
	}
	return event.Pending{
		EventID:    metadata.EventID,
		DetailType: string(change.Status),
		Detail:     string(text),
		At:         change.At,
		Trace:      trace.Header(ctx),
	}, nil
}
