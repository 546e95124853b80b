package dynamodb

import (
	"time"

	"eda-demo/local/dynamodb/attribute"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/frontdoor"
)

// streamRecord is the data type Record of the DynamoDB Streams API reference.
type streamRecord struct {
	AwsRegion    string        `json:"awsRegion"`
	Dynamodb     changeRecord  `json:"dynamodb"`
	EventID      string        `json:"eventID"`
	EventName    string        `json:"eventName"`
	EventSource  string        `json:"eventSource"`
	EventVersion string        `json:"eventVersion"`
	UserIdentity *userIdentity `json:"userIdentity,omitempty"`
}

// changeRecord is the data type StreamRecord.
type changeRecord struct {
	ApproximateCreationDateTime frontdoor.Timestamp // to the second
	Keys                        attribute.Map
	NewImage                    attribute.Map `json:",omitzero"`
	OldImage                    attribute.Map `json:",omitzero"`
	SequenceNumber              string
	SizeBytes                   int
	StreamViewType              stream.ViewType
}

// userIdentity tells who made a change, if it was not a client.
type userIdentity struct{ PrincipalId, Type string }

func (s *Service) record(log *stream.Stream, r stream.Record) streamRecord {
	out := streamRecord{
		AwsRegion: s.tables.region, EventID: r.EventID, EventName: r.Event,
		EventSource: "aws:dynamodb", EventVersion: "1.1",
		Dynamodb: changeRecord{
			ApproximateCreationDateTime: frontdoor.At(r.Created.Truncate(time.Second)),
			Keys:                        r.Keys, NewImage: r.New, OldImage: r.Old,
			SequenceNumber: stream.SequenceNumber(r.Sequence), SizeBytes: r.Size, StreamViewType: log.View,
		},
	}
	if r.Expired {
		out.UserIdentity = &userIdentity{"dynamodb.amazonaws.com", "Service"}
	}
	return out
}
