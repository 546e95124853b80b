// Package payment is the domain of the payments of bookings: which are taken,
// which are declined, and which are given back. No money moves: the demo's
// payment provider is a limit.
package payment

import (
	"errors"

	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/money"
)

// Payment is what became of the payment of a booking, of which there is one.
// The first four attributes are named as the seed's table names them.
type Payment struct {
	BookingID  string `json:"BookingID"`
	CustomerID string `json:"CustomerID"`
	FlightID   string `json:"flightID"`
	// Timestamp is when it was decided whether the payment is taken.
	Timestamp event.Time   `json:"Timestamp"`
	PaymentID string       `json:"paymentId"`
	Amount    money.Amount `json:"amount"`
	// Status is one of event.PaymentStatusSuccess, PaymentStatusFailed (final)
	// and PaymentStatusRefunded (final).
	Status string `json:"status"`
	// Reason is why it was declined or given back, in a sentence for the customer
	// without a full stop.
	Reason string `json:"reason,omitempty"`
	// Seat is the one that the customer chose, or "".
	Seat string `json:"seat,omitempty"`
}

// Key is the booking's id.
func (p Payment) Key() string { return p.BookingID }

// decide is the payment of a new booking: declined if its amount is above the
// limit. It fails for a booking that there cannot be.
func decide(b event.BookingCreatedDetail, limit money.Amount, paymentID string, at event.Time) (Payment, error) {
	if err := check(b); err != nil {
		return Payment{}, err
	}
	p := Payment{
		BookingID: b.BookingID, CustomerID: b.CustomerID, FlightID: b.FlightID, Timestamp: at,
		PaymentID: paymentID, Amount: b.Amount, Status: event.PaymentStatusSuccess, Seat: b.Seat,
	}
	if b.Amount > limit {
		p.Status, p.Reason = event.PaymentStatusFailed, "the amount is above "+limit.String()
	}
	return p, nil
}

func check(b event.BookingCreatedDetail) error {
	var seat error
	if b.Seat != "" {
		seat = ident.CheckSeat(b.Seat)
	}
	return errors.Join(
		ident.Check("bookingId", b.BookingID), ident.CheckCustomer(b.CustomerID), ident.Check("flightId", b.FlightID),
		b.Amount.ValidatePrice(), seat,
	)
}

// refund gives a payment back. Nothing changes if that is done, or if no money
// was taken.
func (p Payment) refund(reason string) (refunded Payment, changed bool) {
	if p.Status != event.PaymentStatusSuccess {
		return p, false
	}
	p.Status, p.Reason = event.PaymentStatusRefunded, reason
	return p, true
}

// of reports whether this is the payment of the booking as it is described.
func (p Payment) of(b event.BookingCreatedDetail) bool {
	return p.CustomerID == b.CustomerID && p.FlightID == b.FlightID && p.Amount == b.Amount && p.Seat == b.Seat
}

// detailTypes says which event tells of a status.
var detailTypes = map[string]string{
	event.PaymentStatusSuccess:  event.PaymentConfirmed,
	event.PaymentStatusFailed:   event.PaymentFailed,
	event.PaymentStatusRefunded: event.PaymentRefunded,
}

// detail is what the event says that tells of the payment's status.
func (p Payment) detail(metadata event.Metadata) event.BookingPaymentDetail {
	d := event.BookingPaymentDetail{
		Status: p.Status, BookingID: p.BookingID, CustomerID: p.CustomerID, PaymentID: p.PaymentID,
		FlightID: p.FlightID, Amount: p.Amount, Reason: p.Reason, Metadata: metadata,
	}
	if p.Status == event.PaymentStatusSuccess {
		d.Seat = p.Seat
	}
	return d
}
