package order

import (
	"context"
	"fmt"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// HandlePayment lets an event of the payment service take effect on its order.
// Events may come twice, late and in any order: once an order is final, no
// event changes it any more. What cannot be done is an error, so that the event
// is retried and, in the end, kept with the error as its reason: an order that
// does not exist (entity.ErrNotFound), a detail type that nobody here knows
// (event.ErrUnknown), a detail that does not say which order it is about.
func (s *Service) HandlePayment(ctx context.Context, e event.Envelope) error {
	final, err := outcome(e)
	if err != nil {
		return err
	}
	detail, cause, err := event.Read[event.PaymentDetail](e)
	if err != nil {
		return err
	}
	id := ID(detail.ID)
	if err := id.Validate(); err != nil {
		return fmt.Errorf("reading the order's id in the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	if err := s.Settle(ctx, id, final, cause); err != nil {
		s.log.ErrorContext(ctx, "order not settled", "orderId", id,
			"causationId", cause.EventID, "correlationId", cause.CorrelationID, "error", err)
		return fmt.Errorf("following %s %s: %w", e.DetailType, e.ID, err)
	}
	return nil
}

func outcome(e event.Envelope) (Status, error) {
	if e.Source == event.PaymentService {
		switch e.DetailType {
		case event.PaymentSucceeded:
			return Completed, nil
		case event.PaymentFailed:
			return Cancelled, nil
		}
	}
	return "", e.Unknown()
}

// settled has the metric that counts the orders with a final status.
var settled = map[Status]metric.Metric{
	Completed: metric.OrdersCompleted,
	Cancelled: metric.OrdersCancelled,
}

// logSettled tells what became of the change to an order that stood as given.
// Only a change that was made is measured: a repeated event counts for nothing.
func (s *Service) logSettled(ctx context.Context, stood Order, change Change, cause event.Metadata) {
	log := s.log.With("orderId", stood.ID, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
	switch stood.Status {
	case Created:
		// Two machines' clocks may say that an order was settled before it was
		// created.
		took := max(0, change.At.Sub(stood.Created.Time))
		metric.Log(ctx, log.With("status", change.Status), change.At.Time, "order settled", event.OrderService,
			settled[change.Status].Of(1), metric.TimeToFinalStatus.Of(float64(took.Milliseconds())))
	case change.Status:
		log.InfoContext(ctx, "order was settled before, nothing changed", "status", stood.Status)
	default:
		log.WarnContext(ctx, "order is final with another status, nothing changed", "status", stood.Status, "refused", change.Status)
	}
}
