// Package dynamostore keeps the seats of flights in DynamoDB, in two tables: the
// assignments by bookingId, as package dynamotable keeps entities, and the taken
// seats, whose items are
//
//	flightId   S  partition key
//	seat       S  sort key: a seat's name, such as 12A
//	bookingId  S  who has it
//
// and one for each flight that is full:
//
//	flightId  S  partition key
//	seat      S  sort key: "full", which sorts behind every seat
//	layout    S  the layout all of whose seats are taken
//
// An item of a taken seat stays. Whoever deletes one by hand deletes the
// flight's item "full" as well.
package dynamostore

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/seat"
)

// API is what the store needs of a DynamoDB client. A transaction needs to be
// allowed PutItem on both tables, and nothing besides.
type API interface {
	dynamotable.API
	dynamodb.QueryAPIClient
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// full is the sort key of the item that marks a flight as full.
const full = "full"

// Store is a seat.Store. Its assignments are read as those of any entity.
type Store struct {
	*dynamotable.Table[string, seat.Assignment]
	*Seats
}

var _ seat.Store = (*Store)(nil)

// New makes a store of the two tables with these names.
func New(api API, seats, assignments string) *Store {
	return &Store{dynamotable.New[string, seat.Assignment](api, assignments, "bookingId"), NewSeats(api, seats)}
}

// Create implements entity.Store. A claim for the same booking may be going on.
func (s *Store) Create(ctx context.Context, a seat.Assignment, announces *event.Pending) (stands seat.Assignment, created bool, err error) {
	err = patiently(ctx, func() error {
		stands, created, err = s.Table.Create(ctx, a, announces)
		return err
	})
	return stands, created, err
}

// Change implements entity.Store. A claim for the same booking may be going on.
func (s *Store) Change(ctx context.Context, bookingID string, decide entity.Decision[seat.Assignment]) (stands seat.Assignment, changed bool, err error) {
	err = patiently(ctx, func() error {
		stands, changed, err = s.Table.Change(ctx, bookingID, decide)
		return err
	})
	return stands, changed, err
}

// The places of what a claim writes, and so of the reasons why it is cancelled.
const (
	ofAssignment = iota
	ofSeat
	claimed
)

// Claim implements seat.Store with one transaction: neither item may be there.
// When DynamoDB carries it out and the answer gets lost, the SDK's next attempt
// has the same token and so gets the answer of the first. When there is no next
// attempt, whoever comes again finds the assignment.
func (s *Store) Claim(ctx context.Context, a seat.Assignment, announces event.Pending) (seat.Assignment, bool, error) {
	assignment, err := s.Put(a, &announces)
	if err != nil {
		return a, false, err
	}
	items := make([]types.TransactWriteItem, claimed)
	items[ofAssignment].Put = &assignment
	items[ofSeat].Put = s.put(a)
	err = patiently(ctx, func() error {
		// The SDK puts its token into the input: each attempt of ours has its own.
		_, err := s.api.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
		return err
	})
	switch reasons := cancellation(err); {
	case err == nil:
		return a, true, nil
	case conditionFailed(reasons, ofAssignment):
		stands, err := s.Decode(reasons[ofAssignment].Item)
		return stands, false, err
	case conditionFailed(reasons, ofSeat):
		err = seat.ErrTaken
	}
	return a, false, fmt.Errorf("putting seat %s of %s for %s into %s: %w", a.Seat, a.FlightID, a.BookingID, s.name, err)
}

// put takes the seat of an assignment.
func (t *Seats) put(a seat.Assignment) *types.Put {
	return &types.Put{
		TableName: &t.name,
		Item: dynamotable.Item{
			"flightId":  text(a.FlightID),
			"seat":      text(a.Seat),
			"bookingId": text(a.BookingID),
		},
		ConditionExpression:      aws.String("attribute_not_exists(#key)"),
		ExpressionAttributeNames: map[string]string{"#key": "seat"},
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
