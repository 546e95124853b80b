package booking_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
	"eda-demo/internal/metric"
	"eda-demo/internal/metric/metrictest"
)

// measured are the values that the log has.
func (f *fixture) measured(t *testing.T) []string {
	t.Helper()
	return metrictest.Measured(t, f.log.String(), map[string]any{"Service": event.AircraftBooking, "bookingId": "B1"})
}

// TestMeasurements holds that a booking counts once, whatever comes twice, and
// that every metric of bookings is emitted.
func TestMeasurements(t *testing.T) {
	var emitted []string
	for _, tt := range []struct {
		events []booking.Status
		took   time.Duration
		want   []string
	}{
		{nil, 0, nil},
		{[]booking.Status{booking.Paid, booking.Seated}, time.Second, nil},
		{[]booking.Status{booking.Ticketed, booking.Seated, booking.Paid, booking.Ticketed, booking.PaymentDeclined}, 1500 * time.Millisecond,
			[]string{"BookingsTicketed 1", "TimeToOutcome 1500"}},
		{[]booking.Status{booking.PaymentDeclined, booking.PaymentDeclined, booking.Ticketed}, time.Minute,
			[]string{"BookingsCancelled 1", "TimeToOutcome 60000"}},
		{[]booking.Status{booking.Refunded, booking.Unseated, booking.Refunded, booking.Paid}, -time.Second,
			[]string{"BookingsCancelled 1", "TimeToOutcome 0"}}, // another clock
	} {
		f := placed(t)
		if _, err := f.Place(context.Background(), wanted); err != nil {
			t.Fatalf("Place: %v", err)
		}
		f.now = noon.Add(tt.took)
		for _, e := range tt.events {
			f.follow(t, e)
			f.now = noon.Add(time.Hour)
		}
		got, want := f.measured(t), append([]string{"BookingsCreated 1"}, tt.want...)
		if !slices.Equal(got, want) {
			t.Errorf("after %v measured %v, want %v", tt.events, got, want)
		}
		emitted = append(emitted, got...)
	}
	metrictest.WantAll(t, metric.Bookings(), emitted)
}

// TestLog: whatever becomes of an event, the log says it of the booking and the
// conversation, and not whose booking it is.
func TestLog(t *testing.T) {
	for _, tt := range []struct {
		events []booking.Status
		level  string
		says   string
	}{
		{[]booking.Status{booking.Paid}, "INFO", "booking updated"},
		{[]booking.Status{booking.Ticketed}, "INFO", "booking settled"},
		{[]booking.Status{booking.Paid, booking.Paid}, "INFO", "event known before, nothing changed"},
		{[]booking.Status{booking.Ticketed, booking.PaymentDeclined}, "WARN", "event contradicts the booking, nothing changed"},
	} {
		f := placed(t)
		for _, e := range tt.events {
			f.follow(t, e)
		}
		lines := metrictest.Lines(t, f.log.String())
		last := lines[len(lines)-1]
		if last["level"] != tt.level || last["message"] != tt.says || last["bookingId"] != "B1" || last["correlationId"] != "c" {
			t.Errorf("after %v logged %v, want %s %q with the ids", tt.events, last, tt.level, tt.says)
		}
		if strings.Contains(f.log.String(), wanted.CustomerID) {
			t.Errorf("the log has the customer:\n%s", f.log)
		}
	}
}

// TestFailuresAreLogged: who looks for a booking finds what failed.
func TestFailuresAreLogged(t *testing.T) {
	f := newFixture()
	if err := f.Follow(context.Background(), tells(t, booking.Paid)); err == nil {
		t.Fatal("Follow for a missing booking succeeds")
	}
	line := metrictest.Lines(t, f.log.String())[0]
	if line["level"] != "ERROR" || line["bookingId"] != "B1" || line["correlationId"] != "c" {
		t.Errorf("logged %v, want an error with the ids", line)
	}
}
