package httpapi_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"eda-demo/internal/openapi/openapitest"
	"eda-demo/internal/seat"
	"eda-demo/internal/seat/httpapi"
)

// lister has the taken seats of flights.
type lister map[string][]string

var errBroken = errors.New("out of order")

func (l lister) Taken(_ context.Context, flightID string) ([]string, error) {
	if l == nil {
		return nil, errBroken
	}
	return l[flightID], nil
}

func get(t *testing.T, seats lister, rows, id string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	layout, err := seat.NewLayout(rows, "ABCDEF")
	if err != nil {
		t.Fatal(err)
	}
	request := events.APIGatewayV2HTTPRequest{PathParameters: map[string]string{"id": id}}
	answer, err := httpapi.Seats(seats, layout, slog.New(slog.DiscardHandler))(t.Context(), request)
	if err != nil {
		t.Fatalf("the handler fails: %v", err)
	}
	return answer
}

func want(t *testing.T, got events.APIGatewayV2HTTPResponse, status int, body string) {
	t.Helper()
	if got.StatusCode != status || got.Body != body {
		t.Errorf("answered %d %s, want %d %s", got.StatusCode, got.Body, status, body)
	}
}

func TestSeats(t *testing.T) {
	seats := lister{"FLIGHT001": {"10A", "2B", "1A", "2A", "30F"}, "f-1_": {"1A", "31A"}}
	want(t, get(t, seats, "30", "FLIGHT001"), 200, `{"flightId":"FLIGHT001","seats":180,"free":175,"taken":["1A","2A","2B","10A","30F"]}`)
	want(t, get(t, seats, "30", "FLIGHT002"), 200, `{"flightId":"FLIGHT002","seats":180,"free":180,"taken":[]}`)
	// One row is out of use: who sits there, sits there.
	want(t, get(t, seats, "30", "f-1_"), 200, `{"flightId":"f-1_","seats":180,"free":179,"taken":["1A","31A"]}`)
}

var noFlights = []string{"", "x y", "a/b", "ä", strings.Repeat("x", 65), "F\n"}

func TestNoFlight(t *testing.T) {
	for _, id := range noFlights {
		want(t, get(t, lister{}, "30", id), 404,
			`{"title":"Not Found","status":404,"detail":"There is no such flight: an id is 1 to 64 letters, digits, hyphens and underscores."}`)
	}
}

func TestUnreadable(t *testing.T) {
	got := get(t, nil, "30", "FLIGHT001")
	if got.StatusCode != 500 || strings.Contains(got.Body, errBroken.Error()) {
		t.Errorf("answered %d %s, want 500 without the cause", got.StatusCode, got.Body)
	}
}

// TestAnswersAreDescribed looks every kind of answer up in the description.
func TestAnswersAreDescribed(t *testing.T) {
	const route = "GET /flight/{id}/seats"
	described := openapitest.Read(t).Answers(t, route)
	full, err := seat.NewLayout("99", "ABCDEFGHIJ")
	if err != nil {
		t.Fatal(err)
	}
	for _, taken := range [][]string{nil, {"1A"}, full.Free(nil)} {
		described.Saw(t, route, get(t, lister{"F": taken}, "99", "F"))
	}
	for _, id := range noFlights {
		described.Saw(t, route, get(t, lister{}, "1", id))
	}
	described.Saw(t, route, get(t, nil, "30", "F"))
	described.WantAllSeen(t)
}
