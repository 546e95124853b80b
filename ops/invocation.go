package main

import (
	"context"
	"encoding/json"
)

// requestContext is what all of Lambda's records tell of the function.
type requestContext struct {
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	Invoked     int    `json:"approximateInvokeCount"`
}

// invocation is an asynchronous invocation that failed for good:
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
type invocation struct {
	Context  requestContext  `json:"requestContext"`
	Payload  json.RawMessage `json:"requestPayload"`
	Response json.RawMessage `json:"responsePayload"`
}

// readInvocation reads a record that was recognized as one.
func readInvocation(body string) letter {
	var i invocation
	if err := json.Unmarshal([]byte(body), &i); err != nil {
		return unknown{body}
	}
	return i
}

func (i invocation) what() string  { return describe(i.Payload) }
func (i invocation) where() string { return resourceName(i.Context.FunctionARN) }

func (i invocation) why() string {
	text := i.Context.Condition + " (" + times(i.Context.Invoked, "invocation") + ")"
	var failure struct {
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal(i.Response, &failure) == nil && failure.Message != "" {
		return text + ": " + failure.Message
	}
	return text
}

func (i invocation) putBack(ctx context.Context, a *account) error {
	return a.invokeAsync(ctx, i.Context.FunctionARN, i.Payload)
}
