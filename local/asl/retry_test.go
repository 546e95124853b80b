package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/asl"
)

// script is a task that fails with the given errors in turn, then succeeds.
func script(names ...string) taskFunc {
	calls := 0
	return func(context.Context, asl.TaskRequest) (json.RawMessage, error) {
		if calls++; calls > len(names) {
			return json.RawMessage(`"done"`), nil
		}
		return nil, &asl.Error{Name: names[calls-1], Cause: "c"}
	}
}

func TestRetry(t *testing.T) {
	const specExample = `[{"ErrorEquals":["A","B"],"IntervalSeconds":1,"BackoffRate":2,"MaxAttempts":2},{"ErrorEquals":["C"],"IntervalSeconds":5}]`
	tests := map[string]struct {
		retry  string
		errors []string
		want   string
		took   time.Duration
	}{
		"defaults":                       {`[{"ErrorEquals":["A"]}]`, []string{"A", "A", "A"}, `"done"`, 7 * time.Second},
		"used up":                        {`[{"ErrorEquals":["A"]}]`, []string{"A", "A", "A", "A"}, `"caught A"`, 7 * time.Second},
		"never":                          {`[{"ErrorEquals":["A"],"MaxAttempts":0},{"ErrorEquals":["States.ALL"]}]`, []string{"A"}, `"caught A"`, 0},
		"other error":                    {`[{"ErrorEquals":["A"]}]`, []string{"B"}, `"caught B"`, 0},
		"interval and rate":              {`[{"ErrorEquals":["A"],"IntervalSeconds":3,"MaxAttempts":2,"BackoffRate":1.5}]`, []string{"A", "A"}, `"done"`, 7500 * time.Millisecond},
		"longest delay":                  {`[{"ErrorEquals":["A"],"IntervalSeconds":3,"MaxDelaySeconds":4}]`, []string{"A", "A", "A"}, `"done"`, 11 * time.Second},
		"each retrier counts by itself":  {specExample, []string{"A", "B", "C", "B"}, `"caught B"`, 8 * time.Second},
		"task failed is any but timeout": {`[{"ErrorEquals":["States.TaskFailed"]}]`, []string{"Lambda.Unknown", "States.Timeout"}, `"caught States.Timeout"`, time.Second},
		"all":                            {`[{"ErrorEquals":["States.ALL"]}]`, []string{"X", "States.Timeout"}, `"done"`, 3 * time.Second},
		"all is not data limit":          {`[{"ErrorEquals":["States.ALL"]}]`, []string{"States.DataLimitExceeded"}, `States.DataLimitExceeded: c`, 0},
		"runtime by its name":            {`[{"ErrorEquals":["States.Runtime"]}]`, []string{"States.Runtime"}, `States.Runtime: c`, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := parse(t, one(`{"Type":"Task","Resource":"r","End":true,"Retry":`+tt.retry+`,"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.e","Next":"H"}]}`,
					`"H":{"Type":"Pass","Parameters":{"x.$":"States.Format('caught {}', $.e.Error)"},"OutputPath":"$.x","End":true}`))
				start := time.Now()
				if got := outcome(t.Context(), execution(m, `{}`, script(tt.errors...))); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
			})
		})
	}
}

func TestFullJitterStaysBelowTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, one(`{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["A"],"IntervalSeconds":10,"JitterStrategy":"FULL"}]}`))
		start := time.Now()
		outcome(t.Context(), execution(m, `{}`, script("A")))
		if took := time.Since(start); took >= 10*time.Second {
			t.Errorf("took %s, want less than 10s", took)
		}
	})
}

func TestRetryCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, one(`{"Type":"Task","Resource":"r","Parameters":{"n.$":"$$.State.RetryCount"},"Retry":[{"ErrorEquals":["States.TaskFailed"]}],"End":true}`))
		var seen []string
		tasks := func(_ context.Context, r asl.TaskRequest) (json.RawMessage, error) {
			if seen = append(seen, string(r.Input)); len(seen) < 3 {
				return nil, errors.New("no named error")
			}
			return r.Input, nil
		}
		if got, want := outcome(t.Context(), execution(m, `{}`, tasks)), `{"n":2}`; got != want {
			t.Errorf("got %s after %v, want %s", got, seen, want)
		}
	})
}

func TestCatch(t *testing.T) {
	handler := `"H":{"Type":"Pass","End":true}`
	tests := map[string]struct{ catch, want string }{
		"default result path":  {`{"ErrorEquals":["A"],"Next":"H"}`, `{"Cause":"c","Error":"A"}`},
		"result path":          {`{"ErrorEquals":["B","A"],"ResultPath":"$.error-info","Next":"H"}`, `{"error-info":{"Cause":"c","Error":"A"},"in":1}`},
		"result path null":     {`{"ErrorEquals":["States.TaskFailed"],"ResultPath":null,"Next":"H"}`, `{"in":1}`},
		"no catcher that fits": {`{"ErrorEquals":["B"],"Next":"H"}`, `A: c`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := parse(t, one(`{"Type":"Task","Resource":"r","OutputPath":"$.not.applied","Catch":[`+tt.catch+`],"End":true}`, handler))
			if got := outcome(t.Context(), execution(m, `{"in":1}`, script("A"))); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
