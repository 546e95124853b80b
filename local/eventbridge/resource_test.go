package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/resource"
)

func handle(t *testing.T, f *fixture, kind, properties string) (resource.Instance, error) {
	t.Helper()
	return f.Resources()[kind].Create(t.Context(), resource.Definition{
		LogicalID: "Thing", Type: kind, Properties: json.RawMessage(properties), Stack: doortest.Stack(),
	})
}

func create(t *testing.T, f *fixture, kind, properties string) resource.Instance {
	t.Helper()
	instance, err := handle(t, f, kind, properties)
	if err != nil {
		t.Fatalf("create %s: %v", kind, err)
	}
	return instance
}

func TestResourcesRouteAnEvent(t *testing.T) {
	inBubble(t, func(t *testing.T, f *fixture) {
		bus := create(t, f, "AWS::Events::EventBus", `{"Name":"orders","Description":"d","Tags":[{"Key":"k","Value":"v"}]}`)
		if bus.ID != "orders" || bus.Attributes["Arn"] != "arn:aws:events:us-east-1:000000000000:event-bus/orders" || bus.Attributes["Name"] != "orders" {
			t.Errorf("got bus %+v, want orders with Arn and Name", bus)
		}
		rule := create(t, f, "AWS::Events::Rule", `{"Name":"r","EventBusName":"orders","State":"ENABLED",
			"EventPattern":{"source":["order-service"],"detail-type":["OrderCreated"]},
			"Targets":[{"Id":"Target0","Arn":"`+queueARN+`","RetryPolicy":{"MaximumRetryAttempts":"3","MaximumEventAgeInSeconds":3600},
				"DeadLetterConfig":{"Arn":"`+deadARN+`"},"InputPath":"$.detail"}]}`)
		if rule.ID != "orders|r" || rule.Attributes["Arn"] != ruleARN {
			t.Errorf("got rule %+v, want orders|r with Arn %s", rule, ruleARN)
		}
		f.put(t, `{"id":1}`)
		synctest.Wait()
		if calls := f.received(); len(calls) != 1 || calls[0].input["MessageBody"] != `{"id":1}` {
			t.Errorf("got %v, want the event's detail in the queue", calls)
		}
	})
}

func TestRuleOnTheDefaultBusIsNamedAfterTheStack(t *testing.T) {
	rule := create(t, newFixture(t), "AWS::Events::Rule", `{"EventPattern":"{\"source\":[\"s\"]}"}`)
	if !strings.HasPrefix(rule.ID, "Test-Thing-") || len(rule.ID) != len("Test-Thing-")+12 {
		t.Errorf("got Ref %s, want Test-Thing- and 12 characters", rule.ID)
	}
	if want := "arn:aws:events:us-east-1:000000000000:rule/" + rule.ID; rule.Attributes["Arn"] != want {
		t.Errorf("got Arn %v, want %s", rule.Attributes["Arn"], want)
	}
}

func TestBusWithPolicy(t *testing.T) {
	bus := create(t, newFixture(t), "AWS::Events::EventBus", `{"Name":"b","LogConfig":{"Level":"OFF"},"Policy":{"Version":"2012-10-17",
		"Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"*"}]}}`)
	if text, _ := bus.Attributes["Policy"].(string); !strings.Contains(text, `"Sid":"a"`) {
		t.Errorf("got Policy %v, want the statement", bus.Attributes["Policy"])
	}
}

func TestResourceRefusals(t *testing.T) {
	rule := func(members string) string { return `{"EventPattern":{"source":["s"]},` + members + `}` }
	one := func(members string) string {
		return rule(`"Targets":[{"Id":"t","Arn":"` + queueARN + `",` + members + `}]`)
	}
	cases := []struct{ kind, properties, message string }{
		{"EventBus", `{"Name":"b","KmsKeyIdentifier":"k"}`, "KmsKeyIdentifier"},
		{"EventBus", `{"Name":"b","LogConfig":{"Level":"INFO"}}`, "INFO"},
		{"EventBus", `{"Name":"a b"}`, "'name'"},
		{"EventBus", `{"Name":"default"}`, "already exists"},
		{"EventBusPolicy", `{"StatementId":"s","Action":"events:PutEvents","Principal":"*"}`, "Action"},
		{"EventBusPolicy", `{"StatementId":"s","EventBusName":"none","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`, "none"},
		{"EventBusPolicy", `{"StatementId":"s","Statement":{"Effect":"Perhaps"}}`, "Perhaps"},
		{"Rule", `{"ScheduleExpression":"rate(1 hour)"}`, "ScheduleExpression is not supported"},
		{"Rule", `{"EventPattern":{"source":"s"}}`, `"source" must be`},
		{"Rule", `{}`, "EventPattern"},
		{"Rule", rule(`"EventBusName":"none"`), "Event bus none does not exist"},
		{"Rule", rule(`"RoleArn":"arn"`), "RoleArn"},
		{"Rule", rule(`"Unknown":1`), "Unknown"},
		{"Rule", one(`"SqsParameters":{"MessageGroupId":"g"}`), "SqsParameters"},
		{"Rule", one(`"RetryPolicy":{"MaximumRetryAttempts":999}`), "maximumRetryAttempts"},
		{"Rule", one(`"InputTransformer":{"InputTemplate":"<x>"}`), "<x>"},
	}
	for _, c := range cases {
		_, err := handle(t, newFixture(t), "AWS::Events::"+c.kind, c.properties)
		if err == nil || !strings.Contains(fmt.Sprint(err), c.message) {
			t.Errorf("%s %s: got %v, want an error about %s", c.kind, c.properties, err, c.message)
		}
	}
}
