// Package trace carries an X-Ray trace across the one place of an order's way
// where AWS drops it: the stream of a table.
//
// An HTTP API takes part in no trace, so a trace begins with the function that
// answers the request. EventBridge, Lambda and Step Functions each hand a trace
// on to what they invoke. DynamoDB's streams do not: the publisher's invocation
// has a trace of its own, and may be for many orders at once. So the trace is
// stored with the event to publish, and each event is published as part of the
// trace of the request that it tells of. One order is one trace, then: the
// function that created it, the bus, the payment's execution, the update of the
// order, the mails. Not in it are the time in the stream, the publisher, and
// the table and topic that functions call, for these calls record no segments.
package trace

import "context"

// maxHeader is how many characters PutEvents takes:
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
const maxHeader = 500

// key is where aws-lambda-go puts the header; it has no function that gets it.
const key = "x-amzn-trace-id"

// Header returns the trace that an invocation belongs to, as the value of the
// HTTP header X-Amzn-Trace-Id, or "" if there is none.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func Header(ctx context.Context) string {
	header, _ := ctx.Value(key).(string)
	if len(header) > maxHeader {
		return ""
	}
	return header
}
