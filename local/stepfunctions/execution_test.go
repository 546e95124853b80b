package stepfunctions_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eda-demo/local/frontdoor/doortest"
)

func TestStartExecution(t *testing.T) {
	c := newCloud(t)
	waiting := c.create(t, "waiting", oneWait)
	arn := c.start(t, waiting, "e1", `{"a":1}`)
	if want := "arn:aws:states:us-east-1:000000000000:execution:waiting:e1"; arn != want {
		t.Errorf("got ARN %s, want %s", arn, want)
	}
	if again := c.start(t, waiting, "e1", `{"a":1}`); again != arn {
		t.Errorf("the same start while it runs: got %s, want %s", again, arn)
	}
	_, err := c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &waiting, Name: aws.String("e1"), Input: aws.String(`{"a":2}`)})
	var exists *types.ExecutionAlreadyExists
	if !errors.As(err, &exists) {
		t.Errorf("another input: got %v, want ExecutionAlreadyExists", err)
	}
	for deadline := time.Now().Add(5 * time.Second); len(c.story(t, arn)) < 2; {
		if time.Now().After(deadline) {
			t.Fatal("it does not enter its state")
		}
	}
	if _, err := c.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &arn, Error: aws.String("E"), Cause: aws.String("c")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &waiting, Name: aws.String("e1"), Input: aws.String(`{"a":1}`)})
	checkError(t, err, "ExecutionAlreadyExists", "Execution Already Exists: '"+arn+"'")

	d := c.finish(t, arn)
	if d.Status != types.ExecutionStatusAborted || *d.Error != "E" || *d.Cause != "c" || *d.Input != `{"a":1}` || d.StopDate == nil {
		t.Errorf("got %+v, want ABORTED with error, cause, input and stop date", d)
	}
	checkLines(t, "history", c.story(t, arn), []string{"1 0 ExecutionStarted", "2 0 WaitStateEntered", "3 0 ExecutionAborted"})
}

func TestStartExecutionRefuses(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", onePass)
	tests := map[string]struct{ name, input, code, message string }{
		"no input":  {"", "", "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'"},
		"no JSON":   {"", "not", "InvalidExecutionInput", "Invalid State Machine Execution Input: '"},
		"too large": {"", `"` + strings.Repeat("x", 256<<10) + `"`, "ValidationException", "less than or equal to 262144"},
		"a name":    {"a/b", "{}", "InvalidName", "Invalid Name: 'a/b'"},
		"long name": {strings.Repeat("n", 81), "{}", "InvalidName", "Invalid Name"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in := &sfn.StartExecutionInput{StateMachineArn: &machine, Input: &tt.input}
			if tt.name != "" {
				in.Name = &tt.name
			}
			_, err := c.StartExecution(t.Context(), in)
			checkError(t, err, tt.code, tt.message)
		})
	}
}

func TestListExecutions(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", `{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.ok","BooleanEquals":true,"Next":"S"}],"Default":"F"},"S":{"Type":"Succeed"},"F":{"Type":"Fail","Error":"E"}}}`)
	for i := range 5 {
		c.finish(t, c.start(t, machine, fmt.Sprint("e", i), fmt.Sprintf(`{"ok":%t}`, i != 2)))
	}
	list := func(filter types.ExecutionStatus) []string {
		var names []string
		pages := sfn.NewListExecutionsPaginator(c.Client, &sfn.ListExecutionsInput{StateMachineArn: &machine, StatusFilter: filter, MaxResults: 2})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Executions {
				names = append(names, *e.Name+" "+string(e.Status))
			}
		}
		return names
	}
	checkLines(t, "all", list(""), []string{"e4 SUCCEEDED", "e3 SUCCEEDED", "e2 FAILED", "e1 SUCCEEDED", "e0 SUCCEEDED"})
	checkLines(t, "those that failed", list(types.ExecutionStatusFailed), []string{"e2 FAILED"})
	checkLines(t, "those that run", list(types.ExecutionStatusRunning), nil)

	_, err := c.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine, StatusFilter: "succeeded"})
	checkError(t, err, "ValidationException", "Value 'succeeded' at 'statusFilter' failed to satisfy constraint")
	_, err = c.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine, MaxResults: 1001})
	checkError(t, err, "ValidationException", "Value '1001' at 'maxResults'")
	_, err = c.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine, NextToken: aws.String("?")})
	checkError(t, err, "InvalidToken", "Invalid Token")
}

func TestHistoryInPagesAndReverse(t *testing.T) {
	c := newCloud(t)
	execution := c.start(t, c.create(t, "m", onePass), "e", `{"a":1}`)
	c.finish(t, execution)
	var got []string
	pages := sfn.NewGetExecutionHistoryPaginator(c.Client, &sfn.GetExecutionHistoryInput{ExecutionArn: &execution, MaxResults: 3, ReverseOrder: true, IncludeExecutionData: aws.Bool(false)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			got = append(got, fmt.Sprint(e.Id, " ", e.Type))
			if e.StateEnteredEventDetails != nil && e.StateEnteredEventDetails.Input != nil {
				t.Errorf("got input %q without execution data, want none", *e.StateEnteredEventDetails.Input)
			}
		}
	}
	checkLines(t, "events", got, []string{"4 ExecutionSucceeded", "3 PassStateExited", "2 PassStateEntered", "1 ExecutionStarted"})
}

func TestTimeouts(t *testing.T) {
	const definition = `{%s"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":86400,"End":true}}}`
	tests := map[string]struct {
		timeout string
		kind    types.StateMachineType
		took    time.Duration
	}{
		"of the machine":                {`"TimeoutSeconds":60,`, types.StateMachineTypeStandard, time.Minute},
		"of an express machine":         {``, types.StateMachineTypeExpress, 5 * time.Minute},
		"of a standard machine without": {``, types.StateMachineTypeStandard, 24 * time.Hour},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newOffline(t)
				machine := c.call(t, "CreateStateMachine", map[string]any{
					"name": "m", "definition": fmt.Sprintf(definition, tt.timeout), "roleArn": roleARN, "type": tt.kind,
				})["stateMachineArn"]
				begin := time.Now()
				want := types.ExecutionStatusTimedOut
				if tt.kind == types.StateMachineTypeExpress {
					out := c.call(t, "StartSyncExecution", map[string]any{"stateMachineArn": machine})
					checkStatus(t, out["status"], want)
				} else {
					execution := c.call(t, "StartExecution", map[string]any{"stateMachineArn": machine})["executionArn"]
					if time.Sleep(tt.took); tt.timeout == "" {
						want = types.ExecutionStatusSucceeded
					}
					synctest.Wait()
					checkStatus(t, c.call(t, "DescribeExecution", map[string]any{"executionArn": execution})["status"], want)
				}
				if took := time.Since(begin); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
				c.service.Close()
			})
		})
	}
}

func checkStatus(t *testing.T, got any, want types.ExecutionStatus) {
	t.Helper()
	if got != string(want) {
		t.Errorf("got status %v, want %s", got, want)
	}
}

func TestTimeoutHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newOffline(t)
		machine := c.call(t, "CreateStateMachine", map[string]any{
			"name": "m", "roleArn": roleARN, "definition": `{"TimeoutSeconds":9,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}}`,
		})["stateMachineArn"]
		execution := c.call(t, "StartExecution", map[string]any{"stateMachineArn": machine})["executionArn"]
		time.Sleep(9 * time.Second)
		synctest.Wait()
		var got []string
		for _, e := range c.call(t, "GetExecutionHistory", map[string]any{"executionArn": execution})["events"].([]any) {
			got = append(got, fmt.Sprint(e.(map[string]any)["type"]))
		}
		checkLines(t, "history", got, []string{"ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"})
		c.service.Close()
	})
}

func TestHistoryLimit(t *testing.T) {
	c := newCloud(t)
	execution := c.start(t, c.create(t, "m", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`), "e", `{}`)
	d := c.finish(t, execution)
	if d.Status != types.ExecutionStatusFailed || *d.Cause != "The execution reached the maximum number of history events (25000)." {
		t.Errorf("got %s %s, want FAILED because of the history's length", d.Status, aws.ToString(d.Cause))
	}
	out, err := c.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &execution, ReverseOrder: true, MaxResults: 1})
	if err != nil || out.Events[0].Id != 25000 || out.Events[0].Type != types.HistoryEventTypeExecutionFailed {
		t.Errorf("got last event %+v, %v, want 25000 ExecutionFailed", out, err)
	}
}

func TestExpress(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":{"b":2},"ResultPath":"$.r","End":true}}}`, express)
	out, err := c.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: &machine, Name: aws.String("n"), Input: aws.String(`{"a":1}`)}, withoutHostPrefix)
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != types.SyncExecutionStatusSucceeded || *out.Output != `{"a":1,"r":{"b":2}}` || !strings.HasPrefix(*out.ExecutionArn, "arn:aws:states:us-east-1:000000000000:express:m:n:") ||
		out.BillingDetails.BilledDurationInMilliseconds != 100 {
		t.Errorf("got %+v, want SUCCEEDED with the output and an express ARN", out)
	}
	first, second := c.start(t, machine, "same", "{}"), c.start(t, machine, "same", "{}")
	if first == second {
		t.Errorf("got %s twice, want two executions of one name", first)
	}
	_, err = c.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &machine})
	checkError(t, err, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
	_, err = c.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String(c.create(t, "std", onePass))}, withoutHostPrefix)
	checkError(t, err, "StateMachineTypeNotSupported", "not supported")
}

func TestDescribeStateMachineForExecution(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", oneWait)
	execution := c.start(t, machine, "e", "{}")
	if _, err := c.UpdateStateMachine(t.Context(), &sfn.UpdateStateMachineInput{StateMachineArn: &machine, Definition: aws.String(onePass)}); err != nil {
		t.Fatal(err)
	}
	out, err := c.DescribeStateMachineForExecution(t.Context(), &sfn.DescribeStateMachineForExecutionInput{ExecutionArn: &execution})
	if err != nil || *out.Definition != oneWait {
		t.Errorf("got %+v, %v, want the definition it was started with", out, err)
	}
}

func TestCallersNeedPermission(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", onePass)
	cfg := doortest.AsRole(t, c.door, doortest.Serve(t, c.door), "starter",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"states:StartExecution","Resource":"`+machine+`"}}`)
	starter := sfn.NewFromConfig(cfg)
	out, err := starter.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &machine})
	if err != nil {
		t.Fatal(err)
	}
	_, err = starter.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: out.ExecutionArn})
	checkError(t, err, "AccessDeniedException", "states:DescribeExecution")
}

func TestCloseInterruptsExecutions(t *testing.T) {
	c := newCloud(t)
	execution := c.start(t, c.create(t, "m", oneWait), "e", "{}")
	begin := time.Now()
	c.service.Close()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("closing took %s, want less than 1s", took)
	}
	out, err := c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &execution})
	if err != nil || out.Status != types.ExecutionStatusRunning {
		t.Errorf("got %+v, %v, want RUNNING: it is interrupted, not over", out, err)
	}
}

func TestNothingIsRecordedAfterTheEnd(t *testing.T) {
	c := newCloud(t)
	machine := c.create(t, "m", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`)
	for i := range 20 {
		execution := c.start(t, machine, fmt.Sprint("e", i), "{}")
		if _, err := c.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &execution}); err != nil {
			t.Fatal(err)
		}
		out, err := c.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &execution, ReverseOrder: true, MaxResults: 1})
		if err != nil {
			t.Fatal(err)
		}
		// On a busy machine the history may be full before the execution is stopped.
		last := out.Events[0]
		full := last.Type == types.HistoryEventTypeExecutionFailed && last.Id == 25_000
		if last.Type != types.HistoryEventTypeExecutionAborted && !full {
			t.Fatalf("got the last event %d %s, want ExecutionAborted", last.Id, last.Type)
		}
	}
}
