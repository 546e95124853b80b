package lambda_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"eda-demo/local/resource"
)

// named are the properties of the function "f" with others beside.
func named(more string) string { return functionProperties(`,"FunctionName":"f"` + more) }

func (c *cloud) functionF(more string) resource.Definition {
	c.t.Helper()
	return c.mustCreate(definition("Function", "F", named(more)))
}

// identity is what a process of the test program says of itself.
type identity struct {
	PID     int
	Environ []string
}

func (i identity) variable(name string) string {
	for _, variable := range i.Environ {
		if value, is := strings.CutPrefix(variable, name+"="); is {
			return value
		}
	}
	return ""
}

func (c *cloud) who() identity {
	c.t.Helper()
	var id identity
	if err := json.Unmarshal(c.invoke(`{"do":"who"}`).Payload, &id); err != nil {
		c.t.Fatal(err)
	}
	return id
}

func (c *cloud) configuration() *sdk.GetFunctionConfigurationOutput {
	c.t.Helper()
	out, err := c.client.GetFunctionConfiguration(c.t.Context(), &sdk.GetFunctionConfigurationInput{FunctionName: aws.String("f")})
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// shown is the function as GetFunction shows it, without what changes with
// each update.
func (c *cloud) shown() string {
	c.t.Helper()
	out, err := c.client.GetFunction(c.t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("f")})
	if err != nil {
		c.t.Fatal(err)
	}
	out.Configuration.RevisionId, out.Configuration.LastModified = nil, nil
	raw, err := json.Marshal([]any{out.Configuration, out.Tags, out.Concurrency, out.Code})
	if err != nil {
		c.t.Fatal(err)
	}
	return string(raw)
}

func TestAFunctionIsCreatedOnce(t *testing.T) {
	c := start(t)
	d := c.functionF(`,"Tags":[{"Key":"a","Value":"b"}]`)
	for _, logicalID := range []string{"F", "G"} {
		again := definition("Function", logicalID, named(`,"Tags":[{"Key":"a","Value":"b"}]`))
		if _, err := c.typeOf(d).Create(t.Context(), again); err == nil || !strings.Contains(err.Error(), "Function already exist: f") {
			t.Errorf("created again as %s: error %v, want that it exists", logicalID, err)
		}
	}
}

// TestFunctionUpdates changes one property after the other, and back.
func TestFunctionUpdates(t *testing.T) {
	tests := []struct {
		name, more  string
		want        string // part of what is shown
		sameProcess bool
	}{
		{"nothing", ``, `"FunctionName":"f"`, true},
		{"Description", `,"Description":"new"`, `"Description":"new"`, true},
		{"Tags", `,"Tags":[{"Key":"a","Value":"b"}]`, `{"a":"b"}`, true},
		{"ReservedConcurrentExecutions", `,"ReservedConcurrentExecutions":7`, `"ReservedConcurrentExecutions":7`, true},
		{"DeadLetterConfig", `,"DeadLetterConfig":{"TargetArn":"` + queueARN + `"}`, queueARN, true},
		{"MemorySize", `,"MemorySize":256`, `"MemorySize":256`, false},
		{"Timeout", `,"Timeout":9`, `"Timeout":9`, false},
		{"Environment", `,"Environment":{"Variables":{"COLOUR":"red"}}`, `"COLOUR":"red"`, false},
		{"LoggingConfig", `,"LoggingConfig":{"LogFormat":"JSON","LogGroup":"own"}`, `"LogGroup":"own"`, false},
		{"TracingConfig", `,"TracingConfig":{"Mode":"Active"}`, `"Mode":"Active"`, false},
		{"EphemeralStorage", `,"EphemeralStorage":{"Size":1024}`, `"Size":1024`, false},
	}
	c := start(t)
	d := c.functionF("")
	was := c.shown()
	for _, test := range tests {
		first := c.who()
		d = c.update(d, named(test.more))
		if got := c.shown(); !strings.Contains(got, test.want) {
			t.Errorf("%s: shown as %s, want %s", test.name, got, test.want)
		}
		second := c.who()
		if same := first.PID == second.PID; same != test.sameProcess {
			t.Errorf("%s: processes %d and then %d, want the same: %v", test.name, first.PID, second.PID, test.sameProcess)
		}
		if test.name == "Environment" && second.variable("COLOUR") != "red" {
			t.Errorf("the program sees %v, want COLOUR=red", second.Environ)
		}
		d = c.update(d, named(""))
		if got := c.shown(); got != was {
			t.Errorf("%s, and back: shown as\n%s, want\n%s", test.name, got, was)
		}
	}
	eventually(t, "one process is left", func() bool { return c.service.Stats()["f"].Processes <= 1 })
}

func TestRefusedUpdatesChangeNothing(t *testing.T) {
	c := start(t)
	d := c.functionF(`,"Description":"old"`)
	was, id := c.shown(), c.who()
	for want, properties := range map[string]string{
		"Timeout":                  named(`,"Timeout":901`),
		"VpcConfig":                named(`,"VpcConfig":{}`),
		"PackageType":              named(`,"PackageType":"Image"`),
		"the role":                 strings.Replace(named(`,"Description":"new"`), "role/worker", "role/none", 1),
		"DeadLetterConfig":         named(`,"DeadLetterConfig":{"TargetArn":"arn:aws:sqs:x"}`),
		"minimum value":            named(`,"ReservedConcurrentExecutions":901`),
		"S3 Error Code: NoSuchKey": strings.Replace(named(""), `"S3Key":"k"`, `"S3Key":"none"`, 1),
	} {
		if _, err := c.tryUpdate(d, properties); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
	if got := c.shown(); got != was || c.who().PID != id.PID {
		t.Errorf("shown as\n%s, want\n%s and the same process", got, was)
	}
}

// TestInvocationsInProgressSurviveAnUpdate updates a function while a
// synchronous and an asynchronous invocation run.
func TestInvocationsInProgressSurviveAnUpdate(t *testing.T) {
	c := start(t)
	d := c.functionF("")
	answer := make(chan string, 1)
	go func() { answer <- string(c.invoke(`{"sleep":200,"text":"done"}`).Payload) }()
	c.send(`{"do":"exit","sleep":100}`)
	eventually(t, "both run", func() bool { return c.service.Stats()["f"].Invocations == 2 })
	c.update(d, named(`,"LoggingConfig":{"LogGroup":"new"}`))
	if got := <-answer; got != `"done"` {
		t.Errorf("the synchronous one: got %s, want its answer", got)
	}
	eventually(t, "all attempts have ended", func() bool { return c.queue.Pending() == 0 })
	if n := c.service.Stats()["f"].Invocations; n != 4 {
		t.Errorf("%d invocations, want 1 and 3 attempts", n)
	}
	groups := func() []any {
		var all []any
		for _, made := range c.calls.of("CreateLogStream") {
			all = append(all, made.input["logGroupName"])
		}
		slices.SortFunc(all, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		return all
	}
	want := "[/aws/lambda/f /aws/lambda/f new new]"
	eventually(t, "two processes of each configuration have logged", func() bool { return fmt.Sprint(groups()) == want })
}

func TestDeletedFunctionIsGone(t *testing.T) {
	c := start(t)
	d := c.functionF("")
	c.mustCreate(definition("Permission", "P", `{"FunctionName":"f","Action":"lambda:InvokeFunction","Principal":"events.amazonaws.com"}`))
	c.mustCreate(definition("EventInvokeConfig", "E", `{"FunctionName":"f","Qualifier":"$LATEST","DestinationConfig":{"OnFailure":{"Destination":"`+queueARN+`"}}}`))
	idle := c.who()
	answer := make(chan string, 1)
	go func() { answer <- string(c.invoke(`{"sleep":100,"text":"done"}`).Payload) }()
	c.send(`{"do":"fail","sleep":100}`)
	eventually(t, "both run", func() bool { return c.service.Stats()["f"].Invocations == 3 })
	for range 2 {
		c.remove(d)
	}
	_, err := c.client.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: aws.String("f")})
	_, invoking := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	if errorCode(err) != "ResourceNotFoundException" || errorCode(invoking) != "ResourceNotFoundException" {
		t.Errorf("got %v and, on invocation, %v; want that it is not found", err, invoking)
	}
	if got := <-answer; got != `"done"` {
		t.Errorf("an invocation in progress: got %s, want its answer", got)
	}
	eventually(t, "what was queued is dropped", func() bool { return c.queue.Pending() == 0 })
	if sent := c.calls.of("SendMessage"); len(sent) > 0 {
		t.Errorf("sent %v, want nothing: the destination went with the function", sent)
	}
	eventually(t, "its processes are gone", func() bool { return errors.Is(syscall.Kill(idle.PID, 0), syscall.ESRCH) })
	c.functionF("")
	if _, err := c.client.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f")}); errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("the policy of the next function of the name: %v, want none", err)
	}
	_, err = c.client.GetFunctionEventInvokeConfig(t.Context(), &sdk.GetFunctionEventInvokeConfigInput{FunctionName: aws.String("f")})
	if errorCode(err) != "ResourceNotFoundException" {
		t.Errorf("the event invoke config of the next function of the name: %v, want none", err)
	}
}

func TestFunctionIsTakenUpUnderItsName(t *testing.T) {
	c := start(t)
	d := definition("Function", "F", functionProperties(""))
	d.PhysicalID = "taken-up"
	if got := c.mustCreate(d).PhysicalID; got != "taken-up" {
		t.Errorf("got %s, want taken-up", got)
	}
	if _, err := c.client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("taken-up")}); err != nil {
		t.Error(err)
	}
}

// TestReplacementHasAnotherName creates a function beside the one that it is
// to replace.
func TestReplacementHasAnotherName(t *testing.T) {
	c := start(t)
	first := c.mustCreate(definition("Function", "F", functionProperties("")))
	second := definition("Function", "F", functionProperties(""))
	second.Generation = 1
	if got := c.mustCreate(second).PhysicalID; got == first.PhysicalID {
		t.Errorf("both are named %s", got)
	}
}

func TestImmutableProperties(t *testing.T) {
	c := start(t)
	want := map[string][]string{
		"Function": {"FunctionName", "PackageType"}, "EventInvokeConfig": {"FunctionName", "Qualifier"},
		"EventSourceMapping": {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp"},
		"Permission":         {"Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"},
	}
	for kind, immutable := range want {
		if got := c.service.Resources()["AWS::Lambda::"+kind].Immutable; !slices.Equal(got, immutable) {
			t.Errorf("%s: got %v, want %v", kind, got, immutable)
		}
	}
}
