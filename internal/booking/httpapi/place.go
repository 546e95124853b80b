// Package httpapi answers the routes of the booking service; see package
// endpoint.
package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/booking"
	"eda-demo/internal/endpoint"
	"eda-demo/internal/ident"
	"eda-demo/internal/problem"
)

// Placer is what POST /booking needs of the booking service.
type Placer interface {
	Place(ctx context.Context, wanted booking.Request) (booking.Booking, error)
}

// Place answers POST /booking; hasSeat says which seats there are to choose:
//   - 202 with the booking and its Location, whether it is new or was placed
//     before with the same content;
//   - 409 if there is one with the id and another content;
//   - 400 naming the fields at fault, 413 for a body over 16 KB;
//   - 500 if it is not known that the booking was stored, after which the client
//     may retry if it has given the id, and is told so if it has not.
//
// It returns no error: an answer is always the function's own.
func Place(service Placer, hasSeat func(string) bool, log *slog.Logger) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		var wanted booking.Request
		refused := endpoint.ReadObject(request,
			endpoint.Field{Name: "bookingId", Optional: true, Read: id(&wanted.ID)},
			endpoint.Field{Name: "customerId", Read: id(&wanted.CustomerID)},
			endpoint.Field{Name: "flightId", Read: id(&wanted.FlightID)},
			endpoint.Field{Name: "amount", Read: endpoint.Price(&wanted.Amount)},
			endpoint.Field{Name: "seat", Optional: true, Read: text(&wanted.ChosenSeat, hasSeat, "must be a seat of the flight, such as 12A")},
		)
		if refused != nil {
			return endpoint.Refuse(ctx, log, *refused), nil
		}
		b, err := service.Place(ctx, wanted)
		switch {
		case errors.Is(err, booking.ErrConflict):
			return endpoint.Refuse(ctx, log, problem.New(http.StatusConflict, "A booking with this id and another content exists.")), nil
		case err != nil && wanted.ID == "":
			endpoint.Fail(ctx, log, err)
			return problem.New(http.StatusInternalServerError, unknownOutcome).Response(), nil
		case err != nil:
			return endpoint.Fail(ctx, log, err), nil
		}
		answer := endpoint.Answer(http.StatusAccepted, summarize(b))
		answer.Headers["Location"] = "/booking/" + b.ID
		return answer, nil
	}
}

// unknownOutcome is for who might pay twice by trying again.
const unknownOutcome = "It is not known whether the booking was made. " +
	"Sent again without a bookingId, the request makes another one."

func id(value *string) func(json.RawMessage) string {
	return text(value, ident.Valid, "must be a string of 1 to 64 letters, digits, hyphens and underscores")
}

// text makes the Read of a field with a string.
func text(value *string, valid func(string) bool, wrong string) func(json.RawMessage) string {
	return func(literal json.RawMessage) string {
		var read *string
		if err := json.Unmarshal(literal, &read); err != nil || read == nil || !valid(*read) {
			return wrong
		}
		*value = *read
		return ""
	}
}
