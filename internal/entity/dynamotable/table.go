// Package dynamotable keeps entities in a DynamoDB table, an item each. An
// attribute of the item is a member of the value's JSON, numbers digit by
// digit. The table's partition key is a member, too. There are two attributes
// besides:
//
//	version  N  how often the value was changed; not there before that
//	outbox   M  the event that the last change announces, see package outbox
package dynamotable

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eda-demo/internal/entity"
	"eda-demo/internal/event"
	"eda-demo/internal/outbox"
)

// API is what a table needs of a DynamoDB client. A service calls, and has to
// be allowed, GetItem for Get, PutItem for Create, and GetItem and UpdateItem
// for Change.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// Item is an item as the SDK has it.
type Item = map[string]types.AttributeValue

const versionName = "version"

// isOwn reports whether an attribute is none of the value's.
func isOwn(name string) bool { return name == versionName || name == outbox.AttributeName }

// Table is an entity.Store.
type Table[K comparable, T entity.Keyed[K]] struct {
	api  API
	name string
	key  string
}

// New makes a store of the items of the table with the name, whose partition
// key is the attribute key.
func New[K comparable, T entity.Keyed[K]](api API, name, key string) *Table[K, T] {
	return &Table[K, T]{api: api, name: name, key: key}
}

// Create implements entity.Store with one conditional put. When DynamoDB makes
// it and the answer gets lost, the SDK's next attempt finds the value there: if
// with the event, it is this very creation. Without an event, nobody can tell.
func (t *Table[K, T]) Create(ctx context.Context, value T, announces *event.Pending) (T, bool, error) {
	put, err := t.Put(value, announces)
	if err != nil {
		return value, false, err
	}
	_, err = t.api.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                           put.TableName,
		Item:                                put.Item,
		ConditionExpression:                 put.ConditionExpression,
		ExpressionAttributeNames:            put.ExpressionAttributeNames,
		ReturnValuesOnConditionCheckFailure: put.ReturnValuesOnConditionCheckFailure,
	})
	if err == nil {
		return value, true, nil
	}
	stands, failed := ConditionFailed(err)
	if !failed {
		return value, false, fmt.Errorf("putting %v into %s: %w", value.Key(), t.name, err)
	}
	stored, err := t.Decode(stands)
	return stored, err == nil && announced(stands, announces), err
}

// announced reports whether an item has the event, and so was written by whom
// has it.
func announced(item Item, p *event.Pending) bool {
	return p != nil && outbox.EventID(item) == p.EventID
}

// Put is Create as a part of a transaction: it fails with the condition, and
// the item that stands there, if there is one.
func (t *Table[K, T]) Put(value T, announces *event.Pending) (types.Put, error) {
	item, err := t.encode(value, announces)
	if err != nil {
		return types.Put{}, err
	}
	return types.Put{
		TableName:                           &t.name,
		Item:                                item,
		ConditionExpression:                 aws.String("attribute_not_exists(#key)"),
		ExpressionAttributeNames:            map[string]string{"#key": t.key},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}, nil
}

// encode is the item of a value, with the event unless that is nil.
func (t *Table[K, T]) encode(value T, announces *event.Pending) (Item, error) {
	item, err := encode(value)
	for name := range item {
		if isOwn(name) {
			err = fmt.Errorf("%T has the member %s", value, name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("writing %v into %s: %w", value.Key(), t.name, err)
	}
	if announces != nil {
		item[outbox.AttributeName] = outbox.Attribute(*announces)
	}
	return item, nil
}

// Get implements entity.Store with one strongly consistent read, so that a
// client sees its own value at once.
func (t *Table[K, T]) Get(ctx context.Context, key K) (T, error) {
	item, err := t.get(ctx, key)
	if err != nil {
		return *new(T), err
	}
	return t.Decode(item)
}

func (t *Table[K, T]) get(ctx context.Context, key K) (Item, error) {
	at, err := t.keyOf(key)
	if err != nil {
		return nil, err
	}
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: at, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("getting %v from %s: %w", key, t.name, err)
	}
	if len(out.Item) == 0 {
		return nil, fmt.Errorf("getting %v from %s: %w", key, t.name, entity.ErrNotFound)
	}
	return out.Item, nil
}

// keyOf is the key of an item: the JSON of what values give as their key.
func (t *Table[K, T]) keyOf(key K) (Item, error) {
	at, err := encode(map[string]K{t.key: key})
	if err != nil {
		return nil, fmt.Errorf("writing the key %v of %s: %w", key, t.name, err)
	}
	return at, nil
}

// Decode reads an item. Attributes that the value does not have are ignored;
// one of another kind than the value has is an error.
func (t *Table[K, T]) Decode(item Item) (T, error) {
	value, err := decode[T](item)
	if err != nil {
		return value, fmt.Errorf("reading %v in %s: %w", plain(item[t.key]), t.name, err)
	}
	return value, nil
}

// ConditionFailed reports whether err says that the condition of a write did
// not hold, and gives the item that stood there, which is empty for none.
func ConditionFailed(err error) (Item, bool) {
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Item, true
}
