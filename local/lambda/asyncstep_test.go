package lambda

import (
	"testing"
	"time"

	"eda-demo/local/lambda/sandbox"
	"eda-demo/local/resource"
)

func TestNextStepOfAnAsynchronousInvocation(t *testing.T) {
	ok, failed := &sandbox.Result{}, &sandbox.Result{Failed: true}
	one, minute := resource.Int(1), resource.Int(60)
	limited := eventInvoke{MaximumRetryAttempts: &one, MaximumEventAgeInSeconds: &minute}
	tests := []struct {
		name      string
		settings  eventInvoke
		task      asyncTask
		result    *sandbox.Result
		age       time.Duration
		condition string
		pause     time.Duration
	}{
		{"done", eventInvoke{}, asyncTask{}, ok, 0, "Success", 0},
		{"first failure", eventInvoke{}, asyncTask{}, failed, 0, "", time.Minute},
		{"second failure", eventInvoke{}, asyncTask{Failures: 1}, failed, 0, "", 2 * time.Minute},
		{"third failure", eventInvoke{}, asyncTask{Failures: 2}, failed, 0, "RetriesExhausted", 0},
		{"throttles don't count as failures", eventInvoke{}, asyncTask{Failures: 1, Throttles: 50}, failed, 0, "", 2 * time.Minute},
		{"first throttle", eventInvoke{}, asyncTask{}, nil, 0, "", time.Second},
		{"third throttle", eventInvoke{}, asyncTask{Throttles: 2}, nil, 0, "", 4 * time.Second},
		{"many throttles", eventInvoke{}, asyncTask{Throttles: 99}, nil, 0, "", 5 * time.Minute},
		{"throttled for six hours", eventInvoke{}, asyncTask{Throttles: 99}, nil, 6 * time.Hour, "EventAgeExceeded", 0},
		{"one retry allowed", limited, asyncTask{Failures: 1}, failed, 0, "RetriesExhausted", 0},
		{"too old for a retry", limited, asyncTask{}, failed, time.Second, "EventAgeExceeded", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.settings.next(nil, test.task, test.result, test.age)
			if got.condition != test.condition || got.pause != test.pause {
				t.Errorf("got %q after %v, want %q after %v", got.condition, got.pause, test.condition, test.pause)
			}
		})
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"f", "f:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:f:1", "000000000000:function:f", ":", "arn:"} {
		f.Add(seed, "")
	}
	s := &Service{config: Config{Account: "000000000000", Region: "us-east-1"}}
	f.Fuzz(func(t *testing.T, name, qualifier string) {
		r, err := s.parseReference(name, qualifier)
		if err == nil && !functionName.MatchString(r.name) {
			t.Errorf("parseReference(%q) gives the name %q, want a valid one or an error", name, r.name)
		}
	})
}

func FuzzDecodeAsync(f *testing.F) {
	f.Add([]byte("{\"Function\":\"f\"}\n{}"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		task, err := decodeAsync(raw)
		if err != nil {
			return
		}
		again, err := task.encode()
		if err != nil {
			t.Fatalf("encode what was decoded of %q: %v", raw, err)
		}
		back, err := decodeAsync(again)
		if err != nil || string(back.payload) != string(task.payload) || back.Function != task.Function {
			t.Errorf("decoded %+v, encoded and decoded again %+v, %v, want the same", task, back, err)
		}
	})
}
