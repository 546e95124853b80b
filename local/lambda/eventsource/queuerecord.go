package eventsource

import (
	"encoding/json"
	"fmt"
)

// queueRecord is a message as a function gets it.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type queueRecord struct {
	MessageID              string                    `json:"messageId"`
	ReceiptHandle          string                    `json:"receiptHandle"`
	Body                   string                    `json:"body"`
	Attributes             map[string]string         `json:"attributes"`
	MessageAttributes      map[string]queueAttribute `json:"messageAttributes"`
	MD5OfBody              string                    `json:"md5OfBody"`
	MD5OfMessageAttributes string                    `json:"md5OfMessageAttributes,omitempty"`
	EventSource            string                    `json:"eventSource"`
	EventSourceARN         string                    `json:"eventSourceARN"`
	AWSRegion              string                    `json:"awsRegion"`
}

type queueAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (q *Queue) record(m message) ([]byte, error) {
	attributes := map[string]queueAttribute{}
	for name, a := range m.MessageAttributes {
		attributes[name] = queueAttribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: a.DataType,
			StringListValues: []string{}, BinaryListValues: [][]byte{},
		}
	}
	raw, err := json.Marshal(queueRecord{
		MessageID: m.MessageID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, Attributes: m.Attributes,
		MessageAttributes: attributes, MD5OfBody: m.MD5OfBody, MD5OfMessageAttributes: m.MD5OfMessageAttributes,
		EventSource: "aws:sqs", EventSourceARN: q.SourceARN, AWSRegion: q.Region,
	})
	if err != nil {
		return nil, fmt.Errorf("convert message %s: %w", m.MessageID, err)
	}
	return raw, nil
}

// filterView is a record as filter patterns see it: a body that is a JSON
// object is an object, any other a string.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func filterView(raw []byte, body string) []byte {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil || object == nil {
		return raw
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return raw
	}
	members["body"] = json.RawMessage(body)
	view, err := json.Marshal(members)
	if err != nil {
		return raw
	}
	return view
}
