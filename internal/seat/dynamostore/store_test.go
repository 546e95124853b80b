package dynamostore_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/seat"
	"eda-demo/internal/seat/dynamostore"
)

func given(bookingID, name string) seat.Assignment {
	return seat.Assignment{BookingID: bookingID, FlightID: flight, Status: seat.Assigned, Seat: name, Decided: event.At(noon)}
}

func announced(id string) event.Pending {
	return event.Pending{EventID: id, DetailType: event.SeatAssigned, Detail: "{}", At: noon}
}

// TestItems pins how seats look in the tables, for others read them there.
func TestItems(t *testing.T) {
	w := newWorld(t, "1", "AB")
	w.handle(paid(t, "B1", "1A"), paid(t, "B2", "1B"), paid(t, "B3", ""))
	taken := map[string]string{}
	for _, item := range w.scan(seats) {
		taken[text(item, "seat")] = text(item, "flightId") + " " + text(item, "bookingId") + text(item, "layout")
		if len(item) != 3 {
			t.Errorf("the item has %d attributes, want 3: %v", len(item), item)
		}
	}
	want := map[string]string{"1A": "FLIGHT001 B1", "1B": "FLIGHT001 B2", "full": "FLIGHT001 1 AB"}
	if !maps.Equal(taken, want) {
		t.Errorf("seats %v, want %v", taken, want)
	}
	for _, item := range w.scan(assignments) {
		names := []string{"bookingId", "decided", "flightId", "outbox", "reason", "status"}
		if text(item, "bookingId") != "B3" {
			names = []string{"bookingId", "decided", "flightId", "outbox", "seat", "status"}
		}
		if got := slices.Sorted(maps.Keys(item)); !slices.Equal(got, names) || text(item, "decided") != "2026-11-02T12:00:00.000Z" {
			t.Errorf("an assignment has %v, decided at %s", got, text(item, "decided"))
		}
	}
}

func text(item map[string]types.AttributeValue, name string) string {
	s, is := item[name].(*types.AttributeValueMemberS)
	if !is {
		return ""
	}
	return s.Value
}

// TestClaim holds the store to what seat.Store says of it.
func TestClaim(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	claim := func(a seat.Assignment) (seat.Assignment, bool, error) {
		return w.store.Claim(t.Context(), a, announced("e"))
	}
	if stands, ok, err := claim(given("B1", "1A")); stands != given("B1", "1A") || !ok || err != nil {
		t.Errorf("the first claim: %+v, %v, %v", stands, ok, err)
	}
	for _, name := range []string{"1A", "1B"} { // its own seat is as taken as any
		if stands, ok, err := claim(given("B1", name)); stands != given("B1", "1A") || ok || err != nil {
			t.Errorf("the same booking goes for %s: %+v, %v, %v, want the first claim", name, stands, ok, err)
		}
	}
	if _, ok, err := claim(given("B2", "1A")); ok || !errors.Is(err, seat.ErrTaken) {
		t.Errorf("another booking goes for 1A: %v, %v, want ErrTaken", ok, err)
	}
	if decided, holders := w.decided(), w.holders(); len(decided) != 1 || len(holders) != 1 || holders["1A"] != "B1" {
		t.Errorf("decided %v, taken %v, want one seat of one booking", decided, holders)
	}
	other := given("B3", "1A")
	other.FlightID = "FLIGHT002"
	if _, ok, err := claim(other); !ok || err != nil {
		t.Errorf("the same seat on another flight: %v, %v", ok, err)
	}
}

// TestCancellations has transactions cancelled for every pair of reasons, once:
// what the reasons decide is decided, and otherwise it is tried again, as
// another transaction.
func TestCancellations(t *testing.T) {
	const none, failed, conflict = "None", "ConditionalCheckFailed", "TransactionConflict"
	standing, err := newWorld(t, "30", "ABCDEF").store.Put(given("B1", "9F"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		assignment, seat, want string
	}{
		{none, failed, "taken"}, {failed, none, "stands"}, {failed, failed, "stands"}, {failed, conflict, "stands"},
		{none, conflict, "again"}, {conflict, none, "again"}, {conflict, conflict, "again"}, {conflict, failed, "again"},
		{none, "ThrottlingError", "again"}, {"ProvisionedThroughputExceeded", none, "again"}, {"ThrottlingError", failed, "again"},
		{none, "ValidationError", "error"}, {"ItemCollectionSizeLimitExceeded", none, "error"},
	} {
		w := newWorld(t, "30", "ABCDEF")
		var tokens []string
		w.spy.refuse = func(_ string, input any) error {
			token := aws.String("of the test")
			if in := input.(*dynamodb.TransactWriteItemsInput); in.ClientRequestToken != nil {
				token = in.ClientRequestToken
			} else {
				in.ClientRequestToken = token // as the SDK does
			}
			if tokens = append(tokens, *token); len(tokens) > 1 {
				return nil
			}
			cancelled := &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{
				{Code: &tt.assignment, Item: standing.Item}, {Code: &tt.seat},
			}}
			return cancelled
		}
		stands, claimed, err := w.store.Claim(t.Context(), given("B1", "1A"), announced("e"))
		got := "error"
		switch {
		case errors.Is(err, seat.ErrTaken):
			got = "taken"
		case err == nil && !claimed && stands == given("B1", "9F"):
			got = "stands"
		case err == nil && claimed && stands == given("B1", "1A") && len(tokens) == 2:
			got = "again"
		}
		if got != tt.want {
			t.Errorf("[%s, %s]: %s, want %s (%v)", tt.assignment, tt.seat, got, tt.want, err)
		}
	}
}

// TestWritesWaitForClaims has the plain writes meet a transaction on the same
// assignment.
func TestWritesWaitForClaims(t *testing.T) {
	w := newWorld(t, "30", "ABCDEF")
	met := map[string]int{}
	w.spy.refuse = func(operation string, _ any) error {
		if met[operation]++; operation == getItem || met[operation] > 3 {
			return nil
		}
		return conflict(operation, false)
	}
	w.handle(withdrawn(t, "B1"), paid(t, "B1", "1A"))
	w.wantDecided("B1", "SeatAssignmentFailed the booking was cancelled")
	w.check([]string{"B1"})
	if met[putItem] != 4 || met[update] != 4 || met[transact] != 4 {
		t.Errorf("calls %v, want four of each write", met)
	}
}

// lossy loses the first answer.
type lossy struct {
	http.RoundTripper
	requests []string
}

func (l *lossy) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	l.requests = append(l.requests, string(body))
	answer, err := l.RoundTripper.RoundTrip(r)
	if err == nil && len(l.requests) == 1 {
		err = errors.Join(io.ErrUnexpectedEOF, answer.Body.Close())
		return nil, err
	}
	return answer, err
}

// TestLostAnswer holds that the SDK asks again as the same transaction, whose
// answer is that of the first time: the seat is given, not "it is there".
func TestLostAnswer(t *testing.T) {
	client := newTables(t)
	wire := &lossy{RoundTripper: http.DefaultTransport}
	patient := dynamodb.New(client.Options(), func(o *dynamodb.Options) {
		o.HTTPClient = wire
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	stands, claimed, err := dynamostore.New(patient, seats, assignments).Claim(t.Context(), given("B1", "1A"), announced("e"))
	if stands != given("B1", "1A") || !claimed || err != nil {
		t.Errorf("Claim = %+v, %v, %v, want the seat", stands, claimed, err)
	}
	if len(wire.requests) != 2 || wire.requests[0] != wire.requests[1] || !strings.Contains(wire.requests[0], "ClientRequestToken") {
		t.Errorf("requests %q, want the same one twice, with a token", wire.requests)
	}
}

// TestErrorsNameWhatFailed holds that a failure can be found.
func TestErrorsNameWhatFailed(t *testing.T) {
	store := dynamostore.New(newTables(t), "absent", assignments)
	ctx := context.Background()
	layout, err := seat.NewLayout("30", "ABCDEF")
	if err != nil {
		t.Fatal(err)
	}
	_, _, claimErr := store.Claim(ctx, given("B1", "1A"), announced("e"))
	_, takenErr := store.Taken(ctx, flight)
	_, fullErr := store.Full(ctx, flight, layout)
	for name, err := range map[string]error{
		"Claim": claimErr, "Taken": takenErr, "Full": fullErr, "MarkFull": store.MarkFull(ctx, flight, layout),
	} {
		if err == nil || !strings.Contains(err.Error(), flight) || !strings.Contains(err.Error(), "absent") {
			t.Errorf("%s of a table that does not exist: %v, want the flight and the table named", name, err)
		}
	}
}
