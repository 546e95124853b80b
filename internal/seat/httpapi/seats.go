// Package httpapi answers the HTTP API's requests for the seats of flights.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/endpoint"
	"eda-demo/internal/ident"
	"eda-demo/internal/problem"
	"eda-demo/internal/seat"
)

// Lister is what GET /flight/{id}/seats needs: a seat.Store has it.
type Lister interface {
	Taken(ctx context.Context, flightID string) ([]string, error)
}

// flight is what is shown of one, which is nothing about who has the seats.
type flight struct {
	FlightID string `json:"flightId"`
	// Seats is how many the aircraft has, Free how many of them are not taken.
	Seats int `json:"seats"`
	Free  int `json:"free"`
	// Taken is ordered by row and letter.
	Taken []string `json:"taken"`
}

// Seats answers GET /flight/{id}/seats: 200 with the flight's seats; 404 for an
// {id} that can be no flight's; 500 if the seats could not be read. What flights
// there are nobody here knows: any other has all its seats until one is taken.
func Seats(seats Lister, layout seat.Layout, log *slog.Logger) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		id := request.PathParameters["id"]
		if !ident.Valid(id) {
			return endpoint.Refuse(ctx, log, problem.New(http.StatusNotFound,
				"There is no such flight: an id is 1 to 64 letters, digits, hyphens and underscores.")), nil
		}
		taken, err := seats.Taken(ctx, id)
		if err != nil {
			return endpoint.Fail(ctx, log, err), nil
		}
		slices.SortFunc(taken, seat.Compare)
		return endpoint.Answer(http.StatusOK, flight{
			FlightID: id, Seats: layout.Count(), Free: len(layout.Free(taken)), Taken: append([]string{}, taken...),
		}), nil
	}
}
