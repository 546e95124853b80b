package notification_test

import (
	"strings"
	"testing"

	"eda-demo/internal/event"
)

func TestMails(t *testing.T) {
	for name, want := range map[string]struct{ subject, text string }{
		"order-service/OrderCreated": {"Order 101 created", "Order 101 was accepted and awaits its payment.\n\n" +
			"Source: order-service\nEvent: OrderCreated\nOrder: 101\nTime: 2026-11-02T09:15:00Z\n"},
		"order-service/OrderCompleted": {"Order 101 completed", "Order 101 is paid and complete.\n\n" +
			"Source: order-service\nEvent: OrderCompleted\nOrder: 101\nTime: 2026-11-02T09:15:02Z\n"},
		"order-service/OrderCancelled": {"Order 9007199254740991 cancelled", "Order 9007199254740991 was cancelled because its payment failed.\n\n" +
			"Source: order-service\nEvent: OrderCancelled\nOrder: 9007199254740991\nTime: 2026-11-02T09:16:02Z\n"},
		"payment-service/PaymentSucceeded": {"Payment for order 101 succeeded", "The payment for order 101 was accepted.\n\n" +
			"Source: payment-service\nEvent: PaymentSucceeded\nOrder: 101\nTime: 2026-11-02T09:15:01Z\n"},
		"payment-service/PaymentFailed": {"Payment for order 9007199254740991 failed", "The payment for order 9007199254740991 was refused.\n\n" +
			"Source: payment-service\nEvent: PaymentFailed\nOrder: 9007199254740991\nTime: 2026-11-02T09:16:01Z\n"},
		"aircraft.ticket/TicketIssued": {"Booking B123: your ticket", "Booking B123 has its ticket, for seat 12A.\n\n" +
			"Source: aircraft.ticket\nEvent: TicketIssued\nBooking: B123\nTicket: TICKET001\nSeat: 12A\nTime: 2026-11-02T10:00:07Z\n"},
		"aircraft.booking/BookingCancelled": {"Booking B123 cancelled", "Booking B123 was cancelled: the flight is full. You pay nothing.\n\n" +
			"Source: aircraft.booking\nEvent: BookingCancelled\nBooking: B123\nReason: the flight is full\nTime: 2026-11-02T10:00:08Z\n"},
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

// told lists the kinds of events that people hear of: all about orders, and how
// bookings end.
func told(typ event.Type) bool {
	return typ.Bus == event.BusName || typ.DetailType == event.TicketIssued || typ.DetailType == event.BookingCancelled
}

// TestEveryEventHasAMail holds every sample of the contract that people hear of
// to a mail, and its subject to the rules of SNS:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func TestEveryEventHasAMail(t *testing.T) {
	for _, typ := range event.Types() {
		want := map[bool]int{true: 1}[told(typ)]
		for _, s := range typ.Samples {
			w := newWorld(fault{})
			if !w.invoke(sample(t, s.Name)) || len(w.topic.mails) != want {
				t.Errorf("%s: %d mails are out, want %d", s.Name, len(w.topic.mails), want)
			}
			for _, mail := range w.topic.mails {
				wantSubject(t, mail.Subject)
			}
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
	f.Add(0, `{"id":101,"metadata":{"eventId":"e"}}`)
	f.Add(0, `{"id":9223372036854775807}`)
	f.Add(0, `{"id":101,"metadata":[]}`)
	f.Add(1, `{"bookingId":"B\r\nBcc","ticketId":"T","seat":"12A"}`)
	f.Add(1, `{"bookingId":"B","ticketId":"T","seat":"12A"}`)
	f.Add(2, `{"bookingId":"B","reason":"full\nTicket: T"}`)
	f.Add(2, `{"bookingId":"B","reason":"the flight is full"}`)
	f.Fuzz(func(t *testing.T, kind int, detail string) {
		kinds := [][2]string{{"order-service", "OrderCreated"}, {"aircraft.ticket", "TicketIssued"}, {"aircraft.booking", "BookingCancelled"}}
		of := kinds[uint(kind)%uint(len(kinds))]
		w := newWorld(fault{})
		e := event.Envelope{ID: "e", Source: of[0], DetailType: of[1], Detail: []byte(detail)}
		handled := w.invoke(e)
		if mails := len(w.topic.mails); handled != (mails == 1) {
			t.Errorf("with the detail %q handled is %v with %d mails", detail, handled, mails)
		}
		for _, mail := range w.topic.mails {
			wantSubject(t, mail.Subject)
			if lines := strings.Count(mail.Text, "\n"); lines < 6 || lines > 8 || strings.Contains(mail.Text, "\r") {
				t.Errorf("with the detail %q the mail is\n%s", detail, mail.Text)
			}
		}
	})
}
