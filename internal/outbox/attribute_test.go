package outbox_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// lastPut keeps the events of the last call.
type lastPut struct{ batch []event.Pending }

func (l *lastPut) Size(event.Pending) int { return 1 }

func (l *lastPut) Put(_ context.Context, batch []event.Pending) ([]error, error) {
	l.batch = batch
	return make([]error, len(batch)), nil
}

// TestAttributeIsPublished writes an event as the stores do, and reads it as
// the stream hands it over.
func TestAttributeIsPublished(t *testing.T) {
	want := event.Pending{
		EventID: "e-1", DetailType: "OrderCreated", Detail: `{"id":101,"text":"é\n"}`,
		At: time.Date(2026, 11, 2, 9, 15, 0, 120e6, time.UTC),
	}
	wantPublished(t, want)
	want.Trace = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"
	wantPublished(t, want)
}

func wantPublished(t *testing.T, want event.Pending) {
	t.Helper()
	image := notation(t, outbox.Attribute(want))
	var e outbox.StreamEvent
	if err := json.Unmarshal([]byte(`{"Records":[`+record(1, 1, image, "")+`]}`), &e); err != nil {
		t.Fatalf("decoding %s: %v", image, err)
	}
	var bus lastPut
	answer, err := outbox.NewPublisher(&bus, slog.New(slog.DiscardHandler)).Handle(context.Background(), e)
	if err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatalf("Handle = %+v, %v, want no failures", answer, err)
	}
	if len(bus.batch) != 1 || bus.batch[0] != want {
		t.Errorf("published %+v, want %+v", bus.batch, want)
	}
}

// notation spells a map of strings as DynamoDB's JSON does.
func notation(t *testing.T, value types.AttributeValue) string {
	t.Helper()
	m := map[string]map[string]string{}
	for key, member := range value.(*types.AttributeValueMemberM).Value {
		m[key] = map[string]string{"S": member.(*types.AttributeValueMemberS).Value}
	}
	text, err := json.Marshal(map[string]any{"M": m})
	if err != nil {
		t.Fatalf("encoding %v: %v", m, err)
	}
	return string(text)
}

// FuzzRecord holds that whatever is in an item's outbox fails alone, or is
// published.
func FuzzRecord(f *testing.F) {
	f.Add(pending("b"))
	f.Add(`{"M":{"eventId":{"S":1}}}`)
	f.Add(`null`)
	f.Add(`{"M":{"detail":{"M":{}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			t.Skip("Lambda hands over JSON only")
		}
		var bus fakeBus
		failed := publish(t, &bus, record(1, 1, text, ""), record(2, 2, pending("z"), ""))
		published := 0
		for _, call := range bus.calls {
			published += len(call)
		}
		if failed != "" && failed != "1" || published+len(failed) > 2 || published == 0 {
			t.Errorf("with %s failed %q and put %q", text, failed, bus.put())
		}
	})
}
