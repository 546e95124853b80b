package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/booking"
	"eda-demo/internal/endpoint"
	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/ident"
	"eda-demo/internal/money"
	"eda-demo/internal/problem"
)

// Getter is what GET /booking/{id} needs: a booking.Store has it. Get fails with
// entity.ErrNotFound.
type Getter interface {
	Get(ctx context.Context, id string) (booking.Booking, error)
}

// Get answers GET /booking/{id}: 200 with the booking and its history; 404 if
// there is none, which goes for an {id} that can be no booking's as well; 500 if
// the booking could not be read.
func Get(bookings Getter, log *slog.Logger) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		missing := problem.New(http.StatusNotFound, "There is no such booking.")
		id := request.PathParameters["id"]
		if !ident.Valid(id) {
			return endpoint.Refuse(ctx, log, missing), nil
		}
		b, err := bookings.Get(ctx, id)
		switch {
		case errors.Is(err, entity.ErrNotFound):
			return endpoint.Refuse(ctx, log, missing), nil
		case err != nil:
			return endpoint.Fail(ctx, log, err), nil
		}
		return endpoint.Answer(http.StatusOK, whole{
			summarize(b), b.PaymentID, b.TicketID, b.Reason, b.Created, b.Updated, b.History,
		}), nil
	}
}

// summary is a booking as POST /booking answers it.
type summary struct {
	BookingID  string       `json:"bookingId"`
	CustomerID string       `json:"customerId"`
	FlightID   string       `json:"flightId"`
	Amount     money.Amount `json:"amount"`
	// Seat is the one that the booking got, or, until that is decided, the one
	// that the customer chose.
	Seat   string         `json:"seat,omitempty"`
	Status booking.Status `json:"status"`
}

// whole is a booking as GET /booking/{id} answers it.
type whole struct {
	summary
	PaymentID string           `json:"paymentId,omitempty"`
	TicketID  string           `json:"ticketId,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	Created   event.Time       `json:"created"`
	Updated   event.Time       `json:"updated"`
	History   []booking.Change `json:"history"`
}

func summarize(b booking.Booking) summary {
	seat := b.Seat
	if seat == "" && !b.Fails() {
		seat = b.ChosenSeat
	}
	return summary{b.ID, b.CustomerID, b.FlightID, b.Amount, seat, b.Status}
}
