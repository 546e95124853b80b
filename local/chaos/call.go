package chaos

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// throttlings are the operations that faults hit, with the error code that the
// service gives when it throttles. Invocations are throttled by Throttles.
var throttlings = map[string]map[string]string{
	"dynamodb": {
		"GetItem": exceeded, "PutItem": exceeded, "UpdateItem": exceeded, "DeleteItem": exceeded, "Query": exceeded, "Scan": exceeded,
		"BatchGetItem": exceeded, "BatchWriteItem": exceeded, "TransactGetItems": exceeded, "TransactWriteItems": cancelled,
	},
	"dynamodbstreams": {"GetRecords": throttling},
	"events":          {"PutEvents": throttling},
	"lambda":          {"Invoke": ""},
	"logs":            {"CreateLogStream": throttling, "PutLogEvents": throttling},
	"sns":             {"Publish": "Throttling", "PublishBatch": "Throttling"},
	"sqs":             {"SendMessage": "RequestThrottled", "SendMessageBatch": "RequestThrottled"},
	"states":          {"StartExecution": throttling, "StartSyncExecution": throttling},
}

const (
	throttling = "ThrottlingException"
	exceeded   = "ProvisionedThroughputExceededException"
	cancelled  = "TransactionCanceledException"
)

// throttled is the error with a code of a call that is not carried out.
func throttled(code string, drawn draw, raw []byte) error {
	if code == cancelled {
		return conflict(drawn, raw)
	}
	return frontdoor.Errorf(code, "Rate exceeded")
}

// conflict is the error of a transaction in which one item is being written by
// another transaction.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func conflict(drawn draw, raw []byte) error {
	var transaction struct{ TransactItems []json.RawMessage }
	if json.Unmarshal(raw, &transaction) != nil || len(transaction.TransactItems) == 0 {
		return frontdoor.Errorf(exceeded, "Rate exceeded")
	}
	codes, reasons := []string{}, []map[string]string{}
	for range transaction.TransactItems {
		codes, reasons = append(codes, "None"), append(reasons, map[string]string{"Code": "None"})
	}
	hit := int(drawn.fraction(1) * float64(len(codes)))
	codes[hit] = "TransactionConflict"
	reasons[hit] = map[string]string{"Code": codes[hit], "Message": "Transaction is ongoing for the item"}
	return &frontdoor.Error{
		Code:    cancelled,
		Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
		Members: map[string]any{"CancellationReasons": reasons},
	}
}

// spared tells whether faults leave a caller alone: whoever is not of the app,
// and a function's log, which is the runner's to write.
func spared(ctx context.Context, service string) bool {
	switch frontdoor.Caller(ctx).Kind {
	case iam.ServicePrincipal:
		return false
	case iam.RoleSession:
		return service == "logs"
	}
	return true
}

// Around implements frontdoor.Faults.
func (i *Injector) Around(ctx context.Context, service, operation string, input any, run func() (any, error)) (any, error) {
	code, known := throttlings[service][operation]
	if !known || spared(ctx, service) {
		return run()
	}
	raw, err := json.Marshal(input)
	if err != nil {
		return run() // what can't be told from others goes right
	}
	by := i.invoked(frontdoor.Trace(ctx))
	what, where := newThing(raw).of(by), service+"."+operation
	if code != "" {
		if drawn, hit := i.hits(Throttle, where, what); hit {
			return nil, throttled(code, drawn, raw)
		}
	}
	output, err := run()
	if i.called(by) {
		return nil, lostAnswer()
	}
	if err != nil {
		return nil, err
	}
	if _, hit := i.hits(DropAck, where, what); hit {
		return nil, lostAnswer()
	}
	return output, nil
}

// lostAnswer is what the caller sees of a call that was carried out. AWS's
// answer to a failure of its own may mean that, too.
func lostAnswer() error {
	return &frontdoor.Error{
		Code: "InternalServerError", Status: http.StatusInternalServerError,
		Message: "The request processing has failed because of an unknown error, exception or failure.",
	}
}

// Entry tells whether an entry of a call fails: throttled, not carried out, or
// carried out and its success lost.
func (i *Injector) Entry(ctx context.Context, where string, entry any) (throttled, lost bool) {
	if i == nil || spared(ctx, "") {
		return false, false
	}
	raw, err := json.Marshal(entry)
	if err != nil {
		return false, false
	}
	what := newThing(raw).of(i.invoked(frontdoor.Trace(ctx)))
	if _, throttled = i.hits(Throttle, where, what); throttled {
		return true, false
	}
	_, lost = i.hits(DropAck, where, what)
	return false, lost
}

// Throttles tells whether an invocation of a function is refused for want of
// concurrency.
func (i *Injector) Throttles(function string, payload []byte) bool {
	if i == nil {
		return false
	}
	_, hit := i.hits(Throttle, function, newThing(payload))
	return hit
}
