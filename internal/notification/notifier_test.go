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
				e := sample(t, "order-service/OrderCreated")
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
		handled := w.invoke(sample(t, "order-service/OrderCreated"))
		if got := strings.Count(w.log.String(), `"LoggedFailures":1`); handled != want.handled || got != want.logged {
			t.Errorf("failing at %q: handled is %v with %d counted, want %v with %d:\n%s", step, handled, got, want.handled, want.logged, w.log)
		}
	}
}

// TestRepetitions delivers the same event with other envelope ids, as it comes
// when it is published again.
func TestRepetitions(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "order-service/OrderCompleted")
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
	e := sample(t, "order-service/OrderCreated.seed")
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
	e := sample(t, "payment-service/PaymentFailed")
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
		e := sample(t, "order-service/OrderCreated")
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
	err := w.Handle(context.Background(), sample(t, "order-service/OrderCreated"))
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 {
		t.Errorf("Handle = %v, want the errors of publishing and of releasing", err)
	}
}

func TestUnknownEventsAreIgnored(t *testing.T) {
	w := newWorld(fault{})
	e := sample(t, "order-service/OrderCreated")
	for _, unknown := range [][2]string{{"order-service", "OrderShipped"}, {"payment-service", "OrderCreated"}, {"elsewhere", "OrderCreated"},
		{"aircraft.booking", "BookingCreated"}, {"aircraft.payment", "PaymentFailed"}, {"aircraft.booking", "TicketIssued"}} {
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
	long := strings.Repeat("x", 65)
	for name, details := range map[string][]string{
		"order-service/OrderCreated": {
			``, `{}`, `[]`, `{"id":0}`, `{"id":-5}`, `{"id":"101"}`, `{"id":1.5}`, `{"id":1,"metadata":7}`,
		},
		"aircraft.ticket/TicketIssued": {
			``, `{}`, `[]`, `{"bookingId":"B","ticketId":"T"}`, `{"bookingId":"B","seat":"12A"}`, `{"ticketId":"T","seat":"12A"}`,
			`{"bookingId":"B","ticketId":"T","seat":"A12"}`, `{"bookingId":"B\nBcc: x","ticketId":"T","seat":"12A"}`,
			`{"bookingId":"B","ticketId":"T\n","seat":"12A"}`, `{"bookingId":"` + long + `","ticketId":"T","seat":"12A"}`,
			`{"bookingId":"B","ticketId":"` + long + `","seat":"12A"}`, `{"bookingId":"Bü","ticketId":"T","seat":"12A"}`,
		},
		"aircraft.booking/BookingCancelled": {
			``, `{}`, `[]`, `{"bookingId":"B"}`, `{"reason":"full"}`, `{"bookingId":"B","reason":"full\nTicket: T"}`,
			`{"bookingId":"` + long + `","reason":"full"}`, `{"bookingId":7,"reason":"full"}`,
			`{"bookingId":"B","reason":"` + strings.Repeat("x", 257) + `"}`,
		},
	} {
		w := newWorld(fault{})
		e := sample(t, name)
		for _, detail := range details {
			e.Detail = []byte(detail)
			if w.invoke(e) {
				t.Errorf("%s with the detail %s is handled", name, detail)
			}
		}
		if got := len(w.topic.mails); got != 0 {
			t.Errorf("%s: %d mails are out, want none", name, got)
		}
	}
}

// TestLongestSubjects holds the subjects for the longest ids below SNS's bound,
// which wantSubject knows.
func TestLongestSubjects(t *testing.T) {
	w := newWorld(fault{})
	ticket, cancelled := sample(t, "aircraft.ticket/TicketIssued"), sample(t, "aircraft.booking/BookingCancelled")
	ticket.ID, cancelled.ID = "1", "2"
	long := strings.Repeat("x", 64)
	ticket.Detail = []byte(`{"bookingId":"` + long + `","ticketId":"` + long + `","seat":"12A"}`)
	cancelled.Detail = []byte(`{"bookingId":"` + long + `","reason":"` + strings.Repeat("y", 256) + `"}`)
	if !w.invoke(ticket) || !w.invoke(cancelled) || len(w.topic.mails) != 2 {
		t.Errorf("%d mails are out, want 2", len(w.topic.mails))
	}
	for _, mail := range w.topic.mails {
		wantSubject(t, mail.Subject)
	}
}

// TestLogLinesNameWhatTheyAreAbout by the order's id or the booking's, and say
// nothing of the customer's.
func TestLogLinesNameWhatTheyAreAbout(t *testing.T) {
	for name, want := range map[string]string{
		"order-service/OrderCreated":        `"orderId":101,`,
		"aircraft.ticket/TicketIssued":      `"bookingId":"B123",`,
		"aircraft.booking/BookingCancelled": `"bookingId":"B123",`,
	} {
		w := newWorld(fault{step: "publish"})
		for range 2 {
			w.invoke(sample(t, name))
		}
		lines := strings.Split(strings.TrimSpace(w.log.String()), "\n")
		if len(lines) != 2 {
			t.Errorf("%s: %d lines are logged, want one for the failure and one for the mail", name, len(lines))
		}
		for _, line := range lines {
			if !strings.Contains(line, want) || strings.Contains(line, "CUST001") {
				t.Errorf("%s: logged %s, want %s in it and no customer", name, line, want)
			}
		}
	}
}
