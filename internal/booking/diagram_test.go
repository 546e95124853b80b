package booking_test

import (
	"strings"
	"testing"

	"eda-demo/internal/booking"
)

// What the notes have is compared with what bookings do by TestVerdicts; here
// it is whether they are there.
func TestDiagram(t *testing.T) {
	diagram := booking.Diagram()
	for _, want := range []string{
		"stateDiagram-v2\n    [*] --> BookingCreated : POST /booking\n",
		"\n    BookingCreated --> PaymentConfirmed : aircraft.payment\n",
		"\n    PaymentConfirmed --> SeatAssignmentFailed : aircraft.seat-assignment\n",
		"\n    PaymentRefunded --> BookingCancelled : at once, by the same write\n",
		"\n    TicketIssued --> [*]\n",
		"\n    BookingCancelled --> [*]\n",
		"\n    note right of SeatAssigned\n" +
			"        Late, fills the gap or changes nothing - PaymentConfirmed\n" +
			"        Again, changes nothing - SeatAssigned\n" +
			"        Contradicts, changes nothing but is warned of - PaymentFailed, SeatAssignmentFailed, PaymentRefunded\n" +
			"    end note\n",
		"\n    After PaymentFailed\n        Again, changes nothing - PaymentFailed\n",
	} {
		if !strings.Contains(diagram, want) {
			t.Errorf("the diagram lacks %q:\n%s", want, diagram)
		}
	}
	// No booking is ever read with these, for they cancel it by the same write.
	for _, status := range []booking.Status{booking.PaymentDeclined, booking.Refunded} {
		if strings.Contains(diagram, "note right of "+string(status)) {
			t.Errorf("the diagram has a note on %s:\n%s", status, diagram)
		}
	}
	if n := strings.Count(diagram, "[*]"); n != 3 {
		t.Errorf("the diagram has %d ends, want a beginning and two ends", n)
	}
}
