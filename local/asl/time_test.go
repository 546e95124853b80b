package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/asl"
)

// hang is a task that ends with its context only.
func hang(ctx context.Context, _ asl.TaskRequest) (json.RawMessage, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestWait(t *testing.T) {
	// A synctest bubble begins at this time.
	const begin = "2000-01-01T00:00:00Z"
	const failed = "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). "
	tests := map[string]struct {
		field, input, want string
		took               time.Duration
	}{
		"seconds":              {`"Seconds":10`, `{"a":1}`, `{"a":1}`, 10 * time.Second},
		"no seconds":           {`"Seconds":0`, `{"a":1}`, `{"a":1}`, 0},
		"timestamp":            {`"Timestamp":"2000-01-01T01:00:00+00:30"`, `{}`, `{}`, 30 * time.Minute},
		"timestamp past":       {`"Timestamp":"1999-01-01T01:00:00Z"`, `{}`, `{}`, 0},
		"seconds path":         {`"SecondsPath":"$.s"`, `{"s":3}`, `{"s":3}`, 3 * time.Second},
		"seconds path of text": {`"SecondsPath":"$.s"`, `{"s":"3"}`, failed + `The SecondsPath parameter cannot be parsed as a long value: $.s == 3`, 0},
		"seconds path below 0": {`"SecondsPath":"$.s"`, `{"s":-1}`, failed + `The SecondsPath parameter references a negative value: $.s == -1`, 0},
		"timestamp path":       {`"TimestampPath":"$.t"`, `{"t":"2000-01-01T00:00:05.5Z"}`, `{"t":"2000-01-01T00:00:05.5Z"}`, 5500 * time.Millisecond},
		"timestamp path without zone": {`"TimestampPath":"$.t"`, `{"t":"2000-01-01T00:00:05"}`,
			failed + `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2000-01-01T00:00:05`, 0},
		"too long": {`"TimestampPath":"$.t"`, `{"t":"2100-01-01T00:00:00Z"}`, failed + `Wait state delay is too long.`, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				if got := start.UTC().Format(time.RFC3339); got != begin {
					t.Fatalf("the test begins at %s, want %s", got, begin)
				}
				m := parse(t, one(`{"Type":"Wait",`+tt.field+`,"End":true}`))
				if got := outcome(t.Context(), execution(m, tt.input, nil)); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
			})
		})
	}
}

// TestWaitGoesOnAfterAnInterruption checks that only the state that was
// interrupted has waited before.
func TestWaitGoesOnAfterAnInterruption(t *testing.T) {
	for field, want := range map[string]time.Duration{
		`"Seconds":10`: 6*time.Second + 20*time.Second, `"Seconds":3`: 20 * time.Second,
		`"Timestamp":"2000-01-01T00:00:10Z"`: 10*time.Second + 20*time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			m := parse(t, one(`{"Type":"Pass","Next":"W"}`, `"W":{"Type":"Wait",`+field+`,"Next":"X"}`, `"X":{"Type":"Wait","Seconds":20,"End":true}`))
			if !m.HasState("W") || m.HasState("Y") {
				t.Errorf("HasState: W %t, Y %t, want true and false", m.HasState("W"), m.HasState("Y"))
			}
			e := execution(m, `{"a":1}`, nil)
			start := time.Now()
			e.From, e.Previous, e.Since = "W", 7, start.Add(-4*time.Second)
			if got := outcome(t.Context(), e); got != `{"a":1}` {
				t.Errorf("%s: got %s, want the input", field, got)
			}
			if took := time.Since(start); took != want {
				t.Errorf("%s: took %s, want %s", field, took, want)
			}
		})
	}
}

func TestTaskTimeouts(t *testing.T) {
	tests := map[string]struct {
		fields, want string
		took         time.Duration
	}{
		"timeout":                     {`"TimeoutSeconds":5`, "States.Timeout: ", 5 * time.Second},
		"timeout path":                {`"TimeoutSecondsPath":"$.t"`, "States.Timeout: ", 7 * time.Second},
		"heartbeat":                   {`"HeartbeatSeconds":2,"TimeoutSeconds":9`, "States.Timeout: ", 2 * time.Second},
		"heartbeat is caught by name": {`"HeartbeatSeconds":2,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"ResultPath":"$.e","Next":"H"}]`, `"States.Timeout"`, 2 * time.Second},
		"timeout is no heartbeat":     {`"TimeoutSeconds":2,"Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"H"}]`, `States.Timeout: `, 2 * time.Second},
		"timeout is caught":           {`"TimeoutSeconds":2,"Catch":[{"ErrorEquals":["States.Timeout"],"ResultPath":"$.e","Next":"H"}]`, `"States.Timeout"`, 2 * time.Second},
		"a bad timeout path": {`"TimeoutSecondsPath":"$.none"`,
			`States.Runtime: An error occurred while executing the state 'S' (entered at the event id #1). Invalid path '$.none' : No results for path: $["none"]`, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rest := []string{}
				if tt.fields[len(tt.fields)-1] == ']' {
					rest = append(rest, `"H":{"Type":"Pass","OutputPath":"$.e.Error","End":true}`)
				}
				m := parse(t, one(`{"Type":"Task","Resource":"r","End":true,`+tt.fields+`}`, rest...))
				start := time.Now()
				if got := outcome(t.Context(), execution(m, `{"t":7}`, hang)); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %s, want %s", took, tt.took)
				}
			})
		})
	}
}

func TestHeartbeatsKeepATaskAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := parse(t, one(`{"Type":"Task","Resource":"r.waitForTaskToken","HeartbeatSeconds":5,"End":true}`))
		e := execution(m, `{}`, func(_ context.Context, r asl.TaskRequest) (json.RawMessage, error) {
			if err := r.Submitted(json.RawMessage(`{}`)); err != nil {
				return nil, err
			}
			for range 3 {
				time.Sleep(4 * time.Second)
				r.Beat()
			}
			return json.RawMessage(`"alive"`), nil
		})
		if got, want := outcome(t.Context(), e), `"alive"`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		var types []asl.EventType
		for _, event := range e.History.(*journal).events {
			types = append(types, event.Type)
		}
		want := []asl.EventType{asl.StateEntered, asl.TaskScheduled, asl.TaskStarted, asl.TaskSubmitted, asl.TaskSucceeded, asl.StateExited}
		if !slices.Equal(types, want) {
			t.Errorf("got events %v, want %v", types, want)
		}
	})
}

func TestStop(t *testing.T) {
	stopped := errors.New("stopped")
	states := map[string]string{
		"task":     one(`{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}]}`, `"H":{"Type":"Succeed"}`),
		"wait":     one(`{"Type":"Wait","Seconds":99,"End":true}`),
		"parallel": `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[` + one(`{"Type":"Wait","Seconds":99,"End":true}`) + `]}}}`,
	}
	for name, definition := range states {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(stopped) })
				_, _, err := execution(parse(t, definition), `{}`, hang).Run(ctx)
				if !errors.Is(err, stopped) {
					t.Errorf("got error %v, want %v", err, stopped)
				}
			})
		})
	}
}
