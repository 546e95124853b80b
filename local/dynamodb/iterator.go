package dynamodb

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"eda-demo/local/dynamodb/invalid"
	"eda-demo/local/dynamodb/stream"
	"eda-demo/local/frontdoor"
)

// iteratorLifetime is how long a shard iterator can be used.
const iteratorLifetime = 15 * time.Minute

type shardIteratorInput struct {
	StreamArn         string
	ShardId           string
	ShardIteratorType string
	SequenceNumber    string
}

func (in *shardIteratorInput) stream() (string, error) { return required(in.StreamArn, "streamArn") }

type shardIteratorOutput struct{ ShardIterator string }

func (s *Service) getShardIterator(_ context.Context, in *shardIteratorInput) (*shardIteratorOutput, error) {
	var c constraints
	c.required(in.ShardId != "", "shardId")
	c.required(in.ShardIteratorType != "", "shardIteratorType")
	c.oneOf(in.ShardIteratorType, "shardIteratorType", "AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")
	if err := c.err(); err != nil {
		return nil, err
	}
	log, err := s.tables.stream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	if in.ShardId != log.ShardID {
		return nil, notFound("Requested resource not found: Shard does not exist: %s", in.ShardId)
	}
	position, err := in.position(log)
	if err != nil {
		return nil, err
	}
	return &shardIteratorOutput{iterator{log.ARN, position, time.Now()}.String()}, nil
}

// position is the sequence of the first record to read.
func (in *shardIteratorInput) position(log *stream.Stream) (int64, error) {
	first, last, _ := log.Range()
	bySequence := strings.HasSuffix(in.ShardIteratorType, "_SEQUENCE_NUMBER")
	switch {
	case bySequence && in.SequenceNumber == "":
		return 0, invalid.Errorf("SequenceNumber is required for ShardIteratorType %s", in.ShardIteratorType)
	case !bySequence && in.SequenceNumber != "":
		return 0, invalid.Errorf("SequenceNumber can't be given for ShardIteratorType %s", in.ShardIteratorType)
	case in.ShardIteratorType == "TRIM_HORIZON":
		return first, nil
	case in.ShardIteratorType == "LATEST":
		return last + 1, nil
	}
	sequence, err := stream.ParseSequenceNumber(in.SequenceNumber)
	if err != nil {
		return 0, invalid.Errorf("Invalid SequenceNumber: %v", err)
	}
	if in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" {
		sequence++
	}
	if sequence < first {
		return 0, trimmed()
	}
	return sequence, nil
}

func trimmed() error {
	return frontdoor.Errorf("TrimmedDataAccessException", "The requested sequence number is beyond the trim horizon")
}

// iterator is a position in a stream. Its text is <stream ARN>|1|<base64 of position and time>.
type iterator struct {
	arn      string
	position int64
	made     time.Time
}

func (i iterator) String() string {
	state := fmt.Sprintf("%d %d", i.position, i.made.UnixMilli())
	return i.arn + "|1|" + base64.StdEncoding.EncodeToString([]byte(state))
}

func parseIterator(text string) (iterator, error) {
	arn, encoded, found := strings.Cut(text, "|1|")
	state, err := base64.StdEncoding.DecodeString(encoded)
	if !found || err != nil {
		return iterator{}, invalid.Errorf("Invalid ShardIterator")
	}
	var position, made int64
	if _, err := fmt.Sscanf(string(state), "%d %d", &position, &made); err != nil || position < 1 {
		return iterator{}, invalid.Errorf("Invalid ShardIterator")
	}
	return iterator{arn, position, time.UnixMilli(made)}, nil
}

type getRecordsInput struct {
	ShardIterator string
	Limit         *int
}

// stream returns the stream that the iterator belongs to.
func (in *getRecordsInput) stream() (string, error) {
	if _, err := required(in.ShardIterator, "shardIterator"); err != nil {
		return "", err
	}
	i, err := parseIterator(in.ShardIterator)
	return i.arn, err
}

type getRecordsOutput struct {
	Records           []streamRecord
	NextShardIterator string `json:",omitempty"`
}

func (s *Service) getRecords(_ context.Context, in *getRecordsInput) (*getRecordsOutput, error) {
	var c constraints
	c.atLeast(in.Limit, "limit", 1)
	c.atMost(in.Limit, "limit", stream.MaxRecords)
	if err := c.err(); err != nil {
		return nil, err
	}
	at, err := parseIterator(in.ShardIterator)
	if err != nil {
		return nil, err
	}
	if time.Since(at.made) > iteratorLifetime {
		return nil, frontdoor.Errorf("ExpiredIteratorException", "The shard iterator has expired: it was made more than 15 minutes ago")
	}
	log, err := s.tables.stream(at.arn)
	if err != nil {
		return nil, err
	}
	limit := stream.MaxRecords
	if in.Limit != nil {
		limit = *in.Limit
	}
	records, next, err := log.Read(at.position, limit)
	if errors.Is(err, stream.ErrTrimmed) {
		return nil, trimmed()
	}
	out := &getRecordsOutput{Records: make([]streamRecord, len(records))}
	for i, r := range records {
		out.Records[i] = s.record(log, r)
	}
	if next > 0 {
		out.NextShardIterator = iterator{log.ARN, next, time.Now()}.String()
	}
	return out, err
}
