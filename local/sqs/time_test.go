package sqs_test

import (
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
)

type message struct {
	MessageId, Body, ReceiptHandle string
	Attributes                     map[string]string
}

// account calls SQS in process, so that a test's clock holds for it.
type account struct {
	t    testing.TB
	door *frontdoor.Door
}

func newAccount(t testing.TB) account {
	_, door := start(t)
	return account{t, door}
}

func (a account) call(operation string, in map[string]any, out any) error {
	return a.door.Call(a.t.Context(), iam.Admin(doortest.Account), "sqs", operation, in, out)
}

func (a account) must(operation string, in map[string]any, out any) {
	a.t.Helper()
	if err := a.call(operation, in, out); err != nil {
		a.t.Fatalf("%s: %v", operation, err)
	}
}

func (a account) queue(name string, attributes map[string]string) string {
	a.t.Helper()
	a.must("CreateQueue", map[string]any{"QueueName": name, "Attributes": attributes}, nil)
	return "/" + doortest.Account + "/" + name
}

func (a account) send(url, body string) {
	a.t.Helper()
	a.must("SendMessage", map[string]any{"QueueUrl": url, "MessageBody": body}, nil)
}

func (a account) receive(url string, wait int) []message {
	a.t.Helper()
	var out struct{ Messages []message }
	a.must("ReceiveMessage", map[string]any{
		"QueueUrl": url, "WaitTimeSeconds": wait, "MaxNumberOfMessages": 10, "AttributeNames": []string{"All"},
	}, &out)
	return out.Messages
}

func (a account) wantBodies(url string, want ...string) []message {
	a.t.Helper()
	got := a.receive(url, 0)
	if len(got) != len(want) {
		a.t.Fatalf("received %d messages %v, want %v", len(got), got, want)
	}
	for i, m := range got {
		if m.Body != want[i] {
			a.t.Errorf("message %d is %q, want %q", i, m.Body, want[i])
		}
	}
	return got
}

func TestMessageIsHiddenForItsVisibilityTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", nil)
		a.send(url, "x")
		first := a.wantBodies(url, "x")[0]
		time.Sleep(30*time.Second - time.Nanosecond)
		a.wantBodies(url)
		time.Sleep(time.Nanosecond)
		second := a.wantBodies(url, "x")[0]
		if second.ReceiptHandle == first.ReceiptHandle {
			t.Error("the second reception has the first one's receipt handle")
		}
		if got := second.Attributes["ApproximateReceiveCount"]; got != "2" {
			t.Errorf("ApproximateReceiveCount = %s, want 2", got)
		}

		a.must("DeleteMessage", map[string]any{"QueueUrl": url, "ReceiptHandle": first.ReceiptHandle}, nil)
		time.Sleep(30 * time.Second)
		third := a.wantBodies(url, "x")[0] // the old handle deleted nothing
		a.must("DeleteMessage", map[string]any{"QueueUrl": url, "ReceiptHandle": third.ReceiptHandle}, nil)
		time.Sleep(time.Hour)
		a.wantBodies(url)
	})
}

func TestVisibilityCanBeChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", nil)
		a.send(url, "x")
		m := a.wantBodies(url, "x")[0]
		change := func(seconds int) error {
			return a.call("ChangeMessageVisibility", map[string]any{"QueueUrl": url, "ReceiptHandle": m.ReceiptHandle, "VisibilityTimeout": seconds}, nil)
		}
		if err := change(100); err != nil {
			t.Fatal(err)
		}
		time.Sleep(99 * time.Second)
		a.wantBodies(url)
		if err := change(0); err != nil {
			t.Fatal(err)
		}
		if got := frontdoor.Code(change(10)); got != "MessageNotInflight" {
			t.Errorf("change of a visible message: code %q, want MessageNotInflight", got)
		}
		a.wantBodies(url, "x")
		if got := frontdoor.Code(change(10)); got != "InvalidParameterValue" {
			t.Errorf("change with an old handle: code %q, want InvalidParameterValue", got)
		}
		if got := frontdoor.Code(change(43201)); got != "InvalidParameterValue" {
			t.Errorf("change to over 12 hours: code %q, want InvalidParameterValue", got)
		}
	})
}

func TestReceivingWithoutHidingGivesEachMessageOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", map[string]string{"VisibilityTimeout": "0"})
		a.send(url, "x")
		a.wantBodies(url, "x")
		a.wantBodies(url, "x")
	})
}

func TestLongPollEndsWhenAMessageArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", nil)
		time.AfterFunc(7*time.Second, func() { a.send(url, "x") })
		began := time.Now()
		if got := a.receive(url, 20); len(got) != 1 || time.Since(began) != 7*time.Second {
			t.Errorf("got %v after %v, want a message after 7s", got, time.Since(began))
		}
		began = time.Now()
		if got := a.receive(url, 20); len(got) != 0 || time.Since(began) != 20*time.Second {
			t.Errorf("got %v after %v, want nothing after 20s", got, time.Since(began))
		}
		began = time.Now() // in flight since 20s, for 10s more
		if got := a.receive(url, 20); len(got) != 1 || time.Since(began) != 10*time.Second {
			t.Errorf("got %v after %v, want the message again after 10s", got, time.Since(began))
		}
	})
}

func TestDelayAndRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", map[string]string{"DelaySeconds": "5", "MessageRetentionPeriod": "60"})
		a.send(url, "late")
		a.must("SendMessage", map[string]any{"QueueUrl": url, "MessageBody": "now", "DelaySeconds": 0}, nil)
		a.wantBodies(url, "now")
		var out struct{ Attributes map[string]string }
		a.must("GetQueueAttributes", map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}}, &out)
		for name, want := range map[string]string{
			"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "1", "ApproximateNumberOfMessagesDelayed": "1",
		} {
			if got := out.Attributes[name]; got != want {
				t.Errorf("%s = %s, want %s", name, got, want)
			}
		}
		time.Sleep(5 * time.Second)
		a.wantBodies(url, "late")
		time.Sleep(55 * time.Second)
		a.wantBodies(url)
	})
}

func redrive(maxReceives string) map[string]string {
	return map[string]string{
		"VisibilityTimeout": "1",
		"RedrivePolicy":     `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":` + maxReceives + `}`,
	}
}

func TestMessageReceivedTooOftenIsDeadLetteredAndMovesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		dead := a.queue("dead", nil)
		url := a.queue("q", redrive(`"2"`))
		a.send(url, "x")
		for range 2 {
			a.wantBodies(url, "x")
			time.Sleep(time.Second)
		}
		a.wantBodies(url)
		letter := a.wantBodies(dead, "x")[0]
		if got, want := letter.Attributes["DeadLetterQueueSourceArn"], "arn:aws:sqs:us-east-1:000000000000:q"; got != want {
			t.Errorf("DeadLetterQueueSourceArn = %q, want %q", got, want)
		}

		time.Sleep(30 * time.Second)
		a.must("StartMessageMoveTask", map[string]any{"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"}, nil)
		synctest.Wait()
		a.wantBodies(dead)
		if again := a.wantBodies(url, "x")[0]; again.MessageId == letter.MessageId || again.Attributes["ApproximateReceiveCount"] != "1" {
			t.Errorf("moved message %+v, want a new one of %+v", again, letter)
		}
		var tasks struct {
			Results []struct {
				Status                           string
				ApproximateNumberOfMessagesMoved int
			}
		}
		a.must("ListMessageMoveTasks", map[string]any{"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"}, &tasks)
		if len(tasks.Results) != 1 || tasks.Results[0].Status != "COMPLETED" || tasks.Results[0].ApproximateNumberOfMessagesMoved != 1 {
			t.Errorf("tasks = %+v, want one COMPLETED with 1 moved", tasks.Results)
		}
	})
}

func TestMoveTaskCanBeSlowCancelledOrFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		dead, other := a.queue("dead", nil), a.queue("other", nil)
		a.queue("q", redrive("2"))
		for _, body := range []string{"a", "b", "c"} {
			a.send(dead, body)
		}
		const arn = "arn:aws:sqs:us-east-1:000000000000:"
		in := map[string]any{"SourceArn": arn + "dead", "DestinationArn": arn + "other", "MaxNumberOfMessagesPerSecond": 1}
		var task struct{ TaskHandle string }
		a.must("StartMessageMoveTask", in, &task)
		time.Sleep(1500 * time.Millisecond)
		if got := frontdoor.Code(a.call("StartMessageMoveTask", in, nil)); got != "UnsupportedOperation" {
			t.Errorf("a second task: code %q, want UnsupportedOperation", got)
		}
		a.must("CancelMessageMoveTask", map[string]any{"TaskHandle": task.TaskHandle}, nil)
		synctest.Wait()
		a.wantBodies(other, "a", "b")

		// Messages sent to the dead-letter queue itself have no source to go back to.
		a.must("StartMessageMoveTask", map[string]any{"SourceArn": arn + "dead"}, nil)
		synctest.Wait()
		var tasks struct {
			Results []struct{ Status, FailureReason string }
		}
		a.must("ListMessageMoveTasks", map[string]any{"SourceArn": arn + "dead", "MaxResults": 2}, &tasks)
		if len(tasks.Results) != 2 || tasks.Results[0].Status != "FAILED" || tasks.Results[1].Status != "CANCELLED" {
			t.Errorf("tasks = %+v, want FAILED, then CANCELLED", tasks.Results)
		}
		a.wantBodies(dead, "c")
	})
}

func TestRedriveAllowPolicy(t *testing.T) {
	a := newAccount(t)
	a.queue("dead", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:000000000000:friend"]}`})
	a.queue("friend", redrive("3"))
	err := a.call("CreateQueue", map[string]any{"QueueName": "stranger", "Attributes": redrive("3")}, nil)
	if got := frontdoor.Code(err); got != "InvalidParameterValue" {
		t.Errorf("a stranger's redrive policy: %v, want InvalidParameterValue", err)
	}
}

func TestPurgeAndDeletionTakeAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		url := a.queue("q", nil)
		a.send(url, "x")
		a.must("PurgeQueue", map[string]any{"QueueUrl": url}, nil)
		a.wantBodies(url)
		if got := frontdoor.Code(a.call("PurgeQueue", map[string]any{"QueueUrl": url}, nil)); got != "PurgeQueueInProgress" {
			t.Errorf("second purge: code %q, want PurgeQueueInProgress", got)
		}
		a.must("DeleteQueue", map[string]any{"QueueUrl": url}, nil)
		if got := frontdoor.Code(a.call("CreateQueue", map[string]any{"QueueName": "q"}, nil)); got != "QueueDeletedRecently" {
			t.Errorf("creation after deletion: code %q, want QueueDeletedRecently", got)
		}
		time.Sleep(time.Minute)
		a.queue("q", nil)
	})
}
