package eventsource

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// batchRecord is what the failure destination gets of a discarded batch: where
// its records are in the stream, not the records.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
type batchRecord struct {
	RequestContext struct {
		RequestID              string `json:"requestId"`
		FunctionARN            string `json:"functionArn"`
		Condition              string `json:"condition"`
		ApproximateInvokeCount int    `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	Batch           batchInfo        `json:"DDBStreamBatchInfo"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

type batchInfo struct {
	ShardID                         string `json:"shardId"`
	StartSequenceNumber             string `json:"startSequenceNumber"`
	EndSequenceNumber               string `json:"endSequenceNumber"`
	ApproximateArrivalOfFirstRecord string `json:"approximateArrivalOfFirstRecord"`
	ApproximateArrivalOfLastRecord  string `json:"approximateArrivalOfLastRecord"`
	BatchSize                       int    `json:"batchSize"`
	StreamARN                       string `json:"streamArn"`
}

// discard gives records up and tells the failure destination. The answer is
// nil if the function was not invoked with them.
func (l *lane) discard(ctx context.Context, condition string, records []record, invoked int, answer *Answer) {
	if l.Discard == nil {
		l.Log.Error("stream records are discarded, and the mapping has no failure destination",
			"condition", condition, "records", len(records), "from", records[0].sequence, "to", records[len(records)-1].sequence)
		return
	}
	raw, err := json.Marshal(l.batchRecord(condition, records, invoked, answer))
	if err == nil {
		err = l.Discard(ctx, raw)
	}
	if err != nil {
		l.problem("send the record of a discarded batch", err)
	}
}

func (l *lane) batchRecord(condition string, records []record, invoked int, answer *Answer) batchRecord {
	first, last := records[0], records[len(records)-1]
	out := batchRecord{Version: "1.0", Timestamp: Stamp(time.Now()), Batch: batchInfo{
		ShardID: l.shard, StartSequenceNumber: first.sequence, EndSequenceNumber: last.sequence,
		ApproximateArrivalOfFirstRecord: arrival(first), ApproximateArrivalOfLastRecord: arrival(last),
		BatchSize: len(records), StreamARN: l.SourceARN,
	}}
	out.RequestContext.RequestID = uuid.NewString()
	out.RequestContext.FunctionARN = l.FunctionARN
	out.RequestContext.Condition = condition
	out.RequestContext.ApproximateInvokeCount = invoked
	if answer != nil {
		out.RequestContext.RequestID = answer.RequestID
		out.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: cmp.Or(answer.Version, "$LATEST")}
		if answer.Failed {
			out.ResponseContext.FunctionError = "Unhandled"
		}
	}
	return out
}

func arrival(r record) string { return r.created.UTC().Format(time.RFC3339) }
