// Package dynamostore keeps orders in a DynamoDB table with the partition key
// id, as package dynamotable keeps entities. An item has these attributes:
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
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/entity/dynamotable"
	"eda-demo/internal/event"
	"eda-demo/internal/order"
	"eda-demo/internal/outbox"
)

// Store is an order.Store. It creates and gets orders as entities.
type Store struct {
	*dynamotable.Table[order.ID, order.Order]
	api  dynamotable.API
	name string
}

var _ order.Store = (*Store)(nil)

// New makes a store of the table's items.
func New(api dynamotable.API, table string) *Store {
	return &Store{dynamotable.New[order.ID, order.Order](api, table, "id"), api, table}
}

// Advance implements order.Store with one conditional update, and so without
// reading first: an order's next status depends on nothing but its status.
func (s *Store) Advance(ctx context.Context, id order.ID, from order.Status, to order.Change, announces event.Pending) (order.Order, error) {
	out, err := s.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.name,
		Key:       dynamotable.Item{"id": &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(id), 10)}},
		UpdateExpression: aws.String("SET #status = :to, updatedAt = :at, " +
			"history = list_append(history, :change), #outbox = :outbox"),
		ConditionExpression:      aws.String("#status = :from"),
		ExpressionAttributeNames: map[string]string{"#status": "status", "#outbox": outbox.AttributeName},
		ExpressionAttributeValues: dynamotable.Item{
			":from":   text(string(from)),
			":to":     text(string(to.Status)),
			":at":     timestamp(to.At),
			":change": history(to),
			":outbox": outbox.Attribute(announces),
		},
		ReturnValues:                        types.ReturnValueAllOld,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	stood, failed := dynamotable.ConditionFailed(err)
	if err == nil {
		stood = out.Attributes
	} else if failed && len(stood) == 0 {
		err, failed = entity.ErrNotFound, false
	}
	if err != nil && !failed {
		return order.Order{}, fmt.Errorf("updating %d in %s: %w", id, s.name, err)
	}
	return s.Decode(stood)
}

func history(c order.Change) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: []types.AttributeValue{
		&types.AttributeValueMemberM{Value: dynamotable.Item{"status": text(string(c.Status)), "at": timestamp(c.At)}},
	}}
}

func timestamp(t event.Time) types.AttributeValue { return text(t.UTC().Format(event.TimeFormat)) }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
