// Package httpapi answers the routes of the order service for an Amazon API
// Gateway HTTP API, whose requests and answers have payload format 2.0:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/metric"
	"eda-demo/internal/money"
	"eda-demo/internal/order"
	"eda-demo/internal/problem"
)

// Placer is what POST /order needs of the order service.
type Placer interface {
	Place(ctx context.Context, id order.ID, amount money.Amount) (order.Order, error)
}

// Place answers POST /order:
//   - 202 with the order and its Location, whether it is new or was placed
//     before with the same amount;
//   - 409 if it was placed with another amount;
//   - 400 naming the fields at fault, 413 for a body over 16 KB;
//   - 500 if the order could not be stored, after which the client may retry.
//
// It returns no error: an answer is always the function's own.
func Place(service Placer, log *slog.Logger) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		data, refused := body(request)
		if refused != nil {
			return refuse(ctx, log, *refused), nil
		}
		wanted, refused := decodePlacement(data)
		if refused != nil {
			return refuse(ctx, log, *refused), nil
		}
		o, err := service.Place(ctx, wanted.ID, wanted.Amount)
		switch {
		case errors.Is(err, order.ErrConflict):
			return refuse(ctx, log, problem.New(http.StatusConflict, "An order with this id and another amount exists.")), nil
		case err != nil:
			return failed(ctx, log, err), nil
		}
		return accepted(o), nil
	}
}

// refuse logs that a request is the client's mistake, but nothing it sent.
func refuse(ctx context.Context, log *slog.Logger, p problem.Details) events.APIGatewayV2HTTPResponse {
	log.InfoContext(ctx, "request refused", "status", p.Status)
	return p.Response()
}

// failed logs and counts an error, and answers without saying more than that
// there is one.
func failed(ctx context.Context, log *slog.Logger, err error) events.APIGatewayV2HTTPResponse {
	metric.LogFailure(ctx, log, "request failed", "error", err)
	return problem.New(http.StatusInternalServerError, "The request could not be carried out. It may be sent again.").Response()
}
