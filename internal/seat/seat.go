// Package seat is the domain of seats: which booking gets which seat of its
// flight. A seat is given to one booking and a booking gets one seat, whatever
// arrives twice, late or at the same time; a seat that was given is never given
// back.
package seat

import (
	"cmp"
	"errors"
	"strconv"

	"eda-demo/internal/event"
)

var (
	// ErrTaken says that another booking has a seat.
	ErrTaken = errors.New("the seat is taken")
	// ErrSeated says that a booking was cancelled that has a seat, which the
	// services that cancel bookings never do.
	ErrSeated = errors.New("the cancelled booking has a seat")
)

// Status is what was decided for a booking.
type Status string

// The statuses. All are final but Withdrawn, which a payment that is confirmed
// in spite of it makes Failed.
const (
	Assigned  Status = event.SeatAssigned
	Failed    Status = event.SeatAssignmentFailed
	Withdrawn Status = "Withdrawn" // cancelled before it came to a seat
)

// Assignment is what was decided for a booking.
type Assignment struct {
	BookingID string `json:"bookingId"`
	FlightID  string `json:"flightId"`
	Status    Status `json:"status"`
	// Seat is the one that is Assigned, such as 12A.
	Seat string `json:"seat,omitempty"`
	// Reason is a sentence for the customer on why there is no seat, without a
	// full stop.
	Reason  string     `json:"reason,omitempty"`
	Decided event.Time `json:"decided"`
}

// Key is the booking's id.
func (a Assignment) Key() string { return a.BookingID }

// Compare orders the names of seats by row and letter.
func Compare(a, b string) int {
	return cmp.Or(cmp.Compare(row(a), row(b)), cmp.Compare(a, b))
}

func row(seat string) int {
	n, err := strconv.Atoi(seat[:max(0, len(seat)-1)])
	if err != nil {
		return 0
	}
	return n
}
