package event

import "eda-demo/internal/money"

// OrderCreatedDetail is the payload of OrderCreated.
type OrderCreatedDetail struct {
	// ID is the order's id, 1 to 2^53-1.
	ID int64 `json:"id"`
	// Amount is the sum to be paid, 0.01 to 1,000,000,000.
	Amount   money.Amount `json:"amount"`
	Metadata Metadata     `json:"metadata,omitzero"`
}

// OrderDetail is the payload of OrderCompleted and OrderCancelled. Events are
// sparse: who needs more than the id asks the order service.
type OrderDetail struct {
	ID       int64    `json:"id"`
	Metadata Metadata `json:"metadata,omitzero"`
}

// PaymentDetail is the payload of PaymentSucceeded and PaymentFailed.
type PaymentDetail struct {
	// ID is the id of the order that was to be paid.
	ID       int64    `json:"id"`
	Metadata Metadata `json:"metadata,omitzero"`
}

// BookingCreatedDetail is the payload of BookingCreated.
type BookingCreatedDetail struct {
	BookingID  string `json:"bookingId"`
	CustomerID string `json:"customerId"`
	FlightID   string `json:"flightId"`
	// Amount is the sum to be paid, 0.01 to 1,000,000,000.
	Amount money.Amount `json:"amount"`
	// Seat is the one that the customer chose, such as 12A, or "".
	Seat     string   `json:"seat,omitempty"`
	Metadata Metadata `json:"metadata,omitzero"`
}

// BookingCancelledDetail is the payload of BookingCancelled.
type BookingCancelledDetail struct {
	BookingID  string `json:"bookingId"`
	CustomerID string `json:"customerId"`
	FlightID   string `json:"flightId"`
	// Reason is a sentence for the customer, without a full stop.
	Reason   string   `json:"reason"`
	Metadata Metadata `json:"metadata,omitzero"`
}

// What BookingPaymentDetail says of a payment, by the detail type.
const (
	PaymentStatusSuccess  = "SUCCESS"  // PaymentConfirmed
	PaymentStatusFailed   = "FAILED"   // PaymentFailed
	PaymentStatusRefunded = "REFUNDED" // PaymentRefunded
)

// BookingPaymentDetail is the payload of PaymentConfirmed, and of PaymentFailed
// and PaymentRefunded, which have a reason.
type BookingPaymentDetail struct {
	Status     string       `json:"status"`
	BookingID  string       `json:"bookingId"`
	CustomerID string       `json:"customerId"`
	PaymentID  string       `json:"paymentId"`
	FlightID   string       `json:"flightId"`
	Amount     money.Amount `json:"amount"`
	// Seat is the one that the customer chose, or "": handed on with
	// PaymentConfirmed.
	Seat     string   `json:"seat,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Metadata Metadata `json:"metadata,omitzero"`
}

// SeatAssignedDetail is the payload of SeatAssigned.
type SeatAssignedDetail struct {
	BookingID  string   `json:"bookingId"`
	CustomerID string   `json:"customerId"`
	Seat       string   `json:"seat"`
	Metadata   Metadata `json:"metadata,omitzero"`
}

// SeatAssignmentFailedDetail is the payload of SeatAssignmentFailed.
type SeatAssignmentFailedDetail struct {
	BookingID  string   `json:"bookingId"`
	CustomerID string   `json:"customerId"`
	FlightID   string   `json:"flightId"`
	Reason     string   `json:"reason"`
	Metadata   Metadata `json:"metadata,omitzero"`
}

// TicketIssuedDetail is the payload of TicketIssued.
type TicketIssuedDetail struct {
	BookingID  string   `json:"bookingId"`
	CustomerID string   `json:"customerId"`
	TicketID   string   `json:"ticketId"`
	Seat       string   `json:"seat"`
	Metadata   Metadata `json:"metadata,omitzero"`
}
