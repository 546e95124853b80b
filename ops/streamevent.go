package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// streamRecord is a record as Lambda hands it to a function:
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
type streamRecord struct {
	EventID        string          `json:"eventID"`
	EventName      string          `json:"eventName"`
	EventVersion   string          `json:"eventVersion"`
	EventSource    string          `json:"eventSource"`
	AWSRegion      string          `json:"awsRegion"`
	Change         streamChange    `json:"dynamodb"`
	UserIdentity   *streamIdentity `json:"userIdentity,omitempty"`
	EventSourceARN string          `json:"eventSourceARN"`
}

type streamIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

type streamChange struct {
	ApproximateCreationDateTime int64 // seconds since 1970
	Keys                        map[string]any
	NewImage                    map[string]any `json:",omitempty"`
	OldImage                    map[string]any `json:",omitempty"`
	SequenceNumber              string
	SizeBytes                   int64
	StreamViewType              string
}

// streamEvent is the payload for a function.
func streamEvent(records []types.Record, stream string) ([]byte, error) {
	var event struct{ Records []streamRecord }
	for _, r := range records {
		record, err := newStreamRecord(r, stream)
		if err != nil {
			return nil, fmt.Errorf("read stream record %s: %w", aws.ToString(r.EventID), err)
		}
		event.Records = append(event.Records, record)
	}
	return json.Marshal(event)
}

func newStreamRecord(r types.Record, stream string) (record streamRecord, err error) {
	record = streamRecord{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName), EventVersion: aws.ToString(r.EventVersion),
		EventSource: aws.ToString(r.EventSource), AWSRegion: aws.ToString(r.AwsRegion), EventSourceARN: stream,
	}
	if r.UserIdentity != nil {
		record.UserIdentity = &streamIdentity{aws.ToString(r.UserIdentity.Type), aws.ToString(r.UserIdentity.PrincipalId)}
	}
	change := &record.Change
	change.ApproximateCreationDateTime = aws.ToTime(r.Dynamodb.ApproximateCreationDateTime).Unix()
	change.SequenceNumber, change.SizeBytes = aws.ToString(r.Dynamodb.SequenceNumber), aws.ToInt64(r.Dynamodb.SizeBytes)
	change.StreamViewType = string(r.Dynamodb.StreamViewType)
	if change.Keys, err = notation(r.Dynamodb.Keys); err == nil {
		change.NewImage, err = notation(r.Dynamodb.NewImage)
	}
	if err == nil {
		change.OldImage, err = notation(r.Dynamodb.OldImage)
	}
	return record, err
}

// notation writes an item in DynamoDB's attribute notation; nil stays nil.
func notation(item map[string]types.AttributeValue) (map[string]any, error) {
	if item == nil {
		return nil, nil
	}
	out := make(map[string]any, len(item))
	for name, value := range item {
		written, err := attributeNotation(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = written
	}
	return out, nil
}

func attributeNotation(value types.AttributeValue) (any, error) {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}, nil
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}, nil
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}, nil
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}, nil
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}, nil
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}, nil
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}, nil
	case *types.AttributeValueMemberBS:
		return map[string]any{"BS": v.Value}, nil
	case *types.AttributeValueMemberM:
		members, err := notation(v.Value)
		if members == nil {
			members = map[string]any{}
		}
		return map[string]any{"M": members}, err
	case *types.AttributeValueMemberL:
		items := make([]any, len(v.Value))
		for i, item := range v.Value {
			written, err := attributeNotation(item)
			if err != nil {
				return nil, err
			}
			items[i] = written
		}
		return map[string]any{"L": items}, nil
	}
	return nil, fmt.Errorf("attribute type %T is not known", value)
}
