package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// hidden is how long a message that was received is kept from others. What is
// neither put back nor released is there again after it.
const hidden = 15 * time.Minute

// poll is how long a call waits for messages: one that waits asks all of SQS's
// servers, and finds also the last ones. Tests do not wait.
var poll = time.Second

// batchSize is the most messages that a call receives.
const batchSize = 10

// queue is a dead-letter queue.
type queue struct {
	*account
	name    string
	url     string
	visible int // messages, approximately
	hidden  int // messages that somebody has received, approximately
	// moves tells that SQS takes messages out of the queue that are received too
	// often: they must not be received to be looked at.
	moves bool
}

// letterQueues are the queues of the stack: it has none but for dead letters.
func (a *account) letterQueues(ctx context.Context, s *stack) ([]*queue, error) {
	var queues []*queue
	for _, url := range s.ids("AWS::SQS::Queue") {
		q := &queue{account: a, url: url, name: url[strings.LastIndexByte(url, '/')+1:]}
		if err := q.count(ctx); err != nil {
			return nil, err
		}
		queues = append(queues, q)
	}
	if len(queues) == 0 {
		return nil, fmt.Errorf("stack %s has no queues", s.name)
	}
	return queues, nil
}

func (q *queue) count(ctx context.Context) error {
	out, err := q.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return fmt.Errorf("count the messages of queue %s: %w", q.name, err)
	}
	number := func(name types.QueueAttributeName) int {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return 0
		}
		return n
	}
	q.visible = number(types.QueueAttributeNameApproximateNumberOfMessages) + number(types.QueueAttributeNameApproximateNumberOfMessagesDelayed)
	q.hidden = number(types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	_, q.moves = out.Attributes[string(types.QueueAttributeNameRedrivePolicy)]
	return nil
}

// receive hides at most limit messages from others and returns them; none if
// there are no more.
func (q *queue) receive(ctx context.Context, limit int) ([]message, error) {
	out, err := q.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: int32(min(limit, batchSize)),
		VisibilityTimeout: int32(hidden.Seconds()), WaitTimeSeconds: int32(poll.Seconds()),
		MessageAttributeNames:       []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameSentTimestamp},
	})
	if err != nil {
		return nil, fmt.Errorf("receive from queue %s: %w", q.name, err)
	}
	var messages []message
	for _, m := range out.Messages {
		messages = append(messages, newMessage(m))
	}
	return messages, nil
}

// release lets others see messages again, at once. It is done also when ctx has
// ended: an interrupted command leaves the queue as it was.
func (q *queue) release(ctx context.Context, messages []message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for start := 0; start < len(messages); start += batchSize {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url}
		for i, m := range messages[start:min(start+batchSize, len(messages))] {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(m.handle), VisibilityTimeout: 0,
			})
		}
		out, err := q.queues.ChangeMessageVisibilityBatch(ctx, in)
		if err == nil && len(out.Failed) > 0 {
			err = fmt.Errorf("%s: %s", aws.ToString(out.Failed[0].Code), aws.ToString(out.Failed[0].Message))
		}
		if err != nil {
			return fmt.Errorf("messages of queue %s stay hidden for %v: %w", q.name, hidden, err)
		}
	}
	return nil
}

// remove deletes a message that was put back, also when ctx has ended since.
func (q *queue) remove(ctx context.Context, m message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, err := q.queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: &m.handle}); err != nil {
		return fmt.Errorf("it was put back, but is still in queue %s, and will be put back again: %w", q.name, err)
	}
	return nil
}
