package notification_test

import (
	"encoding/json"
	"strings"
	"testing"

	"eda-demo/internal/event"
)

func TestMails(t *testing.T) {
	for name, want := range map[string]struct{ subject, text string }{
		"OrderCreated": {"Order 101 created", "Order 101 was accepted and awaits its payment.\n\n" +
			"Source: order-service\nEvent: OrderCreated\nOrder: 101\nTime: 2026-11-02T09:15:00Z\n"},
		"OrderCompleted": {"Order 101 completed", "Order 101 is paid and complete.\n\n" +
			"Source: order-service\nEvent: OrderCompleted\nOrder: 101\nTime: 2026-11-02T09:15:02Z\n"},
		"OrderCancelled": {"Order 9007199254740991 cancelled", "Order 9007199254740991 was cancelled because its payment failed.\n\n" +
			"Source: order-service\nEvent: OrderCancelled\nOrder: 9007199254740991\nTime: 2026-11-02T09:16:02Z\n"},
		"PaymentSucceeded": {"Payment for order 101 succeeded", "The payment for order 101 was accepted.\n\n" +
			"Source: payment-service\nEvent: PaymentSucceeded\nOrder: 101\nTime: 2026-11-02T09:15:01Z\n"},
		"PaymentFailed": {"Payment for order 9007199254740991 failed", "The payment for order 9007199254740991 was refused.\n\n" +
			"Source: payment-service\nEvent: PaymentFailed\nOrder: 9007199254740991\nTime: 2026-11-02T09:16:01Z\n"},
	} {
		w := newWorld(fault{})
		if !w.invoke(sample(t, name)) || len(w.topic.mails) != 1 {
			t.Errorf("%s: %d mails are out, want 1", name, len(w.topic.mails))
			continue
		}
		mail := w.topic.mails[0]
		if mail.Subject != want.subject || mail.Text != want.text {
			t.Errorf("%s: the mail is %q\n%s\nwant %q\n%s", name, mail.Subject, mail.Text, want.subject, want.text)
		}
	}
}

// TestEveryEventHasAMail holds every sample of the contract to a mail, and its
// subject to the rules of SNS:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func TestEveryEventHasAMail(t *testing.T) {
	for _, typ := range event.Types() {
		for _, s := range typ.Samples {
			var e event.Envelope
			if err := json.Unmarshal(s.JSON, &e); err != nil {
				t.Fatalf("decoding %s: %v", s.Name, err)
			}
			w := newWorld(fault{})
			if !w.invoke(e) || len(w.topic.mails) != 1 {
				t.Errorf("%s: %d mails are out, want 1", s.Name, len(w.topic.mails))
				continue
			}
			wantSubject(t, w.topic.mails[0].Subject)
		}
	}
}

func wantSubject(t *testing.T, subject string) {
	t.Helper()
	strange := strings.IndexFunc(subject, func(r rune) bool { return r < ' ' || r > '~' })
	if subject == "" || len(subject) >= 100 || strange >= 0 || subject[0] == ' ' {
		t.Errorf("the subject %q is not one for SNS", subject)
	}
}

// FuzzHandle delivers any detail: there is a mail, or the event is not handled.
func FuzzHandle(f *testing.F) {
	f.Add(`{"id":101,"metadata":{"eventId":"e"}}`)
	f.Add(`{"id":9223372036854775807}`)
	f.Add(`{"id":101,"metadata":[]}`)
	f.Fuzz(func(t *testing.T, detail string) {
		w := newWorld(fault{})
		e := event.Envelope{ID: "e", Source: "order-service", DetailType: "OrderCreated", Detail: []byte(detail)}
		handled := w.invoke(e)
		if mails := len(w.topic.mails); handled != (mails == 1) {
			t.Errorf("with the detail %q handled is %v with %d mails", detail, handled, mails)
		}
		for _, mail := range w.topic.mails {
			wantSubject(t, mail.Subject)
		}
	})
}
