package event

import (
	"context"
	"fmt"
)

// Follow has a service do what follows from an event, which it is given as Read
// has it. Errors name the event.
func Follow[T any](ctx context.Context, e Envelope, do func(ctx context.Context, detail T, cause Metadata) error) error {
	detail, cause, err := Read[T](e)
	if err != nil {
		return err
	}
	if err := do(ctx, detail, cause); err != nil {
		return fmt.Errorf("following %s %s: %w", e.DetailType, e.ID, err)
	}
	return nil
}
