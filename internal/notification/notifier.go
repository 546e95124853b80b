package notification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// Topic sends mails to everyone who subscribed.
type Topic interface {
	Publish(ctx context.Context, mail Mail) error
}

// ErrTaken says that somebody else is just notifying of the same event. If that
// fails, a later delivery has to do it.
var ErrTaken = errors.New("another delivery of the event is being handled")

// Notifier sends one mail for each event that people are told of, however often
// the event arrives.
type Notifier struct {
	ledger Ledger
	topic  Topic
	now    func() time.Time
	log    *slog.Logger
}

// NewNotifier makes a Notifier.
func NewNotifier(ledger Ledger, topic Topic, now func() time.Time, log *slog.Logger) *Notifier {
	return &Notifier{ledger: ledger, topic: topic, now: now, log: log}
}

// Handle notifies of an event. It claims the event, sends the mail and notes
// that it is done: two writes for an event, one for a repetition. What is left
// is that the mail is sent and nothing comes to note it, because the process
// ends between the two, the note fails, or the topic takes the mail and says it
// did not: then the next delivery of the same event sends a second mail. No
// event goes without a mail unless the error is returned each time.
//
// Events are additive: one of a kind without a mail is logged and otherwise
// ignored, so that a service may publish new kinds at any time. A detail that
// does not say which order or booking it is about is an error.
func (n *Notifier) Handle(ctx context.Context, e event.Envelope) error {
	told, err := compose(e)
	if errors.Is(err, event.ErrUnknown) {
		n.log.WarnContext(ctx, "no mail for this kind of event", "source", e.Source, "detailType", e.DetailType, "envelopeId", e.ID)
		return nil
	}
	if err != nil {
		return err
	}
	eventID := told.metadata.EventID
	log := n.log.With(told.about, "detailType", e.DetailType, "eventId", eventID, "correlationId", told.metadata.CorrelationID)
	if err := n.notify(ctx, eventID, told.Mail, log); err != nil {
		log.ErrorContext(ctx, "people not notified", "error", err)
		return err
	}
	return nil
}

// notify sends the mail about an event unless that is done or being done.
func (n *Notifier) notify(ctx context.Context, eventID string, mail Mail, log *slog.Logger) error {
	until := n.leaseEnd(ctx)
	state, err := n.ledger.Claim(ctx, eventID, n.now(), until)
	switch {
	case err != nil:
		return fmt.Errorf("claiming event %s: %w", eventID, err)
	case state == Taken:
		return fmt.Errorf("claiming event %s: %w", eventID, ErrTaken)
	case state == Done:
		log.InfoContext(ctx, "people were notified before, nothing done")
		return nil
	}
	if err := n.topic.Publish(ctx, mail); err != nil {
		return errors.Join(fmt.Errorf("notifying of event %s: %w", eventID, err), n.release(ctx, eventID, until))
	}
	if err := n.ledger.Finish(ctx, eventID); err != nil {
		// The mail is out. An error here would have the event delivered again,
		// and that would send a second one.
		metric.LogFailure(ctx, log, "mail sent, but not noted", "error", err)
		return nil
	}
	log.InfoContext(ctx, "people notified")
	return nil
}

func (n *Notifier) release(ctx context.Context, eventID string, until time.Time) error {
	if err := n.ledger.Release(ctx, eventID, until); err != nil {
		return fmt.Errorf("releasing event %s: %w", eventID, err)
	}
	return nil
}

const (
	// clockSkew is by how much the clocks of two machines may differ.
	clockSkew = time.Second
	// longestRun is for callers that set no deadline.
	longestRun = 30 * time.Second
)

// leaseEnd is when a claim ends which is made now: no sooner than its maker is
// stopped at the deadline, and no later than necessary, for until then nobody
// can take over from one that crashed. Lambda delivers an event again a minute
// after a failure, so the function's timeout has to stay well below that.
func (n *Notifier) leaseEnd(ctx context.Context) time.Time {
	end, ok := ctx.Deadline()
	if !ok {
		end = n.now().Add(longestRun)
	}
	return end.Add(clockSkew).UTC().Truncate(time.Millisecond)
}
