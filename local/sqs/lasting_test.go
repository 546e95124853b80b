package sqs_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
	"eda-demo/local/sqs"
	"eda-demo/local/store"
)

const arnPre = "arn:aws:sqs:us-east-1:000000000000:"

// lasting is an account whose state is in a folder.
type lasting struct {
	account
	service *sqs.Service
	dir     string
	kept    *store.Store
}

func newLasting(t testing.TB, dir string) lasting {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	service, door := open(t, kept)
	return lasting{account{t, door}, service, dir, kept}
}

// afterKill is the account in a new process, had this one been killed now.
func (l lasting) afterKill() lasting {
	l.t.Helper()
	dir := l.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(l.dir)); err != nil {
		l.t.Fatal(err)
	}
	return newLasting(l.t, dir)
}

func (l lasting) attributes(url string) map[string]string {
	l.t.Helper()
	var out struct{ Attributes map[string]string }
	l.must("GetQueueAttributes", map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}}, &out)
	return out.Attributes
}

func TestQueuesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}}`
		l.queue("dead", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"allowAll"}`})
		l.must("CreateQueue", map[string]any{"QueueName": "q", "Attributes": redrive("2"), "tags": map[string]string{"a": "b"}}, nil)
		l.must("CreateQueue", map[string]any{"QueueName": "gone"}, nil)
		time.Sleep(time.Second)
		url := "/" + doortest.Account + "/q"
		l.must("SetQueueAttributes", map[string]any{"QueueUrl": url, "Attributes": map[string]string{"Policy": policy, "DelaySeconds": "7"}}, nil)
		l.must("DeleteQueue", map[string]any{"QueueUrl": "/" + doortest.Account + "/gone"}, nil)
		want := l.attributes(url)
		time.Sleep(time.Hour)

		l = l.afterKill()
		if got := l.attributes(url); !reflect.DeepEqual(got, want) {
			t.Errorf("attributes = %v, want %v", got, want)
		}
		var tags struct{ Tags map[string]string }
		l.must("ListQueueTags", map[string]any{"QueueUrl": url}, &tags)
		var queues struct{ QueueUrls []string }
		l.must("ListQueues", map[string]any{}, &queues)
		if len(tags.Tags) != 1 || tags.Tags["a"] != "b" || len(queues.QueueUrls) != 2 {
			t.Errorf("tags %v, queues %v, want a:b, dead and q", tags.Tags, queues.QueueUrls)
		}
	})
}

func TestMessagesLastAsTheyAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		url := l.queue("q", nil)
		l.must("SendMessage", map[string]any{
			"QueueUrl": url, "MessageBody": "in flight <é>",
			"MessageAttributes": map[string]any{
				"text": map[string]any{"DataType": "String", "StringValue": "<v>"}, "raw": map[string]any{"DataType": "Binary", "BinaryValue": []byte{0, 255}},
			},
			"MessageSystemAttributes": map[string]any{"AWSTraceHeader": map[string]any{"DataType": "String", "StringValue": "Root=1"}},
		}, nil)
		var before, after struct{ Messages []map[string]any }
		in := map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}, "MessageAttributeNames": []string{"All"}, "VisibilityTimeout": 60}
		l.must("ReceiveMessage", in, &before)
		l.send(url, "deleted")
		l.must("DeleteMessage", map[string]any{"QueueUrl": url, "ReceiptHandle": l.wantBodies(url, "deleted")[0].ReceiptHandle}, nil)
		l.must("SendMessage", map[string]any{"QueueUrl": url, "MessageBody": "delayed", "DelaySeconds": 20}, nil)
		l.send(url, "visible 1")
		l.send(url, "visible 2")
		time.Sleep(10 * time.Second)

		l = l.afterKill()
		counts := l.attributes(url)
		if got := counts["ApproximateNumberOfMessages"] + counts["ApproximateNumberOfMessagesNotVisible"] + counts["ApproximateNumberOfMessagesDelayed"]; got != "211" {
			t.Errorf("visible, in flight, delayed = %s, want 2, 1, 1", got)
		}
		l.wantBodies(url, "visible 1", "visible 2")
		time.Sleep(10 * time.Second)
		l.wantBodies(url, "delayed")
		l = l.afterKill()
		time.Sleep(39*time.Second + 999*time.Millisecond)
		for _, m := range l.receive(url, 0) {
			if strings.HasPrefix(m.Body, "in flight") {
				t.Error("the message in flight is visible too early")
			}
		}
		time.Sleep(time.Millisecond)
		l.must("ReceiveMessage", in, &after)
		if len(before.Messages) != 1 || len(after.Messages) != 1 {
			t.Fatalf("received %v, then %v, want one message each", before.Messages, after.Messages)
		}
		first, second := before.Messages[0], after.Messages[0]
		first["Attributes"].(map[string]any)["ApproximateReceiveCount"] = "2"
		delete(first, "ReceiptHandle")
		delete(second, "ReceiptHandle")
		if !reflect.DeepEqual(first, second) {
			t.Errorf("received\n %v, then\n %v", first, second)
		}
	})
}

func TestMessagesOfSeveralProcessesAreKeptSideBySide(t *testing.T) {
	l := newLasting(t, t.TempDir())
	url := l.queue("q", nil)
	l.send(url, "a")
	l.send(url, "b")
	l = l.afterKill()
	l.send(url, "c")
	l = l.afterKill()
	l.wantBodies(url, "a", "b", "c")
}

func TestReceiptHandlesLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		url := l.queue("q", nil)
		l.send(url, "long")
		l.send(url, "short")
		both := l.wantBodies(url, "long", "short")
		l.must("ChangeMessageVisibility", map[string]any{"QueueUrl": url, "ReceiptHandle": both[0].ReceiptHandle, "VisibilityTimeout": 300}, nil)
		l.must("ChangeMessageVisibility", map[string]any{"QueueUrl": url, "ReceiptHandle": both[1].ReceiptHandle, "VisibilityTimeout": 0}, nil)
		l = l.afterKill()
		l.wantBodies(url, "short")
		time.Sleep(299 * time.Second)
		l.wantBodies(url, "short")
		l.must("DeleteMessage", map[string]any{"QueueUrl": url, "ReceiptHandle": both[0].ReceiptHandle}, nil)
		l = l.afterKill()
		time.Sleep(time.Hour)
		l.wantBodies(url, "short")
	})
}

func TestDeadLettersLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		dead, url := l.queue("dead", nil), l.queue("q", redrive("2"))
		l.send(url, "x")
		for range 2 { // one reception in each process
			l.wantBodies(url, "x")
			l = l.afterKill()
			time.Sleep(time.Second)
		}
		l.wantBodies(url)
		l = l.afterKill()
		time.Sleep(time.Second)
		l.wantBodies(url)
		letter := l.wantBodies(dead, "x")[0]
		if got, want := letter.Attributes["DeadLetterQueueSourceArn"], arnPre+"q"; got != want {
			t.Errorf("DeadLetterQueueSourceArn = %q, want %q", got, want)
		}
		time.Sleep(time.Minute)
		l.must("StartMessageMoveTask", map[string]any{"SourceArn": arnPre + "dead"}, nil)
		synctest.Wait()
		l = l.afterKill()
		l.wantBodies(dead)
		l.wantBodies(url, "x")
	})
}

func TestMoveTasksGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		dead, url := l.queue("dead", nil), l.queue("q", redrive("2"))
		for i := range 4 {
			l.send(dead, strconv.Itoa(i))
		}
		var task struct{ TaskHandle string }
		l.must("StartMessageMoveTask", map[string]any{"SourceArn": arnPre + "dead", "DestinationArn": arnPre + "q", "MaxNumberOfMessagesPerSecond": 1}, &task)
		time.Sleep(1500 * time.Millisecond)
		l = l.afterKill()
		time.Sleep(10 * time.Second)
		l.wantBodies(dead)
		l.wantBodies(url, "0", "1", "2", "3")
		var tasks struct {
			Results []struct{ Status string }
		}
		l.must("ListMessageMoveTasks", map[string]any{"SourceArn": arnPre + "dead"}, &tasks)
		if len(tasks.Results) != 1 || tasks.Results[0].Status != "COMPLETED" {
			t.Errorf("tasks = %+v, want one COMPLETED", tasks.Results)
		}
		l = l.afterKill()
		l.send(dead, "later") // no task moves it
		time.Sleep(10 * time.Second)
		l.wantBodies(dead, "later")
	})
}

func TestWhatIsGoneStaysGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		purged, deleted := l.queue("purged", nil), l.queue("deleted", nil)
		expired := l.queue("expired", map[string]string{"MessageRetentionPeriod": "60"})
		for _, url := range []string{purged, deleted, expired} {
			l.send(url, "x")
		}
		l.must("PurgeQueue", map[string]any{"QueueUrl": purged}, nil)
		l.must("DeleteQueue", map[string]any{"QueueUrl": deleted}, nil)
		time.Sleep(time.Minute)
		l.queue("deleted", nil)
		l.attributes(expired) // notes that the message expired
		l.must("SetQueueAttributes", map[string]any{"QueueUrl": expired, "Attributes": map[string]string{"MessageRetentionPeriod": "3600"}}, nil)
		l = l.afterKill()
		for _, url := range []string{purged, deleted, expired} {
			l.wantBodies(url)
		}
	})
}

func TestQueuesAreTakenUp(t *testing.T) {
	l := newLasting(t, t.TempDir())
	create := func(l lasting, id, timeout string) resource.Instance {
		d := definition("AWS::SQS::Queue", `{"QueueName": "q", `+timeout+`"Tags": [{"Key": "timeout", "Value": "x"}]}`)
		d.PhysicalID = id
		return must[resource.Instance](t)(l.service.Resources()["AWS::SQS::Queue"].Create(t.Context(), d))
	}
	first := create(l, "", `"VisibilityTimeout": 45, "DelaySeconds": 0, `)
	url := "/" + doortest.Account + "/q"
	l.must("SetQueueAttributes", map[string]any{"QueueUrl": url, "Attributes": map[string]string{"Policy": allowAll}}, nil)
	l.send(url, "x")
	for _, test := range []struct{ timeout, want string }{{`"VisibilityTimeout": 0, `, "0"}, {"", "30"}} {
		l = l.afterKill()
		if again := create(l, first.ID, test.timeout); !reflect.DeepEqual(again, first) {
			t.Errorf("taken up as %v, want %v", again, first)
		}
		got := l.attributes(url)
		if got["VisibilityTimeout"] != test.want || got["Policy"] != allowAll {
			t.Errorf("attributes = %v, want the timeout %s and the policy as it was", got, test.want)
		}
		l.wantBodies(url, "x")
	}
	l.must("DeleteQueue", map[string]any{"QueueUrl": url}, nil)
	l = l.afterKill()
	if again := create(l, first.ID, ""); !reflect.DeepEqual(again, first) {
		t.Errorf("made anew as %v, want %v", again, first)
	}
	l.wantBodies(url)
}

func TestChangesThatAreNotKeptFail(t *testing.T) {
	l := newLasting(t, t.TempDir())
	url := l.queue("q", map[string]string{"VisibilityTimeout": "3600"})
	l.send(url, "x")
	l.send(url, "y")
	var out struct{ Messages []message }
	l.must("ReceiveMessage", map[string]any{"QueueUrl": url}, &out)
	want := l.attributes(url)
	if err := l.kept.Close(); err != nil {
		t.Fatal(err)
	}
	onMessage := map[string]any{"QueueUrl": url, "ReceiptHandle": out.Messages[0].ReceiptHandle, "VisibilityTimeout": 0}
	for operation, in := range map[string]map[string]any{
		"SendMessage": {"QueueUrl": url, "MessageBody": "z"}, "ReceiveMessage": {"QueueUrl": url},
		"DeleteMessage": onMessage, "ChangeMessageVisibility": onMessage,
		"PurgeQueue": {"QueueUrl": url}, "DeleteQueue": {"QueueUrl": url}, "CreateQueue": {"QueueName": "new"},
		"SetQueueAttributes": {"QueueUrl": url, "Attributes": map[string]string{"DelaySeconds": "1"}},
	} {
		if err := l.call(operation, in, nil); err == nil {
			t.Errorf("%s succeeds though nothing is kept", operation)
		}
	}
	if got := l.attributes(url); !reflect.DeepEqual(got, want) {
		t.Errorf("afterwards attributes = %v, want %v", got, want)
	}
	if err := l.call("GetQueueUrl", map[string]any{"QueueName": "new"}, nil); err == nil {
		t.Error("the queue that was refused exists")
	}
}

// TestKilledProcessLosesNoMessage kills a process that sends, receives and
// deletes as fast as it can: of each round of three messages, one is deleted,
// one received and one left alone.
func TestKilledProcessLosesNoMessage(t *testing.T) {
	if dir := os.Getenv("SQS_TEST_DIR"); dir != "" {
		sendForEver(newLasting(t, dir))
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	sender := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLosesNoMessage$", "-test.v")
	sender.Env = append(os.Environ(), "SQS_TEST_DIR="+dir)
	out, err := sender.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Start(); err != nil {
		t.Fatal(err)
	}
	rounds := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			rounds = n
		}
		if rounds == 100 {
			sender.Process.Kill()
		}
	}
	sender.Wait()
	l := newLasting(t, dir)
	counts := l.attributes("/" + doortest.Account + "/q")
	visible, _ := strconv.Atoi(counts["ApproximateNumberOfMessages"])
	inFlight, _ := strconv.Atoi(counts["ApproximateNumberOfMessagesNotVisible"])
	other := l.attributes("/" + doortest.Account + "/other")
	if left := other["ApproximateNumberOfMessages"] + other["ApproximateNumberOfMessagesNotVisible"]; left != "00" && left != "10" && left != "01" {
		t.Errorf("of the deleted messages %s are there", left)
	}
	if rounds == 0 || visible < rounds || visible > rounds+2 || inFlight < rounds || inFlight > rounds+1 {
		t.Errorf("after %d rounds %d messages are visible and %d in flight, want about as many", rounds, visible, inFlight)
	}
}

func sendForEver(l lasting) {
	url, other := l.queue("q", map[string]string{"VisibilityTimeout": "3600"}), l.queue("other", nil)
	for n := 1; n < 1_000_000; n++ {
		l.send(other, "deleted")
		m := l.wantBodies(other, "deleted")[0]
		l.must("DeleteMessage", map[string]any{"QueueUrl": other, "ReceiptHandle": m.ReceiptHandle}, nil)
		l.send(url, "received")
		l.must("ReceiveMessage", map[string]any{"QueueUrl": url}, nil)
		l.send(url, "left")
		fmt.Println(n)
	}
}
