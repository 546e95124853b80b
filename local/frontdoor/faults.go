package frontdoor

import (
	"context"
	"net/http"
)

// Faults has calls fail on purpose.
type Faults interface {
	// Around runs a call that its caller is allowed to make, or does not, and
	// returns what the caller gets to see of it.
	Around(ctx context.Context, service, operation string, input any, run func() (any, error)) (any, error)
}

// Disturb has calls fail as faults says. Call it before the first call.
func (d *Door) Disturb(faults Faults) { d.faults = faults }

// do runs an operation, with the faults if there are any.
func (d *Door) do(ctx context.Context, e *endpoint, op Operation, input any) (any, error) {
	if d.faults == nil {
		return op.do(ctx, input)
	}
	return d.faults.Around(ctx, e.Name, op.name, input, func() (any, error) { return op.do(ctx, input) })
}

type traceKey struct{}

// traced notes the trace that a request is part of: the SDKs send the one of
// the Lambda invocation that they are used in.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func traced(r *http.Request) *http.Request {
	trace := r.Header.Get("X-Amzn-Trace-Id")
	if trace == "" {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), traceKey{}, trace))
}

// Trace returns the trace header of the request that ctx belongs to, "" if it
// had none.
func Trace(ctx context.Context) string {
	trace, _ := ctx.Value(traceKey{}).(string)
	return trace
}
