package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/invalid"
)

// attributes is an item, a key or expression values in a request. A value that breaks a rule is remembered rather than
// told at once, since DynamoDB checks the shape of the whole request first.
type attributes struct {
	attribute.Map
	invalid *attribute.InvalidError
}

// UnmarshalJSON decodes the wire form; null is as absent.
func (a *attributes) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	decoded, err := attribute.DecodeMap(data)
	if errors.As(err, &a.invalid) {
		a.Map = attribute.Map{}
		return nil
	}
	a.Map = decoded
	return err
}

// check returns the error of an invalid value.
func (a *attributes) check() error {
	if a.invalid != nil {
		return a.invalid
	}
	return nil
}

// legacy are the parameters from before expressions. They are refused by name.
type legacy struct {
	AttributesToGet     json.RawMessage
	AttributeUpdates    json.RawMessage
	ConditionalOperator json.RawMessage
	Expected            json.RawMessage
	KeyConditions       json.RawMessage
	QueryFilter         json.RawMessage
	ScanFilter          json.RawMessage
}

func (l *legacy) refuse() error {
	for _, parameter := range []struct {
		name, instead string
		value         json.RawMessage
	}{
		{"AttributesToGet", "ProjectionExpression", l.AttributesToGet},
		{"AttributeUpdates", "UpdateExpression", l.AttributeUpdates},
		{"ConditionalOperator", "ConditionExpression", l.ConditionalOperator},
		{"Expected", "ConditionExpression", l.Expected},
		{"KeyConditions", "KeyConditionExpression", l.KeyConditions},
		{"QueryFilter", "FilterExpression", l.QueryFilter},
		{"ScanFilter", "FilterExpression", l.ScanFilter},
	} {
		if len(parameter.value) > 0 && string(parameter.value) != "null" {
			return invalid.Errorf("The legacy parameter %s is not supported here: use %s instead", parameter.name, parameter.instead)
		}
	}
	return nil
}

// metrics are parameters about what a call costs.
type metrics struct {
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

func (m *metrics) constrain(c *constraints) {
	c.oneOf(m.ReturnConsumedCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	c.oneOf(m.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
}

func (m *metrics) refuse() error {
	if m.ReturnItemCollectionMetrics == "SIZE" {
		return invalid.Errorf("ReturnItemCollectionMetrics SIZE is not supported here")
	}
	return nil
}
