package stepfunctions

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"eda-demo/local/asl"
)

// invocation is the output of Lambda's Invoke.
type invocation struct {
	StatusCode      int
	FunctionError   string
	ExecutedVersion string
	LogResult       string
	Payload         json.RawMessage
}

// invoke calls the function that is a task's resource; the task's result is
// what the function returns.
func (t *tasks) invoke(ctx context.Context, request asl.TaskRequest) (json.RawMessage, error) {
	input := map[string]any{"FunctionName": request.Resource, "Payload": request.Input}
	var out invocation
	if err := t.service.Door.Call(ctx, t.execution.machine.role, "lambda", "Invoke", input, &out); err != nil {
		return nil, lambdaErrors.taskError(err)
	}
	if out.FunctionError != "" {
		return nil, functionError(out.Payload)
	}
	return orNull(out.Payload), nil
}

func orNull(payload json.RawMessage) json.RawMessage {
	if len(payload) == 0 {
		return json.RawMessage("null")
	}
	return payload
}

// functionError names a function's failure by the type it reports.
func functionError(payload json.RawMessage) error {
	var report struct {
		ErrorType string `json:"errorType"`
	}
	if err := json.Unmarshal(payload, &report); err != nil || report.ErrorType == "" {
		return &asl.Error{Name: "Lambda.Unknown", Cause: string(payload)}
	}
	return &asl.Error{Name: report.ErrorType, Cause: string(payload)}
}

// prepareInvoke checks what lambda:invoke is given; Payload may be any value.
func (t *tasks) prepareInvoke(parameters map[string]any) error {
	if _, ok := parameters["FunctionName"].(string); !ok {
		return parameterError("The Parameters of invoke must have the string FunctionName")
	}
	return nil
}

// invokeResult is the result of lambda:invoke.
func invokeResult(output json.RawMessage) (json.RawMessage, error) {
	var out invocation
	if err := json.Unmarshal(output, &out); err != nil {
		return nil, fmt.Errorf("read the result of invoke: %w", err)
	}
	if out.FunctionError != "" {
		return nil, functionError(out.Payload)
	}
	if out.StatusCode == 0 {
		out.StatusCode = http.StatusOK
	}
	if out.ExecutedVersion == "" {
		out.ExecutedVersion = "$LATEST"
	}
	result := map[string]any{"ExecutedVersion": out.ExecutedVersion, "Payload": orNull(out.Payload), "StatusCode": out.StatusCode}
	if out.LogResult != "" {
		result["LogResult"] = out.LogResult
	}
	text, err := json.Marshal(result)
	if err != nil {
		return nil, fmt.Errorf("encode the result of invoke: %w", err)
	}
	return withMetadata(text)
}
