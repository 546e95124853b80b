package asl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/asl"
)

var eventNames = map[asl.EventType]string{
	asl.StateEntered: "entered", asl.StateExited: "exited", asl.StateAborted: "aborted",
	asl.TaskScheduled: "scheduled", asl.TaskStarted: "started", asl.TaskSubmitted: "submitted",
	asl.TaskSucceeded: "succeeded", asl.TaskFailed: "failed", asl.TaskTimedOut: "timed out",
	asl.ParallelStarted: "started", asl.ParallelSucceeded: "succeeded", asl.ParallelFailed: "failed",
	asl.MapStarted: "started", asl.MapSucceeded: "succeeded", asl.MapFailed: "failed",
	asl.IterationStarted: "iteration started", asl.IterationSucceeded: "iteration succeeded",
	asl.IterationFailed: "iteration failed", asl.IterationAborted: "iteration aborted",
}

// story is the history, one "previous state event" per event.
func story(e asl.Execution) []string {
	var lines []string
	for _, event := range e.History.(*journal).events {
		line := fmt.Sprintf("%d %s %s", event.Previous, event.State, eventNames[event.Type])
		if strings.HasPrefix(eventNames[event.Type], "iteration") {
			line += fmt.Sprint(" ", event.Index)
		}
		lines = append(lines, line)
	}
	return lines
}

func checkStory(t *testing.T, e asl.Execution, want ...string) {
	t.Helper()
	if got := story(e); !slices.Equal(got, want) {
		t.Errorf("got history\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func parallel(fields string, branches ...string) string {
	return `{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[` + strings.Join(branches, ",") + `]` + fields + `},"H":{"Type":"Pass","End":true}}}`
}

func branch(name, state string) string {
	return `{"StartAt":"` + name + `","States":{"` + name + `":` + state + `}}`
}

func TestParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, parallel(`,"Parameters":{"v.$":"$.a"},"ResultPath":"$.r","Next":"H"`,
			branch("B1", `{"Type":"Wait","Seconds":2,"End":true}`), branch("B2", `{"Type":"Wait","Seconds":1,"OutputPath":"$.v","End":true}`)))
		start := time.Now()
		if got, want := outcome(t.Context(), execution(m, `{"a":1}`, nil)), `{"a":1,"r":[{"v":1},1]}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("took %s, want 2s: the branches run at the same time", took)
		}
	})
}

func TestParallelFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, parallel(`,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["E"],"Next":"H"}],"End":true`,
			`{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"E","Cause":"c"}}}`,
			branch("T", `{"Type":"Task","Resource":"r","End":true}`)))
		e := execution(m, `{}`, hang)
		if got, want := outcome(t.Context(), e), `{"Cause":"c","Error":"E"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		// The branches' first events may come in either order.
		got := strings.Join(story(e), "\n")
		for _, want := range []string{"F entered\n8 T aborted\n8 P started", "P failed", "P exited", "H entered"} {
			if !strings.Contains(got, want) {
				t.Errorf("history\n%s\nlacks %q", got, want)
			}
		}
	})
}

func TestRuntimeErrorOfABranchIsNotCaught(t *testing.T) {
	m := parse(t, parallel(`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true`,
		branch("B1", `{"Type":"Pass","InputPath":"$.none","End":true}`)))
	got := outcome(t.Context(), execution(m, `{}`, nil))
	if !strings.HasPrefix(got, "States.Runtime: An error occurred while executing the state 'B1' (entered at the event id #3).") {
		t.Errorf("got %s, want States.Runtime of B1", got)
	}
}

func mapState(fields, processor string) string {
	return `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,` + fields + `"ItemProcessor":` + processor + `}}}`
}

func TestMap(t *testing.T) {
	echoItem := branch("I", `{"Type":"Pass","End":true}`)
	legacy := `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemsPath":"$.l","Parameters":{"v.$":"$$.Map.Item.Value","by.$":"$.by"},"Iterator":` + echoItem + `}}}`
	tests := map[string]struct{ definition, input, want string }{
		"items of the input": {mapState(``, echoItem), `[1,"a",null]`, `[1,"a",null]`},
		"none":               {mapState(``, echoItem), `[]`, `[]`},
		"item selector": {mapState(`"ItemsPath":"$.l","ItemSelector":{"v.$":"$$.Map.Item.Value","i.$":"$$.Map.Item.Index","by.$":"$.by"},"ResultPath":"$.out",`, echoItem),
			`{"l":["x","y"],"by":"z"}`, `{"by":"z","l":["x","y"],"out":[{"by":"z","i":0,"v":"x"},{"by":"z","i":1,"v":"y"}]}`},
		"legacy":          {legacy, `{"l":[1],"by":2}`, `[{"by":2,"v":1}]`},
		"result selector": {mapState(`"ResultSelector":{"first.$":"$[0]"},`, echoItem), `[7,8]`, `{"first":7}`},
		"no array": {mapState(``, echoItem), `{}`,
			`States.Runtime: An error occurred while executing the state 'M' (entered at the event id #1). Reference path "$" must point to array.`},
		"concurrency path of no number": {mapState(`"ItemsPath":"$.l","MaxConcurrencyPath":"$.c",`, echoItem), `{"l":[],"c":"x"}`,
			`States.Runtime: An error occurred while executing the state 'M' (entered at the event id #1). The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.c`},
		"nested": {mapState(``, `{"StartAt":"N","States":{"N":{"Type":"Map","End":true,"ItemProcessor":`+echoItem+`}}}`), `[[1,2],[3]]`, `[[1,2],[3]]`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := outcome(t.Context(), execution(parse(t, tt.definition), tt.input, nil)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestMapConcurrency(t *testing.T) {
	for fields, want := range map[string]int64{`"MaxConcurrency":1,`: 1, `"MaxConcurrencyPath":"$[3]",`: 3, `"MaxConcurrency":0,`: 40} {
		synctest.Test(t, func(t *testing.T) {
			var now, most atomic.Int64
			m := parse(t, mapState(fields, branch("I", `{"Type":"Task","Resource":"r","End":true}`)))
			items := slices.Repeat([]string{"3"}, 100)
			outcome(t.Context(), execution(m, "["+strings.Join(items, ",")+"]", func(_ context.Context, r asl.TaskRequest) (json.RawMessage, error) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Second)
				now.Add(-1)
				return r.Input, nil
			}))
			if most.Load() != want {
				t.Errorf("%s got %d iterations at once, want %d", fields, most.Load(), want)
			}
		})
	}
}

func TestMapHistory(t *testing.T) {
	m := parse(t, mapState(`"MaxConcurrency":1,`, branch("I", `{"Type":"Pass","End":true}`)))
	e := execution(m, `[1,2]`, nil)
	outcome(t.Context(), e)
	checkStory(t, e,
		"0 M entered", "1 M started",
		"2 M iteration started 0", "3 I entered", "4 I exited", "5 M iteration succeeded 0",
		"5 M iteration started 1", "7 I entered", "8 I exited", "9 M iteration succeeded 1",
		"10 M succeeded", "10 M exited")
}

func TestMapFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		definition := mapState(`"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"MaxConcurrency":1,`, branch("F", `{"Type":"Fail","Error":"E"}`))
		e := execution(parse(t, definition), `[1,2]`, nil)
		if got, want := outcome(t.Context(), e), `E: `; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		checkStory(t, e,
			"0 M entered", "1 M started", "2 M iteration started 0", "3 F entered", "4 M iteration failed 0",
			"4 M started", "6 M iteration started 0", "7 F entered", "8 M iteration failed 0", "8 M failed")
	})
}

func TestMapAbortsTheOtherIterations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		processor := `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":1,"Next":"W"}],"Default":"T"},
			"W":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"E"},"T":{"Type":"Task","Resource":"r","End":true}}}`
		e := execution(parse(t, mapState(``, processor)), `[1,2]`, hang)
		if got, want := outcome(t.Context(), e), `E: `; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		got := story(e)
		entered := slices.IndexFunc(got, func(line string) bool { return strings.HasSuffix(line, "F entered") }) + 1
		want := []string{
			fmt.Sprintf("%d M iteration failed 0", entered), fmt.Sprintf("%d T aborted", entered),
			fmt.Sprintf("%d M iteration aborted 1", entered), fmt.Sprintf("%d M failed", entered),
		}
		if !slices.Equal(got[len(got)-4:], want) {
			t.Errorf("got the end %v, want %v", got[len(got)-4:], want)
		}
	})
}

func TestAFailureAbortsWhatIsNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
			{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"F"},"F":{"Type":"Fail","Error":"E"}}},
			{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.l","End":true,"ItemProcessor":`+branch("I", `{"Type":"Task","Resource":"r","End":true}`)+`}}}]}}}`)
		e := execution(m, `{"l":[1]}`, hang)
		if got, want := outcome(t.Context(), e), `E: `; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		got := story(e)
		failed := slices.IndexFunc(got, func(line string) bool { return strings.HasSuffix(line, "F entered") }) + 1
		want := []string{fmt.Sprintf("%d I aborted", failed), fmt.Sprintf("%d M iteration aborted 0", failed), fmt.Sprintf("%d M aborted", failed), fmt.Sprintf("%d P failed", failed)}
		if tail := got[len(got)-4:]; !slices.Equal(tail, want) {
			t.Errorf("got the end %q, want %q", tail, want)
		}
	})
}
