package dynamostore

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Waits between attempts at what others write at the same time: a transaction
// takes some milliseconds.
const (
	firstWait   = 10 * time.Millisecond
	longestWait = 320 * time.Millisecond
)

// patiently writes, and again after a random wait, as long as the write fails
// because others write the same or too much at once. The SDK does not try such
// writes again.
func patiently(ctx context.Context, write func() error) error {
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := write()
		if err == nil || !contended(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(rand.N(wait)):
		}
	}
}

// Codes of cancellation reasons: see the error TransactionCanceledException at
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const conditionalCheckFailed = "ConditionalCheckFailed"

var contention = []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}

// contended reports whether a write failed in a way that says nothing of what
// stands there.
func contended(err error) bool {
	var conflict *types.TransactionConflictException
	reasons := cancellation(err)
	return errors.As(err, &conflict) || !conditionFailed(reasons, ofAssignment) &&
		slices.ContainsFunc(reasons, func(r types.CancellationReason) bool {
			return slices.Contains(contention, aws.ToString(r.Code))
		})
}

// cancellation has the reasons why a transaction was cancelled, one for each of
// its items, in their order.
func cancellation(err error) []types.CancellationReason {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	return cancelled.CancellationReasons
}

func conditionFailed(reasons []types.CancellationReason, item int) bool {
	return item < len(reasons) && aws.ToString(reasons[item].Code) == conditionalCheckFailed
}
