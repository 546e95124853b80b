package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// fakeBus records what is put on it. It refuses single events by id and can be
// down from a call on.
type fakeBus struct {
	calls    [][]string // event ids
	refused  map[string]bool
	downFrom int // number of the first call that fails, 0 for none
}

func (b *fakeBus) Size(p event.Pending) int { return len(p.Detail) }

func (b *fakeBus) Put(_ context.Context, batch []event.Pending) ([]error, error) {
	ids := make([]string, len(batch))
	failures := make([]error, len(batch))
	for i, p := range batch {
		ids[i] = p.EventID
		if b.refused[p.EventID] {
			failures[i] = fmt.Errorf("refused %s", p.EventID)
		}
	}
	b.calls = append(b.calls, ids)
	if b.downFrom > 0 && len(b.calls) >= b.downFrom {
		return nil, fmt.Errorf("the bus is down")
	}
	return failures, nil
}

// put is what was put on the bus, a line for each call.
func (b *fakeBus) put() string {
	lines := make([]string, len(b.calls))
	for i, ids := range b.calls {
		lines[i] = strings.Join(ids, " ")
	}
	return strings.Join(lines, "\n")
}

func publish(t *testing.T, bus *fakeBus, records ...string) (failed string) {
	t.Helper()
	var e outbox.StreamEvent
	if err := json.Unmarshal([]byte(`{"Records":[`+strings.Join(records, ",")+`]}`), &e); err != nil {
		t.Fatalf("decoding the records: %v", err)
	}
	answer, err := outbox.NewPublisher(bus, slog.New(slog.DiscardHandler)).Handle(context.Background(), e)
	if err != nil {
		t.Fatalf("Handle: %v", err)
	}
	return identifiers(answer)
}

func identifiers(answer events.DynamoDBEventResponse) string {
	var ids []string
	for _, failure := range answer.BatchItemFailures {
		ids = append(ids, failure.ItemIdentifier)
	}
	return strings.Join(ids, " ")
}

// record is a stream record of a write to the item with the key; the images are
// what it had in its outbox, or nothing.
func record(sequence, key int, newOutbox, oldOutbox string) string {
	images := ""
	if newOutbox != "" {
		images += fmt.Sprintf(`,"NewImage":{"id":{"N":"%d"},"outbox":%s}`, key, newOutbox)
	}
	if oldOutbox != "" {
		images += fmt.Sprintf(`,"OldImage":{"id":{"N":"%d"},"outbox":%s}`, key, oldOutbox)
	}
	return fmt.Sprintf(`{"eventID":"record-%d","eventName":"MODIFY","eventSource":"aws:dynamodb","dynamodb":`+
		`{"ApproximateCreationDateTime":1762074900,"SequenceNumber":"%d","Keys":{"id":{"N":"%d"}}%s}}`, sequence, sequence, key, images)
}

// pending is an outbox attribute as a stream shows it.
func pending(eventID string) string { return withDetail(eventID, `{"id":1}`) }

func withDetail(eventID, detail string) string {
	quoted, _ := json.Marshal(detail)
	return fmt.Sprintf(`{"M":{"eventId":{"S":%q},"detailType":{"S":"OrderCreated"},"detail":{"S":%s},"at":{"S":%q}}}`,
		eventID, quoted, time.Date(2026, 11, 2, 9, 15, 0, 120e6, time.UTC).Format(event.TimeFormat))
}
