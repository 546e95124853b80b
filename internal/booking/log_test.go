package booking_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eda-demo/internal/booking"
	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// lines are what was logged.
func (f *fixture) lines(t *testing.T) []map[string]any {
	t.Helper()
	var found []map[string]any
	for text := range strings.Lines(f.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("decode %s: %v", text, err)
		}
		found = append(found, line)
	}
	return found
}

// measured are the values that the log has, each as "name value", in order.
func (f *fixture) measured(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, line := range f.lines(t) {
		if line["_aws"] == nil {
			continue
		}
		if line["Service"] != event.AircraftBooking || line["bookingId"] != "B1" || line["correlationId"] == nil {
			t.Errorf("logged %v, want it measured for %s, with the ids", line, event.AircraftBooking)
		}
		for _, m := range metric.All() {
			if value, has := line[m.Name]; has {
				found = append(found, fmt.Sprint(m.Name, " ", value))
			}
		}
	}
	return found
}

// TestMeasurements holds that a booking counts once, whatever comes twice, and
// that every metric of bookings is emitted.
func TestMeasurements(t *testing.T) {
	emitted := map[string]bool{}
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
		for _, value := range got {
			name, _, _ := strings.Cut(value, " ")
			emitted[name] = true
		}
	}
	for _, m := range metric.Bookings() {
		if !emitted[m.Name] {
			t.Errorf("nothing emits the metric %s", m.Name)
		}
	}
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
		lines := f.lines(t)
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
	line := f.lines(t)[0]
	if line["level"] != "ERROR" || line["bookingId"] != "B1" || line["correlationId"] != "c" {
		t.Errorf("logged %v, want an error with the ids", line)
	}
}
