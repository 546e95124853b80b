package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"eda-demo/local/store"
)

// putAt puts an event with a time, given in seconds since 1970.
func (f *fixture) putAt(t *testing.T, at int, detail string) {
	t.Helper()
	encoded, err := json.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	f.as(t, "PutEvents", fmt.Sprintf(
		`{"Entries":[{"Source":"order-service","DetailType":"OrderCreated","Detail":%s,"EventBusName":"orders","Time":%d}]}`, encoded, at))
}

func replayInput(name string, from, to int, filter string) string {
	return fmt.Sprintf(`{"ReplayName":%q,"EventSourceArn":%q,"EventStartTime":%d,"EventEndTime":%d,"Destination":{"Arn":%q%s}}`,
		name, archiveARN, from, to, busARN, filter)
}

// replayed waits for a replay to end and returns the details and the replay
// names of what queues got.
func (f *fixture) replayed(t *testing.T) []string {
	t.Helper()
	synctest.Wait()
	var got []string
	for _, c := range f.received() {
		var event struct {
			Name   string          `json:"replay-name"`
			Detail json.RawMessage `json:"detail"`
		}
		if err := json.Unmarshal([]byte(c.input["MessageBody"].(string)), &event); err != nil {
			t.Fatal(err)
		}
		got = append(got, event.Name+string(event.Detail))
	}
	return got
}

// TestReplayOfATimeRange: the start belongs to it, the end does not, and what
// is replayed is not archived again.
func TestReplayOfATimeRange(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "CreateArchive", archiveAll)
		for i, at := range []int{999, 1000, 1030, 1500, 1999, 2000} {
			f.putAt(t, at, fmt.Sprintf(`{"n":%d}`, i))
		}
		f.replayed(t)
		out := f.as(t, "StartReplay", replayInput("again", 1000, 2000, ""))
		if out["State"] != "STARTING" || out["ReplayArn"] != "arn:aws:events:us-east-1:000000000000:replay/again" {
			t.Errorf("started: got %v, want STARTING", out)
		}
		got := f.replayed(t)
		if want := []string{`again{"n":1}`, `again{"n":2}`, `again{"n":3}`, `again{"n":4}`}; !sameElements(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		described := f.as(t, "DescribeReplay", `{"ReplayName":"again"}`)
		if described["State"] != "COMPLETED" || described["EventLastReplayedTime"] != 1999.0 || described["ReplayEndTime"] == nil {
			t.Errorf("got %v, want it completed up to 1999", described)
		}
		if got := count(f, t, "all"); got != 6 {
			t.Errorf("the archive has %d events, want the 6 it had", got)
		}
	})
}

func sameElements(a, b []string) bool {
	counts := map[string]int{}
	for _, x := range a {
		counts[x]++
	}
	for _, x := range b {
		counts[x]--
	}
	for _, n := range counts {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestReplayedEventIsTheSameButForTheName(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "CreateArchive", archiveAll)
		id := f.put(t, `{"resources":["a,\"resources\":[b"]}`)
		synctest.Wait()
		f.received()
		f.as(t, "StartReplay", replayInput("r", 0, 2000000000, ""))
		synctest.Wait()
		want := strings.Replace(event(id, `{"resources":["a,\"resources\":[b"]}`), `,"resources":["res:1"]`, `,"replay-name":"r","resources":["res:1"]`, 1)
		if calls := f.received(); len(calls) != 1 || calls[0].input["MessageBody"] != want {
			t.Errorf("got %v, want %s", calls, want)
		}
	})
}

func TestReplayToChosenRules(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "PutRule", `{"Name":"other","EventBusName":"orders","EventPattern":"{\"source\":[\"order-service\"]}"}`)
		f.as(t, "PutTargets", `{"Rule":"other","EventBusName":"orders","Targets":[{"Id":"t","Arn":"`+queueARN+`"}]}`)
		f.as(t, "CreateArchive", archiveAll)
		f.putAt(t, 1000, `{}`)
		if got := f.replayed(t); len(got) != 2 {
			t.Fatalf("got %v, want an event from each rule", got)
		}
		f.as(t, "StartReplay", replayInput("r", 0, 2000, `,"FilterArns":["`+ruleARN+`"]`))
		if got := f.replayed(t); len(got) != 1 {
			t.Errorf("got %v, want it from the chosen rule only", got)
		}
		accepted, _ := f.observed()
		if last := accepted[len(accepted)-1]; fmt.Sprint(last.Rules) != "[r]" {
			t.Errorf("the event is said to match %v, want [r]", last.Rules)
		}
	})
}

// TestLongReplay has more events in a minute than are replayed at once, and
// many minutes; what a replay leads to is not replayed with it.
func TestLongReplay(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "CreateArchive", archiveAll)
		for i := range 350 {
			f.putAt(t, 6000+i/300*60+i%2, fmt.Sprintf(`{"n":%d}`, i))
		}
		f.replayed(t)
		f.as(t, "StartReplay", replayInput("r", 0, 2000000000, ""))
		f.putAt(t, 6000, `{"late":true}`)
		got := map[string]int{}
		for _, detail := range f.replayed(t) {
			got[detail]++
		}
		if len(got) != 351 || got[`{"late":true}`] != 1 || got[`r{"n":349}`] != 1 || got[`r{"n":0}`] != 1 {
			t.Errorf("got %d different events, %d times the late one; want 350 replayed once, the late one as it came", len(got), got[`{"late":true}`])
		}
	})
}

func TestCancelledReplayEnds(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.as(t, "CreateArchive", archiveAll)
		for i := range 500 {
			f.putAt(t, 60*i, `{}`)
		}
		f.replayed(t)
		f.as(t, "StartReplay", replayInput("r", 0, 2000000000, ""))
		out := f.as(t, "CancelReplay", `{"ReplayName":"r"}`)
		if out["State"] != "CANCELLING" {
			t.Errorf("got %v, want CANCELLING", out)
		}
		if got := f.replayed(t); len(got) >= 500 {
			t.Errorf("all %d events were replayed", len(got))
		}
		if got := f.as(t, "DescribeReplay", `{"ReplayName":"r"}`)["State"]; got != "CANCELLED" {
			t.Errorf("got %v, want CANCELLED", got)
		}
		if got := refused(f, t, "CancelReplay", `{"ReplayName":"r"}`); got != "IllegalStatusException" {
			t.Errorf("cancelled again: got %q, want IllegalStatusException", got)
		}
	})
}

func TestReplaysAreRefused(t *testing.T) {
	f := newFixture(t)
	f.as(t, "CreateEventBus", `{"Name":"orders"}`)
	f.as(t, "CreateEventBus", `{"Name":"other"}`)
	f.as(t, "CreateArchive", archiveAll)
	f.as(t, "StartReplay", replayInput("taken", 0, 1, ""))
	tests := []struct{ operation, input, want string }{
		{"StartReplay", replayInput("taken", 0, 1, ""), "Replay taken already exists."},
		{"StartReplay", replayInput("r", 1, 1, ""), "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."},
		{"StartReplay", strings.Replace(replayInput("r", 0, 1, ""), "archive/all", "archive/none", 1), "Parameter EventSourceArn is not valid. Reason: Archive none does not exist."},
		{"StartReplay", strings.Replace(replayInput("r", 0, 1, ""), "event-bus/orders", "event-bus/other", 1), "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."},
		{"StartReplay", strings.Replace(replayInput("r", 0, 1, ""), "event-bus/orders", "event-bus/none", 1), "Event bus none does not exist."},
		{"StartReplay", replayInput("r", 0, 1, `,"FilterArns":["`+ruleARN+`"]`), "Parameter Destination.FilterArns is not valid."},
		{"StartReplay", replayInput("a b", 0, 1, ""), "1 validation error detected"},
		{"StartReplay", `{"ReplayName":"r"}`, "1 validation error detected"},
		{"DescribeReplay", `{"ReplayName":"none"}`, "Replay none does not exist."},
		{"CancelReplay", `{"ReplayName":"none"}`, "Replay none does not exist."},
	}
	for _, test := range tests {
		if err := f.try(t, test.operation, test.input); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s(%s): got %v, want %s", test.operation, test.input, err, test.want)
		}
	}
}

func TestTenReplaysAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.as(t, "CreateEventBus", `{"Name":"orders"}`)
		f.as(t, "CreateArchive", archiveAll)
		started := 0
		for i := range 50 {
			switch err := f.try(t, "StartReplay", replayInput(fmt.Sprint("r", i), 0, 1, "")); {
			case err == nil:
				started++
			case !strings.Contains(err.Error(), "exceeds the maximum number allowed"):
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if out := f.as(t, "ListReplays", `{"State":"COMPLETED","Limit":100}`); len(out["Replays"].([]any)) != started || started < 10 {
			t.Errorf("%d of %d replays are completed, want all and at least ten", len(out["Replays"].([]any)), started)
		}
		time.Sleep(91 * 24 * time.Hour)
		f.as(t, "StartReplay", replayInput("r0", 0, 1, ""))
		synctest.Wait()
		if out := f.as(t, "ListReplays", `{}`); len(out["Replays"].([]any)) != 1 {
			t.Errorf("after 91 days %d replays are known, want the last", len(out["Replays"].([]any)))
		}
	})
}

// TestReplayGoesOnAfterARestart ends a process in the middle of a replay.
func TestReplayGoesOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := fixtureWith(t, kept)
	things := []*thing{
		made(t, f, "EventBus", `{"Name":"orders"}`),
		made(t, f, "Archive", `{"ArchiveName":"all","SourceArn":"`+busARN+`"}`),
	}
	for i := range 300 {
		f.putAt(t, 60*i, fmt.Sprintf(`{"n":%d}`, i))
	}
	things = append(things, made(t, f, "Rule", rule(`,"Targets":[{"Id":"t","Arn":"`+queueARN+`"}]`)))
	f.as(t, "StartReplay", replayInput("r", 0, 2000000000, ""))
	f.queue.Close()
	kept.Close()

	if kept, err = store.Open(dir); err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	f2 := fixtureWith(t, kept)
	for _, x := range things {
		if _, err := f2.Resources()[x.def.Type].Create(t.Context(), x.def); err != nil {
			t.Fatal(err)
		}
	}
	if err := f2.queue.Resume(); err != nil {
		t.Fatal(err)
	}
	client, name := f2.client(t), "r"
	deadline := time.Now().Add(10 * time.Second)
	for {
		out, err := client.DescribeReplay(t.Context(), &sdk.DescribeReplayInput{ReplayName: &name})
		if err != nil {
			t.Fatal(err)
		}
		if out.State == types.ReplayStateCompleted && f2.queue.Pending() == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the replay is %s, want it completed", out.State)
		}
		time.Sleep(time.Millisecond)
	}
	seen := map[any]bool{}
	for _, c := range append(f.received(), f2.received()...) {
		var event struct{ Detail struct{ N int } }
		if err := json.Unmarshal([]byte(c.input["MessageBody"].(string)), &event); err != nil {
			t.Fatal(err)
		}
		seen[event.Detail.N] = true
	}
	if len(seen) != 300 {
		t.Errorf("%d events were replayed, want 300", len(seen))
	}
}
