package eventsource

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Queue reads an SQS queue. Messages that the function handles are deleted;
// the others become visible again after the queue's visibility timeout.
type Queue struct {
	Config
	*status
	url      string
	handling sync.WaitGroup
	failures int // of receiving, in a row
}

// NewQueue returns a source that reads the queue.
func NewQueue(c Config) *Queue {
	url := ""
	if parts := strings.SplitN(c.SourceARN, ":", 6); len(parts) == 6 {
		url = "/" + parts[4] + "/" + parts[5]
	}
	return &Queue{Config: c, status: newStatus(c.Log), url: url}
}

// longPoll is how long an empty queue is waited on, in seconds.
const longPoll = 20

// message is a message as ReceiveMessage returns it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
type message struct {
	MessageID              string `json:"MessageId"`
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	MD5OfMessageAttributes string
	Attributes             map[string]string
	MessageAttributes      map[string]struct {
		DataType    string
		StringValue *string
		BinaryValue []byte
	}
}

// Run receives batches and has several handled at a time.
func (q *Queue) Run(ctx context.Context) {
	defer q.handling.Wait()
	concurrency := q.Concurrency
	if scaling := q.Settings.ScalingConfig; scaling != nil {
		concurrency = int(scaling.MaximumConcurrency)
	}
	free := make(chan struct{}, concurrency)
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		batch := q.collect(ctx)
		q.handling.Go(func() {
			q.handle(ctx, batch)
			<-free
		})
	}
}

// collect receives messages up to the size of a batch or until the batching
// window closes.
func (q *Queue) collect(ctx context.Context) []message {
	var batch []message
	wait, size := longPoll, int(q.Settings.BatchSize)
	var closes time.Time
	for len(batch) < size {
		received, err := q.receive(ctx, min(10, size-len(batch)), wait)
		if err != nil {
			if ctx.Err() == nil {
				q.problem("receive messages", err)
				q.failures++
				pause(ctx, readPause(q.failures))
			}
			break
		}
		if q.failures > 0 {
			q.failures = 0
			q.over("receive messages")
		}
		if len(batch) == 0 {
			closes = time.Now().Add(q.Settings.window())
		}
		batch = append(batch, received...)
		left := time.Until(closes)
		if len(batch) == 0 || left <= 0 {
			break
		}
		wait = int((left + time.Second - 1) / time.Second)
	}
	return batch
}

func (q *Queue) receive(ctx context.Context, limit, wait int) ([]message, error) {
	in := map[string]any{
		"QueueUrl": q.url, "MaxNumberOfMessages": limit, "WaitTimeSeconds": min(wait, longPoll),
		"MessageSystemAttributeNames": []string{"All"}, "MessageAttributeNames": []string{"All"},
	}
	var out struct{ Messages []message }
	err := q.Call(ctx, "sqs", "ReceiveMessage", in, &out)
	return out.Messages, err
}

// handle has the function handle a batch and deletes what it has handled, and
// what no filter lets pass. What was received is seen through although ctx is
// done: it would be hidden until its visibility timeout.
func (q *Queue) handle(ctx context.Context, batch []message) {
	stopping := ctx
	ctx = context.WithoutCancel(ctx)
	passed, records, filtered := q.convert(batch)
	q.delete(ctx, filtered)
	if len(passed) == 0 {
		return
	}
	answer, err := q.Invoke(ctx, event(records))
	if err != nil {
		if stopping.Err() == nil {
			q.problem("invoke the function", err)
		}
		return
	}
	failed, whole := q.Settings.failedItems(answer, messageIDs(passed))
	if whole {
		q.set("PROBLEM: Function call failed")
		return
	}
	q.ok()
	q.delete(ctx, without(passed, failed))
}

// convert returns the messages that pass the filter with the records that the
// function gets of them, and the messages that don't pass.
func (q *Queue) convert(batch []message) (passed []message, records [][]byte, filtered []message) {
	for _, m := range batch {
		raw, err := q.record(m)
		switch {
		case err != nil:
			q.problem("convert a message", err)
		case len(q.Settings.filter) > 0 && !q.Settings.filter.passes(filterView(raw, m.Body)):
			filtered = append(filtered, m)
		default:
			passed, records = append(passed, m), append(records, raw)
		}
	}
	return passed, records, filtered
}

// delete deletes messages, ten at a time.
func (q *Queue) delete(ctx context.Context, messages []message) {
	for len(messages) > 0 {
		n := min(10, len(messages))
		if err := q.deleteBatch(ctx, messages[:n]); err != nil {
			q.problem("delete messages", err)
		}
		messages = messages[n:]
	}
}

type deleteEntry struct {
	ID            string `json:"Id"`
	ReceiptHandle string
}

func (q *Queue) deleteBatch(ctx context.Context, messages []message) error {
	entries := make([]deleteEntry, len(messages))
	for i, m := range messages {
		entries[i] = deleteEntry{fmt.Sprint(i), m.ReceiptHandle}
	}
	var out struct{ Failed []json.RawMessage }
	if err := q.Call(ctx, "sqs", "DeleteMessageBatch", map[string]any{"QueueUrl": q.url, "Entries": entries}, &out); err != nil {
		return err
	}
	if len(out.Failed) > 0 {
		return fmt.Errorf("%d of %d can't be deleted, the first because of %s", len(out.Failed), len(messages), out.Failed[0])
	}
	return nil
}

func messageIDs(messages []message) []string {
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.MessageID
	}
	return ids
}

func without(messages []message, failed []int) []message {
	skip := map[int]bool{}
	for _, i := range failed {
		skip[i] = true
	}
	var rest []message
	for i, m := range messages {
		if !skip[i] {
			rest = append(rest, m)
		}
	}
	return rest
}
