package eventsource

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

const queueARN = "arn:aws:sqs:us-east-1:000000000000:q"

// fakeQueue is a queue whose messages, once received, stay hidden.
type fakeQueue struct {
	mu      sync.Mutex
	visible []map[string]any
	arrived chan struct{}
	deleted []string
}

func newFakeQueue() *fakeQueue { return &fakeQueue{arrived: make(chan struct{})} }

func (q *fakeQueue) send(id, body string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.visible = append(q.visible, map[string]any{
		"MessageId": id, "ReceiptHandle": "handle-" + id, "Body": body, "MD5OfBody": "md5",
		"Attributes":        map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000"},
		"MessageAttributes": map[string]any{"kind": map[string]any{"DataType": "String", "StringValue": "x"}, "raw": map[string]any{"DataType": "Binary", "BinaryValue": []byte{1, 2}}},
	})
	close(q.arrived)
	q.arrived = make(chan struct{})
}

func (q *fakeQueue) call(ctx context.Context, _, operation string, in, out any) error {
	members := in.(map[string]any)
	if members["QueueUrl"] != "/000000000000/q" {
		return fmt.Errorf("queue URL %v", members["QueueUrl"])
	}
	if operation == "DeleteMessageBatch" {
		q.mu.Lock()
		defer q.mu.Unlock()
		for _, e := range members["Entries"].([]deleteEntry) {
			q.deleted = append(q.deleted, e.ReceiptHandle)
		}
		return nil
	}
	timeout := time.NewTimer(time.Duration(members["WaitTimeSeconds"].(int)) * time.Second)
	defer timeout.Stop()
	for {
		q.mu.Lock()
		if n := min(len(q.visible), members["MaxNumberOfMessages"].(int)); n > 0 {
			batch := q.visible[:n]
			q.visible = q.visible[n:]
			q.mu.Unlock()
			return convert(map[string]any{"Messages": batch}, out)
		}
		arrived := q.arrived
		q.mu.Unlock()
		select {
		case <-arrived:
		case <-timeout.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func runQueue(t *testing.T, properties string, q *fakeQueue, f *function, during func(*Queue)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		q.arrived = make(chan struct{}) // of the bubble
		s := Settings{EventSourceArn: queueARN}
		if err := json.Unmarshal([]byte(properties), &s); err != nil {
			t.Fatal(err)
		}
		if err := s.Prepare(); err != nil {
			t.Fatal(err)
		}
		c := config(t, s, newFakeStream(), f, &discarded{})
		c.Call = q.call
		ctx, cancel := context.WithCancel(t.Context())
		source := NewQueue(c)
		stopped := make(chan struct{})
		go func() { source.Run(ctx); close(stopped) }()
		synctest.Wait()
		during(source)
		cancel()
		<-stopped
	})
}

func TestHandledMessagesAreDeleted(t *testing.T) {
	q, f := newFakeQueue(), &function{}
	runQueue(t, `{}`, q, f, func(source *Queue) {
		q.send("a", `{"x":1}`)
		synctest.Wait()
		if fmt.Sprint(q.deleted) != "[handle-a]" || source.LastResult() != "OK" {
			t.Errorf("deleted %v with result %q, want [handle-a] with OK", q.deleted, source.LastResult())
		}
	})
	var event events.SQSEvent
	if err := json.Unmarshal(f.events[0], &event); err != nil {
		t.Fatal(err)
	}
	m := event.Records[0]
	if m.MessageId != "a" || m.ReceiptHandle != "handle-a" || m.Body != `{"x":1}` || m.EventSourceARN != queueARN || m.EventSource != "aws:sqs" ||
		m.Attributes["ApproximateReceiveCount"] != "1" || *m.MessageAttributes["kind"].StringValue != "x" || len(m.MessageAttributes["raw"].BinaryValue) != 2 {
		t.Errorf("record %+v, want the message", m)
	}
}

func TestFailedMessagesStay(t *testing.T) {
	tests := []struct {
		name, properties string
		answer           func([]string) (Answer, error)
		want             string
	}{
		{"error", `{}`, failing, "[]"},
		{"throttled", `{}`, func([]string) (Answer, error) { return Answer{}, errThrottled }, "[]"},
		{"partial", `{"FunctionResponseTypes":["ReportBatchItemFailures"]}`, reporting(`{"batchItemFailures":[{"itemIdentifier":"b"}]}`), "[handle-a handle-c]"},
		{"unknown id", `{"FunctionResponseTypes":["ReportBatchItemFailures"]}`, reporting(`{"batchItemFailures":[{"itemIdentifier":"z"}]}`), "[]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q, f := newFakeQueue(), &function{answer: test.answer}
			for _, id := range []string{"a", "b", "c"} {
				q.send(id, "x")
			}
			runQueue(t, test.properties, q, f, func(*Queue) {
				if got := fmt.Sprint(q.deleted); got != test.want || f.got() != "[[a b c]]" {
					t.Errorf("batches %s, deleted %s, want one batch and %s", f.got(), got, test.want)
				}
			})
		})
	}
}

func TestQueueWindowCollects(t *testing.T) {
	q, f := newFakeQueue(), &function{}
	runQueue(t, `{"BatchSize":100,"MaximumBatchingWindowInSeconds":5}`, q, f, func(*Queue) {
		start := time.Now()
		for i := range 15 {
			q.send(fmt.Sprint(i), "x")
		}
		pass(2 * time.Second)
		q.send("late", "x")
		pass(time.Minute)
		if len(f.batches) != 1 || len(f.batches[0]) != 16 || f.times[0].Sub(start) != 5*time.Second {
			t.Errorf("batches %s, want one of 16 after 5 s", f.got())
		}
		if len(q.deleted) != 16 {
			t.Errorf("%d deleted, want 16", len(q.deleted))
		}
	})
}

func TestQueueConcurrencyIsBounded(t *testing.T) {
	q, f := newFakeQueue(), &function{}
	runQueue(t, `{"BatchSize":1,"ScalingConfig":{"MaximumConcurrency":2}}`, q, f, func(*Queue) {
		wait := make(chan struct{})
		f.answer = func([]string) (Answer, error) { <-wait; return Answer{}, nil }
		for i := range 5 {
			q.send(fmt.Sprint(i), "x")
		}
		synctest.Wait()
		if len(f.batches) != 2 {
			t.Errorf("%d batches at a time, want 2", len(f.batches))
		}
		close(wait)
		synctest.Wait()
		if len(f.batches) != 5 {
			t.Errorf("%d batches, want 5", len(f.batches))
		}
	})
}

func TestFilteredMessagesAreDeletedUnseen(t *testing.T) {
	q, f := newFakeQueue(), &function{}
	q.send("a", `{"n":1}`)
	q.send("b", `{"n":2}`)
	q.send("c", `plain`)
	runQueue(t, `{"FilterCriteria":{"Filters":[{"Pattern":"{\"body\":{\"n\":[2]}}"}]}}`, q, f, func(*Queue) {
		if f.got() != "[[b]]" || fmt.Sprint(q.deleted) != "[handle-a handle-c handle-b]" {
			t.Errorf("batches %s, deleted %v, want [[b]] and all deleted", f.got(), q.deleted)
		}
	})
}
