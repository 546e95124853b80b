package sqs_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

// bucket is how many keys a bucket of the store has.
func (l lasting) bucket(name string) int {
	l.t.Helper()
	n := 0
	if err := l.kept.Load(name, func(string, []byte) error { n++; return nil }); err != nil {
		l.t.Fatal(err)
	}
	return n
}

func TestADeletedQueueLeavesNothingInTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		dead := l.queue("dead", nil)
		l.queue("q", redrive("2"))
		for _, body := range []string{"a", "b", "c"} {
			l.send(dead, body)
		}
		l.must("StartMessageMoveTask", map[string]any{"SourceArn": arnPre + "dead", "DestinationArn": arnPre + "q", "MaxNumberOfMessagesPerSecond": 1}, nil)
		time.Sleep(500 * time.Millisecond)
		l.must("DeleteQueue", map[string]any{"QueueUrl": dead}, nil)
		synctest.Wait() // the task is at its end
		if got := [3]int{l.bucket("sqs/queues"), l.bucket("sqs/messages/dead"), l.bucket("sqs/moves")}; got != [3]int{1, 0, 0} {
			t.Errorf("the store has %d queues, %d messages and %d tasks, want 1, 0, 0", got[0], got[1], got[2])
		}
		l = l.afterKill()
		l.wantBodies("/"+doortest.Account+"/q", "a")
	})
}

// TestNothingIsWrittenToADeletedQueue deletes a queue while it is in use.
func TestNothingIsWrittenToADeletedQueue(t *testing.T) {
	l := newLasting(t, t.TempDir())
	for range 20 {
		d := definition("AWS::SQS::Queue", `{"QueueName":"q"}`)
		d.PhysicalID = must[resource.Instance](t)(l.service.Resources()["AWS::SQS::Queue"].Create(t.Context(), d)).ID
		var users sync.WaitGroup
		for range 4 {
			users.Go(func() {
				for l.call("SendMessage", map[string]any{"QueueUrl": d.PhysicalID, "MessageBody": "x"}, nil) == nil &&
					l.call("ReceiveMessage", map[string]any{"QueueUrl": d.PhysicalID}, nil) == nil &&
					l.call("SetQueueAttributes", map[string]any{"QueueUrl": d.PhysicalID, "Attributes": map[string]string{"DelaySeconds": "0"}}, nil) == nil {
				}
			})
		}
		if err := l.service.Resources()["AWS::SQS::Queue"].Delete(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		users.Wait()
		if queues, messages := l.bucket("sqs/queues"), l.bucket("sqs/messages/q"); queues+messages != 0 {
			t.Fatalf("the store has %d queues and %d messages, want none", queues, messages)
		}
	}
}
