package stepfunctions_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/store"
)

// waitThenPut puts an event after half a minute.
const waitThenPut = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":30,"Next":"P"},
	"P":{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{"Detail":{"n.$":"$.n"},"EventBusName":"b"}]},"End":true}}}`

func (l lasting) expressMachine(name string) string {
	l.t.Helper()
	l.call(l.t, "CreateStateMachine", map[string]any{"name": name, "definition": waitThenPut, "roleArn": roleARN, "type": "EXPRESS"})
	return machinePre + name
}

// puts returns a cloud's function that counts what it puts from now on.
func (l lasting) puts() func() int {
	count := 0
	l.answer("events.PutEvents", func(json.RawMessage) (any, error) {
		count++
		return map[string]any{"FailedEntryCount": 0, "Entries": []any{}}, nil
	})
	return func() int {
		time.Sleep(time.Hour)
		synctest.Wait()
		return count
	}
}

func TestInterruptedExpressExecutionsRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		first := l.puts()
		machine := l.expressMachine("m")
		l.run(machine, "ended", `{"n":1}`)
		if got := first(); got != 1 || l.keys("states/express") != 0 {
			t.Fatalf("an execution put %d events and %d are kept, want 1 and none", got, l.keys("states/express"))
		}
		l.run(machine, "interrupted", `{"n":2}`)
		time.Sleep(20 * time.Second)
		l = l.afterKill()
		l.puts()
		l.service.Resume()
		time.Sleep(20 * time.Second)
		l = l.afterKill() // before it could end a second time
		again := l.puts()
		l.service.Resume()
		if got := again(); got != 1 || l.keys("states/express") != 0 {
			t.Errorf("the interrupted execution put %d events and %d are kept, want 1 and none", got, l.keys("states/express"))
		}
	})
}

func TestExpressExecutionsThatAreWaitedForDoNotRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		l.puts()
		machine := l.expressMachine("m")
		go l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "StartSyncExecution", map[string]any{"stateMachineArn": machine, "input": `{"n":1}`}, nil)
		synctest.Wait()
		if got := l.keys("states/express"); got != 0 {
			t.Errorf("%d executions are kept, want none: its caller knows that it failed", got)
		}
		time.Sleep(time.Hour)
	})
}

func TestExpressExecutionsEndWithTheirMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		machine := l.expressMachine("m")
		l.run(machine, "e", `{"n":1}`)
		synctest.Wait()
		killed := l.afterKill()
		l.call(t, "DeleteStateMachine", map[string]any{"stateMachineArn": machine})
		synctest.Wait()
		if got := l.keys("states/express"); got != 0 {
			t.Errorf("%d executions of a deleted machine are kept, want none", got)
		}

		// The process ended when only the machine was forgotten.
		if err := killed.kept.Update(func(tx *store.Tx) { tx.Delete("states/machines", machine) }); err != nil {
			t.Fatal(err)
		}
		killed = killed.afterKill()
		put := killed.puts()
		killed.service.Resume()
		if got := put(); got != 0 || killed.keys("states/express") != 0 || killed.keys("states/revisions") != 0 {
			t.Errorf("%d events are put, %d executions and %d revisions kept, want nothing left of a deleted machine",
				got, killed.keys("states/express"), killed.keys("states/revisions"))
		}

		// The machine is deleted before executions are resumed.
		l = newLasting(t, t.TempDir())
		machine = l.expressMachine("m")
		l.run(machine, "e", `{"n":1}`)
		synctest.Wait()
		l = l.afterKill()
		put = l.puts()
		l.call(t, "DeleteStateMachine", map[string]any{"stateMachineArn": machine})
		l.service.Resume()
		if got := put(); got != 0 || l.keys("states/express") != 0 {
			t.Errorf("%d events are put and %d executions kept, want none", got, l.keys("states/express"))
		}
	})
}
