package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/event"
	"eda-demo/internal/metric"
)

// Bus takes events; see package eventbus.
type Bus interface {
	// Put publishes the events, which keep the limits MaxEntries and MaxBytes.
	// It returns as many errors as there are events, nil for one that was taken;
	// or an error for the call as a whole, of which nothing is known then.
	Put(ctx context.Context, batch []event.Pending) (failures []error, err error)
	// Size is the number of bytes that an event counts as.
	Size(p event.Pending) int
}

// Limits of one call of PutEvents:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const (
	MaxEntries = 10
	// MaxBytes keeps below 1 MB however that is counted.
	MaxBytes = 1_000_000
)

// Publisher puts the events that a table's writes announce on a bus.
type Publisher struct {
	bus Bus
	log *slog.Logger
}

// NewPublisher makes a Publisher.
func NewPublisher(bus Bus, log *slog.Logger) *Publisher {
	return &Publisher{bus: bus, log: log}
}

// Handle publishes the events of the records that announce one. The answer
// names the sequence numbers of those that failed. Lambda then delivers again
// everything from the lowest of them on, so an event may be published twice:
// with a new id of the envelope, but the same detail.metadata.eventId.
//
// A record that cannot be read or is refused by the bus fails alone, and with
// it those that follow it for the same item: an item's events are published in
// the order of its writes. When a call fails as a whole, so do all records that
// are not published yet. There is no error besides: the invocation is counted as a
// failed one by its log, once for all records.
func (p *Publisher) Handle(ctx context.Context, e StreamEvent) (events.DynamoDBEventResponse, error) {
	r := run{Publisher: p, failed: map[string]bool{}, blocked: map[string]bool{}}
	for _, record := range e.Records {
		r.add(ctx, record.Change)
	}
	r.flush(ctx)
	answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	for _, record := range e.Records {
		if number := record.Change.SequenceNumber; r.failed[number] {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: number})
		}
	}
	if len(r.failed) > 0 { // Lambda takes the invocation for one that succeeded.
		metric.LogFailure(ctx, p.log, "batch not published as a whole", "records", len(e.Records), "failed", len(r.failed))
	}
	return answer, nil
}

// run is the publication of one stream event's records.
type run struct {
	*Publisher
	batch   []announcement
	bytes   int
	failed  map[string]bool // by sequence number
	blocked map[string]bool // items with a failed record, by their keys
	down    bool            // a call failed as a whole
}

// announcement is an event with the write that announces it.
type announcement struct {
	event.Pending
	change Change
}

var (
	errBehind  = errors.New("an earlier event of the same item is not published")
	errDown    = errors.New("an earlier call to the bus failed")
	errTooLong = errors.New("the event is larger than a call to the bus may be")
)

// add puts a record's event into the batch, and first sends the batch if it is
// full or has an event of the same item.
func (r *run) add(ctx context.Context, c Change) {
	pending, isNew, err := c.announced()
	if !isNew {
		return
	}
	a := announcement{Pending: pending, change: c}
	size := r.bus.Size(pending)
	if err == nil && size > MaxBytes {
		err = errTooLong
	}
	if len(r.batch) == MaxEntries || r.bytes+size > MaxBytes || r.has(c.Keys) {
		r.flush(ctx)
	}
	switch {
	case err != nil:
		r.fail(ctx, a, err)
	case r.down:
		r.fail(ctx, a, errDown)
	case r.blocked[string(c.Keys)]:
		r.fail(ctx, a, errBehind)
	default:
		r.batch = append(r.batch, a)
		r.bytes += size
	}
}

// has reports whether the batch has an event of the item.
func (r *run) has(keys json.RawMessage) bool {
	for _, a := range r.batch {
		if string(a.change.Keys) == string(keys) {
			return true
		}
	}
	return false
}

// flush sends the batch.
func (r *run) flush(ctx context.Context) {
	batch := r.batch
	r.batch, r.bytes = nil, 0
	if len(batch) == 0 {
		return
	}
	pending := make([]event.Pending, len(batch))
	for i, a := range batch {
		pending[i] = a.Pending
	}
	failures, err := r.bus.Put(ctx, pending)
	r.down = err != nil
	for i, a := range batch {
		switch {
		case err != nil:
			r.fail(ctx, a, err)
		case failures[i] != nil:
			r.fail(ctx, a, failures[i])
		default:
			r.log.InfoContext(ctx, "event published", a.attributes()...)
		}
	}
}

func (r *run) fail(ctx context.Context, a announcement, err error) {
	r.failed[a.change.SequenceNumber] = true
	r.blocked[string(a.change.Keys)] = true
	r.log.ErrorContext(ctx, "event not published",
		append(a.attributes(), "sequenceNumber", a.change.SequenceNumber, "error", err)...)
}

// attributes are what the log says of an event. What cannot be read is known by
// the item's key.
func (a announcement) attributes() []any {
	var d struct {
		OrderID   int64          `json:"id"`
		BookingID string         `json:"bookingId"`
		Metadata  event.Metadata `json:"metadata"`
	}
	err := json.Unmarshal([]byte(a.Detail), &d)
	log := []any{"detailType", a.DetailType, "eventId", a.EventID}
	switch {
	case err == nil && d.BookingID != "":
		log = append(log, "bookingId", d.BookingID)
	case err == nil && d.OrderID != 0:
		log = append(log, "orderId", d.OrderID)
	default:
		log = append(log, "keys", string(a.change.Keys))
	}
	return append(log, "correlationId", d.Metadata.CorrelationID)
}
