package outbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eda-demo/internal/event"
)

// StreamEvent is what Lambda hands to a function that reads a DynamoDB stream:
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html. Only what the
// outbox needs is decoded, and each record's part of that by itself, so that
// one that cannot be read does not keep the others from being published.
type StreamEvent struct {
	Records []Record `json:"Records"`
}

// Record is one write to the table.
type Record struct {
	Change Change `json:"dynamodb"`
}

// Change says what a write did, and as which of the stream's records.
type Change struct {
	// SequenceNumber is what Lambda wants to have back for a failed record.
	SequenceNumber string `json:"SequenceNumber"`
	// Keys is the item's key, as JSON in DynamoDB's attribute notation.
	Keys     json.RawMessage `json:"Keys"`
	NewImage image           `json:"NewImage"`
	OldImage image           `json:"OldImage"`
}

// image is an item before or after the write, if it was there.
type image struct {
	Outbox json.RawMessage `json:"outbox"`
}

// attributes is the event in DynamoDB's attribute notation.
type attributes struct {
	M map[string]struct {
		S string `json:"S"`
	} `json:"M"`
}

// announced returns the event that the write announces, if it does: one that
// the item did not have before.
func (c Change) announced() (p event.Pending, isNew bool, err error) {
	if c.NewImage.Outbox == nil || bytes.Equal(c.NewImage.Outbox, c.OldImage.Outbox) {
		return event.Pending{}, false, nil
	}
	p, err = parse(c.NewImage.Outbox)
	if err != nil {
		return event.Pending{}, true, err
	}
	// What was there before may be unreadable: then it is not this event.
	if before, err := parse(c.OldImage.Outbox); err == nil && before.EventID == p.EventID {
		return event.Pending{}, false, nil
	}
	return p, true, nil
}

// parse reads the attribute that Attribute makes.
func parse(text json.RawMessage) (event.Pending, error) {
	if len(text) == 0 {
		return event.Pending{}, errors.New("there is no attribute " + AttributeName)
	}
	var a attributes
	if err := json.Unmarshal(text, &a); err != nil {
		return event.Pending{}, fmt.Errorf("reading the attribute %s: %w", AttributeName, err)
	}
	for _, key := range []string{eventIDKey, detailTypeKey, detailKey, atKey} {
		if a.M[key].S == "" {
			return event.Pending{}, fmt.Errorf("the attribute %s has no text %s", AttributeName, key)
		}
	}
	at, err := time.Parse(time.RFC3339, a.M[atKey].S)
	if err != nil {
		return event.Pending{}, fmt.Errorf("reading the time in the attribute %s: %w", AttributeName, err)
	}
	return event.Pending{
		EventID:    a.M[eventIDKey].S,
		DetailType: a.M[detailTypeKey].S,
		Detail:     a.M[detailKey].S,
		At:         at,
		Trace:      a.M[traceKey].S,
	}, nil
}
