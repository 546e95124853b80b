// Package dynamostore keeps orders in a DynamoDB table with the partition key
// id, a number. An item has these attributes:
//
//	id         N  the order's id
//	amount     N  with at most two decimals
//	status     S
//	createdAt  S  event.TimeFormat
//	updatedAt  S  event.TimeFormat
//	history    L  of M {status S, at S}, the first change first
//	outbox     M  the event that the last change announces, see package outbox
package dynamostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/outbox"
)

// API is what the store needs of a DynamoDB client.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// Store is an order.Store.
type Store struct {
	api   API
	table string
}

var _ order.Store = (*Store)(nil)

// New makes a store of the table's items.
func New(api API, table string) *Store {
	return &Store{api: api, table: table}
}

// Create implements order.Store with one conditional put.
func (s *Store) Create(ctx context.Context, o order.Order, announces event.Pending) (order.Order, bool, error) {
	item := encode(o)
	item[outbox.AttributeName] = outbox.Attribute(announces)
	_, err := s.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                           &s.table,
		Item:                                item,
		ConditionExpression:                 aws.String("attribute_not_exists(id)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err == nil {
		return o, true, nil
	}
	existing, failed := conditionFailed(err)
	if !failed {
		return order.Order{}, false, fmt.Errorf("putting order %d into %s: %w", o.ID, s.table, err)
	}
	stored, err := decode(existing)
	if err != nil {
		return order.Order{}, false, fmt.Errorf("reading the order %d that is in %s: %w", o.ID, s.table, err)
	}
	return stored, false, nil
}

// Advance implements order.Store with one conditional update.
func (s *Store) Advance(ctx context.Context, id order.ID, from order.Status, to order.Change, announces event.Pending) (order.Order, error) {
	out, err := s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table,
		Key:       key(id),
		UpdateExpression: aws.String("SET #status = :to, updatedAt = :at, " +
			"history = list_append(history, :change), #outbox = :outbox"),
		ConditionExpression:      aws.String("#status = :from"),
		ExpressionAttributeNames: map[string]string{"#status": statusName, "#outbox": outbox.AttributeName},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":from":   text(string(from)),
			":to":     text(string(to.Status)),
			":at":     timestamp(to.At),
			":change": history(to),
			":outbox": outbox.Attribute(announces),
		},
		ReturnValues:                        types.ReturnValueAllOld,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	stood, failed := conditionFailed(err)
	switch {
	case err == nil:
		stood = out.Attributes
	case !failed:
		return order.Order{}, fmt.Errorf("updating order %d in %s: %w", id, s.table, err)
	case len(stood) == 0:
		return order.Order{}, order.ErrNotFound
	}
	stored, err := decode(stood)
	if err != nil {
		return order.Order{}, fmt.Errorf("reading the order %d that is in %s: %w", id, s.table, err)
	}
	return stored, nil
}

// Get implements order.Store with one strongly consistent read, so that a
// client sees its own order at once.
func (s *Store) Get(ctx context.Context, id order.ID) (order.Order, error) {
	out, err := s.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:                &s.table,
		Key:                      key(id),
		ConsistentRead:           aws.Bool(true),
		ProjectionExpression:     aws.String("id, amount, #status, createdAt, updatedAt, history"),
		ExpressionAttributeNames: map[string]string{"#status": statusName},
	})
	if err != nil {
		return order.Order{}, fmt.Errorf("getting order %d from %s: %w", id, s.table, err)
	}
	if len(out.Item) == 0 {
		return order.Order{}, order.ErrNotFound
	}
	o, err := decode(out.Item)
	if err != nil {
		return order.Order{}, fmt.Errorf("reading order %d from %s: %w", id, s.table, err)
	}
	return o, nil
}

// conditionFailed reports whether err says that the condition of a write did
// not hold, and gives the item that stood there, which is empty for none.
func conditionFailed(err error) (map[string]types.AttributeValue, bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}
