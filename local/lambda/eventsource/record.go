package eventsource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"
)

// maxPayload is the largest batch that a function gets, in bytes.
const maxPayload = 6 << 20

// record is a stream record, ready to be sent to a function.
type record struct {
	sequence string
	created  time.Time
	key      uint64 // the same for all records of an item
	json     []byte // as the function gets it
	unwanted bool   // the filter drops it
	mark     *mark  // nil if no position is kept
}

// streamRecord is a record as GetRecords returns it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
type streamRecord struct {
	EventID      string          `json:"eventID"`
	EventName    string          `json:"eventName"`
	EventVersion string          `json:"eventVersion"`
	EventSource  string          `json:"eventSource"`
	AWSRegion    string          `json:"awsRegion"`
	DynamoDB     json.RawMessage `json:"dynamodb"`
	UserIdentity *struct {
		Type        string
		PrincipalID string `json:"PrincipalId"`
	} `json:"userIdentity"`
}

// lambdaRecord is the record as Lambda hands it on: with the stream's ARN, and
// with lower-case members of the identity.
type lambdaRecord struct {
	EventID        string          `json:"eventID"`
	EventName      string          `json:"eventName"`
	EventVersion   string          `json:"eventVersion"`
	EventSource    string          `json:"eventSource"`
	AWSRegion      string          `json:"awsRegion"`
	DynamoDB       json.RawMessage `json:"dynamodb"`
	UserIdentity   *identity       `json:"userIdentity,omitempty"`
	EventSourceARN string          `json:"eventSourceARN"`
}

type identity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

// newRecord converts a record of the stream.
func (c Config) newRecord(in streamRecord) (record, error) {
	var change struct {
		SequenceNumber              string
		ApproximateCreationDateTime float64
		Keys                        json.RawMessage
	}
	if err := json.Unmarshal(in.DynamoDB, &change); err != nil {
		return record{}, fmt.Errorf("read stream record %s: %w", in.EventID, err)
	}
	out := lambdaRecord{
		EventID: in.EventID, EventName: in.EventName, EventVersion: in.EventVersion, EventSource: in.EventSource,
		AWSRegion: in.AWSRegion, DynamoDB: in.DynamoDB, EventSourceARN: c.SourceARN,
	}
	if in.UserIdentity != nil {
		out.UserIdentity = &identity{in.UserIdentity.Type, in.UserIdentity.PrincipalID}
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return record{}, fmt.Errorf("convert stream record %s: %w", in.EventID, err)
	}
	hash := fnv.New64a()
	hash.Write(change.Keys)
	return record{
		sequence: change.SequenceNumber, created: time.UnixMilli(int64(change.ApproximateCreationDateTime * 1000)),
		key: hash.Sum64(), json: raw,
	}, nil
}

// event is the payload that a function gets for records of either source.
func event(records [][]byte) []byte {
	var out bytes.Buffer
	out.WriteString(`{"Records":[`)
	for i, raw := range records {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(raw)
	}
	out.WriteString(`]}`)
	return out.Bytes()
}

func streamEvent(records []record) []byte {
	all := make([][]byte, len(records))
	for i, r := range records {
		all[i] = r.json
	}
	return event(all)
}
