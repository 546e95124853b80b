package dynamostore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity/dynamotable/itemtest"
	"eda-demo/internal/event"
	"eda-demo/internal/seat"
	"eda-demo/internal/seat/dynamostore"
)

// world is the seat service over a DynamoDB, as the function has it.
type world struct {
	*testing.T
	client  *dynamodb.Client
	spy     *spy
	store   *dynamostore.Store
	service *seat.Service
}

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

const flight = "FLIGHT001"

func newWorld(t *testing.T, rows, letters string) *world {
	t.Helper()
	w := &world{T: t, client: newTables(t)}
	w.spy = newSpy(w.client)
	w.store = dynamostore.New(w.spy, seats, assignments)
	w.fly(rows, letters)
	return w
}

// fly has the service go on with another layout.
func (w *world) fly(rows, letters string) {
	w.Helper()
	layout, err := seat.NewLayout(rows, letters)
	if err != nil {
		w.Fatal(err)
	}
	w.service = seat.NewService(w.store, layout, func() time.Time { return noon }, event.NewID, slog.New(slog.DiscardHandler))
}

func envelope(t *testing.T, source, detailType, bookingID string, detail any) event.Envelope {
	t.Helper()
	text, err := json.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	return event.Envelope{ID: "of " + bookingID, Source: source, DetailType: detailType, Detail: text}
}

func caused(bookingID string) event.Metadata {
	return event.Metadata{EventID: "cause of " + bookingID, CorrelationID: "all of " + bookingID, SchemaVersion: "1"}
}

// paid is the event that a booking is paid, which chose a seat or "".
func paid(t *testing.T, bookingID, chosen string) event.Envelope {
	return envelope(t, event.AircraftPayment, event.PaymentConfirmed, bookingID, event.BookingPaymentDetail{
		Status: event.PaymentStatusSuccess, BookingID: bookingID, CustomerID: "CUST001", PaymentID: "PAY001",
		FlightID: flight, Amount: 300_00, Seat: chosen, Metadata: caused(bookingID),
	})
}

func withdrawn(t *testing.T, bookingID string) event.Envelope {
	return envelope(t, event.AircraftBooking, event.BookingCancelled, bookingID, event.BookingCancelledDetail{
		BookingID: bookingID, CustomerID: "CUST001", FlightID: flight, Reason: "the payment was declined", Metadata: caused(bookingID),
	})
}

// handle delivers events one after the other, each of which is to succeed.
func (w *world) handle(events ...event.Envelope) {
	w.Helper()
	for _, e := range events {
		if err := w.service.Handle(context.Background(), e); err != nil {
			w.Fatalf("Handle %s %s: %v", e.DetailType, e.ID, err)
		}
	}
}

// writers is how many functions there are at once.
const writers = 32

// atOnce delivers events, many at the same time, and each again until it
// succeeds, as Lambda and the dead-letter queue do.
func (w *world) atOnce(events []event.Envelope) {
	w.Helper()
	queue := make(chan event.Envelope)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for e := range queue {
				w.persist(e)
			}
		})
	}
	for _, e := range events {
		queue <- e
	}
	close(queue)
	all.Wait()
}

func (w *world) persist(e event.Envelope) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range 100 {
		err := w.service.Handle(ctx, e)
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			w.Errorf("Handle %s %s: %v", e.DetailType, e.ID, err)
			return
		}
	}
	w.Errorf("Handle %s %s never succeeds", e.DetailType, e.ID)
}

// decision is an assignment and the event that its item announces.
type decision struct {
	seat.Assignment
	changes   int // how often it was written after the first time
	announced event.Pending
	detail    struct {
		event.SeatAssignmentFailedDetail
		Seat string `json:"seat"`
	}
}

// decided returns what was decided, by booking.
func (w *world) decided() map[string]decision {
	w.Helper()
	all := map[string]decision{}
	for _, item := range w.scan(assignments) {
		a, err := w.store.Decode(item)
		if err != nil {
			w.Fatal(err)
		}
		d := decision{Assignment: a}
		if version, has := item["version"].(*types.AttributeValueMemberN); has {
			if _, err := fmt.Sscan(version.Value, &d.changes); err != nil {
				w.Fatal(err)
			}
		}
		if d.announced = itemtest.Pending(w.T, item); d.announced.Detail != "" {
			if err := json.Unmarshal([]byte(d.announced.Detail), &d.detail); err != nil {
				w.Fatal(err)
			}
		}
		all[a.BookingID] = d
	}
	return all
}

// holders returns who has the seats of the flight, by seat, without what marks
// it as full.
func (w *world) holders() map[string]string {
	w.Helper()
	all := map[string]string{}
	for _, item := range w.scan(seats) {
		if name := text(item, "seat"); name != "full" {
			all[name] = text(item, "bookingId")
		}
	}
	return all
}

func (w *world) scan(table string) []map[string]types.AttributeValue {
	w.Helper()
	out, err := w.client.Scan(context.Background(), &dynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
	if err != nil || out.LastEvaluatedKey != nil {
		w.Fatalf("scan %s: %v, and there is more", table, err)
	}
	return out.Items
}

// check holds that decisions, seats and announcements fit each other, and that
// the bookings are all there are, and returns how many have a seat.
func (w *world) check(bookings []string) (seated int) {
	w.Helper()
	decided, holders := w.decided(), w.holders()
	if got := slices.Sorted(maps.Keys(decided)); !slices.Equal(got, slices.Sorted(slices.Values(bookings))) {
		w.Errorf("decided of %d bookings, want %d", len(got), len(bookings))
	}
	for id, d := range decided {
		w.checkAnnounced(d)
		if d.Status != seat.Assigned {
			continue
		}
		seated++
		if holders[d.Seat] != id {
			w.Errorf("%s has seat %s, which %q has", id, d.Seat, holders[d.Seat])
		}
	}
	if len(holders) != seated {
		w.Errorf("%d bookings have a seat, and %d seats are taken", seated, len(holders))
	}
	return seated
}

// checkAnnounced holds that the event tells of the decision.
func (w *world) checkAnnounced(d decision) {
	w.Helper()
	want := event.CausedBy(caused(d.BookingID), d.announced.EventID)
	if d.announced.DetailType != string(d.Status) || d.announced.EventID == "" || d.detail.Metadata != want ||
		d.detail.BookingID != d.BookingID || d.detail.CustomerID != "CUST001" || d.detail.Seat != d.Seat || d.detail.Reason != d.Reason {
		w.Errorf("%+v is announced as %s %s", d.Assignment, d.announced.DetailType, d.announced.Detail)
	}
	if (d.Status == seat.Failed) != (d.Reason != "" && d.detail.FlightID == flight && d.Seat == "") {
		w.Errorf("%+v: want a seat or a reason, and the flight with that", d.Assignment)
	}
}
