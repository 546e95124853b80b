// Package httpapi answers the routes of the order service.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
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
		wanted, refused := readPlacement(request)
		if refused != nil {
			return endpoint.Refuse(ctx, log, *refused), nil
		}
		o, err := service.Place(ctx, wanted.ID, wanted.Amount)
		switch {
		case errors.Is(err, order.ErrConflict):
			return endpoint.Refuse(ctx, log, problem.New(http.StatusConflict, "An order with this id and another amount exists.")), nil
		case err != nil:
			return endpoint.Fail(ctx, log, err), nil
		}
		return accepted(o), nil
	}
}
