package stepfunctions_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/resource"
	"eda-demo/local/store"
)

// lasting is a cloud whose state is in a folder, called within the process.
type lasting struct {
	*cloud
	t    *testing.T
	dir  string
	kept *store.Store
	// restarted is set in all but the first process.
	restarted bool
}

func newLasting(t *testing.T, dir string) lasting {
	t.Helper()
	kept, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	return lasting{cloud: openOffline(t, kept), t: t, dir: dir, kept: kept}
}

// copyNow is the folder as a kill now would leave it.
func (l lasting) copyNow() string {
	l.t.Helper()
	dir := l.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(l.dir)); err != nil {
		l.t.Fatal(err)
	}
	return dir
}

// afterKill is the cloud in a new process, had this one been killed now.
// Nothing is resumed yet.
func (l lasting) afterKill() lasting {
	l.t.Helper()
	next := newLasting(l.t, l.copyNow())
	next.restarted = true
	return next
}

func (l lasting) machine(name, definition string) string {
	l.t.Helper()
	l.call(l.t, "CreateStateMachine", map[string]any{"name": name, "definition": definition, "roleArn": roleARN})
	return machinePre + name
}

// template creates the state machine "m" as a resource of the template, or takes
// it up, and returns its revision.
func (l lasting) template(definition string) string {
	l.t.Helper()
	properties, err := json.Marshal(map[string]any{"StateMachineName": "m", "DefinitionString": definition, "RoleArn": roleARN})
	if err != nil {
		l.t.Fatal(err)
	}
	handler := l.service.Resources()["AWS::StepFunctions::StateMachine"]
	d := resource.Definition{LogicalID: "M", Properties: properties, Stack: doortest.Stack()}
	if l.restarted {
		d.PhysicalID = machinePre + "m"
	}
	instance, err := handler.Create(l.t.Context(), d)
	if err != nil {
		l.t.Fatal(err)
	}
	return instance.Attributes["StateMachineRevisionId"].(string)
}

func (l lasting) run(machine, name, input string) string {
	l.t.Helper()
	return l.call(l.t, "StartExecution", map[string]any{"stateMachineArn": machine, "name": name, "input": input})["executionArn"].(string)
}

// status is "STATUS output" or "STATUS error: cause".
func (l lasting) status(execution string) string {
	l.t.Helper()
	d := l.call(l.t, "DescribeExecution", map[string]any{"executionArn": execution})
	text := fmt.Sprint(d["status"])
	if output, ok := d["output"]; ok {
		text += fmt.Sprint(" ", output)
	}
	if name, ok := d["error"]; ok {
		text += fmt.Sprintf(" %v: %v", name, d["cause"])
	}
	return text
}

func (l lasting) want(execution, want string) {
	l.t.Helper()
	if got := l.status(execution); got != want {
		l.t.Errorf("execution %s is %s, want %s", execution, got, want)
	}
}

// types is the history as "id previous Type".
func (l lasting) types(execution string) []string {
	l.t.Helper()
	var lines []string
	for _, e := range l.call(l.t, "GetExecutionHistory", map[string]any{"executionArn": execution, "maxResults": 1000})["events"].([]any) {
		h := e.(map[string]any)
		lines = append(lines, fmt.Sprint(h["id"], " ", h["previousEventId"], " ", h["type"]))
	}
	return lines
}

// keys is how many keys a bucket of the store has.
func (l lasting) keys(bucket string) int {
	l.t.Helper()
	n := 0
	if err := l.kept.Load(bucket, func(string, []byte) error { n++; return nil }); err != nil {
		l.t.Fatal(err)
	}
	return n
}

// everything is what clients can see of some executions.
func (l lasting) everything(machine string, executions ...string) map[string]string {
	l.t.Helper()
	seen := map[string]string{"list": fmt.Sprint(l.call(l.t, "ListExecutions", map[string]any{"stateMachineArn": machine}))}
	for _, e := range executions {
		for _, operation := range []string{"DescribeExecution", "GetExecutionHistory", "DescribeStateMachineForExecution"} {
			seen[operation+" "+e] = fmt.Sprint(l.call(l.t, operation, map[string]any{"executionArn": e}))
		}
	}
	seen["machine"] = fmt.Sprint(l.call(l.t, "DescribeStateMachine", map[string]any{"stateMachineArn": machine}))
	return seen
}

func TestFinishedExecutionsLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		l.answer("events.PutEvents", func(json.RawMessage) (any, error) {
			return map[string]any{"FailedEntryCount": 0, "Entries": []any{}}, nil
		})
		machine := l.machine("m", `{"StartAt":"P","States":{
			"P":{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","TimeoutSeconds":9,"Parameters":{"Entries":[{"Detail":{"a.$":"$.a"},"EventBusName":"b"}]},"ResultPath":null,"Next":"M"},
			"M":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"ResultPath":null,"Next":"C"},
			"C":{"Type":"Choice","Choices":[{"Variable":"$.fail","BooleanEquals":true,"Next":"F"}],"Default":"S"},
			"F":{"Type":"Fail","Error":"E<","Cause":"because"},
			"S":{"Type":"Succeed"}}}`)
		good := l.run(machine, "good", `{ "a": "<&>", "items": [1, 2], "fail": false }`)
		synctest.Wait()
		bad := l.run(machine, "bad", `{"a":1,"items":[],"fail":true}`)
		synctest.Wait()
		stopped := l.run(l.machine("w", oneWait), "stopped", "{}")
		l.call(t, "StopExecution", map[string]any{"executionArn": stopped, "error": "Enough"})
		l.call(t, "UpdateStateMachine", map[string]any{"stateMachineArn": machine, "definition": onePass})
		want := l.everything(machine, good, bad, stopped)
		time.Sleep(time.Hour)

		l = l.afterKill()
		l.service.Resume()
		synctest.Wait()
		got := l.everything(machine, good, bad, stopped)
		for _, what := range slices.Sorted(maps.Keys(want)) {
			if got[what] != want[what] {
				t.Errorf("%s is\n %s, want\n %s", what, got[what], want[what])
			}
		}
		err := l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "StartExecution", map[string]any{"stateMachineArn": machine, "name": "good"}, nil)
		if code := frontdoor.Code(err); code != "ExecutionAlreadyExists" {
			t.Errorf("start under a name that is taken: %v, want ExecutionAlreadyExists", err)
		}
		again := l.run(machine, "again", "{}")
		synctest.Wait()
		l.want(again, "SUCCEEDED {}")
	})
}

func TestExecutionsKeepTheRevisionThatTheyStartedWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		definition := func(result string) string {
			return `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"R"},"R":{"Type":"Pass","Result":"` + result + `","End":true}}}`
		}
		const machine = machinePre + "m"
		l := newLasting(t, t.TempDir())
		if got := l.template(definition("old")); got != "INITIAL" {
			t.Errorf("the first revision is %s, want INITIAL", got)
		}
		execution := l.run(machine, "e", "{}")
		synctest.Wait()
		created := l.call(t, "DescribeStateMachine", map[string]any{"stateMachineArn": machine})["creationDate"]
		time.Sleep(10 * time.Second)

		l = l.afterKill()
		if got := l.template(definition("old")); got != "INITIAL" {
			t.Errorf("the same definition has revision %s, want INITIAL", got)
		}
		l = l.afterKill()
		if got := l.template(definition("new")); got == "INITIAL" {
			t.Error("another definition has the old revision")
		}
		l.service.Resume()
		young := l.run(machine, "young", "{}")
		if got := l.call(t, "DescribeStateMachine", map[string]any{"stateMachineArn": machine})["creationDate"]; got != created {
			t.Errorf("creationDate = %v, want that of the first run, %v", got, created)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		l.want(execution, `SUCCEEDED "old"`)
		l.want(young, `SUCCEEDED "new"`)

		l = l.afterKill()
		l.service.KeepFinished(1)
		l.template(definition("new"))
		l.run(machine, "last", "{}")
		time.Sleep(time.Minute)
		synctest.Wait()
		l = l.afterKill()
		if got := l.keys("states/revisions"); got != 1 {
			t.Errorf("the store has %d revisions, want the one that is used", got)
		}
	})
}

func TestForgottenExecutionsLeaveTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		machine := l.machine("m", onePass)
		var arns []string
		for _, name := range []string{"a", "b", "c"} {
			arns = append(arns, l.run(machine, name, "{}"))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		l = l.afterKill()
		l.service.KeepFinished(2)
		l.service.Resume()
		l.run(machine, "d", "{}")
		synctest.Wait()
		l = l.afterKill()
		l.service.Resume()
		for i, arn := range arns {
			err := l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", "DescribeExecution", map[string]any{"executionArn": arn}, nil)
			if got, want := frontdoor.Code(err) == "ExecutionDoesNotExist", i < 2; got != want {
				t.Errorf("execution %d is forgotten: %t, want %t", i, got, want)
			}
		}
		if got, want := l.keys("states/events"), 2*4; got != want {
			t.Errorf("the store has %d events, want %d", got, want)
		}
		l.run(machine, "a", "{}") // the name is free again
	})
}

// TestExecutionsThatCantBeKeptGoOnLater checks that a store that fails refuses
// what is asked for, and interrupts what runs: it goes on at the next start.
func TestExecutionsThatCantBeKeptGoOnLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLasting(t, t.TempDir())
		machine := l.machine("m", `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}}`)
		execution := l.run(machine, "e", "{}")
		synctest.Wait()
		if err := l.kept.Close(); err != nil {
			t.Fatal(err)
		}
		want := l.everything(machine, execution)
		for operation, in := range map[string]map[string]any{
			"StartExecution":     {"stateMachineArn": machine, "name": "f"},
			"StopExecution":      {"executionArn": execution},
			"CreateStateMachine": {"name": "n", "definition": onePass, "roleArn": roleARN},
			"UpdateStateMachine": {"stateMachineArn": machine, "definition": onePass},
			"DeleteStateMachine": {"stateMachineArn": machine},
		} {
			if err := l.door.Call(t.Context(), iam.Admin(doortest.Account), "states", operation, in, nil); err == nil {
				t.Errorf("%s succeeds though nothing is kept", operation)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		got := l.everything(machine, execution)
		for what := range want {
			if got[what] != want[what] {
				t.Errorf("%s is\n %s, want\n %s", what, got[what], want[what])
			}
		}
		l = l.afterKill()
		l.service.Resume()
		synctest.Wait()
		l.want(execution, "SUCCEEDED {}")
	})
}
