// Package outbox publishes the events that changes of state announce. A change
// and its event are one write to a table: the item has its latest event in an
// attribute of its own. The table's stream brings every such write here, at
// least once and in order for each item, and from here the event goes to the
// bus.
package outbox

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
)

// AttributeName is the item's attribute, a map, that has the event.
const AttributeName = "outbox"

// Keys of the map; all values are strings. There may be no trace.
const (
	eventIDKey    = "eventId"
	detailTypeKey = "detailType"
	detailKey     = "detail" // JSON text
	atKey         = "at"     // event.TimeFormat
	traceKey      = "trace"
)

// Attribute is the value to write as AttributeName with the change of state.
func Attribute(p event.Pending) types.AttributeValue {
	m := map[string]types.AttributeValue{
		eventIDKey:    &types.AttributeValueMemberS{Value: p.EventID},
		detailTypeKey: &types.AttributeValueMemberS{Value: p.DetailType},
		detailKey:     &types.AttributeValueMemberS{Value: p.Detail},
		atKey:         &types.AttributeValueMemberS{Value: p.At.UTC().Format(event.TimeFormat)},
	}
	if p.Trace != "" {
		m[traceKey] = &types.AttributeValueMemberS{Value: p.Trace}
	}
	return &types.AttributeValueMemberM{Value: m}
}

// EventID is the id of the event in an item's AttributeName, or "" if it has
// none.
func EventID(item map[string]types.AttributeValue) string {
	pending, _ := item[AttributeName].(*types.AttributeValueMemberM)
	if pending == nil {
		return ""
	}
	id, _ := pending.Value[eventIDKey].(*types.AttributeValueMemberS)
	if id == nil {
		return ""
	}
	return id.Value
}
