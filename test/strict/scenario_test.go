package strict

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Orders of the scenario.
const (
	completed = 101
	cancelled = 102
	poisoned  = 103
)

// scenario makes use of all that the app can do: orders that succeed and fail,
// mails, and failures that end in each function's failure destination. It
// returns what did not happen, or the first denials.
func (w *world) scenario(ctx context.Context) error {
	for _, step := range []func(context.Context) error{w.orders, w.asynchronousFailure, w.poisonRecord, w.functionLogs} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return w.denied()
}

// orders takes one order to each final status, with its mails and events.
func (w *world) orders(ctx context.Context) error {
	if err := until(ctx, "the subscription", w.confirm, w.denied); err != nil {
		return err
	}
	tests := []struct {
		id, amount     int
		payment, final string
	}{
		{completed, 100, "PaymentSucceeded", "OrderCompleted"},
		{cancelled, 900, "PaymentFailed", "OrderCancelled"},
	}
	for _, o := range tests {
		// A repeated order changes nothing. Waiting is for the denials that the
		// answer does not tell of.
		if err := until(ctx, "POST /order", func() error { return w.placeOrder(o.id, o.amount) }, w.denied); err != nil {
			return err
		}
	}
	for _, o := range tests {
		events := []string{"OrderCreated", o.payment, o.final}
		checks := []func() error{
			func() error { return w.hasStatus(o.id, o.final) },
			func() error { return w.hasMails(o.id, events...) },
		}
		for _, event := range events {
			checks = append(checks, func() error {
				return w.logged(ctx, w.outputs["CatchAllLogGroupName"], event, fmt.Sprintf(`"id":%d`, o.id))
			})
		}
		for _, check := range checks {
			if err := until(ctx, fmt.Sprintf("order %d", o.id), check, w.denied); err != nil {
				return err
			}
		}
	}
	return nil
}

// asynchronousFailure publishes an event that neither update-order nor the
// notification can handle.
func (w *world) asynchronousFailure(ctx context.Context) error {
	if err := w.publish(ctx, "payment-service", "PaymentSucceeded", `{"id":"none"}`); err != nil {
		return err
	}
	for _, queue := range []string{"eda-demo-update-order-failures", "eda-demo-notification-failures"} {
		check := func() error {
			_, err := w.message(ctx, queue, "RetriesExhausted", "none")
			return err
		}
		if err := until(ctx, "the failure destination", check, w.denied); err != nil {
			return err
		}
	}
	return nil
}

// poisonRecord writes an item whose announced event can't be published.
func (w *world) poisonRecord(ctx context.Context) error {
	_, err := dynamodb.NewFromConfig(w.aws).PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(w.outputs["OrdersTableName"]),
		Item: map[string]dynamotypes.AttributeValue{
			"id": &dynamotypes.AttributeValueMemberN{Value: fmt.Sprint(poisoned)},
			"outbox": &dynamotypes.AttributeValueMemberM{Value: map[string]dynamotypes.AttributeValue{
				"eventId": &dynamotypes.AttributeValueMemberS{Value: "poison"},
			}},
		},
	})
	if err != nil {
		return err
	}
	return until(ctx, "the failure destination of the stream", func() error {
		_, err := w.message(ctx, "eda-demo-publish-order-events-failures", "RetryAttemptsExhausted", "DDBStreamBatchInfo")
		return err
	}, w.denied)
}

// functionLogs waits until each function has logged an invocation.
func (w *world) functionLogs(ctx context.Context) error {
	for _, name := range []string{"create-order", "get-order", "update-order", "notification", "publish-order-events"} {
		check := func() error { return w.logged(ctx, "/aws/lambda/eda-demo-"+name, "platform.report") }
		if err := until(ctx, "the log of "+name, check, w.denied); err != nil {
			return err
		}
	}
	return nil
}
