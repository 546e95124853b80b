package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eda-demo/local/lambda/eventsource"
	"eda-demo/local/lambda/sandbox"
)

// The conditions of invocation records.
const (
	conditionSuccess         = "Success"
	conditionRetries         = "RetriesExhausted"
	conditionAge             = "EventAgeExceeded"
	conditionZeroConcurrency = "ZeroReservedConcurrency"
)

// invocationRecord is what destinations get of an asynchronous invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
type invocationRecord struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload payload          `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionARN            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

func newRecord(t target, done step, result *sandbox.Result) invocationRecord {
	record := invocationRecord{
		Version: "1.0", Timestamp: eventsource.Stamp(time.Now()),
		RequestContext: requestContext{
			RequestID: done.task.RequestID, FunctionARN: t.qualifiedARN(), Condition: done.condition,
			ApproximateInvokeCount: done.task.Failures,
		},
		RequestPayload: done.task.payload,
	}
	if result == nil {
		return record
	}
	record.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: t.name}
	record.ResponsePayload = result.Payload
	if result.Failed {
		record.ResponseContext.FunctionError = "Unhandled"
	} else {
		record.RequestContext.ApproximateInvokeCount++
	}
	return record
}

// settle ends an asynchronous invocation: its destinations hear of it. The
// error says which did not.
func (s *Service) settle(ctx context.Context, t target, done step, result *sandbox.Result) error {
	settings, _ := s.state.eventInvoke(t)
	target := settings.failureTarget()
	if done.condition == conditionSuccess {
		target = settings.successTarget()
	}
	var err error
	if target != "" {
		err = s.sendRecord(ctx, t, target, newRecord(t, done, result))
	}
	if done.condition == conditionSuccess {
		return err
	}
	if queue := t.now().settings.deadLetterTarget(); queue != "" {
		err = errors.Join(err, s.deadLetter(ctx, t, queue, done, result))
	} else if target == "" {
		s.config.Log.Error("an asynchronous invocation failed for good, and the function has no failure destination",
			"function", t.function.name, "request", done.task.RequestID, "condition", done.condition)
	}
	return err
}

func (s *Service) sendRecord(ctx context.Context, t target, target string, record invocationRecord) error {
	raw, err := json.Marshal(record)
	if err == nil {
		err = s.send(ctx, t, target, notice{body: raw, condition: record.RequestContext.Condition})
	}
	if err != nil {
		return fmt.Errorf("deliver the invocation record to %s: %w", target, err)
	}
	return nil
}

// maxErrorText is how much of an error message a dead letter carries, in bytes.
const maxErrorText = 1 << 10

// deadLetter sends the event itself, with what failed as attributes.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
func (s *Service) deadLetter(ctx context.Context, t target, target string, done step, result *sandbox.Result) error {
	text := done.condition
	if result != nil {
		var document struct {
			ErrorMessage string `json:"errorMessage"`
		}
		// An answer of another shape has no message; the condition stands for it.
		if json.Unmarshal(result.Payload, &document) == nil && document.ErrorMessage != "" {
			text = document.ErrorMessage
		}
	}
	attributes := map[string]attribute{
		"RequestID":    {DataType: "String", StringValue: done.task.RequestID},
		"ErrorCode":    {DataType: "Number", StringValue: "200"},
		"ErrorMessage": {DataType: "String", StringValue: text[:min(len(text), maxErrorText)]},
	}
	if err := s.send(ctx, t, target, notice{body: done.task.payload, attributes: attributes}); err != nil {
		return fmt.Errorf("deliver the dead letter to %s: %w", target, err)
	}
	return nil
}
