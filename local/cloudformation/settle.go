package cloudformation

import (
	"context"
	"time"

	"eda-demo/local/provision"
)

// settleTime is how long a request waits for the operation that it began.
const settleTime = time.Second

// settle waits for the end of an operation, but not for long: it goes on. Its
// failure is told by the stack's status and events, not by the request.
func settle(ctx context.Context, operation *provision.Operation) {
	if operation == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	_ = operation.Wait(ctx)
}
