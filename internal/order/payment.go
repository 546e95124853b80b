package order

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"eda-demo/internal/event"
)

// ErrUnknownEvent says that an event is none of those that the order service
// knows how to follow.
var ErrUnknownEvent = errors.New("the order service does not know this kind of event")

// HandlePayment lets an event of the payment service take effect on its order.
// Events may come twice, late and in any order: once an order is final, no
// event changes it any more. What cannot be done is an error, so that the event
// is retried and, in the end, kept with the error as its reason: an order that
// does not exist (ErrNotFound), a detail type that nobody here knows
// (ErrUnknownEvent), a detail that does not say which order it is about.
func (s *Service) HandlePayment(ctx context.Context, e event.Envelope) error {
	final, err := outcome(e)
	if err != nil {
		return err
	}
	var detail event.PaymentDetail
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return fmt.Errorf("reading the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	id := ID(detail.ID)
	if err := id.Validate(); err != nil {
		return fmt.Errorf("reading the order's id in the detail of %s %s: %w", e.DetailType, e.ID, err)
	}
	cause := detail.Metadata.Or(e)
	stood, err := s.Settle(ctx, id, final, cause)
	if err != nil {
		return fmt.Errorf("following %s %s: %w", e.DetailType, e.ID, err)
	}
	s.logSettled(ctx, id, stood, final, cause)
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
	return "", fmt.Errorf("following event %s with detail type %q from %q: %w", e.ID, e.DetailType, e.Source, ErrUnknownEvent)
}

func (s *Service) logSettled(ctx context.Context, id ID, stood, final Status, cause event.Metadata) {
	log := s.log.With("orderId", id, "causationId", cause.EventID, "correlationId", cause.CorrelationID)
	switch stood {
	case Created:
		log.InfoContext(ctx, "order settled", "status", final)
	case final:
		log.InfoContext(ctx, "order was settled before, nothing changed", "status", stood)
	default:
		log.WarnContext(ctx, "order is final with another status, nothing changed", "status", stood, "refused", final)
	}
}
