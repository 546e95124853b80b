package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"eda-demo/local/delivery"
	"eda-demo/local/dynamodb"
	"eda-demo/local/eventbridge"
	"eda-demo/local/frontdoor"
	"eda-demo/local/frontdoor/doortest"
	"eda-demo/local/iam"
	"eda-demo/local/logs"
	localsqs "eda-demo/local/sqs"
	"eda-demo/local/stepfunctions"
	"eda-demo/local/store"
)

const (
	stackARN    = "arn:aws:cloudformation:us-east-1:000000000000:stack/EdaDemo/1"
	functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
)

// world is an account with the services that ops calls. Lambda and
// CloudFormation are fakes.
type world struct {
	door  *frontdoor.Door
	admin aws.Config
	root  *account // the administrator's

	resources []stackResource
	outputs   []stackOutput

	mu     sync.Mutex
	events []invoked
	// answer is what the function answers to a synchronous invocation; nil is {}.
	answer func() (payload string, failed bool)
	onCall func() // is called with each invocation
}

// invoked is an invocation that the fake Lambda got.
type invoked struct{ function, kind, payload string }

type stackResource struct {
	LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus string
}

func TestMain(m *testing.M) {
	poll = 0
	os.Exit(m.Run())
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{door: doortest.NewDoor(t)}
	log := slog.New(slog.DiscardHandler)
	queue := delivery.New(log, 0.001, store.Memory())
	t.Cleanup(queue.Close)
	w.admin = doortest.Serve(t, w.door)
	queues, err := localsqs.New(doortest.Account, doortest.Region, *w.admin.BaseEndpoint, store.Memory())
	must(t, err)
	groups, err := logs.New(doortest.Account, doortest.Region, store.Memory())
	must(t, err)
	machines, err := stepfunctions.New(stepfunctions.Config{Account: doortest.Account, Region: doortest.Region, Door: w.door, Store: store.Memory(), Log: log})
	must(t, err)
	t.Cleanup(machines.Close)
	tables, err := dynamodb.New(dynamodb.Config{Account: doortest.Account, Region: doortest.Region, Store: store.Memory(), Log: log})
	must(t, err)
	buses, err := eventbridge.New(eventbridge.Config{Account: doortest.Account, Region: doortest.Region, Door: w.door, Queue: queue, Log: log})
	must(t, err)
	for _, apis := range [][]frontdoor.Service{queues.API(), groups.API(), machines.API(), tables.API(), buses.API(), {w.lambda(), w.cloudformation()}} {
		w.door.Register(apis...)
	}
	w.root = accountOf(w.admin)
	w.act(t, w.root)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// act has ops act with an account's credentials.
func (w *world) act(t *testing.T, as *account) {
	before := newAccount
	newAccount = func(context.Context) (*account, error) { return as, nil }
	t.Cleanup(func() { newAccount = before })
}

// asOperator has ops act in a role that has the policy which it prints.
func (w *world) asOperator(t *testing.T) {
	t.Helper()
	status, out := w.run(t, "", "policy")
	if status != 0 {
		t.Fatalf("policy: status %d: %s", status, out)
	}
	w.act(t, accountOf(doortest.AsRole(t, w.door, w.admin, "operator", out)))
}

type invokeInput struct {
	FunctionName, Qualifier, Kind string
	Payload                       json.RawMessage
}

type invokeOutput struct {
	payload string
	failed  bool
	status  int
}

func (w *world) lambda() frontdoor.Service {
	access := func(_ context.Context, in *invokeInput) ([]iam.Access, error) {
		return []iam.Access{{Action: "lambda:InvokeFunction", Resource: in.FunctionName}}, nil
	}
	op := frontdoor.Op("Invoke", access, w.invoke).At("POST /2015-03-31/functions/{FunctionName}/invocations", http.StatusOK)
	op = frontdoor.Reading(op, func(r *http.Request, body []byte, in *invokeInput) error {
		in.Kind, in.Payload = r.Header.Get("X-Amz-Invocation-Type"), body
		return nil
	})
	op = frontdoor.Writing(op, func(out http.ResponseWriter, o *invokeOutput) {
		if o.failed {
			out.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		out.WriteHeader(o.status)
		out.Write([]byte(o.payload))
	})
	return frontdoor.Service{Name: "lambda", Protocol: frontdoor.RESTJSON, Operations: []frontdoor.Operation{op}}
}

func (w *world) invoke(_ context.Context, in *invokeInput) (*invokeOutput, error) {
	if !strings.HasPrefix(in.FunctionName, functionARN) {
		return nil, &frontdoor.Error{Code: "ResourceNotFoundException", Message: "Function not found: " + in.FunctionName, Status: http.StatusNotFound}
	}
	w.mu.Lock()
	w.events = append(w.events, invoked{in.FunctionName, in.Kind, string(in.Payload)})
	w.mu.Unlock()
	if w.onCall != nil {
		w.onCall()
	}
	if in.Kind == "Event" {
		return &invokeOutput{status: http.StatusAccepted}, nil
	}
	out := &invokeOutput{payload: "{}", status: http.StatusOK}
	if w.answer != nil {
		out.payload, out.failed = w.answer()
	}
	return out, nil
}

func (w *world) invocations() []invoked {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.events
}

type stackInput struct{ StackName, NextToken string }

type describedStack struct {
	StackName, StackId, StackStatus, CreationTime string

	Outputs []stackOutput
}

type stackOutput struct{ OutputKey, OutputValue string }

func (w *world) cloudformation() frontdoor.Service {
	access := func(action string) func(context.Context, *stackInput) ([]iam.Access, error) {
		return func(context.Context, *stackInput) ([]iam.Access, error) {
			return []iam.Access{{Action: "cloudformation:" + action, Resource: stackARN}}, nil
		}
	}
	described := func(_ context.Context, in *stackInput) (*struct{ Stacks []describedStack }, error) {
		if in.StackName != "EdaDemo" {
			return nil, frontdoor.Errorf("ValidationError", "Stack with id %s does not exist", in.StackName)
		}
		return &struct{ Stacks []describedStack }{[]describedStack{{in.StackName, stackARN, "CREATE_COMPLETE", "2026-11-20T00:00:00Z", w.outputs}}}, nil
	}
	listed := func(context.Context, *stackInput) (*struct{ StackResourceSummaries []stackResource }, error) {
		return &struct{ StackResourceSummaries []stackResource }{w.resources}, nil
	}
	return frontdoor.Service{
		Name: "cloudformation", Protocol: frontdoor.Query, Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
		Operations: []frontdoor.Operation{
			frontdoor.Op("DescribeStacks", access("DescribeStacks"), described),
			frontdoor.Op("ListStackResources", access("ListStackResources"), listed),
		},
	}
}

// has says that the stack has a resource.
func (w *world) has(kind, id string) {
	w.resources = append(w.resources, stackResource{id, id, kind, "CREATE_COMPLETE"})
}

// queue makes a queue of the stack and returns its URL.
func (w *world) queue(t *testing.T, name string) string {
	t.Helper()
	out, err := w.root.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	must(t, err)
	w.has("AWS::SQS::Queue", *out.QueueUrl)
	return *out.QueueUrl
}

// letter puts a message into a queue.
func (w *world) letter(t *testing.T, url, body string, attributes map[string]string) {
	t.Helper()
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageAttributes: map[string]sqstypes.MessageAttributeValue{}}
	for name, value := range attributes {
		in.MessageAttributes[name] = sqstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	_, err := w.root.queues.SendMessage(t.Context(), in)
	must(t, err)
}

// left counts the messages of a queue that anybody can receive now.
func (w *world) left(t *testing.T, url string) string {
	t.Helper()
	out, err := w.root.queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	})
	must(t, err)
	return out.Attributes["ApproximateNumberOfMessages"] + " visible, " + out.Attributes["ApproximateNumberOfMessagesNotVisible"] + " hidden"
}

// run runs ops with the given answers on its input.
func (w *world) run(t *testing.T, answers string, arguments ...string) (status int, printed string) {
	t.Helper()
	var out bytes.Buffer
	status = run(t.Context(), console{strings.NewReader(answers), &out, &out}, arguments)
	return status, out.String()
}

// expect runs ops and compares its status, and what it has to print.
func (w *world) expect(t *testing.T, want int, texts []string, arguments ...string) {
	t.Helper()
	status, out := w.run(t, "", arguments...)
	if status != want {
		t.Errorf("ops %s: status %d, want %d; it printed:\n%s", strings.Join(arguments, " "), status, want, out)
	}
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("ops %s printed\n%s\nwant it to say %q", strings.Join(arguments, " "), out, text)
		}
	}
}
