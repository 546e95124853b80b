package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// batchInfo is where in a stream the records are:
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
type batchInfo struct {
	ShardID string    `json:"shardId"`
	Start   string    `json:"startSequenceNumber"`
	End     string    `json:"endSequenceNumber"`
	First   time.Time `json:"approximateArrivalOfFirstRecord"`
	Last    time.Time `json:"approximateArrivalOfLastRecord"`
	Size    int       `json:"batchSize"`
	Stream  string    `json:"streamArn"`
}

// batch is records of a stream that a function could not process.
type batch struct {
	Context requestContext `json:"requestContext"`
	Info    batchInfo      `json:"DDBStreamBatchInfo"`
}

// readBatch reads a record that was recognized as one.
func readBatch(body string) letter {
	var b batch
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return unknown{body}
	}
	return b
}

func (b batch) what() string { return times(b.Info.Size, "write") + " to table " + b.table() }

// table is the name in arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<time>.
func (b batch) table() string {
	_, path, _ := strings.Cut(b.Info.Stream, ":table/")
	name, _, _ := strings.Cut(path, "/stream/")
	return name
}

func (b batch) where() string { return "stream to " + resourceName(b.Context.FunctionARN) }

func (b batch) why() string {
	return b.Context.Condition + " (" + times(b.Context.Invoked, "invocation") + ")"
}

// maxEmptyPages bounds how many answers without records are read in a row: a
// stream gives such for stretches of a shard without writes.
const maxEmptyPages = 100

// errGone is why records can't be read again: the stream keeps them for a day.
var errGone = errors.New("the stream does not have the records any more: it keeps them for 24 hours. " +
	"-scan looks in the whole table for the events that items have in their outbox from that time")

// putBack reads the records again and invokes the function with them.
func (b batch) putBack(ctx context.Context, a *account) error {
	records, err := b.read(ctx, a)
	if errors.Is(err, errGone) && a.scan {
		return b.putBackFromTable(ctx, a)
	}
	if err != nil {
		return err
	}
	size := max(b.Info.Size, 1)
	for start := 0; start < len(records); start += size {
		some := records[start:min(start+size, len(records))]
		payload, err := streamEvent(some, b.Info.Stream)
		if err == nil {
			err = b.invoke(ctx, a, payload, len(some))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read returns the batch's records, and those of the same stretch of the shard
// that were in other batches, if the mapping reads it in several lanes.
func (b batch) read(ctx context.Context, a *account) ([]types.Record, error) {
	at, err := a.streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &b.Info.Stream, ShardId: &b.Info.ShardID,
		ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber, SequenceNumber: &b.Info.Start,
	})
	if err != nil {
		return nil, b.unreadable(err)
	}
	var records []types.Record
	for iterator, empty := at.ShardIterator, 0; iterator != nil && empty < maxEmptyPages; empty++ {
		page, err := a.streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator})
		if err != nil {
			return nil, b.unreadable(err)
		}
		for _, record := range page.Records {
			number := aws.ToString(record.Dynamodb.SequenceNumber)
			if later(number, b.Info.End) {
				return records, nil
			}
			records = append(records, record)
			if number == b.Info.End {
				return records, nil
			}
			empty = -1
		}
		iterator = page.NextShardIterator
	}
	return nil, fmt.Errorf("the shard has no record %s: %w", b.Info.End, errGone)
}

func (b batch) unreadable(err error) error {
	var trimmed *types.TrimmedDataAccessException
	var missing *types.ResourceNotFoundException
	if errors.As(err, &trimmed) || errors.As(err, &missing) {
		return errGone
	}
	return fmt.Errorf("read the records of the stream: %w", err)
}

// later compares sequence numbers, which are whole numbers of any length.
func later(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return len(a) > len(b) || len(a) == len(b) && a > b
}

// invoke has the function process records as the mapping does: it says itself
// which of them failed.
func (b batch) invoke(ctx context.Context, a *account, payload []byte, records int) error {
	name := resourceName(b.Context.FunctionARN)
	out, err := a.functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(unqualified(b.Context.FunctionARN)), Payload: payload})
	if err != nil {
		return fmt.Errorf("invoke %s: %w", name, err)
	}
	if out.FunctionError != nil {
		return fmt.Errorf("%s failed again: %s", name, out.Payload)
	}
	var answer struct {
		Failures []struct {
			Number string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(out.Payload, &answer); err != nil {
		return fmt.Errorf("read the answer of %s: %w", name, err)
	}
	if len(answer.Failures) > 0 {
		return fmt.Errorf("%s failed again for %d of %s, first for sequence number %s; its log says why",
			name, len(answer.Failures), times(records, "record"), answer.Failures[0].Number)
	}
	return nil
}
