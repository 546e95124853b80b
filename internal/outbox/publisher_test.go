package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eda-demo/internal/lambdalog"
	"eda-demo/internal/outbox"
)

// poison is no outbox that can be read.
const poison = `{"S":"not a map"}`

// publications has stream batches with the calls they lead to, each a line of
// event ids, and the sequence numbers that fail.
var publications = []struct {
	name    string
	bus     fakeBus
	records []string
	put     string
	failed  string
}{
	{name: "nothing"},
	{name: "one", records: []string{record(1, 1, pending("a"), "")}, put: "a"},
	{
		name: "no new event",
		records: []string{
			record(1, 1, "", ""),                       // not announced
			record(2, 1, "", pending("a")),             // deleted
			record(3, 1, pending("a"), pending("a")),   // something else changed
			record(4, 1, poison, poison),               // the same
			record(5, 1, pending("b"), pending("a")),   // new
			record(6, 2, pending("c"), poison),         // new
			record(7, 3, reordered("a"), pending("a")), // the same, spelled otherwise
		},
		put: "b c",
	},
	{
		name:    "an item's events stay in order",
		records: []string{record(1, 1, pending("a"), ""), record(2, 2, pending("b"), ""), record(3, 1, pending("c"), pending("a")), record(4, 3, pending("d"), "")},
		put:     "a b\nc d",
	},
	{
		name:    "some refused",
		bus:     fakeBus{refused: map[string]bool{"b": true}},
		records: []string{record(11, 1, pending("a"), ""), record(12, 2, pending("b"), ""), record(13, 3, pending("c"), "")},
		put:     "a b c", failed: "12",
	},
	{
		name:    "nothing passes a refused event of its item",
		bus:     fakeBus{refused: map[string]bool{"a": true}},
		records: []string{record(11, 1, pending("a"), ""), record(12, 1, pending("b"), pending("a")), record(13, 2, pending("c"), ""), record(14, 1, pending("d"), pending("b"))},
		put:     "a\nc", failed: "11 12 14",
	},
	{
		name:    "poison",
		records: []string{record(11, 1, pending("a"), ""), record(12, 2, poison, ""), record(13, 3, pending("c"), ""), record(14, 2, pending("d"), poison)},
		put:     "a c", failed: "12 14",
	},
	{
		name:    "down",
		bus:     fakeBus{downFrom: 1},
		records: []string{record(11, 1, pending("a"), ""), record(12, 1, pending("b"), pending("a")), record(13, 2, pending("c"), ""), record(14, 2, pending("c"), pending("c"))},
		put:     "a", failed: "11 12 13",
	},
	{
		name:    "down after a call",
		bus:     fakeBus{downFrom: 2},
		records: []string{record(11, 1, pending("a"), ""), record(12, 1, pending("b"), pending("a")), record(13, 1, pending("c"), pending("b"))},
		put:     "a\nb", failed: "12 13",
	},
}

func TestHandle(t *testing.T) {
	for _, tt := range publications {
		bus := tt.bus
		t.Run(tt.name, func(t *testing.T) {
			if failed := publish(t, &bus, tt.records...); failed != tt.failed {
				t.Errorf("failed are %q, want %q", failed, tt.failed)
			}
			if got := bus.put(); got != tt.put {
				t.Errorf("put on the bus\n%s\nwant\n%s", got, tt.put)
			}
		})
	}
}

// reordered is pending with its keys in another order.
func reordered(eventID string) string {
	return strings.Replace(pending(eventID), `{"M":{`, `{"M":{"later":{"N":"1"},`, 1)
}

func TestPoisonComesInManyShapes(t *testing.T) {
	whole := pending("b")
	poisons := []string{
		`{"NULL":true}`, `{"N":"1"}`, `{"L":[]}`, `{"M":{}}`, `{"M":[]}`, `{"M":{"eventId":"b"}}`, `[]`, `7`, `{}`,
		strings.Replace(whole, `"detail":{"S"`, `"detail":{"N"`, 1),
		strings.Replace(whole, `"eventId"`, `"id"`, 1),
		strings.Replace(whole, `OrderCreated`, ``, 1),
		strings.Replace(whole, `2026`, `last year`, 1),
	}
	for _, poison := range poisons {
		var bus fakeBus
		failed := publish(t, &bus, record(1, 1, pending("a"), ""), record(2, 2, poison, ""), record(3, 3, pending("c"), ""))
		if failed != "2" || bus.put() != "a c" {
			t.Errorf("with %s failed %q and put %q, want 2 and a c", poison, failed, bus.put())
		}
	}
}

func TestBatches(t *testing.T) {
	for _, tt := range []struct {
		name   string
		events int
		bytes  int
		calls  []int
	}{
		{"ten", 10, 100, []int{10}},
		{"eleven", 11, 100, []int{10, 1}},
		{"a stream batch", 100, 100, []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10}},
		{"large", 5, 400_000, []int{2, 2, 1}},
		{"as large as allowed", 3, outbox.MaxBytes, []int{1, 1, 1}},
		{"exactly full", 4, outbox.MaxBytes / 2, []int{2, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var bus fakeBus
			records := make([]string, tt.events)
			for i := range records {
				records[i] = record(i+1, i, withDetail(fmt.Sprint(i), strings.Repeat("x", tt.bytes)), "")
			}
			if failed := publish(t, &bus, records...); failed != "" {
				t.Errorf("failed are %q, want none", failed)
			}
			var calls []int
			for _, call := range bus.calls {
				calls = append(calls, len(call))
			}
			if fmt.Sprint(calls) != fmt.Sprint(tt.calls) {
				t.Errorf("the calls have %v events, want %v", calls, tt.calls)
			}
		})
	}
}

func TestTooLargeFailsAlone(t *testing.T) {
	var bus fakeBus
	tooLarge := withDetail("b", strings.Repeat("x", outbox.MaxBytes+1))
	failed := publish(t, &bus, record(1, 1, pending("a"), ""), record(2, 2, tooLarge, ""), record(3, 3, pending("c"), ""))
	if got := strings.ReplaceAll(bus.put(), "\n", " "); failed != "2" || got != "a c" {
		t.Errorf("failed %q and put %q, want 2 and a c", failed, got)
	}
}

// TestRedelivery follows a stream batch through failures until all is published:
// as Lambda does, it delivers again from the lowest failed record on.
func TestRedelivery(t *testing.T) {
	bus := fakeBus{refused: map[string]bool{"c": true}}
	records := []string{
		record(1, 1, pending("a"), ""), record(2, 2, pending("b"), ""),
		record(3, 3, pending("c"), ""), record(4, 4, pending("d"), ""), record(5, 3, pending("e"), pending("c")),
	}
	if failed := publish(t, &bus, records...); failed != "3 5" {
		t.Fatalf("failed are %q, want 3 5", failed)
	}
	bus.refused = nil
	if failed := publish(t, &bus, records[2:]...); failed != "" {
		t.Fatalf("failed are %q, want none", failed)
	}
	if want := "a b c d\nc d\ne"; bus.put() != want {
		t.Errorf("put on the bus\n%s\nwant\n%s", bus.put(), want)
	}
}

// TestLogsSayWhatItIsAbout: who looks for an order or a booking finds when its
// events were published.
func TestLogsSayWhatItIsAbout(t *testing.T) {
	const metadata = `,"metadata":{"eventId":"a","correlationId":"c-1","schemaVersion":"1"}}`
	for pair, want := range map[[2]string]string{
		{withDetail("a", `{"id":101`+metadata), withDetail("b", `{"id":101`+metadata)}:                                     `"orderId":101,"correlationId":"c-1"`,
		{withDetail("a", `{"bookingId":"B-1","paymentId":"P-1"`+metadata), withDetail("b", `{"bookingId":"B-1"`+metadata)}: `"bookingId":"B-1","correlationId":"c-1"`,
		{withDetail("a", `{"id":"101"`+metadata), poison}:                                                                  `"keys":"{\"id\":{\"N\":\"7\"}}"`,
	} {
		lines := logged(t, record(1, 7, pair[0], ""), record(2, 7, pair[1], pair[0]))
		if len(lines) != 2 || !strings.Contains(lines[0], `"event published"`) || !strings.Contains(lines[1], `"event not published"`) {
			t.Errorf("logged %q, want that one is published and one is not", lines)
		}
		for _, line := range lines {
			if !strings.Contains(line, want) {
				t.Errorf("logged %s, want %s in it", line, want)
			}
		}
	}
}

// logged has the lines of the log on records, which a bus that refuses the event
// b gets.
func logged(t *testing.T, records ...string) (lines []string) {
	t.Helper()
	var e outbox.StreamEvent
	if err := json.Unmarshal([]byte(`{"Records":[`+strings.Join(records, ",")+`]}`), &e); err != nil {
		t.Fatalf("decoding the records: %v", err)
	}
	var log bytes.Buffer
	bus := &fakeBus{refused: map[string]bool{"b": true}}
	if _, err := outbox.NewPublisher(bus, lambdalog.New(&log, "")).Handle(context.Background(), e); err != nil {
		t.Fatalf("Handle: %v", err)
	}
	for line := range strings.Lines(log.String()) {
		if !strings.Contains(line, "batch not published as a whole") {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestFailedBatchesAreCounted: each once, however many of its records failed,
// for it is a share of the invocations that the alarm looks at.
func TestFailedBatchesAreCounted(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
	for _, tt := range publications {
		var e outbox.StreamEvent
		if err := json.Unmarshal([]byte(`{"Records":[`+strings.Join(tt.records, ",")+`]}`), &e); err != nil {
			t.Fatalf("decoding the records: %v", err)
		}
		var log bytes.Buffer
		bus, want := tt.bus, min(1, len(tt.failed))
		if _, err := outbox.NewPublisher(&bus, lambdalog.New(&log, "")).Handle(context.Background(), e); err != nil {
			t.Fatalf("Handle: %v", err)
		}
		if got := strings.Count(log.String(), `"FunctionName":"f","LoggedFailures":1,"_aws"`); got != want {
			t.Errorf("%s: counted %d times, want %d:\n%s", tt.name, got, want, log.String())
		}
	}
}
