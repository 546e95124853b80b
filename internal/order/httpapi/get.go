package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/entity"
	"eda-demo/internal/openapi"
	"eda-demo/internal/order"
	"eda-demo/internal/problem"
)

// Getter is what GET /order/{id} needs: an order.Store has it. Get fails with
// entity.ErrNotFound.
type Getter interface {
	Get(ctx context.Context, id order.ID) (order.Order, error)
}

// Get answers GET /order/{id}: 200 with the order and its history; 404 if there
// is no such order, which goes for an {id} that can be no order's as well; 500
// if the order could not be read.
//
// It answers GET /openapi.json as well, with the description of the API of all
// services, which needs no order and so no permission: that is cheaper than a
// function with a role, a log group and alarms of its own.
func Get(orders Getter, log *slog.Logger) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if request.RouteKey == openapi.Route {
			return openapi.Answer(), nil
		}
		id, ok := pathID(request.PathParameters["id"])
		if !ok {
			return endpoint.Refuse(ctx, log, problem.New(http.StatusNotFound,
				"There is no such order: an id is an integer from 1 to 9007199254740991.")), nil
		}
		o, err := orders.Get(ctx, id)
		switch {
		case errors.Is(err, entity.ErrNotFound):
			return endpoint.Refuse(ctx, log, problem.New(http.StatusNotFound, "There is no such order.")), nil
		case err != nil:
			return endpoint.Fail(ctx, log, err), nil
		}
		return shown(o), nil
	}
}

// pathID reads an id as paths spell it: in decimal digits, one way only, so
// that an order has one address.
func pathID(text string) (order.ID, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != text {
		return 0, false
	}
	return order.ID(n), order.ID(n).Validate() == nil
}
