package stepfunctions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// buckets are all that the store has of state machines.
var buckets = []string{"states/machines", "states/revisions", "states/executions", "states/events"}

func (l lasting) wantNothingLeft(executions ...string) {
	l.t.Helper()
	gone := map[string]string{"DescribeStateMachine": "StateMachineDoesNotExist", "StartExecution": "StateMachineDoesNotExist", "ListExecutions": "StateMachineDoesNotExist", "UpdateStateMachine": "StateMachineDoesNotExist"}
	for operation, want := range gone {
		if got := l.code(l.t, operation, map[string]any{"stateMachineArn": machineM}); got != want {
			l.t.Errorf("%s: got %q, want %s", operation, got, want)
		}
	}
	for _, e := range executions {
		for _, operation := range []string{"DescribeExecution", "GetExecutionHistory", "StopExecution", "DescribeStateMachineForExecution"} {
			if got := l.code(l.t, operation, map[string]any{"executionArn": e}); got != "ExecutionDoesNotExist" {
				l.t.Errorf("%s: got %q, want ExecutionDoesNotExist", operation, got)
			}
		}
	}
	for _, bucket := range buckets {
		if n := l.keys(bucket); n != 0 {
			l.t.Errorf("the store has %d keys in %s, want none", n, bucket)
		}
	}
}

func TestDeletedMachinesLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const waiting = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}}}`
		logging := map[string]any{"Level": "FATAL", "Destinations": []any{map[string]any{"CloudWatchLogsLogGroup": map[string]any{"LogGroupArn": logGroup}}}}
		l := newLasting(t, t.TempDir())
		token := ""
		l.answer("sqs.SendMessage", func(in json.RawMessage) (any, error) {
			var message struct{ MessageBody string }
			err := json.Unmarshal(in, &message)
			token = message.MessageBody
			return map[string]any{}, err
		})
		l.createM(t, base(nil))
		ended := l.run(machineM, "ended", "{}")
		synctest.Wait()
		after := base(properties{"DefinitionString": waiting, "LoggingConfiguration": logging})
		for _, p := range []properties{waitsThen("unused"), after} {
			if _, err := l.updateM(t, base(nil), p); err != nil {
				t.Fatal(err)
			}
		}
		running := l.run(machineM, "running", "{}")
		synctest.Wait()
		l.deleteM(t)
		l.wantNothingLeft(ended, running)
		synctest.Wait()
		if got := l.code(t, "SendTaskSuccess", map[string]any{"taskToken": token, "output": "{}"}); got != "TaskTimedOut" {
			t.Errorf("the token of an execution that is gone: got %q, want TaskTimedOut", got)
		}
		if lines := fmt.Sprint(l.called()); !strings.Contains(lines, "States.Runtime") || !strings.Contains(lines, "State machine m has been deleted.") {
			t.Errorf("calls are %s, want the failure logged", lines)
		}
		l.deleteM(t)
		next := l.afterKill()
		next.service.Resume()
		next.wantNothingLeft(ended, running)

		l.createM(t, base(nil))
		again := l.run(machineM, "ended", "{}")
		synctest.Wait()
		l.want(again, "SUCCEEDED {}")
		if got := len(l.call(t, "ListExecutions", map[string]any{"stateMachineArn": machineM})["executions"].([]any)); got != 1 {
			t.Errorf("the new machine has %d executions, want 1", got)
		}
	})
}

func TestDeletedExpressMachinesStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newOffline(t)
		c.createM(t, base(properties{"StateMachineType": "EXPRESS", "DefinitionString": strings.Replace(oneWait, "3600", "60", 1)}))
		answer := make(chan map[string]any, 1)
		go func() {
			var out map[string]any
			if err := c.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "StartSyncExecution", map[string]any{"stateMachineArn": machineM}, &out); err != nil {
				t.Error(err)
			}
			answer <- out
		}()
		synctest.Wait()
		c.deleteM(t)
		if got := <-answer; got["status"] != "FAILED" || got["error"] != "States.Runtime" || got["cause"] != "State machine m has been deleted." {
			t.Errorf("got %v, want a failure that tells of the deletion", got)
		}
	})
}

// TestInterruptedDeletionsEndLater checks what the next process does with a
// deletion of which only the first step was kept.
func TestInterruptedDeletionsEndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		l.createM(t, base(properties{"DefinitionString": oneWait}))
		execution := l.run(machineM, "e", "{}")
		synctest.Wait()
		l = l.afterKill()
		if err := l.kept.Update(func(tx *store.Tx) { tx.Delete("states/machines", machineM) }); err != nil {
			t.Fatal(err)
		}
		l = l.afterKill()
		l.service.Resume()
		l.wantNothingLeft(execution)
	})
}

// TestStartsDuringADeletion checks that no execution is started of a machine
// that is deleted meanwhile, and that the store can be read afterwards.
func TestStartsDuringADeletion(t *testing.T) {
	l := newLasting(t, t.TempDir())
	large := "[" + strings.Repeat("1,", 100_000) + "1]" // takes some time to check
	for round := range 10 {
		l.createM(t, base(nil))
		var all sync.WaitGroup
		started := make(chan struct{}, 4)
		for n := range 4 {
			all.Go(func() {
				started <- struct{}{}
				err := l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "StartExecution",
					map[string]any{"stateMachineArn": machineM, "name": fmt.Sprint(round, "-", n), "input": large}, nil)
				if err != nil && frontdoor.Code(err) != "StateMachineDoesNotExist" {
					t.Errorf("start: %v", err)
				}
			})
		}
		for range 4 {
			<-started
		}
		l.deleteM(t)
		all.Wait()
	}
	l.wantNothingLeft()
	next := l.afterKill()
	next.service.Resume()
	next.wantNothingLeft()
}
