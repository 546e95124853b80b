package lambda_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
)

func TestPermissionLifecycle(t *testing.T) {
	c := start(t)
	f := c.functionF("")
	properties := `{"FunctionName":"` + functionARN + `","Action":"lambda:InvokeFunction","Principal":"events.amazonaws.com"}`
	first := c.mustCreate(definition("Permission", "P", properties))
	if _, err := c.typeOf(first).Create(t.Context(), definition("Permission", "P", properties)); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("created again: error %v, want that the statement exists", err)
	}
	second := definition("Permission", "P", properties)
	second.Generation = 1
	second = c.mustCreate(second)
	policy := func() string {
		out, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f")})
		if err != nil {
			return errorCode(err)
		}
		return *out.Policy
	}
	for range 2 {
		c.remove(first)
		if got := policy(); strings.Contains(got, first.PhysicalID) || !strings.Contains(got, second.PhysicalID) {
			t.Errorf("policy %s, want the second statement only", got)
		}
	}
	c.remove(second)
	if got := policy(); got != "ResourceNotFoundException" {
		t.Errorf("policy %s, want none", got)
	}
	taken := definition("Permission", "P", properties)
	taken.PhysicalID = "statement-1"
	taken = c.mustCreate(taken)
	if got := policy(); !strings.Contains(got, `"statement-1"`) {
		t.Errorf("policy %s, want the statement under its id", got)
	}
	c.remove(f)
	c.remove(taken)
}

func TestEventInvokeConfigLifecycle(t *testing.T) {
	c := start(t)
	f := c.functionF("")
	properties := func(more string) string { return `{"FunctionName":"f","Qualifier":"$LATEST"` + more + `}` }
	shown := func() string {
		out, err := c.client.GetFunctionEventInvokeConfig(t.Context(), &sdk.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
		if err != nil {
			return errorCode(err)
		}
		raw, err := json.Marshal([]any{out.MaximumRetryAttempts, out.MaximumEventAgeInSeconds, out.DestinationConfig})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	d := c.mustCreate(definition("EventInvokeConfig", "E", properties("")))
	if _, err := c.tryCreate("EventInvokeConfig", properties("")); err == nil || !strings.Contains(err.Error(), "already has") {
		t.Errorf("a second one: error %v, want that there is one", err)
	}
	was := shown()
	for more, want := range map[string]string{
		`,"MaximumRetryAttempts":1`:                                             "[1,null",
		`,"MaximumEventAgeInSeconds":60`:                                        "[null,60",
		`,"DestinationConfig":{"OnSuccess":{"Destination":"` + queueARN + `"}}`: queueARN,
	} {
		d = c.update(d, properties(more))
		if got := shown(); !strings.Contains(got, want) {
			t.Errorf("updated by %s: got %s, want %s", more, got, want)
		}
		if _, err := c.tryUpdate(d, properties(`,"MaximumRetryAttempts":3`)); err == nil || !strings.Contains(shown(), want) {
			t.Errorf("a refused update: error %v, then %s; want an error and %s", err, shown(), want)
		}
		d = c.update(d, properties(""))
		if got := shown(); got != was {
			t.Errorf("updated by %s and back: got %s, want %s", more, got, was)
		}
	}
	c.remove(d)
	later := c.mustCreate(definition("EventInvokeConfig", "Later", properties("")))
	c.remove(d) // which is gone, and not the later one
	if got := shown(); got != was {
		t.Errorf("after the deletion of another: got %s, want %s", got, was)
	}
	c.remove(later)
	if got := shown(); got != "ResourceNotFoundException" {
		t.Errorf("deleted: got %s, want none", got)
	}
	if _, err := c.tryUpdate(later, properties("")); err == nil {
		t.Error("updated although it is deleted")
	}
	c.remove(f)
	c.remove(d)
}
