package dynamodb

import (
	"context"

	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/frontdoor"
)

type listStreamsInput struct {
	TableName               string
	ExclusiveStartStreamArn string
	Limit                   *int
}

type listStreamsOutput struct {
	Streams                []streamSummary
	LastEvaluatedStreamArn string `json:",omitempty"`
}

type streamSummary struct {
	StreamArn   string
	StreamLabel string
	TableName   string
}

func (s *Service) listStreams(_ context.Context, in *listStreamsInput) (*listStreamsOutput, error) {
	var c constraints
	c.atLeast(in.Limit, "limit", 1)
	c.atMost(in.Limit, "limit", 100)
	if err := c.err(); err != nil {
		return nil, err
	}
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	out := &listStreamsOutput{Streams: []streamSummary{}}
	for _, log := range s.tables.streamsOf(in.TableName) {
		if log.ARN <= in.ExclusiveStartStreamArn {
			continue
		}
		if len(out.Streams) == limit {
			out.LastEvaluatedStreamArn = out.Streams[limit-1].StreamArn
			break
		}
		out.Streams = append(out.Streams, streamSummary{log.ARN, log.Label, log.Table})
	}
	return out, nil
}

type describeStreamInput struct {
	StreamArn             string
	ExclusiveStartShardId string
	Limit                 *int
	ShardFilter           *shardFilter
}

type shardFilter struct{ Type, ShardId string }

func (in *describeStreamInput) stream() (string, error) { return required(in.StreamArn, "streamArn") }

// required refuses a missing ARN.
func required(arn, member string) (string, error) {
	var c constraints
	c.required(arn != "", member)
	return arn, c.err()
}

type describeStreamOutput struct{ StreamDescription streamDescription }

type streamDescription struct {
	StreamArn               string
	StreamLabel             string
	StreamStatus            string
	StreamViewType          stream.ViewType
	CreationRequestDateTime frontdoor.Timestamp
	TableName               string
	KeySchema               []keyElement
	Shards                  []shard
}

type shard struct {
	ShardId             string
	SequenceNumberRange sequenceRange
}

type sequenceRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitempty"`
}

func (s *Service) describeStream(_ context.Context, in *describeStreamInput) (*describeStreamOutput, error) {
	log, err := s.tables.stream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	first, last, closed := log.Range()
	out := streamDescription{
		StreamArn: log.ARN, StreamLabel: log.Label, StreamStatus: "ENABLED", StreamViewType: log.View,
		CreationRequestDateTime: frontdoor.At(log.Created), TableName: log.Table, KeySchema: describeKeys(log.Keys),
		Shards: []shard{},
	}
	only := shard{ShardId: log.ShardID, SequenceNumberRange: sequenceRange{StartingSequenceNumber: stream.SequenceNumber(first)}}
	if closed {
		out.StreamStatus = "DISABLED"
		only.SequenceNumberRange.EndingSequenceNumber = stream.SequenceNumber(max(first, last))
	}
	// The one shard has no parent and no children.
	if in.ExclusiveStartShardId != log.ShardID && in.ShardFilter == nil {
		out.Shards = append(out.Shards, only)
	}
	return &describeStreamOutput{out}, nil
}
