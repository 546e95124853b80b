// Package eventbus publishes events through Amazon EventBridge.
package eventbus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

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
//
// Entries that EventBridge throttles, or fails to take, are put again, and they
// alone: were they given back, Lambda would deliver them again with everything
// that follows in the stream, published or not.
func (b *Bus) Put(ctx context.Context, batch []event.Pending) ([]error, error) {
	failures, err := b.put(ctx, batch)
	if err != nil {
		return nil, err
	}
	for try := 1; try < attempts; try++ {
		again := temporary(failures)
		if len(again) == 0 || !pause(ctx, try) {
			break
		}
		var left []event.Pending
		for _, i := range again {
			left = append(left, batch[i])
		}
		outcome, err := b.put(ctx, left)
		if err != nil {
			break // the failures known already stand
		}
		for n, i := range again {
			failures[i] = outcome[n]
		}
	}
	return failures, nil
}

// attempts is how often an entry is put at most: as often as the SDK makes a
// call.
const attempts = 3

// pause waits before an entry is put again; false when there is no time left.
func pause(ctx context.Context, try int) bool {
	timer := time.NewTimer(rand.N(time.Duration(try) * 200 * time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// refusal is the failure of an entry.
type refusal struct{ bus, code, message string }

func (r *refusal) Error() string {
	return fmt.Sprintf("bus %s refused the event: %s: %s", r.bus, r.code, r.message)
}

// temporaryCodes are those after which an entry may be put again:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
var temporaryCodes = []string{"ThrottlingException", "InternalFailure", "InternalException"}

// temporary returns which of the failures may not happen again.
func temporary(failures []error) []int {
	var found []int
	for i, err := range failures {
		var r *refusal
		if errors.As(err, &r) && slices.Contains(temporaryCodes, r.code) {
			found = append(found, i)
		}
	}
	return found
}

// put makes one call.
func (b *Bus) put(ctx context.Context, batch []event.Pending) ([]error, error) {
	out, err := b.api.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: b.entries(batch)})
	if err != nil {
		return nil, fmt.Errorf("putting %d events on bus %s: %w", len(batch), b.name, err)
	}
	if len(out.Entries) != len(batch) {
		return nil, fmt.Errorf("putting %d events on bus %s: the answer has %d entries", len(batch), b.name, len(out.Entries))
	}
	failures := make([]error, len(batch))
	for i, entry := range out.Entries {
		if entry.EventId == nil || entry.ErrorCode != nil {
			failures[i] = &refusal{b.name, aws.ToString(entry.ErrorCode), aws.ToString(entry.ErrorMessage)}
		}
	}
	return failures, nil
}

func (b *Bus) entries(batch []event.Pending) []types.PutEventsRequestEntry {
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
	return entries
}
