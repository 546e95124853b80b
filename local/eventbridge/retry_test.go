package eventbridge_test

import (
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
)

var unavailable = &frontdoor.Error{Code: "ServiceException", Message: "try later", Status: 503}

func target(policy string) string {
	return `{"Id":"t","Arn":"` + lambdaARN + `","DeadLetterConfig":{"Arn":"` + deadARN + `"}` + policy + `}`
}

// only has calls of one operation fail and all others succeed.
func only(operation string, err error) func(call) error {
	return func(c call) error {
		if c.operation == operation {
			return err
		}
		return nil
	}
}

func attributes(pairs ...string) map[string]any {
	all := map[string]any{"RULE_ARN": "", "TARGET_ARN": ""}
	pairs = append(pairs, "RULE_ARN", ruleARN, "TARGET_ARN", lambdaARN)
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = map[string]any{"DataType": "String", "StringValue": pairs[i+1]}
	}
	return all
}

// split returns the calls of the target and what was sent to queue dead.
func split(calls []call) (attempts []call, letters []map[string]any) {
	for _, c := range calls {
		if c.input["QueueUrl"] == "/000000000000/dead" {
			letters = append(letters, c.input)
		} else {
			attempts = append(attempts, c)
		}
	}
	return attempts, letters
}

func TestFailuresAreDeadLettered(t *testing.T) {
	cases := []struct {
		name, policy string
		err          error
		attempts     int
		within       time.Duration
		want         []string
	}{
		{"missing", "", &frontdoor.Error{Code: "ResourceNotFoundException", Message: "gone", Status: 404}, 1, 0,
			[]string{"ERROR_CODE", "NO_RESOURCE", "ERROR_MESSAGE", "ResourceNotFoundException: gone", "RETRY_ATTEMPTS", "0"}},
		{"refused input", "", frontdoor.Errorf("InvalidParameterValueException", "no"), 1, 0,
			[]string{"ERROR_CODE", "INVALID_PARAMETER", "ERROR_MESSAGE", "InvalidParameterValueException: no", "RETRY_ATTEMPTS", "0"}},
		{"no retries allowed", `,"RetryPolicy":{"MaximumRetryAttempts":0}`, unavailable, 1, 0,
			[]string{"ERROR_CODE", "ERROR_FROM_TARGET", "ERROR_MESSAGE", "ServiceException: try later", "RETRY_ATTEMPTS", "0", "EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"}},
		{"three retries", `,"RetryPolicy":{"MaximumRetryAttempts":3}`, frontdoor.Errorf("TooManyRequestsException", "slow down"), 4, time.Minute,
			[]string{"ERROR_CODE", "THROTTLING", "ERROR_MESSAGE", "TooManyRequestsException: slow down", "RETRY_ATTEMPTS", "3", "EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.rule(t, target(c.policy))
				f.answer = only("lambda.Invoke", c.err)
				id := f.put(t, `{"id":1.0,"t":"<"}`)
				time.Sleep(c.within)
				synctest.Wait()
				attempts, letters := split(f.received())
				if len(attempts) != c.attempts || len(letters) != 1 {
					t.Fatalf("got %d attempts and %d dead letters, want %d and 1", len(attempts), len(letters), c.attempts)
				}
				if got, want := letters[0]["MessageAttributes"], attributes(c.want...); !reflect.DeepEqual(got, any(want)) {
					t.Errorf("got attributes %v, want %v", got, want)
				}
				if got, want := letters[0]["MessageBody"], event(id, `{"id":1.0,"t":"<"}`); got != want {
					t.Errorf("got body %v, want %s", got, want)
				}
				if _, given := f.observed(); len(given) != 1 || given[0].Lost || given[0].EventID != id || given[0].Queue != deadARN {
					t.Errorf("got %+v, want one dead letter of event %s in %s", given, id, deadARN)
				}
			})
		})
	}
}

func TestMissingPermissionIsDeadLetteredAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(""))
		f.refuse["lambda.Invoke"] = true
		f.put(t, "{}")
		synctest.Wait()
		attempts, letters := split(f.received())
		want := attributes("ERROR_CODE", "NO_PERMISSIONS", "RETRY_ATTEMPTS", "0", "ERROR_MESSAGE",
			"User: events.amazonaws.com is not authorized to perform: lambda:Invoke on resource: * because no resource-based policy allows the lambda:Invoke action")
		if len(attempts) != 0 || len(letters) != 1 || !reflect.DeepEqual(letters[0]["MessageAttributes"], any(want)) {
			t.Errorf("got %d calls and dead letters %v, want none and %v", len(attempts), letters, want)
		}
	})
}

func TestMissingRoleIsDeadLetteredAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","RoleArn":"arn:aws:iam::000000000000:role/none"}`)
		f.put(t, "{}")
		synctest.Wait()
		if _, given := f.observed(); len(given) != 1 || given[0].Code != "FAILED_TO_ASSUME_ROLE" || !given[0].Lost {
			t.Errorf("got %+v, want FAILED_TO_ASSUME_ROLE", given)
		}
	})
}

func TestRetriesStopAfter24HoursOr185Times(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(""))
		f.answer = only("lambda.Invoke", unavailable)
		f.put(t, "{}")
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		attempts, letters := split(f.received())
		if len(letters) != 1 || len(attempts) < 150 || len(attempts) > 186 {
			t.Fatalf("got %d attempts and %d dead letters, want about 186 and 1", len(attempts), len(letters))
		}
		first, last := attempts[1].at.Sub(attempts[0].at), attempts[100].at.Sub(attempts[99].at)
		if first < 500*time.Millisecond || first > 1500*time.Millisecond || last < 4*time.Minute || last > 12*time.Minute {
			t.Errorf("got pauses of %v at first and %v later, want about 1s and 8m", first, last)
		}
	})
}

func TestRetriesStopAtTheMaximumAge(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(`,"RetryPolicy":{"MaximumEventAgeInSeconds":60}`))
		f.answer = only("lambda.Invoke", unavailable)
		f.put(t, "{}")
		time.Sleep(59 * time.Second)
		synctest.Wait()
		early, letters := split(f.received())
		if len(letters) != 0 {
			t.Fatalf("got a dead letter after 59s, want none before 60s")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		late, letters := split(f.received())
		if len(letters) != 1 {
			t.Fatalf("got %d dead letters after 61s, want 1", len(letters))
		}
		want := attributes("ERROR_CODE", "ERROR_FROM_TARGET", "ERROR_MESSAGE", "ServiceException: try later",
			"RETRY_ATTEMPTS", fmt.Sprint(len(early)+len(late)-1), "EXHAUSTED_RETRY_CONDITION", "MaximumEventAgeInSeconds")
		if got := letters[0]["MessageAttributes"]; !reflect.DeepEqual(got, any(want)) {
			t.Errorf("got attributes %v, want %v", got, want)
		}
	})
}

func TestDeliveryRecovers(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(""))
		failures := 3
		f.answer = func(call) error {
			if failures--; failures >= 0 {
				return unavailable
			}
			return nil
		}
		f.put(t, "{}")
		time.Sleep(time.Minute)
		attempts, letters := split(f.received())
		if len(attempts) != 4 || len(letters) != 0 || f.Stats().Delivered != 1 {
			t.Errorf("got %d attempts, %d dead letters, %+v; want 4, none, 1 delivered", len(attempts), len(letters), f.Stats())
		}
	})
}

func TestWithoutADeadLetterQueueTheLossIsSeen(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
		f.refuse["sqs.SendMessage"] = true
		id := f.put(t, "{}")
		synctest.Wait()
		_, given := f.observed()
		if len(given) != 1 || !given[0].Lost || given[0].EventID != id || given[0].LostBecause == "" || f.Stats().Lost != 1 {
			t.Errorf("got %+v and %+v, want event %s lost for a reason", given, f.Stats(), id)
		}
	})
}

func TestDeadLetterQueueOutOfReachIsTriedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(""))
		failures := 2
		f.answer = func(c call) error {
			if c.operation == "lambda.Invoke" {
				return frontdoor.Errorf("ResourceNotFoundException", "gone")
			}
			if failures--; failures >= 0 {
				return unavailable
			}
			return nil
		}
		f.put(t, "{}")
		time.Sleep(time.Minute)
		attempts, letters := split(f.received())
		if len(attempts) != 1 || len(letters) != 3 || f.Stats().DeadLettered != 1 {
			t.Errorf("got %d attempts, %d letters sent, %+v; want 1, 3, 1 dead-lettered", len(attempts), len(letters), f.Stats())
		}
	})
}

func TestDeadLetterQueueThatRefusesLosesVisibly(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, target(""))
		f.refuse["lambda.Invoke"], f.refuse["sqs.SendMessage"] = true, true
		f.put(t, "{}")
		synctest.Wait()
		_, given := f.observed()
		if len(given) != 1 || !given[0].Lost || given[0].Queue != deadARN || f.Stats().Lost != 1 {
			t.Errorf("got %+v and %+v, want one loss that names %s", given, f.Stats(), deadARN)
		}
	})
}
