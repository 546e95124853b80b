package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"eda-demo/local/frontdoor"
	"eda-demo/local/iam"
)

type invokeInput struct {
	FunctionName string
	Payload      json.RawMessage
}

type invokeOutput struct {
	FunctionError string
	Payload       json.RawMessage
}

// integrate has the route's function answer.
func (x *exchange) integrate() answer {
	payload, err := json.Marshal(x.event())
	if err != nil {
		return x.failed(internalError, fmt.Errorf("encode the event: %w", err))
	}
	started := time.Now()
	out, err := x.invoke(payload)
	x.latency = time.Since(started)
	switch {
	case err == errTimeout:
		return x.failed(unavailable, err)
	case err != nil:
		return x.refused(err)
	case out.FunctionError != "":
		return x.failed(internalError, fmt.Errorf("the function failed: %s", out.Payload))
	}
	response, err := parseResponse(out.Payload)
	if err != nil {
		return x.failed(internalError, err)
	}
	return response
}

var errTimeout = fmt.Errorf("the integration timed out")

// invoke calls the function. An invocation goes on when the client has gone
// or the time is over.
func (x *exchange) invoke(payload []byte) (invokeOutput, error) {
	type result struct {
		out invokeOutput
		err error
	}
	done := make(chan result, 1)
	config := x.api.service.config
	caller := iam.Service("apigateway.amazonaws.com", config.Account, x.sourceARN())
	target := x.config.integrations[x.route.integration]
	ctx := context.WithoutCancel(x.request.Context())
	go func() {
		var r result
		in := invokeInput{target.function, payload}
		r.err = config.Door.Call(ctx, caller, "lambda", "Invoke", in, &r.out)
		done <- r
	}()
	timer := time.NewTimer(target.timeout)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.out, r.err
	case <-timer.C:
		return invokeOutput{}, errTimeout
	}
}

// sourceARN is the route for which API Gateway acts: what a permission's
// SourceArn is compared with.
func (x *exchange) sourceARN() string {
	config := x.api.service.config
	api := "arn:aws:execute-api:" + config.Region + ":" + config.Account + ":" + x.api.id + "/" + defaultStage
	if x.route.key == defaultRoute {
		return api + "/" + defaultRoute
	}
	method := x.route.method
	if method == "ANY" {
		method = x.request.Method
	}
	return api + "/" + method + x.route.path
}

// refused answers what Lambda did not do.
func (x *exchange) refused(err error) answer {
	switch frontdoor.Code(err) {
	case "RequestTooLargeException":
		return x.failed(tooLarge, err)
	case "TooManyRequestsException":
		return x.failed(unavailable, err)
	}
	return x.failed(internalError, err)
}

// failed notes the reason, which the client does not get to see.
func (x *exchange) failed(out answer, err error) answer {
	x.failure = strings.ReplaceAll(err.Error(), "\n", " ")
	x.api.service.config.Log.Warn("an HTTP API's integration failed", "api", x.config.name, "route", x.route.key, "error", err)
	return out
}
