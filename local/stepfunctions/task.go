package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"eda-demo/local/asl"
)

// waitMark ends resources whose result is sent back with a task token.
const waitMark = ".waitForTaskToken"

const integrationPrefix = "arn:aws:states:::"

// integration is an operation of a service that tasks can call.
// https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
type integration struct {
	// service and operation are those of the front door.
	service, operation string
	// request makes the operation's input of the task's; nil leaves it as it is.
	request func(t *tasks, parameters map[string]any) error
	// result makes the task's result of the operation's output; nil adds what
	// AWS's SDK adds.
	result func(output json.RawMessage) (json.RawMessage, error)
	// errors tells how AWS's SDK for Java names errors.
	errors errorNames
	// waits is set if there is a variant that waits for a task token.
	waits bool
}

// integrations are what can be called, by service and operation.
var integrations = map[string]integration{
	"events:putEvents":      {"events", "PutEvents", (*tasks).prepareEntries, entriesResult, eventErrors, true},
	"lambda:invoke":         {"lambda", "Invoke", (*tasks).prepareInvoke, invokeResult, lambdaErrors, true},
	"sqs:sendMessage":       {"sqs", "SendMessage", textMember("MessageBody"), nil, sqsErrors, true},
	"sns:publish":           {"sns", "Publish", textMember("Message"), nil, snsErrors, true},
	"states:startExecution": {"states", "StartExecution", (*tasks).prepareStart, startResult, statesErrors, true},
	"dynamodb:getItem":      {"dynamodb", "GetItem", nil, nil, dynamoErrors, false},
	"dynamodb:putItem":      {"dynamodb", "PutItem", nil, nil, dynamoErrors, false},
	"dynamodb:updateItem":   {"dynamodb", "UpdateItem", nil, nil, dynamoErrors, false},
	"dynamodb:deleteItem":   {"dynamodb", "DeleteItem", nil, nil, dynamoErrors, false},
}

// splitResource returns the service and the operation of an integration's ARN.
func splitResource(resource string) (service, operation string) {
	service, operation, _ = strings.Cut(strings.TrimPrefix(resource, integrationPrefix), ":")
	return service, operation
}

// isFunction tells whether a resource is the ARN of a Lambda function.
func isFunction(resource string) bool {
	parts := strings.Split(resource, ":")
	return len(parts) >= 7 && parts[0] == "arn" && parts[2] == "lambda" && parts[5] == "function"
}

// checkResource refuses resources that can't be called.
func checkResource(resource, kind string) error {
	if isFunction(resource) {
		return nil
	}
	base, waits := strings.CutSuffix(resource, waitMark)
	if waits && kind == express {
		return errors.New("Express state machine does not support '.waitForTaskToken' service integration")
	}
	i, known := integrations[strings.TrimPrefix(base, integrationPrefix)]
	if !known || !strings.HasPrefix(resource, integrationPrefix) || waits && !i.waits {
		return fmt.Errorf("The resource provided %s is not recognized: it can't be called here", resource)
	}
	return nil
}

// tasks runs the tasks of one execution.
type tasks struct {
	service   *Service
	execution *execution
}

// Run calls what the task's resource names, with the machine's role, and waits
// for the token if it is one that waits.
func (t *tasks) Run(ctx context.Context, request asl.TaskRequest) (json.RawMessage, error) {
	if request.Token == "" {
		return t.call(ctx, request)
	}
	answer, release := t.service.callbacks.wait(request.Token, request.Beat)
	defer release()
	output, err := t.call(ctx, request)
	if err != nil {
		return nil, err
	}
	if err := request.Submitted(output); err != nil {
		return nil, err
	}
	select {
	case a := <-answer:
		if a.err != nil {
			return nil, a.err
		}
		return a.output, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (t *tasks) call(ctx context.Context, request asl.TaskRequest) (json.RawMessage, error) {
	if isFunction(request.Resource) {
		return t.invoke(ctx, request)
	}
	i := integrations[strings.TrimSuffix(strings.TrimPrefix(request.Resource, integrationPrefix), waitMark)]
	input, err := t.input(i, request.Input)
	if err != nil {
		return nil, err
	}
	var output json.RawMessage
	if err := t.service.Door.Call(ctx, t.execution.machine.role, i.service, i.operation, input, &output); err != nil {
		return nil, i.errors.taskError(err)
	}
	if i.result != nil {
		return i.result(output)
	}
	return withMetadata(output)
}

func (t *tasks) input(i integration, given json.RawMessage) (any, error) {
	if i.request == nil {
		return given, nil
	}
	parameters, ok := inputValue(string(given)).(map[string]any)
	if !ok {
		return nil, parameterError("The Parameters of %s must be an object", i.operation)
	}
	return parameters, i.request(t, parameters)
}

// parameterError is a task's failure because of what it is given.
func parameterError(format string, args ...any) error {
	return &asl.Error{Name: "States.Runtime", Cause: fmt.Sprintf(format, args...)}
}

// withMetadata adds what AWS's SDK for Java adds to a result.
func withMetadata(output json.RawMessage) (json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(output, &members); err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	members["SdkHttpMetadata"] = json.RawMessage(fmt.Sprintf(`{"HttpStatusCode":%d}`, http.StatusOK))
	members["SdkResponseMetadata"] = json.RawMessage(`{"RequestId":"` + uuid.NewString() + `"}`)
	return json.Marshal(members)
}

// textMember makes a member that is no string a JSON text.
func textMember(name string) func(*tasks, map[string]any) error {
	return func(_ *tasks, parameters map[string]any) error { return makeText(parameters, name) }
}

func makeText(parameters map[string]any, name string) error {
	value, given := parameters[name]
	if _, isText := value.(string); isText || !given {
		return nil
	}
	text, err := compact(value)
	parameters[name] = text
	return err
}

// compact encodes a value as AWS does: without blanks, nothing escaped that
// need not be.
func compact(value any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func (t *tasks) prepareStart(parameters map[string]any) error {
	if err := makeText(parameters, "Input"); err != nil {
		return err
	}
	for _, name := range []string{"StateMachineArn", "Name", "Input", "TraceHeader"} {
		if value, given := parameters[name]; given {
			delete(parameters, name)
			parameters[strings.ToLower(name[:1])+name[1:]] = value
		}
	}
	return nil
}

// startResult gives the members the names of AWS's SDK for Java, and the date
// in milliseconds.
func startResult(output json.RawMessage) (json.RawMessage, error) {
	var started startOutput
	if err := json.Unmarshal(output, &started); err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	renamed, err := json.Marshal(map[string]any{"ExecutionArn": started.ExecutionARN, "StartDate": started.StartDate.UnixMilli()})
	if err != nil {
		return nil, err
	}
	return withMetadata(renamed)
}
