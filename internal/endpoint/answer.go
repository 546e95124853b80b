package endpoint

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/metric"
	"eda-demo/internal/problem"
)

// Answer is a value as JSON.
func Answer(status int, value any) events.APIGatewayV2HTTPResponse {
	text, err := json.Marshal(value)
	if err != nil { // Answers are made of what encoding/json has no error for.
		return problem.New(http.StatusInternalServerError, "The answer could not be written.").Response()
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(text),
	}
}

// Refuse logs that a request is the client's mistake, but nothing it sent, and
// answers with the problem.
func Refuse(ctx context.Context, log *slog.Logger, p problem.Details) events.APIGatewayV2HTTPResponse {
	log.InfoContext(ctx, "request refused", "status", p.Status)
	return p.Response()
}

// Fail logs and counts an error, and answers without saying more than that
// there is one.
func Fail(ctx context.Context, log *slog.Logger, err error) events.APIGatewayV2HTTPResponse {
	metric.LogFailure(ctx, log, "request failed", "error", err)
	return problem.New(http.StatusInternalServerError, "The request could not be carried out. It may be sent again.").Response()
}
