package stepfunctions_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/stepfunctions"
	"eda-demo/local/store"
)

const (
	roleARN    = "arn:aws:iam::000000000000:role/machine"
	machinePre = "arn:aws:states:us-east-1:000000000000:stateMachine:"
	onePass    = `{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`
	oneWait    = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}`
)

// called is a call that a task made.
type called struct {
	operation, principal string
	input                string
}

// cloud is Step Functions behind a front door, with fakes of the services that
// tasks call.
type cloud struct {
	*sfn.Client
	door    *frontdoor.Door
	service *stepfunctions.Service

	mu      sync.Mutex
	calls   []called
	answers map[string]func(input json.RawMessage) (any, error)
}

// answer sets what an operation, such as "events.PutEvents", answers.
func (c *cloud) answer(operation string, f func(input json.RawMessage) (any, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[operation] = f
}

func (c *cloud) called() []called {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.calls)
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := newOffline(t)
	c.Client = sfn.NewFromConfig(doortest.Serve(t, c.door))
	return c
}

// newOffline is a cloud that is only called within the process.
func newOffline(t testing.TB) *cloud {
	t.Helper()
	return openOffline(t, store.Memory())
}

// openOffline is such a cloud with what a store has.
func openOffline(t testing.TB, kept *store.Store) *cloud {
	t.Helper()
	c := &cloud{door: doortest.NewDoor(t), answers: map[string]func(json.RawMessage) (any, error){}}
	var err error
	c.service, err = stepfunctions.New(stepfunctions.Config{
		Account: doortest.Account, Region: doortest.Region, Door: c.door, Store: kept, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.service.Close)
	c.door.Register(c.service.API()...)
	for service, operations := range map[string][]string{
		"events": {"PutEvents"}, "lambda": {"Invoke"}, "sqs": {"SendMessage"}, "sns": {"Publish"},
		"dynamodb": {"GetItem", "PutItem", "UpdateItem", "DeleteItem"}, "logs": {"CreateLogStream", "PutLogEvents"},
	} {
		c.fake(service, operations)
	}
	allow := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
		{"Effect":"Deny","Action":"events:PutEvents","Resource":"arn:aws:events:us-east-1:000000000000:event-bus/forbidden"}]}`
	role(t, c.door, "machine", allow)
	return c
}

// call calls an operation of Step Functions as the administrator.
func (c *cloud) call(t *testing.T, operation string, in map[string]any) map[string]any {
	t.Helper()
	var out map[string]any
	if err := c.door.Call(t.Context(), iam.Admin(doortest.Account), "states", operation, in, &out); err != nil {
		t.Fatalf("call %s: %v", operation, err)
	}
	return out
}

func role(t testing.TB, door *frontdoor.Door, name, policy string) {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	trusted, err := iam.ParsePolicy([]byte(trust))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := door.Directory().PutRole(name, trusted); err != nil {
		t.Fatal(err)
	}
	parsed, err := iam.ParsePolicy([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	if err := door.Directory().PutRolePolicy(name, "inline", parsed); err != nil {
		t.Fatal(err)
	}
}

// fake registers operations that note their calls and answer as told; {} if
// nothing was told.
func (c *cloud) fake(service string, operations []string) {
	fake := frontdoor.Service{Name: service, Protocol: frontdoor.JSON10, TargetPrefix: "Fake" + service}
	for _, operation := range operations {
		access := func(_ context.Context, in *json.RawMessage) ([]iam.Access, error) {
			var bus struct {
				Entries []struct{ EventBusName string }
			}
			resource := "*"
			if err := json.Unmarshal(*in, &bus); err == nil && len(bus.Entries) > 0 {
				resource = "arn:aws:events:us-east-1:000000000000:event-bus/" + bus.Entries[0].EventBusName
			}
			return []iam.Access{{Action: service + ":" + operation, Resource: resource}}, nil
		}
		fake.Operations = append(fake.Operations, frontdoor.Op(operation, access, func(ctx context.Context, in *json.RawMessage) (*json.RawMessage, error) {
			return c.perform(ctx, service+"."+operation, *in)
		}))
	}
	c.door.Register(fake)
}

func (c *cloud) perform(ctx context.Context, operation string, input json.RawMessage) (*json.RawMessage, error) {
	c.mu.Lock()
	c.calls = append(c.calls, called{operation, frontdoor.Caller(ctx).ARN, string(input)})
	answer := c.answers[operation]
	c.mu.Unlock()
	out := json.RawMessage(`{}`)
	if answer == nil {
		return &out, nil
	}
	value, err := answer(input)
	if err != nil {
		return nil, err
	}
	out, err = json.Marshal(value)
	return &out, err
}

func (c *cloud) create(t *testing.T, name, definition string, options ...func(*sfn.CreateStateMachineInput)) string {
	t.Helper()
	in := &sfn.CreateStateMachineInput{Name: aws.String(name), Definition: aws.String(definition), RoleArn: aws.String(roleARN)}
	for _, option := range options {
		option(in)
	}
	out, err := c.CreateStateMachine(t.Context(), in)
	if err != nil {
		t.Fatalf("create state machine %s: %v", name, err)
	}
	return *out.StateMachineArn
}

func express(in *sfn.CreateStateMachineInput) { in.Type = types.StateMachineTypeExpress }

func (c *cloud) start(t *testing.T, machine, name, input string) string {
	t.Helper()
	in := &sfn.StartExecutionInput{StateMachineArn: aws.String(machine), Input: aws.String(input)}
	if name != "" {
		in.Name = aws.String(name)
	}
	out, err := c.StartExecution(t.Context(), in)
	if err != nil {
		t.Fatalf("start an execution of %s: %v", machine, err)
	}
	return *out.ExecutionArn
}

// finish waits until an execution is over.
func (c *cloud) finish(t *testing.T, execution string) *sfn.DescribeExecutionOutput {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		out, err := c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String(execution)})
		if err != nil {
			t.Fatalf("describe %s: %v", execution, err)
		}
		if out.Status != types.ExecutionStatusRunning {
			return out
		}
	}
	t.Fatalf("execution %s still runs after 5s", execution)
	return nil
}

// execute runs a definition and returns "STATUS output" or "STATUS error: cause".
func (c *cloud) execute(t *testing.T, definition, input string) string {
	t.Helper()
	name := "m" + fmt.Sprint(time.Now().UnixNano())
	out := c.finish(t, c.start(t, c.create(t, name, definition), "", input))
	if out.Status == types.ExecutionStatusSucceeded {
		return fmt.Sprintf("%s %s", out.Status, aws.ToString(out.Output))
	}
	return fmt.Sprintf("%s %s: %s", out.Status, aws.ToString(out.Error), aws.ToString(out.Cause))
}

// story is a history in lines "id previous Type".
func (c *cloud) story(t *testing.T, execution string) []string {
	t.Helper()
	out, err := c.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(execution), MaxResults: 1000})
	if err != nil {
		t.Fatalf("get the history of %s: %v", execution, err)
	}
	var lines []string
	for _, e := range out.Events {
		lines = append(lines, fmt.Sprintf("%d %d %s", e.Id, e.PreviousEventId, e.Type))
	}
	return lines
}

func checkLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %s\n  %s\nwant\n  %s", what, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// checkError checks an error's code and that its message contains a text.
func checkError(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got error %v, want %s", err, code)
	}
	if api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), message) {
		t.Errorf("got %s: %s, want %s: …%s…", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

// withoutHostPrefix has StartSyncExecution sent to the endpoint itself.
func withoutHostPrefix(o *sfn.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("noHostPrefix", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
	})
}
