package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

// inBubble runs f with time under control; every delivery that needs no waiting
// is over when synctest.Wait returns.
func inBubble(t *testing.T, f func(t *testing.T, f *fixture)) {
	synctest.Test(t, func(t *testing.T) { f(t, newFixture(t)) })
}

func allowRole(t *testing.T, f *fixture, policy string) string {
	t.Helper()
	role, err := f.door.Directory().PutRole("target", mustPolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if policy != "" {
		if err := f.door.Directory().PutRolePolicy("target", "p", mustPolicy(policy)); err != nil {
			t.Fatal(err)
		}
	}
	return role.ARN
}

func TestEachKindOfTargetReceivesTheEvent(t *testing.T) {
	detail := `{"id":101,"amount":1.50,"text":"<a & b>"}`
	asRule := iam.Service("events.amazonaws.com", account, ruleARN)
	logs := `{"Id":"t","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:eda-demo-all"}`
	cases := []struct {
		target, operation string
		want              func(event string) map[string]any
	}{
		{`{"Id":"t","Arn":"` + lambdaARN + `"}`, "lambda.Invoke", func(event string) map[string]any {
			return map[string]any{"FunctionName": lambdaARN, "InvocationType": "Event", "Payload": decoded(event)}
		}},
		{`{"Id":"t","Arn":"` + queueARN + `"}`, "sqs.SendMessage", func(event string) map[string]any {
			return map[string]any{"QueueUrl": "/000000000000/q", "MessageBody": event}
		}},
		{`{"Id":"t","Arn":"arn:aws:sns:us-east-1:000000000000:topic"}`, "sns.Publish", func(event string) map[string]any {
			return map[string]any{"TopicArn": "arn:aws:sns:us-east-1:000000000000:topic", "Message": event}
		}},
		{logs, "logs.PutLogEvents", func(event string) map[string]any {
			return map[string]any{"logGroupName": "eda-demo-all", "logEvents": []any{map[string]any{"timestamp": 1750000000000.0, "message": event}}}
		}},
	}
	for _, c := range cases {
		t.Run(c.operation, func(t *testing.T) {
			inBubble(t, func(t *testing.T, f *fixture) {
				f.rule(t, c.target)
				id := f.put(t, `{ "id": 101, "amount": 1.50, "text": "<a & b>" }`)
				synctest.Wait()
				calls := f.received()
				got := calls[len(calls)-1]
				delete(got.input, "logStreamName")
				if want := c.want(event(id, detail)); got.operation != c.operation || !reflect.DeepEqual(got.input, want) {
					t.Errorf("got %s(%v), want %s(%v)", got.operation, got.input, c.operation, want)
				}
				if got.caller != asRule {
					t.Errorf("got caller %+v, want %+v", got.caller, asRule)
				}
			})
		})
	}
}

func TestEnvelopeKeepsItsCharacters(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.as(t, "PutRule", `{"Name":"all","EventPattern":"{\"source\":[{\"exists\":true}]}"}`)
		f.as(t, "PutTargets", `{"Rule":"all","Targets":[{"Id":"q","Arn":"`+queueARN+`"}]}`)
		f.as(t, "PutEvents", `{"Entries":[{"Source":"a&b","DetailType":"<\"é\">","Detail":"{\"t\":\"<&>\"}","Time":0.5}]}`)
		synctest.Wait()
		body, _ := f.received()[0].input["MessageBody"].(string)
		id, _, _ := strings.Cut(strings.TrimPrefix(body, `{"version":"0","id":"`), `"`)
		want := `{"version":"0","id":"` + id + `","detail-type":"<\"é\">","source":"a&b","account":"000000000000",` +
			`"time":"1970-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{"t":"<&>"}}`
		if body != want || len(id) != 36 {
			t.Errorf("got %s, want %s", body, want)
		}
	})
}

func decoded(event string) any {
	var value any
	if err := json.Unmarshal([]byte(event), &value); err != nil {
		panic(err)
	}
	return value
}

func TestLogStreamIsCreatedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:g:*"}`)
		f.put(t, "{}")
		synctest.Wait()
		f.put(t, "{}")
		synctest.Wait()
		var got []string
		for _, c := range f.received() {
			got = append(got, c.operation)
		}
		if want := "[logs.CreateLogStream logs.PutLogEvents logs.PutLogEvents]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}

func TestDeletedLogStreamIsCreatedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:g"}`)
		exists := false
		f.answer = func(c call) error {
			if c.operation == "logs.CreateLogStream" {
				exists = true
				return nil
			}
			if !exists {
				return frontdoor.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
			}
			return nil
		}
		for range 2 {
			f.put(t, "{}")
			synctest.Wait()
			exists = false
		}
		if stats := f.Stats(); stats.Delivered != 2 {
			t.Errorf("got %+v, want both events delivered", stats)
		}
	})
}

func TestStateMachineIsStartedInTheRoleUnderOneName(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		role := allowRole(t, f, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"states:StartExecution","Resource":"*"}}`)
		f.rule(t, `{"Id":"t","Arn":"arn:aws:states:us-east-1:000000000000:stateMachine:m","RoleArn":"`+role+`"}`)
		attempts := 0
		f.answer = func(call) error {
			if attempts++; attempts == 1 {
				return &frontdoor.Error{Code: "InternalServerError", Status: 500}
			}
			return frontdoor.Errorf("ExecutionAlreadyExists", "it exists")
		}
		id := f.put(t, "{}")
		time.Sleep(time.Minute)
		calls := f.received()
		if len(calls) != 2 {
			t.Fatalf("got %d calls, want 2: the first fails, the second finds that it got through", len(calls))
		}
		first, second := calls[0], calls[1]
		if first.input["input"] != event(id, "{}") || first.caller.RoleARN != role {
			t.Errorf("got %v as %s, want the event as %s", first.input, first.caller.RoleARN, role)
		}
		name, _ := first.input["name"].(string)
		if second.input["name"] != name || !strings.HasPrefix(name, id+"_") || len(name) > 80 {
			t.Errorf("got names %s and %v, want the same twice, of at most 80 characters with the event id", name, second.input["name"])
		}
		if stats := f.Stats(); stats.Delivered != 1 {
			t.Errorf("got %+v, want 1 delivered", stats)
		}
	})
}

func TestEventGoesToAnotherBusOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		role := allowRole(t, f, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"events:PutEvents","Resource":"*"}}`)
		toBus := func(name string) string {
			return `{"Id":"t","Arn":"arn:aws:events:us-east-1:000000000000:event-bus/` + name + `","RoleArn":"` + role + `"}`
		}
		f.rule(t, toBus("default"))
		f.as(t, "CreateEventBus", `{"Name":"third"}`)
		f.as(t, "PutRule", `{"Name":"next","EventPattern":"{\"source\":[\"order-service\"]}"}`)
		f.as(t, "PutTargets", `{"Rule":"next","Targets":[`+toBus("third")+`,{"Id":"q","Arn":"`+queueARN+`"}]}`)
		id := f.put(t, `{"n":1.0}`)
		synctest.Wait()
		calls := f.received()
		if len(calls) != 1 || calls[0].input["MessageBody"] != event(id, `{"n":1.0}`) {
			t.Errorf("got %v, want the event unchanged from the second bus", calls)
		}
		accepted, given := f.observed()
		var buses []string
		for _, a := range accepted {
			buses = append(buses, a.Bus+" "+a.ID)
		}
		if want := fmt.Sprintf("[orders %s default %s]", id, id); fmt.Sprint(buses) != want {
			t.Errorf("got events on %v, want %v", buses, want)
		}
		if len(given) != 1 || !given[0].Lost || given[0].Code != "THIRD_ACCOUNT_HOP_DETECTED" {
			t.Errorf("got %+v, want the delivery to the third bus given up", given)
		}
	})
}

func TestBusPolicyDecidesWhatComesFromAnotherBus(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		f.rule(t, `{"Id":"t","Arn":"arn:aws:events:us-east-1:000000000000:event-bus/default"}`)
		f.put(t, "{}")
		synctest.Wait()
		if _, given := f.observed(); len(given) != 1 || given[0].Code != "NO_PERMISSIONS" {
			t.Errorf("without a policy: got %+v, want NO_PERMISSIONS", given)
		}
		create(t, f, "AWS::Events::EventBusPolicy", `{"StatementId":"s","EventBusName":"default","Statement":{"Sid":"s","Effect":"Allow",
			"Principal":{"Service":"events.amazonaws.com"},"Action":"events:PutEvents","Resource":"arn:aws:events:us-east-1:000000000000:event-bus/default",
			"Condition":{"ArnEquals":{"aws:SourceArn":"`+ruleARN+`"}}}}`)
		f.put(t, "{}")
		synctest.Wait()
		if stats := f.Stats(); stats.Delivered != 1 {
			t.Errorf("with a policy: got %+v, want 1 delivered", stats)
		}
	})
}

func TestObserverSeesTheEvent(t *testing.T) {
	f := newFixture(t)
	f.rule(t, `{"Id":"t","Arn":"`+queueARN+`"}`)
	id := f.put(t, `{"id":101}`)
	accepted, _ := f.observed()
	if len(accepted) != 1 {
		t.Fatalf("got %d events, want 1", len(accepted))
	}
	got := accepted[0]
	if got.Bus != "orders" || got.ID != id || got.Source != "order-service" || got.DetailType != "OrderCreated" ||
		string(got.Detail) != `{"id":101}` || fmt.Sprint(got.Rules) != "[r]" || got.Lost {
		t.Errorf("got %+v, want the event with rule r", got)
	}
}
