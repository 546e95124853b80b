package strict

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// published is an event, on the bus that an output of the stack names.
type published struct{ bus, source, detailType, detail string }

// publish puts an event on its bus, as the account's administrator.
func (w *world) publish(ctx context.Context, e published) error {
	out, err := eventbridge.NewFromConfig(w.aws).PutEvents(ctx, &eventbridge.PutEventsInput{
		Entries: []eventtypes.PutEventsRequestEntry{{
			EventBusName: aws.String(w.outputs[e.bus]), Source: aws.String(e.source),
			DetailType: aws.String(e.detailType), Detail: aws.String(e.detail),
		}},
	})
	if err != nil {
		return err
	}
	if out.FailedEntryCount != 0 {
		return fmt.Errorf("the event is refused: %s", *out.Entries[0].ErrorMessage)
	}
	return nil
}

// messages returns all that a queue has given so far. What was received once
// stays hidden in the queue for a while, so it is kept here.
func (w *world) messages(ctx context.Context, queue string) ([]sqstypes.Message, error) {
	client := sqs.NewFromConfig(w.aws)
	url, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(queue)})
	if err != nil {
		return nil, err
	}
	out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: url.QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return nil, err
	}
	w.received[queue] = append(w.received[queue], out.Messages...)
	return w.received[queue], nil
}

// message returns the first message of a queue whose body has each text.
func (w *world) message(ctx context.Context, queue string, texts ...string) (sqstypes.Message, error) {
	messages, err := w.messages(ctx, queue)
	if err != nil {
		return sqstypes.Message{}, err
	}
	for _, m := range messages {
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(*m.Body, text) }) {
			return m, nil
		}
	}
	return sqstypes.Message{}, fmt.Errorf("none of %d messages in %s has %q", len(messages), queue, texts)
}

// logged returns an error unless the log group has an event with each text.
func (w *world) logged(ctx context.Context, group string, texts ...string) error {
	out, err := cloudwatchlogs.NewFromConfig(w.aws).FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String(group)})
	if err != nil {
		return err
	}
	for _, e := range out.Events {
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(*e.Message, text) }) {
			return nil
		}
	}
	return fmt.Errorf("none of %d events in %s has %q", len(out.Events), group, texts)
}
