package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"eda-demo/internal/event"
)

// withLog gives the stack its log group of all events.
func withLog(t *testing.T, w *world) {
	t.Helper()
	_, err := w.root.logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("all")})
	must(t, err)
	_, err = w.root.logs.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String("all"), LogStreamName: aws.String("s")})
	must(t, err)
	w.has("AWS::Logs::LogGroup", "all")
	w.outputs = append(w.outputs, stackOutput{catchAllOutput, "all"})
}

// logged writes events into the log group as EventBridge does, some at once.
func (w *world) logged(t *testing.T, messages ...string) {
	t.Helper()
	for some := range slices.Chunk(messages, 3_000) {
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String("all"), LogStreamName: aws.String("s")}
		for _, message := range some {
			at := hear(message, time.Time{}).own
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &message, Timestamp: aws.Int64(at.UnixMilli())})
		}
		out, err := w.root.logs.PutLogEvents(t.Context(), in)
		if err == nil && out.RejectedLogEventsInfo != nil {
			err = fmt.Errorf("the log refuses some of the events")
		}
		must(t, err)
	}
}

// now is an event of this second. The cause is an event's number, or "".
func now(number, cause, source, detailType, detail string) string {
	return at(time.Now(), number, cause, source, detailType, detail)
}

func at(when time.Time, number, cause, source, detailType, detail string) string {
	return fmt.Sprintf(`{"version":"0","id":"envelope-%s","detail-type":%q,"source":%q,"time":%q,"detail":{%s,`+
		`"metadata":{"eventId":%q,"correlationId":"c","causationId":%q,"schemaVersion":"1"}}}`,
		number, detailType, source, when.UTC().Format(time.RFC3339), detail, number, cause)
}

const b123 = `"bookingId":"B123","customerId":"CUST001","flightId":"FLIGHT001"`

// booked is the conversation about a booking that gets its ticket.
func booked() []string {
	return []string{
		now("e1", "", event.AircraftBooking, event.BookingCreated, b123+`,"amount":300`),
		now("e2", "e1", event.AircraftPayment, event.PaymentConfirmed, b123+`,"amount":300,"paymentId":"P1","status":"SUCCESS"`),
		now("e3", "e2", event.AircraftSeats, event.SeatAssigned, b123+`,"seat":"12A"`),
		now("e4", "e3", event.AircraftTicket, event.TicketIssued, b123+`,"seat":"12A","ticketId":"T1"`),
	}
}

func TestTimeline(t *testing.T) {
	w := newWorld(t)
	withLog(t, w)
	w.logged(t, booked()...)
	w.logged(t,
		now("e9", "", event.AircraftBooking, event.BookingCreated, `"bookingId":"B12","amount":300`),
		now("o1", "", event.OrderService, event.OrderCreated, `"id":101,"amount":100`),
		now("o2", "o1", event.PaymentService, event.PaymentFailed, `"id":101`),
		now("o3", "o2", event.OrderService, event.OrderCancelled, `"id":101`),
		now("o4", "", event.OrderService, event.OrderCreated, `"id":1010,"amount":100`),
	)
	w.asOperator(t)
	w.expect(t, 0, []string{
		"AircraftBookingBus/aircraft.booking", "BookingCreated B123", "flight FLIGHT001, amount 300",
		"payment P1", "seat 12A, ticket T1", "e4", "booking B123 ended: TicketIssued after ",
	}, "timeline", "-booking", "B123")
	w.expect(t, 0, []string{"eda-demo/payment-service", "PaymentFailed 101", "order 101 ended: OrderCancelled after "}, "timeline", "-order", "101", "-from", "1m")
	w.expect(t, 0, []string{"order 1010 has not ended: it waits for the payment (state machine eda-demo-payment-service) for "}, "timeline", "-order", "1010")
	w.expect(t, 0, []string{"booking B123 ended", "booking B12 has not", "order 101 ended"}, "timeline", "-correlation", "c")
	w.expect(t, 0, []string{"BookingCreated B12"}, "timeline", "-correlation", "c")
	if status, out := w.run(t, "", "timeline", "-booking", "B123"); status != 0 || strings.Contains(out, "CUST001") || strings.Count(out, "\n") != 6 {
		t.Errorf("status %d and\n%s\nwant a header, four events and how it stands, and no customer", status, out)
	}
}

func TestTimelineFindsNothing(t *testing.T) {
	w := newWorld(t)
	w.expect(t, 1, []string{"stack EdaDemo has no output CatchAllLogGroupName"}, "timeline", "-booking", "B123")
	withLog(t, w)
	w.logged(t, at(time.Now().Add(-2*time.Hour), "e1", "", event.AircraftBooking, event.BookingCreated, b123))
	w.expect(t, 1, []string{"there are no events about booking B124 since ", "look further back with -from"}, "timeline", "-booking", "B124")
	w.expect(t, 1, []string{"there are no events about booking B123 since "}, "timeline", "-booking", "B123", "-from", "1h")
	w.expect(t, 0, []string{"in the log 2h0m", "it waits for the payment (function eda-demo-process-payment) for 2h0m"}, "timeline", "-booking", "B123", "-from", "3h")
	w.expect(t, 1, []string{"find stack Other"}, "timeline", "-booking", "B123", "-stack", "Other")
}

// TestTimelineReadsAllPages: a page has at most a megabyte.
func TestTimelineReadsAllPages(t *testing.T) {
	w := newWorld(t)
	withLog(t, w)
	const events = 24
	for i := range events {
		w.logged(t, now(fmt.Sprint("e", i), "", "someone", "Said", `"bookingId":"B1","junk":"`+strings.Repeat("x", 100_000)+`"`))
	}
	status, out := w.run(t, "", "timeline", "-booking", "B1")
	if n := strings.Count(out, "Said B1"); status != 0 || n != events {
		t.Errorf("status %d, and %d events are shown of %d", status, n, events)
	}
}

// TestTimelineIsBounded: who publishes without end fills no memory.
func TestTimelineIsBounded(t *testing.T) {
	w := newWorld(t)
	withLog(t, w)
	w.logged(t, slices.Repeat([]string{now("e1", "", "s", "Said", `"bookingId":"B1"`)}, maxTimeline+1)...)
	status, out := w.run(t, "", "timeline", "-booking", "B1")
	if n := strings.Count(out, "Said B1"); status != exitFailed || n != maxTimeline || !strings.Contains(out, "these are the first 10000 events only") {
		t.Errorf("status %d with %d events, want %d of %d, and that there are more", status, n, maxTimeline, maxTimeline+1)
	}
}

// TestTimelineIsPrintable: events are input, and what they say is shown as one
// line of bounded length.
func TestTimelineIsPrintable(t *testing.T) {
	w := newWorld(t)
	withLog(t, w)
	w.logged(t,
		now("e1", "", `e\u001b[31mvil`, `T\nype`, `"bookingId":"B1","reason":"`+strings.Repeat("z", 200_000)+`","seat":"\u001b]0;x\u0007"`),
		`{"time":"`+time.Now().UTC().Format(time.RFC3339)+`","detail":{"bookingId":"B1","metadata":7,"seat":{"a":1}}}`,
	)
	status, out := w.run(t, "", "timeline", "-booking", "B1")
	if status != 0 || strings.ContainsAny(out, "\x1b\x07") || strings.Count(out, "\n") != 4 {
		t.Errorf("status %d and %q, want a header, two events and how it stands in printable text", status, out)
	}
	for _, line := range strings.Split(out, "\n") {
		if len([]rune(line)) > 400 {
			t.Errorf("a line has %d characters: %.80s…", len(line), line)
		}
	}
	if !strings.Contains(out, "is in none of the states that ops knows") {
		t.Errorf("it printed %s; want it to say that it does not know the state", out)
	}
}

// second is the own time of the events of which the following tests arrange.
var second = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// heard is an event of that second which was in the log so many milliseconds
// after it.
func heard(millis int, message string) *said {
	return hear(message, second.Add(time.Duration(millis)*time.Millisecond))
}

func TestArrangePutsCausesFirst(t *testing.T) {
	say := func(number, cause string) string { return at(second, number, cause, "s", "T", `"id":1`) }
	all := []*said{
		heard(300, say("c", "b")),
		heard(100, say("x", "x")), // its own cause, which nobody publishes
		heard(400, say("a", "")),  // its delivery to the log was repeated
		heard(500, say("c", "b")),
		heard(200, say("b", "a")),
		heard(100, say("y", "z")),
		heard(100, say("z", "y")), // a circle, which nobody publishes either
	}
	arrange(all)
	var got []string
	for _, e := range all {
		got = append(got, fmt.Sprintf("%s %d %s", e.id, e.at.Sub(second).Milliseconds(), e.again))
	}
	want := []string{"x 100 ", "z 100 ", "y 100 ", "a 400 ", "b 400 ", "c 400 ", "c 500 again: delivered twice"}
	if !slices.Equal(got, want) {
		t.Errorf("arranged as %q, want %q", got, want)
	}
}

func TestArrangeMarksRepetitions(t *testing.T) {
	say := at(second, "e", "", "s", "T", `"id":1`)
	again := strings.Replace(say, `"envelope-e"`, `"envelope-e2"`, 1)
	replayed := strings.Replace(say, `{"version"`, `{"replay-name":"ops-1","version"`, 1)
	all := []*said{heard(0, "{}"), heard(1, "{}"), heard(10, say), heard(20, again), heard(30, say), heard(3_600_000, replayed)}
	arrange(all)
	var got []string
	for _, e := range all {
		got = append(got, e.text())
	}
	if want := []string{"", "", "", "again: published twice", "again: delivered twice", "again: replay ops-1"}; !slices.Equal(got, want) {
		t.Errorf("marked as %q, want %q", got, want)
	}
}

// TestArrangeTellsLateFromSlow: what is late in the log has its own time, so
// that the gap shows where it was.
func TestArrangeTellsLateFromSlow(t *testing.T) {
	tests := []struct {
		logged int
		at     int
		says   string
	}{{0, 0, ""}, {999, 999, ""}, {4_000, 4_000, ""}, {-20, -20, ""}, {90_000, 0, "in the log 1m30s later"}}
	for _, test := range tests {
		e := heard(test.logged, at(second, "e", "", "s", "T", `"id":1`))
		arrange([]*said{e})
		if got := int(e.at.Sub(second).Milliseconds()); got != test.at || e.text() != test.says {
			t.Errorf("logged after %d ms: at %d ms, %q; want %d ms, %q", test.logged, got, e.text(), test.at, test.says)
		}
	}
}

func TestStanding(t *testing.T) {
	// In each case the events are in the log every 10 ms.
	tests := map[string]struct {
		says []string
		want string
	}{
		"created":        {[]string{"aircraft.booking BookingCreated"}, "has not ended: it waits for the payment (function eda-demo-process-payment) for 12s"},
		"paid":           {[]string{"aircraft.booking BookingCreated", "aircraft.payment PaymentConfirmed"}, "has not ended: it waits for the seat assignment (function eda-demo-assign-seat) for 12s"},
		"seated":         {[]string{"aircraft.seat-assignment SeatAssigned", "aircraft.payment PaymentConfirmed"}, "has not ended: it waits for the ticket (function eda-demo-issue-ticket) for 12s"},
		"declined":       {[]string{"aircraft.booking BookingCreated", "aircraft.payment PaymentFailed"}, "has not ended: it waits for the cancellation (function eda-demo-update-booking) for 12s"},
		"no seat":        {[]string{"aircraft.payment PaymentConfirmed", "aircraft.seat-assignment SeatAssignmentFailed"}, "has not ended: it waits for the refund (function eda-demo-process-payment) for 12s"},
		"refunded":       {[]string{"aircraft.seat-assignment SeatAssignmentFailed", "aircraft.payment PaymentRefunded"}, "has not ended: it waits for the cancellation (function eda-demo-update-booking) for 12s"},
		"ticket":         {[]string{"aircraft.booking BookingCreated", "aircraft.payment PaymentConfirmed", "aircraft.ticket TicketIssued"}, "ended: TicketIssued after 20 ms"},
		"cancelled":      {[]string{"aircraft.booking BookingCreated", "aircraft.booking BookingCancelled"}, "ended: BookingCancelled after 10 ms"},
		"both":           {[]string{"aircraft.ticket TicketIssued", "aircraft.booking BookingCancelled"}, "ENDED IN TWO WAYS: TicketIssued and BookingCancelled"},
		"no beginning":   {[]string{"aircraft.ticket TicketIssued"}, "ended: TicketIssued; how it began is further back than -from"},
		"another source": {[]string{"someone BookingCreated"}, "is in none of the states that ops knows"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var all []*said
			for i, says := range test.says {
				source, detailType, _ := strings.Cut(says, " ")
				all = append(all, heard(10*i, at(second, fmt.Sprint("e", i), "", source, detailType, b123)))
			}
			arrange(all)
			now := all[len(all)-1].at.Add(12 * time.Second)
			if got := standing(all, now); len(got) != 1 || got[0] != "booking B123 "+test.want {
				t.Errorf("it says %q, want %q", got, test.want)
			}
		})
	}
}

// TestWaysKnowAllEvents: every event of the contract is a step of a way.
func TestWaysKnowAllEvents(t *testing.T) {
	known := map[[2]string]bool{}
	for _, way := range ways {
		for _, s := range way {
			known[[2]string{s.source, s.detailType}] = true
		}
	}
	for _, kind := range event.Types() {
		if !known[[2]string{kind.Source, kind.DetailType}] {
			t.Errorf("no way has %s of %s", kind.DetailType, kind.Source)
		}
	}
}

func TestShort(t *testing.T) {
	const id = "eda9ea30-33b3-4c29-a5c1-becab158dd74"
	for text, want := range map[string]string{id: "eda9ea30…", id + "-payment": "eda9ea30…-payment", "PAY001": "PAY001", "": ""} {
		if got := short(text); got != want {
			t.Errorf("short(%q) = %q, want %q", text, got, want)
		}
	}
}
