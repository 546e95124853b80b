// Package eventbus publishes events through Amazon EventBridge.
package eventbus

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// API is what the bus needs of an EventBridge client.
type API interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Bus is an event bus as one service sees it: what it puts there has its source.
type Bus struct {
	api    API
	name   string
	source string
}

var _ outbox.Bus = (*Bus)(nil)

// New makes a bus of the one with the name. A name that does not exist is not
// noticed: EventBridge takes the events and loses them.
func New(api API, name, source string) *Bus {
	return &Bus{api: api, name: name, source: source}
}

// timeBytes is what an entry's time counts as.
const timeBytes = 14

// Size implements outbox.Bus as EventBridge counts:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
func (b *Bus) Size(p event.Pending) int {
	return timeBytes + len(b.source) + len(p.DetailType) + len(p.Detail)
}

// Put implements outbox.Bus. An event's time is that of its change of state, and
// it goes on with the trace of that.
func (b *Bus) Put(ctx context.Context, batch []event.Pending) ([]error, error) {
	entries := make([]types.PutEventsRequestEntry, len(batch))
	for i, p := range batch {
		entries[i] = types.PutEventsRequestEntry{
			EventBusName: &b.name,
			Source:       &b.source,
			DetailType:   aws.String(p.DetailType),
			Detail:       aws.String(p.Detail),
			Time:         aws.Time(p.At),
		}
		if p.Trace != "" {
			entries[i].TraceHeader = aws.String(p.Trace)
		}
	}
	out, err := b.api.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		return nil, fmt.Errorf("putting %d events on bus %s: %w", len(batch), b.name, err)
	}
	if len(out.Entries) != len(batch) {
		return nil, fmt.Errorf("putting %d events on bus %s: the answer has %d entries", len(batch), b.name, len(out.Entries))
	}
	failures := make([]error, len(batch))
	for i, entry := range out.Entries {
		if entry.EventId == nil || entry.ErrorCode != nil {
			failures[i] = fmt.Errorf("bus %s refused the event: %s: %s",
				b.name, aws.ToString(entry.ErrorCode), aws.ToString(entry.ErrorMessage))
		}
	}
	return failures, nil
}
