package notification_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/internal/notification"
)

// TestFaults lets each step fail, before and after it took effect, by an error
// and by the end of the process, and delivers the event again as Lambda does:
// after a minute and twice at most. People get one mail; two where the first was
// out and nothing could note it.
func TestFaults(t *testing.T) {
	tests := []struct {
		fault fault
		mails int
	}{
		{fault{}, 1},
		{fault{step: "claim"}, 1},
		{fault{step: "claim", crash: true}, 1},
		{fault{step: "claim", after: true}, 1},
		{fault{step: "claim", after: true, crash: true}, 1},
		{fault{step: "publish"}, 1},
		{fault{step: "publish", crash: true}, 1},
		{fault{step: "publish", after: true}, 2},
		{fault{step: "publish", after: true, crash: true}, 2},
		{fault{step: "finish"}, 1},
		{fault{step: "finish", crash: true}, 2},
		{fault{step: "finish", after: true}, 1},
		{fault{step: "finish", after: true, crash: true}, 1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%+v", tt.fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(tt.fault)
				e := sample(t, "OrderCreated")
				handled := w.invoke(e)
				for retries := 0; !handled && retries < 2; retries++ {
					time.Sleep(retryDelay)
					handled = w.invoke(e)
				}
				if got := len(w.topic.mails); !handled || got != tt.mails {
					t.Errorf("handled is %v with %d mails, want true with %d", handled, got, tt.mails)
				}
			})
		})
	}
}

// TestFailuresAreCountedOnce: by Lambda if the error is returned, and else by
// the log.
func TestFailuresAreCountedOnce(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
	for step, want := range map[string]struct {
		handled bool
		logged  int
	}{"": {true, 0}, "claim": {false, 0}, "publish": {false, 0}, "finish": {true, 1}} {
		w := newWorld(fault{step: step})
		handled := w.invoke(sample(t, "OrderCreated"))
		if got := strings.Count(w.log.String(), `"LoggedFailures":1`); handled != want.handled || got != want.logged {
			t.Errorf("failing at %q: handled is %v with %d counted, want %v with %d:\n%s", step, handled, got, want.handled, want.logged, w.log)
		}
	}
}

// TestRepetitions delivers the same event with other envelope ids, as it comes
// when it is published again.
func TestRepetitions(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "OrderCompleted")
	for i := range 5 {
		e.ID = fmt.Sprintf("published-%d", i)
		if !w.invoke(e) {
			t.Errorf("delivery %d fails", i)
		}
	}
	if got := len(w.topic.mails); got != 1 {
		t.Errorf("%d mails are out, want 1", got)
	}
	if got := w.ledger.Writes(); got != 2 {
		t.Errorf("the ledger was written %d times, want 2", got)
	}
}

func TestEventsWithoutMetadataAreKnownByTheirEnvelope(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "OrderCreated.seed")
	for _, id := range []string{"1", "1", "2"} {
		e.ID = id
		if !w.invoke(e) {
			t.Errorf("delivery of %s fails", id)
		}
	}
	if got := len(w.topic.mails); got != 2 {
		t.Errorf("%d mails are out, want 2", got)
	}
}

func TestConcurrentDeliveries(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "PaymentFailed")
	var deliveries sync.WaitGroup
	for range 16 {
		deliveries.Go(func() { w.invoke(e) })
	}
	deliveries.Wait()
	if got := len(w.topic.mails); got != 1 {
		t.Errorf("%d mails are out, want 1", got)
	}
}

// TestTakenIsAnError holds that a delivery during another one is not taken as
// handled, since the other one may still fail.
func TestTakenIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(fault{step: "publish", crash: true})
		e := sample(t, "OrderCreated")
		w.invoke(e)
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		if err := w.Handle(ctx, e); !errors.Is(err, notification.ErrTaken) {
			t.Errorf("Handle = %v, want %v", err, notification.ErrTaken)
		}
	})
}

func TestFailedReleaseIsTold(t *testing.T) {
	w := newWorld(fault{step: "publish"})
	w.ledger.fault = &fault{step: "release"}
	err := w.Handle(context.Background(), sample(t, "OrderCreated"))
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 {
		t.Errorf("Handle = %v, want the errors of publishing and of releasing", err)
	}
}

func TestUnknownEventsAreIgnored(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "OrderCreated")
	for _, unknown := range [][2]string{{"order-service", "OrderShipped"}, {"payment-service", "OrderCreated"}, {"elsewhere", "OrderCreated"}} {
		e.Source, e.DetailType = unknown[0], unknown[1]
		if !w.invoke(e) {
			t.Errorf("%v fails", unknown)
		}
	}
	if mails, writes := len(w.topic.mails), w.ledger.Writes(); mails != 0 || writes != 0 {
		t.Errorf("%d mails are out and %d writes made, want none", mails, writes)
	}
}

func TestMalformedDetailFails(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "OrderCreated")
	for _, detail := range []string{``, `{}`, `[]`, `{"id":0}`, `{"id":-5}`, `{"id":"101"}`, `{"id":1.5}`, `{"id":1,"metadata":7}`} {
		e.Detail = []byte(detail)
		if w.invoke(e) {
			t.Errorf("an event with the detail %s is handled", detail)
		}
	}
	if got := len(w.topic.mails); got != 0 {
		t.Errorf("%d mails are out, want none", got)
	}
}
