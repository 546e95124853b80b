package logs_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/logs"
	"eda-demo/local/store"
)

const policyDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"logs:*","Resource":"*"}}`

// lasting is CloudWatch Logs with its state in a folder.
type lasting struct {
	t       testing.TB
	service *logs.Service
	door    *frontdoor.Door
	dir     string
	kept    *store.Store
}

func newLasting(t testing.TB, dir string) lasting {
	t.Helper()
	kept, err := store.Open(dir)
	check(t, err)
	t.Cleanup(func() { kept.Close() })
	service, door := open(t, kept)
	return lasting{t, service, door, dir, kept}
}

// afterKill is the service in a new process, had this one been killed now.
func (l lasting) afterKill() lasting {
	l.t.Helper()
	dir := l.t.TempDir()
	check(l.t, os.CopyFS(dir, os.DirFS(l.dir)))
	return newLasting(l.t, dir)
}

// everything is what clients can see of the group g and the rest.
func (l lasting) everything() map[string]string {
	l.t.Helper()
	seen := map[string]string{}
	for operation, in := range map[string]map[string]any{
		"DescribeLogGroups": {}, "DescribeResourcePolicies": {}, "DescribeLogStreams": {"logGroupName": "g"},
		"FilterLogEvents": {"logGroupName": "g"}, "GetLogEvents": {"logGroupName": "g", "logStreamName": "s"},
		"ListTagsForResource": {"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:g"},
	} {
		var out map[string]any
		call(l.t, l.door, operation, in, &out)
		seen[operation] = fmt.Sprint(out)
	}
	return seen
}

func (l lasting) wantSame(got, want map[string]string) {
	l.t.Helper()
	for operation := range want {
		if got[operation] != want[operation] {
			l.t.Errorf("%s answers\n %s, want\n %s", operation, got[operation], want[operation])
		}
	}
}

// keys is how many keys a bucket of the store has.
func (l lasting) keys(bucket string) int {
	l.t.Helper()
	n := 0
	check(l.t, l.kept.Load(bucket, func(string, []byte) error { n++; return nil }))
	return n
}

func TestLogsLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		call(t, l.door, "CreateLogGroup", map[string]any{"logGroupName": "g", "tags": map[string]string{"a": "b"}}, nil)
		call(t, l.door, "CreateLogGroup", map[string]any{"logGroupName": "/aws/lambda/g", "logGroupClass": "INFREQUENT_ACCESS"}, nil)
		call(t, l.door, "PutRetentionPolicy", map[string]any{"logGroupName": "g", "retentionInDays": 7}, nil)
		for _, stream := range []string{"s", "empty", "gone"} {
			call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: stream}, nil)
		}
		call(t, l.door, "PutResourcePolicy", map[string]any{
			"policyName": "p", "policyDocument": policyDocument,
		}, nil)
		write(t, l.door, "a <é>", "b", "\x00")
		time.Sleep(time.Hour)
		write(t, l.door, "c")
		call(t, l.door, "PutLogEvents", &logs.PutLogEventsInput{LogGroupName: "g", LogStreamName: "gone", LogEvents: []logs.InputLogEvent{{Timestamp: time.Now().UnixMilli(), Message: "x"}}}, nil)
		call(t, l.door, "DeleteLogStream", map[string]any{"logGroupName": "g", "logStreamName": "gone"}, nil)
		want := l.everything()
		time.Sleep(time.Hour)

		l = l.afterKill()
		l.wantSame(l.everything(), want)
		write(t, l.door, "c+")
		l = l.afterKill()
		write(t, l.door, "c++") // at the same time
		write(t, l.door, "d")
		l = l.afterKill()
		wantMessages(t, messagesIn(t, l.door), "a <é> b \x00 c c+ c++ d")
		if got := l.keys("logs/events/g"); got != 7 {
			t.Errorf("the store has %d events, want 7", got)
		}
	})
}

func TestWhatIsDeletedStaysSo(t *testing.T) {
	l := newLasting(t, t.TempDir())
	create := func() {
		call(t, l.door, "CreateLogGroup", map[string]any{"logGroupName": "g"}, nil)
		call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	}
	create()
	write(t, l.door, "x")
	call(t, l.door, "DeleteLogGroup", map[string]any{"logGroupName": "g"}, nil)
	l = l.afterKill()
	if l.keys("logs/groups")+l.keys("logs/events/g")+l.keys("logs/streams/g") != 0 {
		t.Error("the store still has something of the group")
	}
	create()
	wantMessages(t, messagesIn(t, l.door), "")
}

func TestDroppedEventsLeaveTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		_, err := l.service.Resources()["AWS::Logs::LogGroup"].Create(t.Context(), definition(`{"LogGroupName":"g","RetentionInDays":3}`))
		check(t, err)
		call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
		write(t, l.door, "oldest")
		time.Sleep(time.Second)
		for range 16 {
			write(t, l.door, strings.Repeat("x", 1<<20-26))
		}
		if got := l.keys("logs/events/g"); got != 15 {
			t.Errorf("the store has %d events of 1 MiB, want 15", got)
		}
		l = l.afterKill()
		if got := len(messagesIn(t, l.door)); got != 1 { // a page has 1 MiB
			t.Errorf("a page has %d events, want 1", got)
		}
		time.Sleep(4 * 24 * time.Hour)
		write(t, l.door, "new")
		if got := l.keys("logs/events/g"); got != 1 {
			t.Errorf("the store has %d events within the retention, want 1", got)
		}
		wantMessages(t, messagesIn(t, l.door), "new")
	})
}

func TestResourcesAreTakenUp(t *testing.T) {
	l := newLasting(t, t.TempDir())
	create := func(kind, id, properties string) error {
		d := definition(properties)
		d.PhysicalID = id
		_, err := l.service.Resources()["AWS::Logs::"+kind].Create(t.Context(), d)
		return err
	}
	policy := func(id, name string) error {
		return create("ResourcePolicy", id, `{"PolicyName":"`+name+`","PolicyDocument":`+strconv.Quote(policyDocument)+`}`)
	}
	check(t, create("LogGroup", "", `{"LogGroupName":"g","RetentionInDays":3,"DeletionProtectionEnabled":true,"Tags":[{"Key":"a","Value":"b"}]}`))
	check(t, policy("", "p"))
	call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	write(t, l.door, "x")
	want := l.everything()

	l = l.afterKill()
	l.wantSame(l.everything(), want)
	check(t, create("LogGroup", "g", `{"LogGroupName":"g","RetentionInDays":5}`))
	check(t, policy("p", "p"))
	seen := l.everything()
	if got := seen["DescribeLogGroups"]; !strings.Contains(got, "retentionInDays:5") || !strings.Contains(got, "deletionProtectionEnabled:false") {
		t.Errorf("got %s, want the settings of the new template", got)
	}
	if err := create("LogGroup", "g", `{"LogGroupName":"g","LogGroupClass":"DELIVERY"}`); err == nil || !strings.Contains(err.Error(), "can't be changed") {
		t.Errorf("taken up with another class: got %v, want that it can't be changed", err)
	}

	l = l.afterKill()
	wantMessages(t, messagesIn(t, l.door), "x")
	l.wantSame(l.everything(), map[string]string{"DescribeLogGroups": seen["DescribeLogGroups"]})
	call(t, l.door, "DeleteLogGroup", map[string]any{"logGroupName": "g"}, nil)
	check(t, create("LogGroup", "g", `{"LogGroupName":"g"}`)) // made anew
	call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	wantMessages(t, messagesIn(t, l.door), "")
}

func TestChangesThatAreNotKeptFail(t *testing.T) {
	l := newLasting(t, t.TempDir())
	call(t, l.door, "CreateLogGroup", map[string]any{"logGroupName": "g"}, nil)
	call(t, l.door, "CreateLogStream", &logs.CreateLogStreamInput{LogGroupName: "g", LogStreamName: "s"}, nil)
	write(t, l.door, "x")
	want := l.everything()
	check(t, l.kept.Close())
	group, event := map[string]any{"logGroupName": "g"}, map[string]any{"timestamp": time.Now().UnixMilli(), "message": "y"}
	for operation, in := range map[string]map[string]any{
		"PutLogEvents":    {"logGroupName": "g", "logStreamName": "s", "logEvents": slices.Repeat([]map[string]any{event}, 2)},
		"CreateLogStream": {"logGroupName": "g", "logStreamName": "t"}, "DeleteLogStream": {"logGroupName": "g", "logStreamName": "s"},
		"CreateLogGroup": {"logGroupName": "h"}, "DeleteLogGroup": group, "DeleteRetentionPolicy": group,
		"PutRetentionPolicy": {"logGroupName": "g", "retentionInDays": 1},
		"PutResourcePolicy":  {"policyName": "p", "policyDocument": policyDocument},
	} {
		if err := l.door.Call(t.Context(), iam.Admin(doortest.Account), "logs", operation, in, nil); err == nil {
			t.Errorf("%s succeeds though nothing is kept", operation)
		}
	}
	l.wantSame(l.everything(), want)
}

// TestNothingIsWrittenToADeletedGroup deletes a group while it is in use.
func TestNothingIsWrittenToADeletedGroup(t *testing.T) {
	l := newLasting(t, t.TempDir())
	try := func(operation string, in map[string]any) bool {
		in["logGroupName"] = "g"
		return l.door.Call(t.Context(), iam.Admin(doortest.Account), "logs", operation, in, nil) == nil
	}
	for range 20 {
		call(t, l.door, "CreateLogGroup", map[string]any{"logGroupName": "g"}, nil)
		var users sync.WaitGroup
		busy := make(chan bool, 100)
		for i := range 8 {
			users.Go(func() {
				for n := 0; try("CreateLogStream", map[string]any{"logStreamName": fmt.Sprint(i, "/", n)}) && try("PutLogEvents", map[string]any{
					"logStreamName": fmt.Sprint(i, "/", n), "logEvents": []map[string]any{{"timestamp": time.Now().UnixMilli(), "message": "x"}},
				}) && try("PutRetentionPolicy", map[string]any{"retentionInDays": 1}); n++ {
					select {
					case busy <- true:
					default:
					}
				}
			})
		}
		for range 16 {
			<-busy
		}
		d := definition(`{"LogGroupName":"g"}`)
		d.PhysicalID = "g"
		check(t, l.service.Resources()["AWS::Logs::LogGroup"].Delete(t.Context(), d))
		users.Wait()
		if groups, streams, events := l.keys("logs/groups"), l.keys("logs/streams/g"), l.keys("logs/events/g"); groups+streams+events != 0 {
			t.Fatalf("the store has %d groups, %d streams and %d events, want none", groups, streams, events)
		}
	}
}
