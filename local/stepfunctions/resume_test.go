package stepfunctions_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// killedAt runs a machine to its end and returns, for each of its events, the
// folder as a kill just after the event would have left it.
func killedAt(t *testing.T, l lasting, machine string) []string {
	t.Helper()
	begun := map[string]json.RawMessage{}
	note := func(key string, value []byte) error { begun[key] = slices.Clone(value); return nil }
	execution := l.run(machine, "e", `{"n": 1}`)
	// The execution's record changes with its last event only.
	if err := l.kept.Load("states/executions", note); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	time.Sleep(time.Minute)
	synctest.Wait()
	if got := l.status(execution); !strings.HasPrefix(got, "SUCCEEDED") {
		t.Fatalf("without a kill it is %s", got)
	}
	var events []string
	if err := l.kept.Load("states/events", func(key string, _ []byte) error { events = append(events, key); return nil }); err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for n := 1; n < len(events); n++ {
		dir := l.copyNow()
		kept, err := store.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		err = kept.Update(func(tx *store.Tx) {
			for key, value := range begun {
				tx.Put("states/executions", key, value)
			}
			for _, key := range events[n:] {
				tx.Delete("states/events", key)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := kept.Close(); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// TestExecutionGoesOnAfterAKillAtAnyEvent checks that each task is called at
// least once, before or after the kill, and the output is the same.
func TestExecutionGoesOnAfterAKillAtAnyEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const first, second = "arn:aws:lambda:us-east-1:000000000000:function:first", "arn:aws:lambda:us-east-1:000000000000:function:second"
		failures := 1
		lambda := func(input json.RawMessage) (any, error) {
			var in struct{ FunctionName string }
			if err := json.Unmarshal(input, &in); err != nil {
				return nil, err
			}
			if in.FunctionName == first && failures > 0 {
				failures--
				return map[string]any{"StatusCode": 200, "FunctionError": "Unhandled", "Payload": map[string]any{"errorType": "Oops"}}, nil
			}
			return map[string]any{"StatusCode": 200, "Payload": map[string]any{"n": in.FunctionName[len(in.FunctionName)-5:]}}, nil
		}
		l := newLasting(t, t.TempDir())
		l.answer("lambda.Invoke", lambda)
		dirs := killedAt(t, l, l.machine("m", `{"StartAt":"A","States":{
			"A":{"Type":"Task","Resource":"`+first+`","Retry":[{"ErrorEquals":["Oops"],"MaxAttempts":1}],"Next":"W"},
			"W":{"Type":"Wait","Seconds":10,"Next":"Both"},
			"Both":{"Type":"Parallel","Branches":[
				{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"`+second+`","End":true}}},
				{"StartAt":"C","States":{"C":{"Type":"Pass","Result":2,"End":true}}}],"Next":"S"},
			"S":{"Type":"Succeed"}}}`))
		if len(dirs) < 20 {
			t.Fatalf("there are %d events, want some more", len(dirs))
		}
		for n, dir := range dirs {
			again := newLasting(t, dir)
			again.answer("lambda.Invoke", lambda)
			const execution = "arn:aws:states:us-east-1:000000000000:execution:m:e"
			before := again.types(execution)
			again.service.Resume()
			time.Sleep(time.Minute)
			synctest.Wait()
			again.want(execution, `SUCCEEDED [{"n":"econd"},2]`)
			after := again.types(execution)
			checkLines(t, fmt.Sprintf("before the kill at event %d", n+1), after[:len(before)], before)
			called := fmt.Sprint(again.called())
			left := slices.ContainsFunc(before, func(line string) bool { return strings.HasSuffix(line, " WaitStateEntered") })
			if got := strings.Contains(called, first); got == left {
				t.Errorf("after the kill at event %d the first function was called: %t, want %t", n+1, got, !left)
			}
			left = slices.ContainsFunc(before, func(line string) bool { return strings.HasSuffix(line, " SucceedStateEntered") })
			if got := strings.Contains(called, second); got == left {
				t.Errorf("after the kill at event %d the second function was called: %t, want %t", n+1, got, !left)
			}
		}
	})
}

func TestWaitGoesOnForTheRestOfItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, definition := range map[string]string{
			"Seconds":   `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`,
			"Timestamp": `{"StartAt":"W","States":{"W":{"Type":"Wait","TimestampPath":"$.at","End":true}}}`,
		} {
			l := newLasting(t, t.TempDir())
			input := fmt.Sprintf(`{"at":%q}`, time.Now().Add(100*time.Second).UTC().Format(time.RFC3339))
			execution := l.run(l.machine("m", definition), "e", input)
			for range 3 {
				time.Sleep(30 * time.Second)
				l = l.afterKill()
				l.service.Resume()
				synctest.Wait()
				l.want(execution, "RUNNING")
			}
			time.Sleep(10*time.Second - time.Nanosecond)
			synctest.Wait()
			l.want(execution, "RUNNING")
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			l.want(execution, "SUCCEEDED "+input)
			checkLines(t, name+" history", l.types(execution), []string{
				"1 0 ExecutionStarted", "2 0 WaitStateEntered", "3 2 WaitStateEntered", "4 3 WaitStateEntered", "5 4 WaitStateEntered",
				"6 5 WaitStateExited", "7 6 ExecutionSucceeded",
			})
		}
	})
}

func TestTimeoutCountsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		execution := l.run(l.machine("m", `{"TimeoutSeconds":60,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`), "e", "{}")
		synctest.Wait()
		l = l.afterKill()
		time.Sleep(59 * time.Second)
		l.service.Resume()
		synctest.Wait()
		l.want(execution, "RUNNING")
		time.Sleep(time.Second)
		synctest.Wait()
		l.want(execution, "TIMED_OUT")
	})
}

func TestTaskTokenIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := []string{}
		send := func(input json.RawMessage) (any, error) {
			var in struct{ MessageBody string }
			if err := json.Unmarshal(input, &in); err != nil {
				return nil, err
			}
			tokens = append(tokens, in.MessageBody)
			return map[string]any{"MessageId": "1"}, nil
		}
		l := newLasting(t, t.TempDir())
		l.answer("sqs.SendMessage", send)
		execution := l.run(l.machine("m", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
			"Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}}}`), "e", "{}")
		synctest.Wait()
		l = l.afterKill()
		l.answer("sqs.SendMessage", send)
		l.service.Resume()
		synctest.Wait()
		if len(tokens) != 2 || tokens[0] == tokens[1] {
			t.Fatalf("tokens %q were sent, want two", tokens)
		}
		succeed := func(token string) error {
			in := map[string]any{"taskToken": token, "output": `"done"`}
			return l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "SendTaskSuccess", in, nil)
		}
		if code := frontdoor.Code(succeed(tokens[0])); code != "TaskTimedOut" {
			t.Errorf("the old token gives %q, want TaskTimedOut", code)
		}
		if err := succeed(tokens[1]); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		l.want(execution, `SUCCEEDED "done"`)
	})
}
