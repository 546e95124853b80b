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
